package demo

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// glotip is UNODC's public figures by country and question, of the newest year
// up to the one that the report covers.
type glotip map[string]map[string][]map[string]any

// lastYear is the newest year whose figures the twelve-month report can use.
const lastYear = 2018

// Columns of the data set, in order: Iso3_code, Country, Region, Subregion,
// Indicator, Dimension, Category, Sex, Age, Year, Unit of measurement,
// txtVALUE, Source.
const (
	columnISO, columnIndicator, columnDimension, columnCategory = 0, 4, 5, 6
	columnSex, columnAge, columnYear, columnValue               = 7, 8, 9, 11
	columns                                                     = 13
)

// place is where an indicator's figures belong in the questionnaire.
type place struct {
	question, part string
	form           bool
}

var places = map[string]place{
	"Detected trafficking victims":        {"Q3.4", "identified", true},
	"Persons prosecuted":                  {"Q5.2", "prosecuted", false},
	"Persons convicted":                   {"Q5.2", "convicted", true},
	"Persons brought into formal contact": {"Q5.2", "contact", false},
}

var (
	sexes = map[string]string{"Female": "F", "Male": "M", "Other": "other", "Unknown": "unknown", "Total": "total"}
	ages  = map[string]string{"0 to 17 years": "0-17", "18 years or over": "18+", "Unknown": "unknown", "Total": "total"}
	forma = map[string]string{
		"Sexual exploitation": "SEXUAL_EXPLOITATION", "Forced labour": "FORCED_LABOUR",
		"Other forms of exploitation": "OTHER", "Total": "total",
	}
)

// readGLOTIP reads the data set, CSV or CSV.gz; without a name there are none.
func readGLOTIP(name string) (glotip, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read figures: %w", err)
	}
	defer func() { _ = file.Close() }()
	var text io.Reader = bufio.NewReader(file)
	if strings.HasSuffix(name, ".gz") {
		if text, err = gzip.NewReader(text); err != nil {
			return nil, fmt.Errorf("cannot read figures: %w", err)
		}
	}
	return parseGLOTIP(text)
}

func parseGLOTIP(text io.Reader) (glotip, error) {
	reader := csv.NewReader(text)
	reader.FieldsPerRecord, reader.ReuseRecord = columns, true
	figures, years := glotip{}, map[string]int{}
	for line := 0; ; line++ {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return figures, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read figures: %w", err)
		}
		if line > 0 {
			figures.take(row, years)
		}
	}
}

// take keeps a row if it is of the newest usable year of its indicator.
func (g glotip) take(row []string, years map[string]int) {
	where, known := places[row[columnIndicator]]
	sex, age := sexes[row[columnSex]], ages[row[columnAge]]
	form := forma[row[columnCategory]]
	year, _ := strconv.Atoi(row[columnYear])
	total := row[columnDimension] == "Total"
	byForm := row[columnDimension] == "by form of exploitation" && where.form
	if !known || sex == "" || age == "" || form == "" || year > lastYear || (!total && !byForm) {
		return
	}
	var value any = "<5"
	if row[columnValue] != "<5" {
		n, err := strconv.Atoi(strings.ReplaceAll(row[columnValue], ",", ""))
		if err != nil {
			return
		}
		value = n
	}
	country, key := row[columnISO], where.question+"/"+where.part
	newest := years[country+key]
	if year < newest {
		return
	}
	if g[country] == nil {
		g[country] = map[string][]map[string]any{}
	}
	if year > newest {
		years[country+key], g[country][key] = year, nil
	}
	cell := map[string]any{"sex": sex, "age": age, "value": value}
	if where.form {
		cell["form"] = form
	}
	g[country][key] = append(g[country][key], cell)
}

// fill puts a country's figures into its answers.
func (g glotip) fill(country string, answers map[string]map[string]any) {
	for key, cells := range g[country] {
		question, part, _ := strings.Cut(key, "/")
		if answers[question] == nil || answers[question]["status"] == "no" {
			answers[question] = map[string]any{"status": "yes"}
		}
		answers[question]["source"] = []string{"GLOTIP"}
		answers[question][part] = cells
	}
}
