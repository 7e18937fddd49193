package rapporteur

import (
	"cmp"
	"slices"
)

// askedProvision is a provision that a request is about, with the questions of
// its questionnaire that ask about it; none where the whole answer counts.
type askedProvision struct {
	id        string
	questions []string
}

// rows is the cycle's part of a matrix.
func (c CycleRecord) rows(instrument Instrument, questionnaires map[QuestionnaireRef]Questionnaire) []MatrixRow {
	known := map[QuestionnaireRef][]askedProvision{}
	about := func(ref QuestionnaireRef) []askedProvision {
		if _, ok := known[ref]; !ok {
			known[ref] = c.provisions(ref, instrument, questionnaires)
		}
		return known[ref]
	}
	var rows []MatrixRow
	for _, s := range c.stands() {
		who := c.Contributors[s.request.Contributor]
		row := MatrixRow{
			RequestKey: s.request.RequestKey, Name: cmp.Or(who.Name("en"), string(s.request.Contributor)),
			Kind: s.request.Kind, Region: who.Region, Questionnaire: s.questionnaire(), State: s.state(c.At), ReturnType: s.returnType, Version: s.standing(),
			Due: s.deadline(), AnsweredAt: s.answeredAt, DaysLate: s.daysLate(c.At), Rounds: s.rounds,
			hash: s.hash, about: about(s.questionnaire()),
		}
		for _, p := range row.about {
			cell := MatrixCell{Provision: p.id, State: row.State}
			if row.State == CellAnswered && len(p.questions) > 0 {
				cell.State = ""
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

// provisions is what a request with a questionnaire is about: the provisions of
// the cycle's stream that its questions ask about; a question about OP28 asks
// about OP28.a and OP28.b. A provision that no questionnaire of the cycle asks
// about, and the only one of a stream, is answered by the answer as a whole.
func (c CycleRecord) provisions(ref QuestionnaireRef, instrument Instrument, questionnaires map[QuestionnaireRef]Questionnaire) []askedProvision {
	_, streamID, _, _ := c.Cycle.ID.Parts() // a stored id has its parts
	stream, _ := instrument.Stream(streamID)
	var asked []askedProvision
	for _, p := range instrument.Provisions {
		if !slices.Contains(stream.Provisions, p.ID) {
			continue
		}
		questions := questionnaires[ref].about(p.ID)
		elsewhere := slices.ContainsFunc(c.Asks, func(other QuestionnaireRef) bool { return len(questionnaires[other].about(p.ID)) > 0 })
		if len(questions) > 0 || !elsewhere || len(stream.Provisions) == 1 {
			asked = append(asked, askedProvision{id: p.ID, questions: questions})
		}
	}
	return asked
}

// about lists the questions about a provision.
func (q Questionnaire) about(provision string) []string {
	var ids []string
	for _, s := range q.Sections {
		for _, question := range s.Questions {
			if provisionsMatch(question.Provision, provision) {
				ids = append(ids, question.ID)
			}
		}
	}
	return ids
}

// wholeState is the state of an accepted answer by its return type alone.
func wholeState(t ReturnType) CellState {
	switch t {
	case ReturnAnswered, ReturnPartial:
		return CellAnswered
	case ReturnNil:
		return CellNil
	case ReturnNotApplicable:
		return CellNotApplicable
	}
	return CellConsidered
}

// ToRead reports whether cells of the row depend on what is in the answer; the
// return type alone says it of all others.
func (r MatrixRow) ToRead() bool {
	return r.State == CellAnswered && slices.ContainsFunc(r.Cells, func(c MatrixCell) bool { return c.State == "" })
}

// Body is the SHA-256 of the newest accepted version's body; empty where there
// is none.
func (r MatrixRow) Body() string { return r.hash }

// Read is the row with the states that its answer gives to the cells, where
// they depend on it.
func (r MatrixRow) Read(d AnswerDocument) MatrixRow {
	r.Cells = slices.Clone(r.Cells)
	for n, p := range r.about {
		if r.State == CellAnswered && len(p.questions) > 0 {
			r.Cells[n].State = d.on(p.questions)
		}
	}
	return r
}

// on is the state of a provision by the answers to the questions about it.
func (d AnswerDocument) on(questions []string) CellState {
	given, none, notApplicable := 0, 0, 0
	for _, id := range questions {
		a, ok := d.Answers[id]
		switch {
		case !ok || a.empty():
			continue
		case a.Status == StatusNoInformation:
			none++
		case a.Status != StatusNotApplicable:
			return CellAnswered
		case a.Reason != "":
			notApplicable++
		}
		given++
	}
	switch {
	case given == 0:
		return CellConsidered
	case none == given:
		return CellNil
	case notApplicable == given:
		return CellNotApplicable
	}
	return CellConsidered
}
