package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// StreamRecords lets tests on a real store see what a stream has for a report.
func (c Conduct) StreamRecords(ctx context.Context, r Reader, instrument, streamID string, since time.Time) ([]StreamRecord, error) {
	i, err := c.Catalogue.Instrument(instrument)
	if err != nil {
		return nil, err
	}
	stream, _ := i.Stream(streamID)
	cycles, err := cyclesUnder(ctx, r, instrument+"/"+streamID+"/")
	if err != nil {
		return nil, err
	}
	return c.recordsOf(ctx, r, stream, cycles, since, Moment{})
}

// heldTraining is a training on which missions and a department reported; each
// number is how many police a contributor trained, and how many courses it held.
func heldTraining(police ...int) Compilation {
	ref := QuestionnaireRef{ID: "training-report", Version: "1.0.0"}
	in := Compilation{
		Stream: Stream{ID: "op26", Provisions: []string{"OP26"}}, Contributors: map[ContributorID]Contributor{},
		Cycle: Cycle{
			ID: "s-res-2388-2017/op26/occasion-2", Shape: ShapeOccasion, Title: "Course on trafficking",
			Event: Event{Kind: EventTraining, Date: Date{Year: 2018, Month: time.May, Day: 22}, Body: "Entebbe Support Base"},
			Outcome: Outcome{
				Kind: OutcomeHeld, HeldOn: Date{Year: 2018, Month: time.May, Day: 23}, Record: "Course report 7", Summary: "Six modules\nwere taught.",
				Participants: []ContributorID{"mission-00", "entity-zz"}, At: Date{Year: 2018, Month: time.June, Day: 1}.At(9),
			},
		},
		Questionnaires: map[QuestionnaireRef]Questionnaire{ref: {
			QuestionnaireRef: ref, Kind: KindMission, Sections: []QuestionSection{{ID: "op26", Questions: []Question{{
				ID: "M26.2", Provision: "OP26", Label: compileLabel("Were mission personnel trained?"), Parts: []QuestionPart{
					{Name: "status", Kind: PartStatus},
					{Name: "police", Kind: PartFigures, Persons: true, Label: compileLabel("Police trained")},
					{Name: "courses", Kind: PartNumber, Label: compileLabel("Courses held")},
					{Name: "remarks", Kind: PartText, Label: compileLabel("Remarks")},
				},
			}}}},
		}},
	}
	in.Contributors["entity-zz"] = Contributor{ID: "entity-zz", Kind: KindEntity, Names: compileLabel("Department of Peace Operations")}
	for n, trained := range police {
		id := ContributorID(fmt.Sprintf("mission-%02d", n))
		in.Contributors[id] = Contributor{ID: id, Kind: KindMission, Names: compileLabel(fmt.Sprintf("Mission %c", 'A'+n))}
		courses := float64(n + 1)
		in.add(id, KindMission, &AnswerDocument{
			Questionnaire: ref, ReturnType: ReturnAnswered, MayBeQuoted: true, Language: "en", Answers: map[string]Answer{"M26.2": {
				Status: StatusYes, Values: Values{
					{Name: "police", Value: Value{Figures: []Figure{{Sex: "total", Low: trained, High: trained}}}},
					{Name: "courses", Value: Value{Number: &courses}}, {Name: "remarks", Value: Value{Text: "A secret remark of one mission."}},
				},
			}},
		})
	}
	in.Contributors["mission-99"] = Contributor{ID: "mission-99", Kind: KindMission, Names: compileLabel("Mission Z")}
	in.add("mission-99", KindMission, nil)
	return in
}

func toldOf(t *testing.T, in Compilation) StreamRecord {
	t.Helper()
	record, err := occasionRecord(in)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func TestAnOccasionInTheReport(t *testing.T) {
	in := heldTraining(20, 30, 40)
	got := toldOf(t, in)
	want := "The training “Course on trafficking” took place on 23 May 2018 (Entebbe Support Base; Course report 7). " +
		"Department of Peace Operations and Mission A took part. Of the 4 asked, 3 replied. Six modules were taught. " +
		"Under “Police trained”, 3 missions gave figures: 90 persons in total. " +
		"Under “Courses held”, 3 missions gave a figure, 6 in total, with a median of 2."
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if got.Cycle != in.Cycle.ID || !slices.Equal(got.Provisions, []string{"OP26"}) || len(got.Sources) != 4 || got.Sources[0].Record != "cycle/s-res-2388-2017/op26/occasion-2/outcome" {
		t.Errorf("the record is %+v", got)
	}
	for _, s := range got.Sources[1:] {
		if s.Contributor == "" || s.Version != 1 || s.Pointer != "/answers/M26.2" {
			t.Errorf("source %+v", s)
		}
	}
}

// What stands for few persons, or for few contributors, is not told; what does
// not count persons is.
func TestSmallNumbersOfAnOccasion(t *testing.T) {
	for name, c := range map[string]struct {
		police []int
		says   string
	}{
		"few contributors":             {[]int{200, 300}, "Under “Police trained”, 2 missions gave figures; a total is given only where at least 3 stand behind it."},
		"few persons":                  {[]int{1, 1, 1}, "Under “Police trained”, 3 missions gave figures: <5 persons in total."},
		"few contributors above zero":  {[]int{200, 300, 0}, "a total is given only where at least 3 stand behind it."},
		"as many as it takes":          {[]int{1, 2, 2}, "Under “Police trained”, 3 missions gave figures: 5 persons in total."},
		"nobody reports and nobody is": {nil, "Of the 1 asked, 0 replied."},
	} {
		if text := toldOf(t, heldTraining(c.police...)).Text; !strings.Contains(text, c.says) || strings.Contains(text, "secret") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestWhatAnOccasionNeedNotHave(t *testing.T) {
	in := heldTraining()
	in.Cycle.Outcome.Participants, in.Cycle.Outcome.Record, in.Cycle.Outcome.Summary, in.Cycle.Event.Body = nil, "", "", ""
	if got, want := toldOf(t, in).Text, "The training “Course on trafficking” took place on 23 May 2018. Of the 1 asked, 0 replied."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	in.Requests = nil
	in.Cycle.Outcome.Participants = []ContributorID{"entity-gone"}
	if got := toldOf(t, in).Text; !strings.HasSuffix(got, "entity-gone took part.") {
		t.Errorf("got %q", got)
	}
	for n := range 20 {
		id := ContributorID(fmt.Sprintf("entity-%02d", n))
		in.Contributors[id] = Contributor{ID: id, Names: compileLabel(fmt.Sprintf("Entity %c", 'A'+n))}
		in.Cycle.Outcome.Participants = append(in.Cycle.Outcome.Participants, id)
	}
	if got := toldOf(t, in).Text; !strings.Contains(got, "Entity A, Entity B") || !strings.HasSuffix(got, "Entity L and 9 others took part.") {
		t.Errorf("got %q", got)
	}
}

// Contributors of several kinds are counted without calling all of them
// missions.
func TestSeveralKindsReportOnAnOccasion(t *testing.T) {
	in := heldTraining(20, 30, 40)
	in.Requests[1].Kind = KindEntity
	if text := toldOf(t, in).Text; !strings.Contains(text, "3 contributors gave figures: 90 persons in total.") {
		t.Errorf("got %q", text)
	}
}

func TestARecordThatContradictsItself(t *testing.T) {
	in := heldTraining(20)
	in.Questionnaires = nil
	if _, err := occasionRecord(in); err == nil || !strings.HasPrefix(err.Error(), "cannot tell of occasion: ") {
		t.Errorf("got %v", err)
	}
}

// Whatever is reported, a total of persons in the text is of at least five, and
// of at least three contributors.
func TestOccasionsDiscloseNoSmallNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		police := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 6).Draw(t, "police")
		record, err := occasionRecord(heldTraining(police...))
		if err != nil {
			t.Fatal(err)
		}
		total, behind := 0, 0
		for _, n := range police {
			total += n
			behind += min(n, 1)
		}
		told := strings.Contains(record.Text, fmt.Sprintf(": %d persons in total", total))
		if may := total >= smallCount && behind >= minContributors; told != may {
			t.Fatalf("%v: may be told %v: %s", police, may, record.Text)
		}
	})
}
