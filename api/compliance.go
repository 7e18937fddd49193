package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Compliance is an instrument's compliance matrix on the wire.
type Compliance struct {
	Instrument string               `json:"instrument" example:"s-res-2388-2017"`
	AsOf       string               `json:"as_of" format:"date"`
	Measures   []ComplianceMeasures `json:"measures" doc:"Of everything that the query lets through, on every page."`
	Provisions []string             `json:"provisions" doc:"What any of the rows is about, in the order of the instrument."`
	Items      []ComplianceRow      `json:"items" doc:"One contributor in one cycle each, by contributor and cycle."`
	NextCursor string               `json:"next_cursor,omitempty" doc:"Left out on the last page."`
}

// ComplianceRow is what one contributor was asked in one cycle, and how that
// stood.
type ComplianceRow struct {
	Cycle       string           `json:"cycle" example:"s-res-2388-2017/op34/2018"`
	Stream      string           `json:"stream"`
	Period      string           `json:"period"`
	Contributor string           `json:"contributor"`
	Name        string           `json:"name" doc:"In English."`
	Kind        string           `json:"kind" enum:"member-state,entity,mission"`
	Region      string           `json:"region,omitempty" doc:"Member States only."`
	State       string           `json:"state" enum:"answered,nil,not-applicable,considered,awaited,overdue,silent" doc:"Of the answer as a whole, by its return type."`
	ReturnType  string           `json:"return_type,omitempty" doc:"Of the newest accepted version: answered, partial, nil, not-applicable, covered, declined."`
	Version     int              `json:"version" doc:"Newest accepted version, 0 for none."`
	Due         string           `json:"due" format:"date" doc:"The deadline that applied: to the first accepted version, or while there is none on the date."`
	AnsweredAt  *time.Time       `json:"answered_at,omitempty" doc:"Business time of the first accepted version."`
	DaysLate    int              `json:"days_late" doc:"Days that had begun after the deadline when the first version was accepted; where there is none, when collection closed, or by the date."`
	Rounds      int              `json:"rounds" doc:"How often it was returned for correction."`
	Cells       []ComplianceCell `json:"cells" doc:"One for each provision that the contributor is asked about."`
}

// ComplianceCell is one provision for one contributor in one cycle.
type ComplianceCell struct {
	Provision string `json:"provision" example:"OP28.b"`
	State     string `json:"state" enum:"answered,nil,not-applicable,considered,awaited,overdue,silent"`
}

// ComplianceMeasures are the measures of one group of requests; a request is
// one contributor in one cycle.
type ComplianceMeasures struct {
	By           string   `json:"by" enum:"all,stream,cycle,kind,region,provision"`
	Group        string   `json:"group" doc:"Id of the stream or cycle, kind, region or provision; empty for all."`
	Expected     int      `json:"expected" doc:"Asked by the date and not withdrawn by then."`
	Received     int      `json:"received" doc:"Of these, something was accepted by then."`
	Rate         *float64 `json:"rate,omitempty" doc:"Received of expected; left out where nothing was expected."`
	OnTime       int      `json:"on_time" doc:"Of those received, the first version within the deadline that applied then."`
	OnTimeRate   *float64 `json:"on_time_rate,omitempty" doc:"On time of expected; left out where nothing was expected."`
	DaysLate     int      `json:"days_late" doc:"Of all that were late, together."`
	MeanDaysLate *float64 `json:"mean_days_late,omitempty" doc:"Left out where none was late."`
	Rounds       int      `json:"rounds" doc:"Returns for correction, together."`
	Nil          int      `json:"nil" doc:"Nil returns of those received."`
	NilRate      *float64 `json:"nil_rate,omitempty" doc:"Nil of received; left out where nothing was received."`
}

type complianceInput struct {
	InstrumentPath
	Paged
	AsOf         string `query:"as_of" format:"date" doc:"A past date, which ends where it ends last (12:00 UTC on the next day); now where left out."`
	Stream       string `query:"stream" maxLength:"80" doc:"Only cycles of this stream."`
	Period       string `query:"period" maxLength:"60" doc:"Only cycles with this period."`
	From         string `query:"mandated_from" format:"date" doc:"Only cycles whose mandated date is not before."`
	To           string `query:"mandated_to" format:"date" doc:"Only cycles whose mandated date is not after."`
	Contributor  string `query:"contributor" maxLength:"80" doc:"Only this contributor. Contributors see themselves alone."`
	MeasuresOnly bool   `query:"measures_only" doc:"Leave out the rows."`
	Format       string `query:"format" enum:"json,csv,xlsx" doc:"In place of the header Accept."`
}

// resource is whose row is asked for.
func (i *complianceInput) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Contributor: rapporteur.ContributorID(i.Contributor)}
}

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (s *service) registerCompliance() {
	register(s, operation{
		id: "get-compliance", method: http.MethodGet, path: "/v1/instruments/{instrument}/compliance", tag: tagCatalogue, action: access.ReadCompliance,
		summary: "Read an instrument's compliance matrix",
		description: "Provisions × contributors × period, with a state in every cell, and the measures of each group, as of any past date. JSON comes in " +
			"pages of contributors; CSV has one line for each cell and XLSX the matrix and the measures, both whole. A contributor sees its own rows, " +
			"and the measures of these.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemMalformed},
		media: map[string]*huma.MediaType{
			mediaJSON: {Schema: schemaOf[Compliance](s)}, mediaCSV: textMedia("One line for each cell, with a head line (RFC 4180)."),
			mediaXLSX: {Schema: &huma.Schema{Type: "string", Format: "binary"}},
		},
	}, s.getCompliance)
}

func (s *service) getCompliance(ctx context.Context, in *complianceInput) (*document, error) {
	formats := map[string]string{"json": mediaJSON, "csv": mediaCSV, "xlsx": mediaXLSX}
	media, err := chosenMedia(in.Format, callOf(ctx).accept, formats, mediaJSON, mediaCSV, mediaXLSX)
	if err != nil {
		return nil, err
	}
	query, err := in.query()
	if err != nil {
		return nil, err
	}
	if media != mediaJSON {
		query.After, query.Limit = "", 0
	}
	if p := callOf(ctx).principal; !staff(p) {
		query.Contributor = p.Contributor
	}
	m, err := rapporteur.Compliance{Store: s.Store, Catalogue: s.Catalogue, Clock: s.Clock, ClockOffset: s.Secretariat.ClockOffset}.Matrix(ctx, query)
	if err != nil {
		return nil, err
	}
	out := &document{ContentType: media, Vary: "Accept, Authorization"}
	name := fmt.Sprintf("compliance-%s-%s", m.Instrument.ID, m.AsOf)
	switch media {
	case mediaCSV:
		out.Disposition = fmt.Sprintf(`attachment; filename="%s.csv"`, name)
		out.Body, err = complianceCSV(m)
	case mediaXLSX:
		out.Disposition = fmt.Sprintf(`attachment; filename="%s.xlsx"`, name)
		out.Body, err = s.Renderer.Workbook(ctx, m)
	default:
		out.Body, err = json.Marshal(complianceOf(m))
	}
	return out, err
}

func (i *complianceInput) query() (rapporteur.MatrixQuery, error) {
	q := rapporteur.MatrixQuery{
		Instrument: i.Instrument, Stream: i.Stream, Period: i.Period, Contributor: rapporteur.ContributorID(i.Contributor),
		Limit: i.Limit, MeasuresOnly: i.MeasuresOnly,
	}
	after, err := i.after()
	if err != nil {
		return q, err
	}
	q.After = rapporteur.ContributorID(after)
	for text, to := range map[*string]*rapporteur.Date{&i.AsOf: &q.AsOf, &i.From: &q.From, &i.To: &q.To} {
		if *to, err = dateOf(*text); err != nil {
			return q, err
		}
	}
	return q, nil
}

func complianceOf(m rapporteur.Matrix) Compliance {
	out := Compliance{
		Instrument: m.Instrument.ID, AsOf: m.AsOf.String(), Provisions: append([]string{}, m.Provisions...),
		Measures: make([]ComplianceMeasures, 0, len(m.Measures)), Items: make([]ComplianceRow, 0, len(m.Rows)),
	}
	for _, g := range m.Measures {
		out.Measures = append(out.Measures, measuresOf(g))
	}
	for _, row := range m.Rows {
		out.Items = append(out.Items, complianceRowOf(row))
	}
	if m.Next != "" {
		out.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(m.Next))
	}
	return out
}

func measuresOf(g rapporteur.GroupMeasures) ComplianceMeasures {
	return ComplianceMeasures{
		By: string(g.By), Group: g.Group, Expected: g.Expected, Received: g.Received, Rate: shareOf(g.Rate()),
		OnTime: g.OnTime, OnTimeRate: shareOf(g.OnTimeRate()), DaysLate: g.DaysLate, MeanDaysLate: shareOf(g.MeanDaysLate()),
		Rounds: g.Rounds, Nil: g.Nil, NilRate: shareOf(g.NilRate()),
	}
}

// shareOf is a rate to four decimals, or nothing where it does not exist.
func shareOf(rate float64, there bool) *float64 {
	if !there {
		return nil
	}
	rounded := math.Round(rate*1e4) / 1e4
	return &rounded
}

func complianceRowOf(r rapporteur.MatrixRow) ComplianceRow {
	_, stream, period, _ := r.Cycle.Parts() // a stored id has its parts
	out := ComplianceRow{
		Cycle: string(r.Cycle), Stream: stream, Period: period, Contributor: string(r.Contributor), Name: r.Name, Kind: string(r.Kind),
		Region: r.Region, State: string(r.State), ReturnType: string(r.ReturnType), Version: r.Version, Due: r.Due.String(),
		AnsweredAt: instant(r.AnsweredAt), DaysLate: r.DaysLate, Rounds: r.Rounds, Cells: make([]ComplianceCell, 0, len(r.Cells)),
	}
	for _, c := range r.Cells {
		out.Cells = append(out.Cells, ComplianceCell{Provision: c.Provision, State: string(c.State)})
	}
	return out
}
