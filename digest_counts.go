package rapporteur

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// counts is what can be told of deliveries without their content.
func (d *digester) counts(c *compiler) []Block {
	blocks := []Block{c.own(d.received(c)+d.agreed(), "deliveries")}
	if len(d.in.Deliveries) == 0 || d.receiptsOnly() {
		return blocks
	}
	blocks = append(blocks, c.own(d.handled(), "deliveries"))
	if text := d.topics(); text != "" {
		blocks = append(blocks, c.own(text, "deliveries"))
	}
	return blocks
}

func (d *digester) receiptsOnly() bool { return d.in.Stream.Intake.ReceiptOnly }

// received says how many deliveries came, when, under which paragraph and from
// how many contributors of each kind. Of receipts a small number is not told.
func (d *digester) received(c *compiler) string {
	first, last := d.in.Window.Window().First, d.in.Window.Window().Last
	if since := DateOf(d.in.Since); !d.in.Since.IsZero() && since.After(first) {
		first = since
	}
	if today := DateOf(d.in.At); today.Before(last) {
		last = today
	}
	n, noun, nouns := len(d.in.Deliveries), "delivery was received", "deliveries were received"
	if d.receiptsOnly() {
		noun, nouns = "receipt was left for information that was handed over", "receipts were left for information that was handed over"
	}
	text := fmt.Sprintf("Between %s and %s, ", first.Words(), last.Words())
	if first == last {
		text = fmt.Sprintf("On %s, ", first.Words())
	}
	switch {
	case n == 0:
		return text + fmt.Sprintf("no %s under %s of %s.", noun, c.operatives(c.mandate()), resolutionName(d.in.Instrument))
	case d.receiptsOnly() && n < smallCount:
		text += fmt.Sprintf("fewer than %d %s", smallCount, nouns)
	default:
		text += plural(n, noun, nouns)
	}
	text += fmt.Sprintf(" under %s of %s", c.operatives(c.mandate()), resolutionName(d.in.Instrument))
	if d.receiptsOnly() {
		return text + ". The content is with its destination alone."
	}
	senders := map[ContributorKind]map[ContributorID]bool{}
	for _, delivery := range d.in.Deliveries {
		if senders[delivery.Kind] == nil {
			senders[delivery.Kind] = map[ContributorID]bool{}
		}
		senders[delivery.Kind][delivery.Contributor] = true
	}
	var from []string
	for _, kind := range slices.SortedFunc(maps.Keys(senders), byKind) {
		from = append(from, kindCount(kind, len(senders[kind])))
	}
	return text + ", from " + joinWords(from) + "."
}

func byKind(a, b ContributorKind) int {
	return cmp.Or(cmp.Compare(slices.Index(kindOrder, a), slices.Index(kindOrder, b)), cmp.Compare(a, b))
}

// agreed says how many contributors let their information be used.
func (d *digester) agreed() string {
	if len(d.newest) == 0 {
		return ""
	}
	named := 0
	for _, delivery := range d.usable {
		if delivery.Consent.ByName && delivery.Classification == Unclassified {
			named++
		}
	}
	return fmt.Sprintf(" Of %s, %s to the use of the information in a report, and %s to being named.",
		plural(len(d.newest), "contributor", "contributors"), agreed(len(d.usable)), digits(named))
}

func agreed(n int) string { return digits(n) + " agreed" }

// handled says how deliveries are classified and for whom they are.
func (d *digester) handled() string {
	levels, destinations := map[Classification]int{}, map[ContributorID]int{}
	for _, delivery := range d.in.Deliveries {
		levels[delivery.Classification]++
		for _, to := range delivery.Destinations {
			destinations[to]++
		}
	}
	var classified []string
	for _, level := range Classifications {
		if levels[level] > 0 {
			classified = append(classified, fmt.Sprintf("%s %s", digits(levels[level]), level))
		}
	}
	var went []string
	for _, to := range slices.Sorted(maps.Keys(destinations)) {
		went = append(went, fmt.Sprintf("%s for %s", plural(destinations[to], "was", "were"), d.name(to)))
	}
	return fmt.Sprintf("By classification, the deliveries were %s. By destination, %s.", joinWords(classified), joinWords(went))
}

func (d *digester) name(id ContributorID) string {
	if name := d.in.Contributors[id].Name("en"); name != "" {
		return name
	}
	return string(id)
}

// topics says on which sections of the questionnaire how many contributors gave
// information; a section that only a few treated is not told, for those who did
// not agree to be named could be guessed.
func (d *digester) topics() string {
	type topic struct {
		title string
		n     int
	}
	var order []string
	topics := map[string]*topic{}
	for _, delivery := range d.newest {
		document := d.in.Documents[delivery.Number]
		for _, section := range withoutConsent(d.in.Questionnaires[delivery.Questionnaire]).Sections {
			treated := slices.ContainsFunc(section.Questions, func(q Question) bool { return !document.Answers[q.ID].empty() })
			if !treated {
				continue
			}
			id := delivery.Questionnaire.ID + "/" + section.ID
			if topics[id] == nil {
				topics[id] = &topic{title: labelText(section.Title, section.ID)}
				order = append(order, id)
			}
			topics[id].n++
		}
	}
	var told []string
	slices.Sort(order)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(topics[b].n, topics[a].n) })
	for _, id := range order {
		if t := topics[id]; t.n >= minContributors {
			told = append(told, fmt.Sprintf("“%s” (%s)", t.title, digits(t.n)))
		}
	}
	if len(told) == 0 {
		return ""
	}
	return "By topic, contributors gave information on " + joinWords(told) + "."
}
