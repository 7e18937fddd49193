package schemas

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// every calls visit for each question of each questionnaire.
func every(t *testing.T, visit func(rapporteur.Questionnaire, rapporteur.Question)) {
	t.Helper()
	for _, id := range questionnaireIDs {
		q := latest(t, id)
		for _, s := range q.Sections {
			for _, question := range s.Questions {
				visit(q, question)
			}
		}
	}
}

// How many questions each paragraph of the Member State questionnaire has.
func TestMemberStatesAreAskedEveryQuestion(t *testing.T) {
	q := latest(t, "member-state")
	for paragraph, n := range map[int]int{2: 5, 3: 7, 4: 6, 5: 7, 6: 6, 7: 6, 8: 5, 13: 5, 14: 3, 15: 4, 16: 5, 17: 5, 18: 3, 19: 5, 20: 4, 21: 5, 23: 5} {
		for k := 1; k <= n; k++ {
			if _, ok := q.Question(fmt.Sprintf("Q%d.%d", paragraph, k)); !ok {
				t.Errorf("there is no question Q%d.%d", paragraph, k)
			}
		}
		if _, ok := q.Question(fmt.Sprintf("Q%d.%d", paragraph, n+1)); ok {
			t.Errorf("there is a question Q%d.%d", paragraph, n+1)
		}
	}
}

func TestEntitiesAndMissionsAreAskedEveryQuestion(t *testing.T) {
	for id, questions := range map[string][]string{
		"entity": {
			"Q9.1", "Q11.1", "Q12.1", "Q22.1", "Q24.1", "Q24.2", "Q27.1", "Q28.1", "Q28.2", "Q29.1",
			"Q31.1", "Q31.2", "Q31.3", "Q31.4", "Q31.5", "Q31.6", "Q31.7", "Q32.1",
		},
		"mission": {"M33.1", "M33.2", "M33.3", "M33.4", "M33.5", "M33.6", "M26.1", "M26.2", "M25.1"},
	} {
		q := latest(t, id)
		for _, question := range questions {
			if _, ok := q.Question(question); !ok {
				t.Errorf("%s: there is no question %s", id, question)
			}
		}
	}
}

func TestEveryQuestionIsAboutAProvisionThatTheReportTreatsOnce(t *testing.T) {
	i := resolution2388(t)
	s, _ := i.Stream("op34")
	treated := map[string]int{}
	for _, section := range s.Policy.Report.Sections {
		if len(section.Parts) < 2 {
			t.Errorf("section %q has a lone subheading", section.Heading)
		}
		for _, part := range section.Parts {
			for _, id := range part.Provisions {
				treated[id]++
			}
		}
	}
	asked := map[string]bool{}
	every(t, func(q rapporteur.Questionnaire, question rapporteur.Question) {
		asked[question.Provision] = true
		if _, ok := i.Provision(question.Provision); !ok {
			t.Errorf("%s %s is about %s, which does not exist", q.ID, question.ID, question.Provision)
		}
		if treated[question.Provision] != 1 {
			t.Errorf("%s %s is about %s, which the outline has %d times", q.ID, question.ID, question.Provision, treated[question.Provision])
		}
	})
	for id := range treated {
		if !asked[id] {
			t.Errorf("the outline has %s, about which nobody is asked", id)
		}
	}
}

func TestPartsOfQuestions(t *testing.T) {
	every(t, func(q rapporteur.Questionnaire, question rapporteur.Question) {
		at := q.ID + " " + question.ID
		if len(question.Parts) == 0 || question.Parts[0].Kind != rapporteur.PartStatus || len(question.Parts[0].Options) != 5 {
			t.Errorf("%s does not begin with its status", at)
		}
		for _, p := range question.Parts {
			if p.Kind == rapporteur.PartText && p.MaxWords == 0 {
				t.Errorf("%s %s has no limit of words", at, p.Name)
			}
			if (p.Kind == rapporteur.PartChoice || p.Kind == rapporteur.PartChoices) && len(p.Options) < 2 {
				t.Errorf("%s %s has fewer than two options", at, p.Name)
			}
			if p.ByForm != (p.Kind == rapporteur.PartFigures && len(p.Options) > 0) {
				t.Errorf("%s %s: forms of exploitation and options do not agree", at, p.Name)
			}
			if p.Kind == rapporteur.PartFigures && !p.Persons {
				t.Errorf("%s %s counts persons but would not be masked", at, p.Name)
			}
		}
	})
}

func TestQuestionsKeepTheOrderOfTheFile(t *testing.T) {
	question, ok := latest(t, "member-state").Question("Q5.2")
	if !ok {
		t.Fatal("no question Q5.2")
	}
	var names []string
	for _, p := range question.Parts {
		names = append(names, p.Name)
	}
	if want := []string{"status", "contact", "prosecuted", "convicted"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

func TestTheSchemaItselfIsHandedOut(t *testing.T) {
	q := latest(t, "mission")
	other, err := load(t).Questionnaire(q.QuestionnaireRef)
	if err != nil || len(other.Schema) < 1000 || other.Title["fr"] == "" || other.Kind != rapporteur.KindMission {
		t.Errorf("got %d bytes of schema (%v)", len(other.Schema), err)
	}
	if _, err := load(t).Questionnaire(rapporteur.QuestionnaireRef{ID: "mission", Version: "9.0.0"}); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("an unknown version: %v", err)
	}
	if _, err := load(t).Latest("poll"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("an unknown questionnaire: %v", err)
	}
	if _, err := load(t).Instrument("s-res-1-1946"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("an unknown instrument: %v", err)
	}
}
