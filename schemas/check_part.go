package schemas

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// CheckPart reads an unfinished answer, a document of the questionnaire's form in
// which anything may be missing or not be right yet, and finds what must not be
// kept even for a while: what looks like personal data, and fields that the
// questionnaire does not have. Limits and problems are those of Check.
func (c *Catalogue) CheckPart(_ context.Context, ref rapporteur.QuestionnaireRef, body []byte) ([]rapporteur.Finding, error) {
	q := c.questionnaires[ref]
	if q == nil {
		return nil, rapporteur.NotFound("questionnaire", ref.String())
	}
	tree, err := readBody(body, q.words)
	if err != nil {
		return nil, err
	}
	if err := q.namedBy(tree); err != nil {
		return nil, err
	}
	findings := append(q.unknownFields(tree), q.privacyFindings(tree)...)
	slices.SortStableFunc(findings, func(a, b rapporteur.Finding) int {
		return cmp.Or(cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Rule, b.Rule))
	})
	return q.placed(tree, findings[:min(len(findings), maxFindings)]), nil
}

// unknownFields finds what the questionnaire has no place for: at the top and
// among the fields of an answer by its own list, for there an unfinished answer
// makes the schema take known fields for unknown ones, and inside them by the
// schema.
func (q *questionnaire) unknownFields(tree any) []rapporteur.Finding {
	findings := slices.DeleteFunc(q.schemaFindings(tree), func(f rapporteur.Finding) bool {
		depth := strings.Count(f.Pointer, "/")
		return f.Rule != unknownField || depth == 1 || depth <= 3 && strings.HasPrefix(f.Pointer, "/answers/")
	})
	unknown := func(at string, object map[string]any, known func(string) bool) {
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if !known(name) {
				findings = append(findings, q.worded("additionalProperties", at+"/"+escape(cut(name)), ""))
			}
		}
	}
	body, _ := tree.(map[string]any)
	unknown("", body, func(name string) bool { return q.shared[name] })
	answers, _ := body["answers"].(map[string]any)
	unknown("/answers", answers, func(name string) bool { return q.parts[name] != nil })
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		answer, _ := answers[id].(map[string]any)
		if q.parts[id] == nil {
			continue
		}
		unknown("/answers/"+escape(id), answer, func(name string) bool {
			_, own := q.parts[id][name]
			return own || q.shared[name]
		})
	}
	return findings
}
