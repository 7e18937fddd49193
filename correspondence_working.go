package rapporteur

import (
	"context"
	"encoding/json"
	"slices"
)

// SectionSave is what somebody wants to be saved in a section of a working
// answer.
type SectionSave struct {
	Section   string
	Content   []byte   // a JSON object, complete or not
	Seen      Seen     // what they know to be there
	Confirmed bool     // every marked value of the section, as saved
	Confirm   []string // the marked values at these pointers
}

// WorkingView is a working answer beside what it is for.
type WorkingView struct {
	Answer        WorkingAnswer // empty, at revision 0, where nobody has begun
	Request       Request
	Questionnaire Questionnaire
}

// WorkingAnswer reads the working answer of a request. It can be read until its
// cycle ends, also when nothing can be saved any more.
func (c Correspondence) WorkingAnswer(ctx context.Context, key RequestKey) (WorkingView, error) {
	var v WorkingView
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		if v.Request, err = r.Request(ctx, key); err != nil {
			return err
		}
		v.Answer, err = begun(ctx, r, key)
		return err
	})
	if err == nil {
		v.Questionnaire, err = c.asked(v.Request)
	}
	return v, err
}

// asked is the questionnaire of a request. Where only a receipt is kept there is
// none, and nothing to work on.
func (c Correspondence) asked(request Request) (Questionnaire, error) {
	if request.Questionnaire == (QuestionnaireRef{}) {
		return Questionnaire{}, ReceiptOnly()
	}
	return c.Catalogue.Questionnaire(request.Questionnaire)
}

// begun is the working answer of a request, empty where nobody has begun.
func begun(ctx context.Context, r Reader, key RequestKey) (WorkingAnswer, error) {
	w, err := r.WorkingAnswer(ctx, key)
	if IsProblem(err, ProblemNotFound) {
		return WorkingAnswer{RequestKey: key}, nil
	}
	return w, err
}

// WorkingSaves is the history of a working answer, oldest first.
func (c Correspondence) WorkingSaves(ctx context.Context, key RequestKey) ([]WorkingSave, error) {
	var saves []WorkingSave
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		if _, err := r.Request(ctx, key); err != nil {
			return err
		}
		var err error
		saves, err = r.WorkingSaves(ctx, key)
		return err
	})
	return saves, err
}

// SaveSection saves a section, or says why not and stores nothing. Personal data
// and what the questionnaire has no place for are refused with their findings;
// whatever else is wrong or missing may be so for now. The same save again
// changes nothing.
func (c Correspondence) SaveSection(ctx context.Context, actor Principal, key RequestKey, save SectionSave) (WorkingAnswer, error) {
	request, cycle, err := c.request(ctx, key)
	if err == nil {
		err = cycle.takesWork(request)
	}
	if err != nil {
		return WorkingAnswer{}, err
	}
	content, err := c.sectionContent(ctx, request, save)
	if err != nil {
		return WorkingAnswer{}, err
	}
	if err := leadInto(save.Section, save.Confirm); err != nil {
		return WorkingAnswer{}, err
	}
	event := SaveEvent{Section: save.Section, Content: content, Seen: save.Seen, Confirmed: save.Confirmed, Confirm: save.Confirm}
	return c.work(ctx, actor, request, WorkingEvent{Save: &event})
}

// sectionContent checks what is to be saved.
func (c Correspondence) sectionContent(ctx context.Context, request Request, save SectionSave) ([]byte, error) {
	q, err := c.asked(request)
	if err != nil {
		return nil, err
	}
	if save.Section != HeaderSection && !slices.ContainsFunc(q.Sections, func(s QuestionSection) bool { return s.ID == save.Section }) {
		return nil, NotFound("section", save.Section)
	}
	if len(save.Content) > MaxWorkingSection {
		return nil, Problemf(ProblemTooLarge, "The section is too large", "It has %d bytes; at most %d are kept. Nothing was stored.", len(save.Content), MaxWorkingSection)
	}
	if !json.Valid(save.Content) {
		return nil, Problemf(ProblemMalformed, "The section cannot be read", "It is not one JSON value.")
	}
	findings, err := c.Catalogue.CheckPart(ctx, request.Questionnaire, partial(save.Section, save.Content))
	if err != nil {
		return nil, err
	}
	if len(findings) > 0 {
		return nil, &Problem{
			Kind: ProblemRejected, Title: "The section was not saved", Findings: findings,
			Detail: "It holds what must not be kept even for a while, or what the questionnaire has no place for. Nothing was stored, so keep your text and mend what the findings name.",
		}
	}
	return SectionContent(q, save.Section, save.Content)
}

// leadInto refuses pointers that do not lead into a section: whoever confirms
// something must have meant it.
func leadInto(section string, pointers []string) error {
	for _, p := range pointers {
		path, ok := pathIn(section, p)
		if !ok || section == HeaderSection && path[0] == "answers" {
			return Problemf(ProblemInvalid, "Not in this section", "A pointer leads from the top of the answer into section %s, as in /answers/Q3.4/identified or /header/authority.", section)
		}
	}
	return nil
}

// RemoveSection takes a section away.
func (c Correspondence) RemoveSection(ctx context.Context, actor Principal, key RequestKey, section string, seen Seen) (WorkingAnswer, error) {
	request, err := c.workable(ctx, key)
	if err != nil {
		return WorkingAnswer{}, err
	}
	return c.work(ctx, actor, request, WorkingEvent{Remove: &RemoveEvent{Section: section, Seen: seen}})
}

// ConfirmSection takes the marks off those prefilled values of a section that
// somebody has looked at: the ones at the pointers, or all where none are given.
func (c Correspondence) ConfirmSection(ctx context.Context, actor Principal, key RequestKey, section string, pointers []string, seen Seen) (WorkingAnswer, error) {
	request, err := c.workable(ctx, key)
	if err == nil {
		err = leadInto(section, pointers)
	}
	if err != nil {
		return WorkingAnswer{}, err
	}
	return c.work(ctx, actor, request, WorkingEvent{Confirm: &ConfirmEvent{Section: section, Pointers: pointers, Seen: seen}})
}

func (c Correspondence) workable(ctx context.Context, key RequestKey) (Request, error) {
	request, cycle, err := c.request(ctx, key)
	if err == nil {
		err = cycle.takesWork(request)
	}
	return request, err
}

// takesWork is a problem where nothing can be saved: only a receipt is kept, the
// contributor was withdrawn, or collection is closed.
func (c Cycle) takesWork(request Request) error {
	if err := c.Collection().takesBodies(); err != nil {
		return err
	}
	if !request.Accepting() || c.Phase != PhaseCollecting {
		return request.closedProblem()
	}
	return nil
}

// work changes a working answer in one transaction.
func (c Correspondence) work(ctx context.Context, actor Principal, checked Request, e WorkingEvent) (WorkingAnswer, error) {
	var next WorkingAnswer
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		request, cycle, err := lock(ctx, tx, checked.RequestKey, false)
		if err == nil {
			err = cycle.takesWork(request)
		}
		if err != nil {
			return err
		}
		if request.Questionnaire != checked.Questionnaire {
			return Problemf(ProblemStale, "The questionnaire has changed", "The request now asks %s; nothing was stored. Fetch the questionnaire and do it again.", request.Questionnaire)
		}
		w, err := begun(ctx, tx, request.RequestKey)
		if err != nil {
			return err
		}
		if next, err = w.Next(e, actor.ID, cycle.Now(c.Clock())); err != nil || next.Revision == w.Revision {
			return err
		}
		return tx.PutWorkingAnswer(ctx, next)
	})
	return next, err
}
