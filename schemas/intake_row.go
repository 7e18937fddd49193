package schemas

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// intakeRow is how a stream takes deliveries: an intake in windows, or a stream
// of occasions that keeps receipts only.
type intakeRow struct {
	Window         string      `yaml:"window"` // halves, or an ISO 8601 duration
	From           string      `yaml:"from" validate:"omitempty,date"`
	Destinations   []string    `yaml:"destinations" validate:"unique,dive,key"`
	Recipients     []string    `yaml:"recipients" validate:"unique,dive,key"`
	Senders        []senderRow `yaml:"senders" validate:"required,dive"`
	ReceiptOnly    bool        `yaml:"receipt_only"`
	Classification string      `yaml:"classification" validate:"required,oneof=unclassified confidential strictly-confidential"`
}

type senderRow struct {
	Kind          string   `yaml:"kind" validate:"required,oneof=member-state entity mission panel"`
	Questionnaire string   `yaml:"questionnaire" validate:"omitempty,key"`
	Only          []string `yaml:"only" validate:"unique,dive,key"`
}

// halves is the window that is a calendar half.
const halves = "halves"

func (r intakeRow) convert() rapporteur.IntakePolicy {
	p := rapporteur.IntakePolicy{
		Halves: r.Window == halves, From: date(r.From), Destinations: contributorIDs(r.Destinations),
		Recipients: contributorIDs(r.Recipients), ReceiptOnly: r.ReceiptOnly,
		Classification: rapporteur.Classification(r.Classification),
		Senders: each(r.Senders, func(s senderRow) rapporteur.Sender {
			return rapporteur.Sender{
				Audience: rapporteur.Audience{Kind: rapporteur.ContributorKind(s.Kind), Questionnaire: s.Questionnaire},
				Only:     contributorIDs(s.Only),
			}
		}),
	}
	if !p.Halves {
		p.Window = period(r.Window)
	}
	return p
}

func contributorIDs(ids []string) []rapporteur.ContributorID {
	return each(ids, func(id string) rapporteur.ContributorID { return rapporteur.ContributorID(id) })
}

// intake checks that deliveries can be taken: that windows follow each other,
// that everybody named exists, and that content comes with a questionnaire and
// receipts without.
func (c *instrumentCheck) intake(at string, stream int) {
	row := c.row.Streams[stream].Intake
	switch rapporteur.Shape(c.row.Streams[stream].Shape) {
	case rapporteur.ShapeIntake:
		c.windows(at, row)
	case rapporteur.ShapeOccasion:
		if !row.ReceiptOnly {
			c.mark(at+".receipt_only", "want true: occasions ask for content by their own requests")
		}
		if row.Window != "" || row.From != "" {
			c.mark(at+".window", "a stream of occasions has no windows")
		}
	default:
		c.mark(at, "only an intake takes deliveries, or a stream of occasions receipts")
	}
	c.registered(at+".destinations", row.Destinations)
	if !row.ReceiptOnly && row.Classification == string(rapporteur.StrictlyConfidential) {
		c.mark(at+".classification", "what is strictly confidential is kept by receipt only")
	}
	if !row.ReceiptOnly && len(row.Recipients) > 0 {
		c.mark(at+".recipients", "only receipts name recipients outside the registry")
	}
	for n, s := range row.Senders {
		field := fmt.Sprintf("%s.senders[%d]", at, n)
		c.registered(field+".only", s.Only)
		switch {
		case row.ReceiptOnly && s.Questionnaire != "":
			c.mark(field+".questionnaire", "the stream keeps receipts only: there is nothing to answer")
		case !row.ReceiptOnly && s.Questionnaire == "":
			c.mark(field+".questionnaire", "is missing")
		case !row.ReceiptOnly:
			c.questionnaire(field+".questionnaire", s.Questionnaire, s.Kind)
		}
	}
}

// windows checks what only an intake has.
func (c *instrumentCheck) windows(at string, row *intakeRow) {
	missing := map[string]bool{"window": row.Window == "", "from": row.From == "", "destinations": len(row.Destinations) == 0}
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		if missing[key] {
			c.mark(at+"."+key, "is missing")
		}
	}
	if row.From != "" && date(row.From).Before(date(c.row.Adopted)) {
		c.mark(at+".from", "is before the adoption")
	}
	if row.Window == "" || row.Window == halves {
		return
	}
	switch p, err := rapporteur.ParsePeriod(row.Window); {
	case err != nil:
		c.mark(at+".window", "want %s or an ISO 8601 duration such as P3M or P90D", halves)
	case p.IsZero() || p.Months < 0 || p.Days < 0:
		c.mark(at+".window", "want a length: windows follow each other")
	}
}

// registered marks those of a list that the registry does not have.
func (c *instrumentCheck) registered(field string, ids []string) {
	for n, id := range ids {
		if !c.catalogue.registry.knows(id) {
			c.mark(fmt.Sprintf("%s[%d]", field, n), "there is no contributor %s in the registry", id)
		}
	}
}
