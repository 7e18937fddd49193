package rapporteur

import (
	"cmp"
	"slices"
)

// Instrument is a resolution (or presidential statement, or exchange of
// letters) as data: its text, the provisions it holds and the streams that
// carry them.
type Instrument struct {
	ID         string // stable key, s-res-2388-2017
	Symbol     string // document symbol, S/RES/2388 (2017)
	Title      string
	Titles     map[string]string // the title by language, where it is translated
	Body       string            // who adopted it, Security Council
	Adopted    Date
	Operatives []Operative
	Provisions []Provision
	Streams    []Stream
}

// Operative is one numbered operative paragraph with its text.
type Operative struct {
	Number int
	Text   string
}

// ProvisionClass tells what kind of duty a provision makes.
type ProvisionClass string

// The classes of domain practice: an own report, a recurring inclusion in
// somebody else's, a flow of information, a measure whose implementation is
// reported on, and a declaration that asks for nothing.
const (
	ClassReport  ProvisionClass = "report"
	ClassInclude ProvisionClass = "include"
	ClassStream  ProvisionClass = "stream"
	ClassMeasure ProvisionClass = "measure"
	ClassDeclare ProvisionClass = "declaratory"
)

// Provision is one verb-headed obligation inside an operative paragraph.
type Provision struct {
	ID          string // OP28.b, or OP35 where the paragraph holds one
	Operative   int
	Verb        string // as the text has it, without adverbs: requests
	Strength    int    // 5 decides, 4 requests, 3 urges or calls upon, 2 invites, 1 encourages or welcomes, 0 the rest
	Qualifiers  []string
	Addressee   string
	Destination string
	Class       ProvisionClass
	Summary     string // what is asked, in plain words
	Stream      string // the stream that carries it; empty for a declaration
	Reason      string // why it has no stream, where it has none
}

// Shape is how a stream of information runs.
type Shape string

// The four shapes: an own report, a section in somebody else's, an intake that
// is always open, and a flow that an event starts.
const (
	ShapeReport    Shape = "report"
	ShapeInclusion Shape = "inclusion"
	ShapeIntake    Shape = "intake"
	ShapeOccasion  Shape = "occasion"
)

// Stream is a flow of information that one or more provisions ask for, with
// the policy by which its cycles run.
type Stream struct {
	ID         string // op34
	Shape      Shape
	Title      string            // in English
	Titles     map[string]string // by language, where it is translated
	Provisions []string
	Policy     Policy          // whom its cycles ask, with what ladder; none where the stream does not run
	Inclusion  InclusionPolicy // in whose reports the section stands; inclusion streams only
	Intake     IntakePolicy    // what it takes from whom; none where it takes nothing
	Occasion   OccasionPolicy  // what is held, and who is invited; occasions only
}

// TitleIn is the title in a language, or in English.
func (s Stream) TitleIn(language string) string { return cmp.Or(s.Titles[language], s.Title) }

// TitleIn is the title in a language, or in English.
func (i Instrument) TitleIn(language string) string { return cmp.Or(i.Titles[language], i.Title) }

// Runs reports whether the stream has what its shape needs for cycles to run:
// somebody to ask and with what, for an inclusion the host reports, for an
// intake where what comes goes.
func (s Stream) Runs() bool {
	switch s.Shape {
	case ShapeInclusion:
		return len(s.Policy.Audience) > 0 && len(s.Inclusion.Series) > 0
	case ShapeIntake:
		return len(s.Intake.Destinations) > 0
	case ShapeReport, ShapeOccasion:
	}
	return len(s.Policy.Audience) > 0
}

// Policy is how the cycles of a stream run: their dates, whom they ask, the
// reminder ladder and who clears the report.
type Policy struct {
	Mandated     DateRule   // the date the text sets; report streams only
	Dates        []DateRule // planned dates, each derived from one before it; those of an occasion from its event, the mandated date
	Audience     []Audience
	Ladder       []Rung
	FollowUp     FollowUpPolicy
	Clearance    []ClearanceStep
	CollectEvery Period // least time between two collections that nothing else calls for
	WordBudget   int    // words a report may have; 8,500 for those originating in the Secretariat
	Report       ReportOutline
	Drafter      string // inclusions: the office that drafts the host report
}

// DateRule derives one date of a cycle from another.
type DateRule struct {
	Key         string // what it dates: DateDue
	Label       string
	From        string // adoption, or the key of another date
	Offset      Period
	WorkingDays int    // further working days, after the offset; negative for back
	Basis       string // the provision or practice that says so
	Provision   string // where the text itself sets it
}

// Audience is a kind of contributor that a cycle asks, and with what.
type Audience struct {
	Kind          ContributorKind
	Questionnaire string
}

// ReportOutline says under which headings a report arranges its provisions.
type ReportOutline struct {
	Title    string
	Sections []OutlineSection
}

// OutlineSection is one main heading and the provisions it reports on, in
// order; each Part becomes a subheading.
type OutlineSection struct {
	Heading string
	Parts   []OutlinePart
}

// OutlinePart is one subheading and its provisions.
type OutlinePart struct {
	Heading    string
	Provisions []string
}

// Provision finds a provision by id.
func (i Instrument) Provision(id string) (Provision, bool) {
	n := slices.IndexFunc(i.Provisions, func(p Provision) bool { return p.ID == id })
	if n < 0 {
		return Provision{}, false
	}
	return i.Provisions[n], true
}

// Stream finds a stream by id.
func (i Instrument) Stream(id string) (Stream, bool) {
	n := slices.IndexFunc(i.Streams, func(s Stream) bool { return s.ID == id })
	if n < 0 {
		return Stream{}, false
	}
	return i.Streams[n], true
}

// Mandate lists the provisions that ask for a stream's own report; where none
// does, all that the stream carries.
func (i Instrument) Mandate(s Stream) []string {
	var mandate []string
	for _, id := range s.Provisions {
		if p, ok := i.Provision(id); ok && p.Class == ClassReport {
			mandate = append(mandate, id)
		}
	}
	if len(mandate) == 0 {
		return s.Provisions
	}
	return mandate
}
