package rapporteur

import (
	"fmt"
	"time"
)

// compileLabel is a text in English only.
func compileLabel(text string) map[string]string { return map[string]string{"en": text} }

// compileInstrument is a small instrument with one report stream.
func compileInstrument() Instrument {
	i := Instrument{
		ID: "s-res-2388-2017", Symbol: "S/RES/2388 (2017)", Title: "Trafficking in persons in armed conflict",
		Body: "Security Council", Adopted: Date{Year: 2017, Month: time.November, Day: 21},
		Provisions: []Provision{
			{ID: "OP2", Operative: 2}, {ID: "OP3.a", Operative: 3}, {ID: "OP3.c", Operative: 3}, {ID: "OP5", Operative: 5},
			{ID: "OP6", Operative: 6}, {ID: "OP8", Operative: 8}, {ID: "OP31", Operative: 31}, {ID: "OP33", Operative: 33},
			{ID: "OP34", Operative: 34, Class: ClassReport, Verb: "requests", Addressee: "Secretary-General", Summary: "Follow up on the implementation of the resolution and report on progress within 12 months"},
		},
	}
	i.Streams = []Stream{{
		ID: "op34", Shape: ShapeReport, Title: "Report on implementation", Provisions: []string{"OP2", "OP34"},
		Policy: Policy{WordBudget: DefaultWordBudget, Report: ReportOutline{
			Title: "Report of the Secretary-General on trafficking in persons in armed conflict pursuant to Security Council resolution 2388 (2017)",
			Sections: []OutlineSection{
				{Heading: "Action by Member States", Parts: []OutlinePart{
					{Heading: "Ratification and legislation", Provisions: []string{"OP2"}},
					{Heading: "Identification and protection", Provisions: []string{"OP3.a", "OP3.c"}},
					{Heading: "Investigation and evidence", Provisions: []string{"OP5"}},
					{Heading: "Connected crimes", Provisions: []string{"OP6"}},
				}},
				{Heading: "Action by the United Nations system", Parts: []OutlinePart{
					{Heading: "Procurement", Provisions: []string{"OP31"}},
					{Heading: "Missions", Provisions: []string{"OP33"}},
				}},
				{Heading: "Prevention", Parts: []OutlinePart{{Heading: "Education", Provisions: []string{"OP8"}}}},
			},
		}},
	}}
	return i
}

// compileQuestionnaires is one questionnaire for Member States and one for
// entities, with every kind of part.
func compileQuestionnaires() map[QuestionnaireRef]Questionnaire {
	states := Questionnaire{
		QuestionnaireRef: QuestionnaireRef{ID: "member-state", Version: "1.0.0"}, Kind: KindMemberState,
		Sections: []QuestionSection{
			{ID: "OP2", Questions: []Question{
				{ID: "Q2.1", Provision: "OP2", Label: compileLabel("Party to the Trafficking Protocol?"), Parts: []QuestionPart{
					{Name: "status", Kind: PartStatus}, {Name: "deposited", Kind: PartDate, Label: compileLabel("Date of deposit")},
				}},
				{ID: "Q2.2", Provision: "OP2", Label: compileLabel("National implementing measures"), Parts: []QuestionPart{
					{Name: "measures", Kind: PartText, Label: compileLabel("Measures")}, {Name: "laws", Kind: PartRef, Label: compileLabel("Laws")},
				}},
			}},
			{ID: "OP3", Questions: []Question{
				{ID: "Q3.3", Provision: "OP3.a", Label: compileLabel("Formal identification procedure"), Parts: []QuestionPart{
					{Name: "identifiers", Kind: PartChoices, Label: compileLabel("Who may identify"), Options: []Option{
						{"police", compileLabel("Police")}, {"border", compileLabel("Border guards")}, {"ngo", compileLabel("Non-governmental organizations")},
					}},
				}},
				{ID: "Q3.4", Provision: "OP3.a", Label: compileLabel("Victims identified in the period"), Parts: []QuestionPart{
					{Name: "identified", Kind: PartFigures, Persons: true, ByAge: true, ByForm: true, Label: compileLabel("Victims identified")},
					{Name: "linked", Kind: PartFigures, Persons: true, ByAge: true, Label: compileLabel("Of them linked to areas affected by armed conflict")},
				}},
			}},
			{ID: "OP5", Questions: []Question{
				{ID: "Q5.1", Provision: "OP5", Label: compileLabel("Offences recorded"), Parts: []QuestionPart{{Name: "offences", Kind: PartNumber, Label: compileLabel("Offences recorded")}}},
				{ID: "Q5.2", Provision: "OP5", Label: compileLabel("Time to registration"), Parts: []QuestionPart{
					{Name: "days", Kind: PartNumber, Label: compileLabel("Median days to registration")},
					{Name: "share", Kind: PartPercent, Label: compileLabel("Share registered")},
				}},
			}},
			{ID: "OP6", Questions: []Question{{ID: "Q6.2", Provision: "OP6", Label: compileLabel("Proceeds confiscated"), Parts: []QuestionPart{
				{Name: "amount", Kind: PartNumber, Label: compileLabel("Amount confiscated")}, {Name: "currency", Kind: PartChoice, Label: compileLabel("Currency")},
			}}}},
			{ID: "OP8", Questions: []Question{{ID: "Q8.1", Provision: "OP8", Label: compileLabel("Risks in school curricula?")}}},
		},
	}
	entities := Questionnaire{
		QuestionnaireRef: QuestionnaireRef{ID: "entity", Version: "1.0.0"}, Kind: KindEntity,
		Sections: []QuestionSection{{ID: "OP31", Questions: []Question{
			{ID: "Q31.1", Provision: "OP31", Label: compileLabel("Procurement policy"), Parts: []QuestionPart{{Name: "policy", Kind: PartChoice, Label: compileLabel("Policy")}}},
		}}},
	}
	return map[QuestionnaireRef]Questionnaire{states.QuestionnaireRef: states, entities.QuestionnaireRef: entities}
}

var compileStates = []string{
	"Afghanistan", "Albania", "Belgium", "Côte d’Ivoire", "Czechia", "Egypt", "Iceland", "Jordan", "Kenya",
	"Türkiye", "Tuvalu", "United Kingdom of Great Britain and Northern Ireland", "Uruguay", "Zambia",
}

// compileFixture is a cycle in which every kind of return occurs.
func compileFixture() Compilation {
	i := compileInstrument()
	in := Compilation{
		Instrument: i, Stream: i.Streams[0], Draft: 1, Contributors: map[ContributorID]Contributor{},
		Questionnaires: compileQuestionnaires(), CompiledAt: Date{Year: 2018, Month: time.October, Day: 1}.At(9),
		Cycle: Cycle{ID: "s-res-2388-2017/op34/2018", Policy: i.Streams[0].Policy, Plan: Plan{Dates: []PlannedDate{
			{Key: DateMandated, Date: Date{Year: 2018, Month: time.November, Day: 21}},
			{Key: DateDue, Date: Date{Year: 2018, Month: time.August, Day: 31}},
		}}},
	}
	for n, name := range compileStates {
		id := ContributorID(fmt.Sprintf("state-%02d", n))
		in.Contributors[id] = Contributor{ID: id, Kind: KindMemberState, Names: compileLabel(name)}
		in.add(id, KindMemberState, compileReply(n))
	}
	for n, name := range []string{"United Nations Office on Drugs and Crime", "International Organization for Migration"} {
		id := ContributorID(fmt.Sprintf("entity-%02d", n))
		in.Contributors[id] = Contributor{ID: id, Kind: KindEntity, Names: compileLabel(name)}
		in.add(id, KindEntity, &AnswerDocument{
			Questionnaire: QuestionnaireRef{"entity", "1.0.0"}, ReturnType: ReturnAnswered, MayBeQuoted: true, Language: "en",
			Answers: map[string]Answer{"Q31.1": {Status: StatusYes, Values: Values{{Name: "policy", Value: Value{Choices: []string{"in_preparation"}}}}}},
		})
	}
	in.Contributors["state-99"] = Contributor{ID: "state-99", Kind: KindMemberState, Names: compileLabel("Atlantis")}
	in.Requests = append(in.Requests, Request{RequestKey: RequestKey{in.Cycle.ID, "state-99"}, Kind: KindMemberState, State: RequestWithdrawn})
	return in
}

// add asks a contributor; without a document there is no reply.
func (in *Compilation) add(id ContributorID, kind ContributorKind, doc *AnswerDocument) {
	key := RequestKey{in.Cycle.ID, id}
	r := Request{RequestKey: key, Kind: kind, State: RequestNoReply, Outcome: ReturnNoReply}
	if doc != nil {
		r.State, r.Outcome, r.Version, r.Late = RequestSettled, doc.ReturnType, 1, len(in.Requests)%4 == 3
		in.Accepted = append(in.Accepted, Accepted{
			Submission: Submission{RequestKey: key, Version: 1, Questionnaire: doc.Questionnaire, ReturnType: doc.ReturnType, Language: doc.Language},
			Document:   *doc,
		})
	}
	in.Requests = append(in.Requests, r)
}

// compileReply is what the n-th Member State of the fixture answers.
func compileReply(n int) *AnswerDocument {
	doc := &AnswerDocument{
		Questionnaire: QuestionnaireRef{"member-state", "1.0.0"}, ReturnType: ReturnAnswered,
		Language: "en", MayBeQuoted: n%3 != 0, Answers: map[string]Answer{},
	}
	switch n {
	case 0, 13:
		return nil
	case 5:
		doc.ReturnType = ReturnNil
		return doc
	case 6:
		doc.ReturnType = ReturnNotApplicable
		return doc
	case 7:
		doc.Language = "fr"
	}
	number := func(f float64) Value { return Value{Number: &f} }
	doc.Answers["Q2.1"] = Answer{
		Status: []Status{StatusYes, StatusYes, StatusInPart, StatusNo}[n%4],
		Values: Values{{Name: "deposited", Value: Value{Date: Date{Year: 2001 + n, Month: time.May, Day: 3}}}},
	}
	doc.Answers["Q2.2"] = Answer{Status: StatusYes, Values: Values{
		{Name: "measures", Value: Value{Text: fmt.Sprintf("The national referral mechanism was revised under Act %d. Further text is not quoted.", 100+n)}},
		{Name: "laws", Value: Value{Rows: []map[string]string{{"title": "Act"}}}},
	}}
	doc.Answers["Q3.3"] = Answer{Status: StatusInPart, LegalReferences: []string{"art. 4"}, Values: Values{
		{Name: "identifiers", Value: Value{Choices: []string{"police", []string{"border", "ngo"}[n%2]}}},
	}}
	doc.Answers["Q3.4"] = Answer{Status: StatusYes, Values: Values{
		{Name: "identified", Value: Value{Figures: compileFigures(40+7*n, 12+n, 9)}},
		{Name: "linked", Value: Value{Figures: compileFigures(20+n, 8, 2)}},
	}}
	doc.Answers["Q5.1"] = Answer{Status: StatusYes, Values: Values{{Name: "offences", Value: number(float64(100 * n))}}}
	doc.Answers["Q5.2"] = Answer{Values: Values{{Name: "days", Value: number(float64(3 + n))}, {Name: "share", Value: number(12.5)}}}
	if n < 3 {
		doc.Answers["Q6.2"] = Answer{Values: Values{{Name: "amount", Value: number(1e6)}, {Name: "currency", Value: Value{Choices: []string{"EUR"}}}}}
	}
	return doc
}

// compileFigures is a total with its breakdown by sex, by age and by form; the
// men and boys are masked where there are few.
func compileFigures(total, children, male int) []Figure {
	exact := func(sex, age, form string, n int) Figure {
		f := Figure{Sex: sex, Age: age, Form: form, Low: n, High: n}
		if n < smallCount {
			f.Low, f.High = 0, smallCount-1
		}
		return f
	}
	return []Figure{
		exact("total", "total", "total", total),
		exact("F", "total", "total", total-male), exact("M", "total", "total", male),
		exact("total", "0-17", "total", children), exact("total", "18+", "total", total-children),
		exact("total", "total", "SEXUAL_EXPLOITATION", total/2), exact("total", "total", "FORCED_LABOUR", total-total/2),
	}
}
