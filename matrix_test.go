package rapporteur_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// matrixCycle is a cycle that asks a State and an entity. Requests went out on
// 1 March, answers are due on 1 May.
const (
	matrixCycle = rapporteur.CycleID("i/report/2018")
	someState   = rapporteur.ContributorID("state-ken")
	someEntity  = rapporteur.ContributorID("entity-iom")
)

var (
	matrixOpens = day(time.March, 1).At(13)
	matrixDue   = day(time.May, 1)
	ofStates    = rapporteur.QuestionnaireRef{ID: "member-state", Version: "1.0.0"}
	ofEntities  = rapporteur.QuestionnaireRef{ID: "entity", Version: "1.0.0"}
)

func asking(ref rapporteur.QuestionnaireRef, provisions ...string) rapporteur.Questionnaire {
	q := rapporteur.Questionnaire{QuestionnaireRef: ref, Sections: []rapporteur.QuestionSection{{}}}
	for n, p := range provisions {
		q.Sections[0].Questions = append(q.Sections[0].Questions, rapporteur.Question{ID: fmt.Sprintf("Q%d", n+1), Provision: p})
	}
	return q
}

// matrixRecord has a stream of many provisions: States are asked about OP2 by
// two questions and about OP28 as a whole, entities about OP31; nobody about
// OP34. OP35 is in no stream.
func matrixRecord(at time.Time, audit ...rapporteur.AuditRecord) rapporteur.MatrixRecord {
	request := func(id rapporteur.ContributorID, kind rapporteur.ContributorKind, ref rapporteur.QuestionnaireRef) rapporteur.Request {
		return rapporteur.Request{
			RequestKey: rapporteur.RequestKey{Cycle: matrixCycle, Contributor: id}, Kind: kind, Questionnaire: ref, OpenedAt: matrixOpens,
			State: "whatever it is today", Due: day(time.December, 31),
		}
	}
	opened := rapporteur.AuditRecord{Action: rapporteur.ActionCycleOpened, At: matrixOpens, Details: map[string]string{"due": matrixDue.String()}}
	return rapporteur.MatrixRecord{
		Instrument: rapporteur.Instrument{
			ID: "i",
			Provisions: []rapporteur.Provision{
				{ID: "OP2"}, {ID: "OP28.a"}, {ID: "OP28.b"}, {ID: "OP31"}, {ID: "OP34"}, {ID: "OP35"},
			},
			Streams: []rapporteur.Stream{
				{ID: "report", Provisions: []string{"OP34", "OP31", "OP28.b", "OP28.a", "OP2"}},
				{ID: "one", Provisions: []string{"OP31"}},
			},
		},
		AsOf:           rapporteur.DateOf(at),
		Questionnaires: map[rapporteur.QuestionnaireRef]rapporteur.Questionnaire{ofStates: asking(ofStates, "OP2", "OP2", "OP28", "OP99"), ofEntities: asking(ofEntities, "OP31")},
		Cycles: []rapporteur.CycleRecord{{
			Cycle: rapporteur.Cycle{ID: matrixCycle}, At: at, Asks: []rapporteur.QuestionnaireRef{ofEntities, ofStates},
			Requests: []rapporteur.Request{request(someEntity, rapporteur.KindEntity, ofEntities), request(someState, rapporteur.KindMemberState, ofStates)},
			Audit:    append([]rapporteur.AuditRecord{opened}, audit...),
			Contributors: map[rapporteur.ContributorID]rapporteur.Contributor{
				someState: {ID: someState, Names: map[string]string{"en": "Kenya"}, Region: "Africa"},
			},
		}},
	}
}

// happened is an audit record about the State at noon of a date, with details
// as "name value" pairs.
func happened(on rapporteur.Date, action rapporteur.Action, details ...string) rapporteur.AuditRecord {
	a := rapporteur.AuditRecord{Action: action, At: on.At(12), Contributor: someState, Details: map[string]string{}}
	switch action {
	case rapporteur.ActionDeadlineMoved, rapporteur.ActionCollectionClosed, rapporteur.ActionCancelled:
		a.Contributor = ""
	}
	for _, d := range details {
		name, value, _ := strings.Cut(d, " ")
		a.Details[name] = value
	}
	return a
}

// accepted is the audit record of an accepted version.
func accepted(on rapporteur.Date, version int, returnType rapporteur.ReturnType, details ...string) rapporteur.AuditRecord {
	return happened(on, rapporteur.ActionSubmitted, append(details, fmt.Sprintf("version %d", version), "return-type "+string(returnType), "hash h"+fmt.Sprint(version))...)
}

// rowOf is the row of somebody, in words; "nothing" where there is none.
func rowOf(m rapporteur.Matrix, id rapporteur.ContributorID) string {
	for _, r := range m.Rows {
		if r.Contributor != id {
			continue
		}
		text := fmt.Sprintf("%s due %s", r.State, r.Due)
		if r.Version > 0 {
			text += fmt.Sprintf(" version %d %s at %s", r.Version, r.ReturnType, rapporteur.DateOf(r.AnsweredAt))
		}
		if r.DaysLate > 0 {
			text += fmt.Sprintf(" late %d", r.DaysLate)
		}
		if r.Rounds > 0 {
			text += fmt.Sprintf(" rounds %d", r.Rounds)
		}
		return text
	}
	return "nothing"
}

func TestHowARequestStoodOnADate(t *testing.T) {
	const answered, nilReturn = rapporteur.ReturnAnswered, rapporteur.ReturnNil
	moved := func(on, to rapporteur.Date) rapporteur.AuditRecord {
		return happened(on, rapporteur.ActionDeadlineMoved, "date "+to.String())
	}
	granted := happened(day(time.April, 10), rapporteur.ActionExtensionGranted, "until 2018-05-20")
	closed := happened(day(time.June, 1), rapporteur.ActionCollectionClosed)
	for name, c := range map[string]struct {
		on    rapporteur.Date
		audit []rapporteur.AuditRecord
		want  string
	}{
		"before it was asked":              {day(time.February, 27), nil, "nothing"},
		"asked":                            {day(time.March, 2), nil, "awaited due 2018-05-01"},
		"on the due date":                  {day(time.May, 1), nil, "awaited due 2018-05-01"},
		"the day after":                    {day(time.May, 2), nil, "overdue due 2018-05-01 late 1"},
		"a month later":                    {day(time.May, 31), nil, "overdue due 2018-05-01 late 30"},
		"closed":                           {day(time.August, 1), []rapporteur.AuditRecord{closed}, "silent due 2018-05-01 late 30"},
		"the day before it closed":         {day(time.May, 30), []rapporteur.AuditRecord{closed}, "overdue due 2018-05-01 late 29"},
		"closed before the deadline":       {day(time.April, 3), []rapporteur.AuditRecord{happened(day(time.April, 2), rapporteur.ActionCollectionClosed)}, "silent due 2018-05-01"},
		"answered":                         {day(time.April, 3), []rapporteur.AuditRecord{accepted(day(time.April, 3), 1, answered, "late false")}, "answered due 2018-05-01 version 1 answered at 2018-04-03"},
		"the day before it answered":       {day(time.April, 1), []rapporteur.AuditRecord{accepted(day(time.April, 3), 1, answered)}, "awaited due 2018-05-01"},
		"answered on the date that is old": {day(time.April, 2), []rapporteur.AuditRecord{accepted(day(time.April, 3), 1, answered)}, "answered due 2018-05-01 version 1 answered at 2018-04-03"},
		"answered late": {day(time.July, 1), []rapporteur.AuditRecord{accepted(day(time.May, 10), 1, nilReturn, "late true")},
			"nil due 2018-05-01 version 1 nil at 2018-05-10 late 8"},
		"answered a little late": {day(time.July, 1), []rapporteur.AuditRecord{accepted(matrixDue, 1, nilReturn, "late true")},
			"nil due 2018-05-01 version 1 nil at 2018-05-01 late 1"},
		"the newest version counts, the first was late": {day(time.July, 1), []rapporteur.AuditRecord{
			accepted(day(time.May, 10), 1, nilReturn, "late true"), accepted(day(time.June, 10), 2, rapporteur.ReturnPartial, "late true"),
		}, "answered due 2018-05-01 version 2 partial at 2018-05-10 late 8"},
		"returned": {day(time.July, 1), []rapporteur.AuditRecord{
			accepted(day(time.April, 10), 1, answered, "late false"), happened(day(time.April, 20), rapporteur.ActionReturned, "due 2018-05-04"),
		}, "answered due 2018-05-01 version 1 answered at 2018-04-10 rounds 1"},
		"returned, seen before": {day(time.April, 18), []rapporteur.AuditRecord{
			accepted(day(time.April, 10), 1, answered, "late false"), happened(day(time.April, 20), rapporteur.ActionReturned, "due 2018-05-04"),
		}, "answered due 2018-05-01 version 1 answered at 2018-04-10"},
		"moved":                {day(time.May, 10), []rapporteur.AuditRecord{moved(day(time.April, 1), day(time.May, 15))}, "awaited due 2018-05-15"},
		"moved, seen before":   {day(time.March, 20), []rapporteur.AuditRecord{moved(day(time.April, 1), day(time.May, 15))}, "awaited due 2018-05-01"},
		"extended":             {day(time.May, 10), []rapporteur.AuditRecord{granted}, "awaited due 2018-05-20"},
		"extended, then moved": {day(time.May, 10), []rapporteur.AuditRecord{granted, moved(day(time.April, 11), day(time.May, 15))}, "awaited due 2018-05-20"},
		"refused":              {day(time.May, 10), []rapporteur.AuditRecord{happened(day(time.April, 10), rapporteur.ActionExtensionRefused, "until 2018-05-20")}, "overdue due 2018-05-01 late 9"},
		"asked for more, then moved": {day(time.May, 10), []rapporteur.AuditRecord{
			granted, happened(day(time.April, 11), rapporteur.ActionExtensionAsked, "until 2018-05-25"), moved(day(time.April, 12), day(time.May, 15)),
		}, "awaited due 2018-05-15"},
		"moved after the answer": {day(time.July, 1), []rapporteur.AuditRecord{
			accepted(day(time.May, 10), 1, nilReturn, "late true"), moved(day(time.May, 11), day(time.May, 20)),
		}, "nil due 2018-05-01 version 1 nil at 2018-05-10 late 8"},
		"moved while the answer was accepted": {day(time.July, 1), []rapporteur.AuditRecord{
			moved(day(time.April, 1), day(time.May, 20)), accepted(day(time.May, 10), 1, nilReturn, "late true", "due 2018-05-01"),
		}, "nil due 2018-05-01 version 1 nil at 2018-05-10 late 8"},
		"withdrawn":              {day(time.May, 10), []rapporteur.AuditRecord{happened(day(time.April, 1), rapporteur.ActionContributorWithdrew)}, "nothing"},
		"withdrawn, seen before": {day(time.March, 30), []rapporteur.AuditRecord{happened(day(time.April, 1), rapporteur.ActionContributorWithdrew)}, "awaited due 2018-05-01"},
		"withdrawn after it answered": {day(time.May, 10), []rapporteur.AuditRecord{
			accepted(day(time.March, 10), 1, answered), happened(day(time.April, 1), rapporteur.ActionContributorWithdrew),
		}, "nothing"},
		"asked again": {day(time.May, 10), []rapporteur.AuditRecord{
			happened(day(time.April, 1), rapporteur.ActionContributorWithdrew), moved(day(time.April, 2), day(time.May, 15)), happened(day(time.April, 3), rapporteur.ActionContributorAdded),
		}, "awaited due 2018-05-15"},
		"extended, withdrawn, asked again and moved": {day(time.May, 10), []rapporteur.AuditRecord{
			granted, happened(day(time.April, 11), rapporteur.ActionContributorWithdrew), happened(day(time.April, 12), rapporteur.ActionContributorAdded), moved(day(time.April, 13), day(time.May, 15)),
		}, "awaited due 2018-05-15"},
		"an answer that a withdrawal overtook": {day(time.May, 10), []rapporteur.AuditRecord{
			happened(day(time.April, 1), rapporteur.ActionContributorWithdrew), accepted(day(time.April, 1), 1, answered), happened(day(time.April, 3), rapporteur.ActionContributorAdded),
		}, "answered due 2018-05-01 version 1 answered at 2018-04-01"},
		"cancelled":              {day(time.May, 10), []rapporteur.AuditRecord{accepted(day(time.March, 10), 1, answered), happened(day(time.April, 1), rapporteur.ActionCancelled)}, "nothing"},
		"cancelled, seen before": {day(time.March, 10), []rapporteur.AuditRecord{accepted(day(time.March, 10), 1, answered), happened(day(time.April, 1), rapporteur.ActionCancelled)}, "answered due 2018-05-01 version 1 answered at 2018-03-10"},
		"cancelled when closed":  {day(time.July, 10), []rapporteur.AuditRecord{closed, happened(day(time.July, 1), rapporteur.ActionCancelled)}, "nothing"},
	} {
		if got := rowOf(rapporteur.NewMatrix(matrixRecord(c.on.End(), c.audit...)), someState); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Who was added later was asked then, with the deadline of then; what was
// decided before the requests went out is in the record of that.
func TestAskedLater(t *testing.T) {
	record := matrixRecord(day(time.April, 20).End(),
		happened(day(time.April, 1), rapporteur.ActionDeadlineMoved, "date 2018-05-15"), happened(day(time.April, 10), rapporteur.ActionContributorAdded))
	cycle := &record.Cycles[0]
	cycle.Requests[1].OpenedAt = day(time.April, 10).At(12)
	planned := happened(day(time.February, 1), rapporteur.ActionDeadlineMoved, "date 2018-04-01")
	withdrawn := happened(day(time.February, 2), rapporteur.ActionContributorWithdrew)
	cycle.Audit = append([]rapporteur.AuditRecord{planned, withdrawn}, cycle.Audit...)
	if got := rowOf(rapporteur.NewMatrix(record), someState); got != "awaited due 2018-05-15" {
		t.Errorf("who was added is %q", got)
	}
	cycle.At = day(time.April, 5).End()
	m := rapporteur.NewMatrix(record)
	if got := rowOf(m, someState); got != "nothing" {
		t.Errorf("before it was added it is %q", got)
	}
	if got := rowOf(m, someEntity); got != "awaited due 2018-05-15" {
		t.Errorf("whoever was asked at first is %q", got)
	}
}

// Without a record that the requests went out, as of an older or another kind
// of cycle, the plan says the deadline.
func TestWithoutARecordOfTheOpening(t *testing.T) {
	record := matrixRecord(day(time.April, 20).End())
	cycle := &record.Cycles[0]
	cycle.Audit = nil
	cycle.Cycle.Plan = rapporteur.Plan{Dates: []rapporteur.PlannedDate{{Key: rapporteur.DateDue, Date: day(time.April, 10)}}}
	if got := rowOf(rapporteur.NewMatrix(record), someState); got != "overdue due 2018-04-10 late 10" {
		t.Errorf("the row is %q", got)
	}
}

// A cycle that asks nobody, as a window of an intake, expects nothing.
func TestCyclesThatAskNobodyExpectNothing(t *testing.T) {
	record := matrixRecord(day(time.April, 20).End())
	record.Cycles[0].Requests = nil
	m := rapporteur.NewMatrix(record)
	if len(m.Rows) != 0 || len(m.Provisions) != 0 {
		t.Errorf("rows %+v about %v", m.Rows, m.Provisions)
	}
	same(t, "measures", m.Measures, []rapporteur.GroupMeasures{{By: rapporteur.GroupAll}})
}
