package schemas

import "github.com/rapporteur/rapporteur"

// The rows mirror a file of instruments/ key by key; convert turns them into
// the domain's words once they have passed the rules.

type instrumentRow struct {
	ID         string         `yaml:"id" validate:"required,key"`
	Symbol     string         `yaml:"symbol" validate:"required"`
	Title      string         `yaml:"title" validate:"required"`
	Body       string         `yaml:"body" validate:"required"`
	Adopted    string         `yaml:"adopted" validate:"required,date"`
	Operatives []operativeRow `yaml:"operatives" validate:"required,dive"`
	Provisions []provisionRow `yaml:"provisions" validate:"required,dive"`
	Streams    []streamRow    `yaml:"streams" validate:"required,dive"`
}

type operativeRow struct {
	Number int    `yaml:"number" validate:"required,min=1"`
	Text   string `yaml:"text" validate:"required"`
}

type provisionRow struct {
	ID          string   `yaml:"id" validate:"required,provision"`
	Operative   int      `yaml:"operative" validate:"required,min=1"`
	Verb        string   `yaml:"verb" validate:"required"`
	Strength    *int     `yaml:"strength" validate:"required,min=0,max=5"`
	Qualifiers  []string `yaml:"qualifiers" validate:"dive,required"`
	Addressee   string   `yaml:"addressee" validate:"required"`
	Destination string   `yaml:"destination"`
	Class       string   `yaml:"class" validate:"required,oneof=report include stream measure declaratory"`
	Summary     string   `yaml:"summary" validate:"required"`
	Stream      string   `yaml:"stream" validate:"omitempty,key"`
	Reason      string   `yaml:"reason"`
}

type streamRow struct {
	ID         string        `yaml:"id" validate:"required,key"`
	Shape      string        `yaml:"shape" validate:"required,oneof=report inclusion intake occasion"`
	Title      string        `yaml:"title" validate:"required"`
	Provisions []string      `yaml:"provisions" validate:"required,unique,dive,provision"`
	Policy     *policyRow    `yaml:"policy"`
	Inclusion  *inclusionRow `yaml:"inclusion"`
	Intake     *intakeRow    `yaml:"intake"`
	Occasion   *occasionRow  `yaml:"occasion"`
}

// policyRow is how the cycles of a stream run. What follows after audience,
// ladder and follow-up is for streams with a report of their own.
type policyRow struct {
	Audience     []audienceRow  `yaml:"audience" validate:"required,dive"`
	Ladder       []rungRow      `yaml:"ladder" validate:"required,dive"`
	FollowUp     followUpRow    `yaml:"follow_up"`
	CollectEvery string         `yaml:"collect_every" validate:"required,period"`
	Mandated     *dateRuleRow   `yaml:"mandated"`
	Dates        []dateRuleRow  `yaml:"dates" validate:"dive"`
	Clearance    []clearanceRow `yaml:"clearance" validate:"dive"`
	WordBudget   int            `yaml:"word_budget" validate:"min=0"`
	Report       *outlineRow    `yaml:"report"`
}

type dateRuleRow struct {
	Key         string `yaml:"key" validate:"required,key"`
	Label       string `yaml:"label" validate:"required"`
	From        string `yaml:"from" validate:"required,key"`
	Offset      string `yaml:"offset" validate:"required_without=WorkingDays,omitempty,period"`
	WorkingDays int    `yaml:"working_days" validate:"min=-999,max=999"`
	Basis       string `yaml:"basis" validate:"required"`
	Provision   string `yaml:"provision" validate:"omitempty,provision"`
}

type audienceRow struct {
	Kind          string `yaml:"kind" validate:"required,oneof=member-state entity mission panel"`
	Questionnaire string `yaml:"questionnaire" validate:"omitempty,key"`
}

type rungRow struct {
	ID        string   `yaml:"id" validate:"required,key"`
	Offset    string   `yaml:"offset" validate:"required,period"`
	Notice    string   `yaml:"notice" validate:"required,oneof=reminder overdue final escalation"`
	Kinds     []string `yaml:"kinds" validate:"unique,dive,oneof=member-state entity mission panel"`
	Escalates bool     `yaml:"escalates"`
}

type followUpRow struct {
	Ladder          []rungRow `yaml:"ladder" validate:"required,dive"`
	DecideWithin    string    `yaml:"decide_within" validate:"required,period"`
	LongestExtended string    `yaml:"longest_extended" validate:"required,period"`
	CorrectWithin   string    `yaml:"correct_within" validate:"required,period"`
	EscalateWithin  string    `yaml:"escalate_within" validate:"required,period"`
}

type clearanceRow struct {
	ID      string   `yaml:"id" validate:"required,key"`
	Name    string   `yaml:"name" validate:"required"`
	Offices []string `yaml:"offices" validate:"required,unique,dive,required"`
	Quorum  int      `yaml:"quorum" validate:"min=0"`
	Within  string   `yaml:"within" validate:"required,period"`
}

type outlineRow struct {
	Title    string       `yaml:"title" validate:"required"`
	Sections []sectionRow `yaml:"sections" validate:"required,dive"`
}

type sectionRow struct {
	Heading string    `yaml:"heading" validate:"required"`
	Parts   []partRow `yaml:"parts" validate:"required,dive"`
}

type partRow struct {
	Heading    string   `yaml:"heading"`
	Provisions []string `yaml:"provisions" validate:"required,unique,dive,provision"`
}

func (r instrumentRow) convert() rapporteur.Instrument {
	return rapporteur.Instrument{
		ID: r.ID, Symbol: r.Symbol, Title: r.Title, Body: r.Body, Adopted: date(r.Adopted),
		Operatives: each(r.Operatives, func(o operativeRow) rapporteur.Operative {
			return rapporteur.Operative{Number: o.Number, Text: o.Text}
		}),
		Provisions: each(r.Provisions, provisionRow.convert),
		Streams:    each(r.Streams, streamRow.convert),
	}
}

func (r provisionRow) convert() rapporteur.Provision {
	return rapporteur.Provision{
		ID: r.ID, Operative: r.Operative, Verb: r.Verb, Strength: *r.Strength, Qualifiers: r.Qualifiers,
		Addressee: r.Addressee, Destination: r.Destination, Class: rapporteur.ProvisionClass(r.Class),
		Summary: r.Summary, Stream: r.Stream, Reason: r.Reason,
	}
}

func (r streamRow) convert() rapporteur.Stream {
	s := rapporteur.Stream{ID: r.ID, Shape: rapporteur.Shape(r.Shape), Title: r.Title, Provisions: r.Provisions}
	if r.Policy != nil {
		s.Policy = r.Policy.convert()
	}
	if r.Intake != nil {
		s.Intake = r.Intake.convert()
	}
	if r.Occasion != nil {
		s.Occasion = r.Occasion.convert()
	}
	return s
}

func (r policyRow) convert() rapporteur.Policy {
	p := rapporteur.Policy{
		Dates: each(r.Dates, dateRuleRow.convert),
		Audience: each(r.Audience, func(a audienceRow) rapporteur.Audience {
			return rapporteur.Audience{Kind: rapporteur.ContributorKind(a.Kind), Questionnaire: a.Questionnaire}
		}),
		Ladder: each(r.Ladder, rungRow.convert),
		FollowUp: rapporteur.FollowUpPolicy{
			Ladder:       each(r.FollowUp.Ladder, rungRow.convert),
			DecideWithin: period(r.FollowUp.DecideWithin), LongestExtended: period(r.FollowUp.LongestExtended),
			CorrectWithin: period(r.FollowUp.CorrectWithin), EscalateWithin: period(r.FollowUp.EscalateWithin),
		},
		Clearance: each(r.Clearance, func(c clearanceRow) rapporteur.ClearanceStep {
			return rapporteur.ClearanceStep{ID: c.ID, Name: c.Name, Offices: c.Offices, Quorum: c.Quorum, Within: period(c.Within)}
		}),
		CollectEvery: period(r.CollectEvery),
		WordBudget:   r.WordBudget,
	}
	if r.Mandated != nil {
		p.Mandated = r.Mandated.convert()
	}
	if r.Report != nil {
		p.Report = rapporteur.ReportOutline{Title: r.Report.Title, Sections: each(r.Report.Sections, sectionRow.convert)}
	}
	return p
}

func (r dateRuleRow) convert() rapporteur.DateRule {
	return rapporteur.DateRule{
		Key: r.Key, Label: r.Label, From: r.From, Offset: period(r.Offset), WorkingDays: r.WorkingDays,
		Basis: r.Basis, Provision: r.Provision,
	}
}

func (r rungRow) convert() rapporteur.Rung {
	return rapporteur.Rung{
		ID: r.ID, Offset: period(r.Offset), Notice: rapporteur.Notice(r.Notice), Escalates: r.Escalates,
		Kinds: each(r.Kinds, func(k string) rapporteur.ContributorKind { return rapporteur.ContributorKind(k) }),
	}
}

func (r sectionRow) convert() rapporteur.OutlineSection {
	return rapporteur.OutlineSection{Heading: r.Heading, Parts: each(r.Parts, func(p partRow) rapporteur.OutlinePart {
		return rapporteur.OutlinePart{Heading: p.Heading, Provisions: p.Provisions}
	})}
}

// each converts every element; nothing stays nothing.
func each[A, B any](from []A, convert func(A) B) []B {
	if len(from) == 0 {
		return nil
	}
	to := make([]B, 0, len(from))
	for _, a := range from {
		to = append(to, convert(a))
	}
	return to
}
