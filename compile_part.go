package rapporteur

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// part tells one part of a question in a sentence, and figures of persons in a
// table where their breakdown may be published.
func (c *compiler) part(q *askedQuestion, part QuestionPart, d detail) (string, *Table) {
	given := partReplies(q, part)
	if len(given) == 0 {
		return "", nil
	}
	label := partLabel(q, part)
	switch part.Kind {
	case PartFigures:
		return c.figures(q, part, label, d)
	case PartNumber, PartPercent:
		if part.Persons {
			return c.figures(q, part, label, d)
		}
		return numbersText(q, part, label, given), nil
	case PartChoice, PartChoices:
		return choicesText(q, part, label, given, d.choices), nil
	case PartDate:
		if d.extras {
			return datesText(q, part, label, given), nil
		}
	case PartRows:
		if d.extras {
			return fmt.Sprintf("%s%s gave details.", label, kindCount(q.kind, len(given))), nil
		}
	case PartRef:
		if d.extras {
			return fmt.Sprintf("In all, %s referred to documents.", kindCount(q.kind, len(given))), nil
		}
	case PartStatus:
		if part.Name != "status" { // that one has its own sentence
			return choicesText(q, part, label, given, max(d.choices, 2)), nil
		}
	case PartText: // quoted
	}
	return "", nil
}

// partLabel opens a sentence on a part by its label in the questionnaire, or
// with nothing where that is the question itself.
func partLabel(q *askedQuestion, part QuestionPart) string {
	label := labelText(part.Label, codeLabel(nil, part.Name))
	if strings.EqualFold(label, labelText(q.Label, "")) {
		return "In reply, "
	}
	return "Under “" + label + "”, "
}

// partReplies is the replies that have something for a part.
func partReplies(q *askedQuestion, part QuestionPart) []questionReply {
	var given []questionReply
	for _, r := range q.replies {
		if !r.answer.Values.Of(part.Name).empty() {
			given = append(given, r)
		}
	}
	return given
}

func (v Value) empty() bool {
	return v.Text == "" && v.Number == nil && v.Date.IsZero() && len(v.Choices) == 0 && len(v.Figures) == 0 && len(v.Rows) == 0
}

// choicesText names the most frequent codes with their counts.
func choicesText(q *askedQuestion, part QuestionPart, label string, given []questionReply, most int) string {
	counts := map[string]int{}
	for _, r := range given {
		v := r.answer.Values.Of(part.Name)
		codes := v.Choices
		if len(codes) == 0 && v.Text != "" {
			codes = []string{v.Text}
		}
		for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
			if code != "" {
				counts[code]++
			}
		}
	}
	order := func(code string) int {
		return slices.IndexFunc(part.Options, func(o Option) bool { return o.Code == code })
	}
	codes := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(order(a), order(b)), cmp.Compare(a, b))
	})
	if most == 0 || len(codes) == 0 {
		return ""
	}
	shown := codes[:min(most, len(codes))]
	words := make([]string, len(shown))
	for n, code := range shown {
		words[n] = fmt.Sprintf("%s (%s)", inSentence(codeLabel(part.Options, code)), digits(counts[code]))
	}
	text := "%s%s answered: %s."
	if len(shown) < len(codes) {
		text = "%s%s answered, most often: %s."
	}
	return fmt.Sprintf(text, label, kindCount(q.kind, len(given)), joinWords(words))
}

// numbersText gives total and median of numbers that do not count persons.
// Measures that cannot be added up have a median only; years, and amounts in
// several currencies, have neither. Where too few entities or missions gave a number
// for that, because only they were concerned, it is attributed to them.
func numbersText(q *askedQuestion, part QuestionPart, label string, given []questionReply) string {
	var numbers []float64
	var named []string
	for _, r := range given {
		v := r.answer.Values.Of(part.Name)
		if v.Number == nil {
			continue
		}
		numbers = append(numbers, *v.Number)
		if r.quotable {
			named = append(named, fmt.Sprintf("%s, %s", r.who.name, decimal(*v.Number)+unit(part)))
		}
	}
	n := len(numbers)
	text := fmt.Sprintf("%s%s gave a figure", label, kindCount(q.kind, n))
	name := strings.ToLower(labelText(part.Label, "") + " " + part.Name)
	switch {
	case n == 0:
		return ""
	case hasCurrency(q) || strings.Contains(name, "year"):
		return text + "."
	case n < minContributors && len(named) == n && q.kind != KindMemberState:
		return fmt.Sprintf("%s (%s).", text, strings.Join(named, "; "))
	case n < minContributors:
		return text + "."
	}
	slices.Sort(numbers)
	middle := (numbers[(n-1)/2] + numbers[n/2]) / 2
	if part.Kind == PartPercent || !addable(name) {
		return fmt.Sprintf("%s, with a median of %s%s.", text, decimal(middle), unit(part))
	}
	sum := 0.0
	for _, f := range numbers {
		sum += f
	}
	return fmt.Sprintf("%s, %s in total, with a median of %s.", text, decimal(sum), decimal(middle))
}

func unit(part QuestionPart) string {
	if part.Kind == PartPercent {
		return " per cent"
	}
	return ""
}

// addable reports whether numbers under a name make sense as a sum: medians,
// shares and lengths of time do not.
func addable(label string) bool {
	return !slices.ContainsFunc(
		[]string{"median", "average", "mean ", "share", "rate", "percent", "per cent", "days", "months", "hours", "longest"},
		func(word string) bool { return strings.Contains(label, word) })
}

func hasCurrency(q *askedQuestion) bool {
	return slices.ContainsFunc(q.Parts, func(p QuestionPart) bool {
		return strings.Contains(strings.ToLower(p.Name), "currency")
	})
}

// datesText tells how many dates were given and, where enough were, the years
// between which they lie.
func datesText(q *askedQuestion, part QuestionPart, label string, given []questionReply) string {
	first, last, n := 0, 0, 0
	for _, r := range given {
		year := r.answer.Values.Of(part.Name).Date.Year
		if year == 0 {
			continue
		}
		n++
		if n == 1 {
			first = year
		}
		first, last = min(first, year), max(last, year)
	}
	text := fmt.Sprintf("%s%s gave a date", label, kindCount(q.kind, n))
	switch {
	case n == 0:
		return ""
	case n < minContributors:
		return text + "."
	case first == last:
		return fmt.Sprintf("%s, all in %d.", text, first)
	}
	return fmt.Sprintf("%s, between %d and %d.", text, first, last)
}
