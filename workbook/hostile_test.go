package workbook_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// repacked is a workbook with parts replaced, added or, where nil, removed.
func repacked(t testing.TB, file []byte, change func(name string, content []byte) []byte, more map[string]string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	fail(t, err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	put := func(name string, content []byte) {
		w, err := to.Create(name)
		fail(t, err)
		_, err = w.Write(content)
		fail(t, err)
	}
	for _, part := range from.File {
		r, err := part.Open()
		fail(t, err)
		content, err := io.ReadAll(r)
		fail(t, err)
		if change != nil {
			content = change(part.Name, content)
		}
		if content != nil {
			put(part.Name, content)
		}
	}
	for name, content := range more {
		put(name, []byte(content))
	}
	fail(t, to.Close())
	return out.Bytes()
}

// replaced is a change of one text in one part.
func replaced(part, old, with string) func(string, []byte) []byte {
	return func(name string, content []byte) []byte {
		if name != part {
			return content
		}
		return bytes.Replace(content, []byte(old), []byte(with), 1)
	}
}

const firstSection = "xl/worksheets/sheet3.xml"

// hostile are files that act, lead elsewhere, grow or lie.
func hostile(t testing.TB, blank []byte) map[string][]byte {
	t.Helper()
	relation := func(kind, target, mode string) string {
		return fmt.Sprintf(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type=%q Target=%q TargetMode=%q/></Relationships>`,
			"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"+kind, target, mode)
	}
	types := func(with string) func(string, []byte) []byte {
		return replaced("[Content_Types].xml", "</Types>", with+"</Types>")
	}
	sheet := func(with string) func(string, []byte) []byte {
		return replaced(firstSection, "<sheetData>", "<sheetData>"+with)
	}
	zeros := strings.Repeat("\x00", 1<<20)
	return map[string][]byte{
		"macros":                  repacked(t, blank, nil, map[string]string{"xl/vbaProject.bin": "x"}),
		"macros under a name":     repacked(t, blank, types(`<Override PartName="/xl/harmless.bin" ContentType="application/vnd.ms-office.vbaProject"/>`), map[string]string{"xl/harmless.bin": "x"}),
		"macros by the extension": repacked(t, blank, types(`<Default Extension="dat" ContentType="application/vnd.ms-office.vbaProject"/>`), map[string]string{"xl/a.DAT": "x"}),
		"an xlsm":                 repacked(t, blank, replaced("[Content_Types].xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), nil),
		"an old macro sheet":      repacked(t, blank, nil, map[string]string{"xl/macrosheets/sheet1.xml": "<x/>"}),
		"another file":            repacked(t, blank, nil, map[string]string{"xl/externalLinks/externalLink1.xml": "<x/>"}),
		"another file by DDE":     repacked(t, blank, replaced("xl/workbook.xml", "<sheets>", `<externalReferences><externalReference r:id="rId9"/></externalReferences><sheets>`), nil),
		"a web query":             repacked(t, blank, nil, map[string]string{"xl/connections.xml": "<x/>"}),
		"a picture elsewhere":     repacked(t, blank, nil, map[string]string{"xl/worksheets/_rels/sheet3.xml.rels": relation("image", "http://example.org/a.png", "External")}),
		"an embedded object":      repacked(t, blank, nil, map[string]string{"xl/embeddings/oleObject1.bin": "x"}),
		"an object by relation":   repacked(t, blank, nil, map[string]string{"xl/worksheets/_rels/sheet3.xml.rels": relation("oleObject", "../x.bin", "Internal")}),
		"a control":               repacked(t, blank, nil, map[string]string{"xl/activeX/activeX1.xml": "<x/>"}),
		"an object in a sheet":    repacked(t, blank, replaced(firstSection, "</sheetData>", `</sheetData><oleObjects><oleObject progId="x"/></oleObjects>`), nil),
		"a document type":         repacked(t, blank, replaced(firstSection, "<worksheet", `<!DOCTYPE a [<!ENTITY b "c">]><worksheet`), nil),
		"a document type unread":  repacked(t, blank, nil, map[string]string{"xl/other.xml": `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`}),
		"an entity":               repacked(t, blank, sheet(`<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>`), nil),
		"UTF-16":                  repacked(t, blank, replaced("xl/workbook.xml", `encoding="UTF-8"`, `encoding="UTF-16"`), nil),
		"a name that climbs":      repacked(t, blank, nil, map[string]string{"../../xl/workbook.xml": "<x/>"}),
		"a name twice":            repacked(t, blank, nil, map[string]string{"XL/Workbook.xml": "<x/>"}),
		"an .xls":                 []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + zeros[:512]),
		"an encrypted archive":    encrypted(t, blank),
		"text":                    []byte("question,part\n"),
		"nothing":                 {},
		"half":                    blank[:len(blank)/2],
		"an archive":              repacked(t, blank, func(string, []byte) []byte { return nil }, map[string]string{"a.txt": "x"}),
		"zeros":                   repacked(t, blank, nil, map[string]string{"xl/bomb.xml": strings.Repeat(zeros, 200)}),
		"zeros that lie":          lying(t, blank, strings.Repeat(zeros, 200)),
		"many parts":              repacked(t, blank, nil, numbered(600)),
		"many sheets":             repacked(t, blank, replaced("xl/workbook.xml", "<sheets>", "<sheets>"+strings.Repeat(`<sheet name="a" sheetId="99" r:id="rId3"/>`, 300)), nil),
		"many cells":              repacked(t, blank, sheet(strings.Repeat(`<row>`+strings.Repeat(`<c/>`, 10_000)+`</row>`, 60)), nil),
		"many rows":               repacked(t, blank, sheet(strings.Repeat(`<row/>`, 60_000)), nil),
		"a row far away":          repacked(t, blank, sheet(`<row r="99999999999999999999"/>`), nil),
		"rows backwards":          repacked(t, blank, sheet(`<row r="9"/><row r="8"/>`), nil),
		"cells backwards":         repacked(t, blank, sheet(`<row r="1"><c r="B1"/><c r="A1"/></row>`), nil),
		"a cell far away":         repacked(t, blank, sheet(`<row r="1"><c r="ZZZ1"/></row>`), nil),
		"a text that is not":      repacked(t, blank, sheet(`<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`), nil),
		"broken XML":              repacked(t, blank, replaced("xl/workbook.xml", "<sheets>", "<sheets"), nil),
		"a missing sheet": repacked(t, blank, func(name string, content []byte) []byte {
			if name == firstSection {
				return nil
			}
			return content
		}, nil),
		"without what it is for": repacked(t, blank, replaced("xl/workbook.xml", `name="Rapporteur"`, `name="Other" r:id="x"`), nil),
	}
}

func numbered(n int) map[string]string {
	parts := map[string]string{}
	for i := range n {
		parts[fmt.Sprintf("xl/part%d.bin", i)] = "x"
	}
	return parts
}

// encrypted marks the parts of an archive as encrypted.
func encrypted(t testing.TB, file []byte) []byte {
	t.Helper()
	out := bytes.Clone(file)
	for at := 0; ; {
		n := bytes.Index(out[at:], []byte("PK\x01\x02"))
		if n < 0 {
			return out
		}
		at += n + 4
		out[at+4] |= 1
	}
}

// lying is a workbook with a part that says it has ten bytes.
func lying(t testing.TB, file []byte, content string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	fail(t, err)
	_, err = io.WriteString(w, content)
	fail(t, err)
	fail(t, w.Close())
	from, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	fail(t, err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, part := range from.File {
		if part.Name != "xl/workbook.xml" {
			fail(t, to.Copy(part))
		}
	}
	raw, err := to.CreateRaw(&zip.FileHeader{
		Name: "xl/workbook.xml", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: 10, CRC32: crc32.ChecksumIEEE([]byte(content)),
	})
	fail(t, err)
	_, err = raw.Write(packed.Bytes())
	fail(t, err)
	fail(t, to.Close())
	return out.Bytes()
}

// A file that is more than values is refused with what it has and what to do,
// and costs little.
func TestHostileFilesAreRefused(t *testing.T) {
	q := questionnaire(t, "briefing-reply")
	blank := write(t, q, nil)
	kinds := map[string]rapporteur.ProblemKind{
		"zeros": rapporteur.ProblemTooLarge, "many parts": rapporteur.ProblemTooLarge,
		"many sheets": rapporteur.ProblemTooLarge, "many cells": rapporteur.ProblemTooLarge, "many rows": rapporteur.ProblemTooLarge,
	}
	for _, name := range []string{
		"an entity", "UTF-16", "a name that climbs", "a name twice", "text", "nothing", "half", "an archive", "a row far away", "rows backwards", "cells backwards",
		"a cell far away", "a text that is not", "broken XML", "a missing sheet", "zeros that lie", "without what it is for",
	} {
		kinds[name] = rapporteur.ProblemMalformed
	}
	for name, file := range hostile(t, blank) {
		t.Run(name, func(t *testing.T) {
			want := kinds[name]
			if want == "" {
				want = rapporteur.ProblemUnsupported
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := books.Read(file, q)
			runtime.ReadMemStats(&after)
			if !rapporteur.IsProblem(err, want) {
				t.Errorf("it is %v, want %s", err, want)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20 {
				t.Errorf("it took %d MiB", used>>20)
			}
		})
	}
	if len(kinds) > len(hostile(t, blank)) {
		t.Error("a kind is for no file")
	}
	if _, err := books.Read(repacked(t, blank, nil, nil), q); err != nil {
		t.Errorf("packed anew it is refused: %v", err)
	}
}

// Web addresses become links by themselves; they, and what programs add, do no
// harm.
func TestHarmlessPartsAreLetThrough(t *testing.T) {
	q := questionnaire(t, "briefing-reply")
	link := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.org" TargetMode="External"/></Relationships>`
	file := repacked(t, write(t, q, nil), nil, map[string]string{
		"xl/worksheets/_rels/sheet3.xml.rels": link, "xl/printerSettings/printerSettings1.bin": "x", "customXml/item1.xml": "<a/>", "xl/calcChain.xml": "<calcChain/>",
	})
	if _, err := books.Read(file, q); err != nil {
		t.Error(err)
	}
}

// tiny is a questionnaire with one part of each kind: small, for the many rounds
// of fuzzing.
func tiny() rapporteur.Questionnaire {
	option := func(code string) rapporteur.Option {
		return rapporteur.Option{Code: code, Label: map[string]string{"en": code}}
	}
	part := func(kind rapporteur.PartKind, more rapporteur.QuestionPart) rapporteur.QuestionPart {
		more.Name, more.Kind = string(kind), kind
		return more
	}
	parts := []rapporteur.QuestionPart{
		part(rapporteur.PartStatus, rapporteur.QuestionPart{Options: []rapporteur.Option{option("yes"), option("no")}}),
		part(rapporteur.PartDate, rapporteur.QuestionPart{}), part(rapporteur.PartPercent, rapporteur.QuestionPart{}),
		part(rapporteur.PartNumber, rapporteur.QuestionPart{Persons: true}), part(rapporteur.PartText, rapporteur.QuestionPart{}),
		part(rapporteur.PartChoices, rapporteur.QuestionPart{Options: []rapporteur.Option{option("a"), option("b")}}),
		part(rapporteur.PartFigures, rapporteur.QuestionPart{Sexes: []string{"F", "total"}, Ages: []string{"0-17", "total"}, ByAge: true}),
		part(rapporteur.PartRows, rapporteur.QuestionPart{MaxRows: 3, Columns: []rapporteur.Column{
			{Name: "state", Kind: rapporteur.PartText, Format: "country"}, {Name: "amount", Kind: rapporteur.PartNumber}, {Name: "on", Kind: rapporteur.PartDate},
		}}),
	}
	return rapporteur.Questionnaire{
		QuestionnaireRef: rapporteur.QuestionnaireRef{ID: "tiny", Version: "1.0.0"},
		Sections:         []rapporteur.QuestionSection{{ID: "one", Questions: []rapporteur.Question{{ID: "Q1", Parts: parts}}}},
	}
}

// FuzzRead holds that no bytes end in anything but an answer or a problem, and
// that an answer is JSON that is read back the same.
func FuzzRead(f *testing.F) {
	q := tiny()
	blank := write(f, q, nil)
	f.Add(blank)
	f.Add(write(f, q, full(f, q)))
	for name, file := range hostile(f, blank) {
		if !strings.HasPrefix(name, "many") && !strings.HasPrefix(name, "zeros") { // they are slow
			f.Add(file)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		readAnything(t, q, file)
	})
}

// FuzzSheet fuzzes what is inside: the XML of a sheet, where a mutated archive
// would only ever be a broken one.
func FuzzSheet(f *testing.F) {
	q := tiny()
	blank, filled := write(f, q, nil), write(f, q, full(f, q))
	from, err := zip.NewReader(bytes.NewReader(filled), int64(len(filled)))
	fail(f, err)
	for _, part := range from.File {
		if !slices.Contains([]string{firstSection, "xl/workbook.xml", "[Content_Types].xml"}, part.Name) {
			continue
		}
		r, err := part.Open()
		fail(f, err)
		content, err := io.ReadAll(r)
		fail(f, err)
		f.Add(part.Name, content)
	}
	f.Add(firstSection, []byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>kept</t></is></c><c r="B1" t="str"><v>W3siYXQiOiIvYSIsImlzIjpbXX1d</v></c></row></sheetData></worksheet>`))
	f.Add("xl/sharedStrings.xml", []byte(`<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if len(name) > 100 || name == "" {
			return
		}
		readAnything(t, q, stored(t, blank, name, content))
	})
}

// stored is a workbook with one part in the place of another, or added.
func stored(t *testing.T, file []byte, name string, content []byte) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	fail(t, err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, part := range from.File {
		if part.Name != name {
			fail(t, to.Copy(part))
		}
	}
	w, err := to.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	fail(t, err)
	if !strings.HasSuffix(name, "/") {
		_, err = w.Write(content)
		fail(t, err)
	}
	fail(t, to.Close())
	return out.Bytes()
}

func readAnything(t *testing.T, q rapporteur.Questionnaire, file []byte) {
	t.Helper()
	filled, err := books.Read(file, q)
	if err != nil {
		for _, kind := range []rapporteur.ProblemKind{rapporteur.ProblemMalformed, rapporteur.ProblemTooLarge, rapporteur.ProblemUnsupported, rapporteur.ProblemStale} {
			if rapporteur.IsProblem(err, kind) {
				return
			}
		}
		t.Fatalf("an error that is no problem: %v", err)
	}
	_ = filled.Cell("/answers")
	if string(filled.Body) == `{"questionnaire":"tiny","version":"1.0.0"}` {
		return // nothing was read, and writing is slow
	}
	again, err := books.Write(q, filled.Body, facts)
	fail(t, err)
	second, err := books.Read(again, q)
	fail(t, err)
	if len(second.Findings) > 0 || !bytes.Equal(filled.Body, second.Body) {
		t.Fatalf("%s\nis read back as\n%s\n%+v", filled.Body, second.Body, second.Findings)
	}
}
