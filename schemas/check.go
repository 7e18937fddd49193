package schemas

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// Check reads a body against one version of a questionnaire: limits, then
// schema, privacy and cross-field rules together, so that a contributor sees
// everything at once. Justifications of the body are already attached to the
// warnings they are for. Findings are sorted by place and carry no submitted
// value.
//
// It fails with a Problem: not-found for an unknown questionnaire, too-large
// over a limit, malformed for what is not JSON, stale for a body that names
// another questionnaire or version. It also ends with its context.
func (c *Catalogue) Check(ctx context.Context, ref rapporteur.QuestionnaireRef, body []byte) (rapporteur.AnswerDocument, []rapporteur.Finding, error) {
	q, tree, err := c.tree(ref, body)
	if err != nil {
		return rapporteur.AnswerDocument{}, nil, err
	}
	doc := q.answerDocument(tree)
	findings := q.schemaFindings(tree)
	valid := len(findings) == 0
	findings = append(findings, q.privacyFindings(tree)...)
	broken, unclear, err := q.ruleFindings(ctx, tree, doc)
	if err != nil {
		return rapporteur.AnswerDocument{}, nil, fmt.Errorf("cannot check answers to %s: %w", ref, err)
	}
	findings = append(findings, broken...)
	if valid {
		findings = append(findings, unclear...)
	}
	slices.SortStableFunc(findings, func(a, b rapporteur.Finding) int {
		return cmp.Or(cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Rule, b.Rule))
	})
	return doc, rapporteur.Justify(q.placed(tree, findings), doc.Justifications), nil
}

// Read reads a body that was accepted under a version of a questionnaire: the
// limits are kept, schema and rules are not asked again. Its problems are those
// of Check.
func (c *Catalogue) Read(ref rapporteur.QuestionnaireRef, body []byte) (rapporteur.AnswerDocument, error) {
	q, tree, err := c.tree(ref, body)
	if err != nil {
		return rapporteur.AnswerDocument{}, err
	}
	return q.answerDocument(tree), nil
}

// tree is a body as JSON, with the questionnaire that it answers.
func (c *Catalogue) tree(ref rapporteur.QuestionnaireRef, body []byte) (*questionnaire, any, error) {
	q := c.questionnaires[ref]
	if q == nil {
		return nil, nil, rapporteur.NotFound("questionnaire", ref.String())
	}
	tree, err := readBody(body, q.words)
	if err != nil {
		return nil, nil, err
	}
	err = q.namedBy(tree)
	return q, tree, err
}

// namedBy refuses a body that was made for another questionnaire or version. A
// body that names none is left to the schema.
func (q *questionnaire) namedBy(tree any) error {
	body, _ := tree.(map[string]any)
	id, hasID := body["questionnaire"].(string)
	version, hasVersion := body["version"].(string)
	if (!hasID || id == q.ID) && (!hasVersion || version == q.Version) {
		return nil
	}
	return rapporteur.Problemf(rapporteur.ProblemStale, "Another questionnaire",
		"The request asks for answers to %s; the body names another questionnaire or version. Fetch the questionnaire and answer again.", q.QuestionnaireRef)
}

// ruleFindings evaluates the cross-field rules: the document once, every
// answer, every table of figures. What a rule could not be evaluated on is
// unclear: dates too far apart to subtract, or more rows than it may cost. Where
// the schema accepts the body, it is as good as broken, for nobody could say that
// the rule holds; where not, the schema has found what is wrong. It only fails
// with its context.
func (q *questionnaire) ruleFindings(ctx context.Context, tree any, doc rapporteur.AnswerDocument) (broken, unclear []rapporteur.Finding, err error) {
	body, ok := tree.(map[string]any)
	if !ok {
		return nil, nil, nil
	}
	s := newSheet(body)
	s.read = func(question, part string) []rapporteur.Figure {
		if q.parts[question][part].Kind == rapporteur.PartFigures {
			return doc.Answers[question].Values.Of(part).Figures
		}
		return nil
	}
	apply := func(each string) {
		found, unsure := q.applyRules(each, s)
		broken, unclear = append(broken, found...), append(unclear, unsure...)
	}
	apply("")
	for id, answer := range s.answers {
		if err := ctx.Err(); err != nil {
			return nil, nil, fmt.Errorf("cannot apply rules: %w", err)
		}
		fields, ok := answer.(map[string]any)
		if !ok || q.parts[id] == nil {
			continue
		}
		s.id, s.answer = id, fields
		apply(eachAnswer)
		for name, part := range q.parts[id] {
			rows, ok := fields[name].([]any)
			if !ok || part.Kind != rapporteur.PartFigures {
				continue
			}
			s.part, s.rows = name, rows
			apply(eachFigures)
		}
		s.part, s.rows = "", nil
	}
	return broken, unclear, nil
}

// applyRules asks the rules of one sort about what lies on the sheet.
func (q *questionnaire) applyRules(each string, s *sheet) (broken, unclear []rapporteur.Finding) {
	for _, r := range q.asked[each] {
		is, err := r.broken(s)
		if !is && err == nil {
			continue
		}
		finding := rapporteur.Finding{Severity: r.severity, Rule: r.id, Pointer: s.at() + r.at, Message: maps.Clone(r.message)}
		if err != nil {
			unclear = append(unclear, finding)
		} else {
			broken = append(broken, finding)
		}
	}
	return broken, unclear
}
