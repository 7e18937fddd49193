package demo

import "github.com/rapporteur/rapporteur"

// lastYear is the newest year whose figures the twelve-month report can use.
const lastYear = 2018

// fill puts what is published about a State into its answers: who has figures
// answers yes.
func (s *show) fill(area, questionnaire string, answers map[string]map[string]any) {
	if s.Published == nil {
		return
	}
	for _, t := range s.Published.Tables(area, questionnaire, lastYear) {
		answer := answers[t.Question]
		if answer == nil || answer["status"] == string(rapporteur.StatusNo) {
			answer = map[string]any{"status": string(rapporteur.StatusYes)}
			answers[t.Question] = answer
		}
		answer["source"] = []string{t.Source}
		answer[t.Part] = t.Value()
	}
}
