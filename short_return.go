package rapporteur

import (
	"context"
	"slices"
	"strings"
)

// ShortReturn is an answer that is given in one call, without the document of
// its questionnaire: there is nothing to report, the request does not apply,
// another report covers it, an answer is declined, or only some questions are
// answered. Where the fields below say nothing the least is allowed and claimed.
type ShortReturn struct {
	Type           ReturnType
	Reason         string // needed where the request does not apply or is declined
	Report         string // covered: symbol or title of the report that covers it
	Language       string // one of Languages, of what is written
	Authority      string // who answers; the contributor itself where empty
	From, To       Date   // what it is about; from the adoption until it was asked where zero
	MayBeQuoted    bool
	Classification Classification    // unclassified where empty
	Justifications map[string]string // of warnings
	Answers        []byte            // partial: JSON object of answers by question
}

// ShortReturnTypes are the return types that an answer in one call can have.
var ShortReturnTypes = []ReturnType{ReturnNil, ReturnPartial, ReturnNotApplicable, ReturnCovered, ReturnDeclined}

// nothing is what a nil return says by itself, by language.
var nothing = map[string]string{
	"ar": "لا يوجد ما يُبلَّغ عنه.", "zh": "无可报告。", "en": "Nothing to report.",
	"fr": "Rien à signaler.", "ru": "Сообщать не о чем.", "es": "Nada que comunicar.",
}

// check is a problem where the return lacks what its type needs, or has what
// only another type has.
func (s ShortReturn) check() error {
	missing := func(title, detail string) error { return Problemf(ProblemInvalid, title, "%s", detail) }
	switch {
	case !slices.Contains(ShortReturnTypes, s.Type):
		return missing("Not an answer in one call", "Choose nil, partial, not-applicable, covered or declined; submit a full answer by its questionnaire.")
	case !slices.Contains(Languages, s.Language):
		return missing("Unknown language", "Choose the language of the answer: "+strings.Join(Languages, ", ")+".")
	case s.Type == ReturnCovered && strings.TrimSpace(s.Report) == "":
		return missing("Which report?", "Name the report that covers the request by its symbol or title.")
	case s.Type != ReturnCovered && s.Report != "":
		return missing("Covered by another report?", "Only an answer that is covered by another report names one.")
	case (s.Type == ReturnNotApplicable || s.Type == ReturnDeclined) && strings.TrimSpace(s.Reason) == "":
		return missing("A reason is needed", "Say why, in a sentence.")
	case (s.Type == ReturnPartial) != (len(s.Answers) > 0):
		return missing("Answers?", "A partial answer has answers, and no other answer in one call has.")
	case s.From.IsZero() != s.To.IsZero():
		return missing("Half a period", "Give both days of the period, or none.")
	}
	return nil
}

// complete fills in what a return leaves to the request it is about. Of the same
// return it makes the same whenever it is asked, so that a repeated one is the
// same version.
func (s ShortReturn) complete(request Request, instrument Instrument, contributor Contributor) ShortReturn {
	if s.Type == ReturnNil && strings.TrimSpace(s.Reason) == "" {
		s.Reason = nothing[s.Language]
	}
	if s.Type == ReturnCovered {
		parts := []string{strings.TrimSpace(s.Report), strings.TrimSpace(s.Reason)}
		s.Reason = strings.TrimSuffix(strings.Join(parts, " – "), " – ")
	}
	if strings.TrimSpace(s.Authority) == "" {
		s.Authority = contributor.Name(s.Language)
	}
	if s.From.IsZero() {
		s.To = DateOf(request.OpenedAt)
		s.From = instrument.Adopted
		if s.From.After(s.To) {
			s.From = s.To
		}
	}
	if s.Classification == "" {
		s.Classification = Unclassified
	}
	return s
}

// SubmitShort accepts an answer that is given in one call. Its body is written
// by the request's questionnaire, and then submitted as any other: checked, a
// version with a receipt and an audit record. The same return again is the same
// version.
func (c Correspondence) SubmitShort(ctx context.Context, actor Principal, key RequestKey, s ShortReturn) (Submission, error) {
	body, err := c.shortBody(ctx, key, s)
	if err != nil {
		return Submission{}, err
	}
	return c.Submit(ctx, actor, key, body)
}

// shortBody writes the body of an answer in one call to a request that takes
// answers.
func (c Correspondence) shortBody(ctx context.Context, key RequestKey, s ShortReturn) ([]byte, error) {
	request, cycle, err := c.request(ctx, key)
	if err == nil {
		err = cycle.Collection().takesBodies()
	}
	if err == nil && !request.Accepting() {
		err = request.closedProblem()
	}
	if err == nil {
		err = s.check()
	}
	if err != nil {
		return nil, err
	}
	id, _, _, err := cycle.ID.Parts()
	if err != nil {
		return nil, err
	}
	instrument, err := c.Catalogue.Instrument(id)
	if err != nil {
		return nil, err
	}
	contributor, err := c.Catalogue.Contributor(key.Contributor, DateOf(request.OpenedAt))
	if err != nil {
		return nil, err
	}
	return c.Catalogue.ShortBody(request.Questionnaire, s.complete(request, instrument, contributor))
}
