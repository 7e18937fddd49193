package rapporteur

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// compiler is a compilation, looked up and sorted.
type compiler struct {
	in        Compilation
	outline   ReportOutline
	people    []*replier // everybody asked, by kind and English name
	questions []*askedQuestion
	parts     []outlineSection
	coverage  Coverage
	foldRank  map[*askedQuestion]int // the least answered question first

	// Counted while a report is rendered.
	tables           int
	inconsistent     int // breakdowns that contradict their total
	skippedLanguages int // texts in another language than the report's

	// Decided once, in the order of the parts.
	disclosed map[partKey]personFigures
	told      map[*askedQuestion][]personFigures
	earlier   []*compiler // of the stream's reports that were transmitted
}

// replier is one contributor that was asked, with the newest accepted answer.
type replier struct {
	id       ContributorID
	kind     ContributorKind
	name     string
	request  Request
	replied  bool
	version  int    // of the answer
	language string // of the answer
	outcome  ReturnType

	// What is to be compiled beyond the return type, until it is sorted by question.
	document      *AnswerDocument // nil for nothing
	questionnaire string
}

// askedQuestion is one question with everybody's replies.
type askedQuestion struct {
	Question
	questionnaire string
	kind          ContributorKind
	pointer       string // of an answer to it in a submission
	replies       []questionReply
	sources       []Source // of all replies
	share         float64  // of those who answered the questionnaire
}

// questionReply is one contributor's reply to one question.
type questionReply struct {
	who      *replier
	answer   Answer
	quotable bool
}

// outlineSection is a main heading with its questions.
type outlineSection struct {
	heading string
	parts   []outlinePart
}

// outlinePart is a subheading with its questions, in the order of the outline.
type outlinePart struct {
	heading    string
	provisions []string
	questions  []*askedQuestion
	records    []StreamRecord // of other streams
}

func (p outlinePart) answered(provision string) bool {
	return slices.ContainsFunc(p.questions, func(q *askedQuestion) bool {
		return len(q.replies) > 0 && provisionsMatch(q.Provision, provision)
	}) || slices.ContainsFunc(p.records, func(r StreamRecord) bool { return r.about(provision) })
}

// source is the provenance of a place in the reply.
func (r questionReply) source(question string, path ...string) Source {
	return r.who.source(append([]string{"answers", question}, path...)...)
}

// source is the provenance of a place in the contributor's submission.
func (p *replier) source(path ...string) Source {
	return Source{
		Contributor: p.id, Version: p.version, Pointer: jsonPointer(path...),
	}
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")

// jsonPointer joins reference tokens as RFC 6901 asks.
func jsonPointer(tokens ...string) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteString("/")
		_, _ = pointerEscape.WriteString(&b, t) // a Builder never fails
	}
	return b.String()
}

func newCompiler(in Compilation) (*compiler, error) {
	c := &compiler{
		in: in, outline: in.Stream.Policy.Report,
		disclosed: map[partKey]personFigures{}, told: map[*askedQuestion][]personFigures{},
	}
	if len(c.outline.Sections) == 0 {
		c.outline = in.Cycle.Policy.Report
	}
	if err := c.findPeople(); err != nil {
		return nil, err
	}
	c.coverage = c.cover()
	c.questions = c.sortAnswers()
	c.arrange(c.questions)
	c.rank(c.questions)
	if err := c.remember(); err != nil {
		return nil, err
	}
	return c, nil
}

// rank orders the questions that anybody answered by how many did.
func (c *compiler) rank(questions []*askedQuestion) {
	order := slices.DeleteFunc(slices.Clone(questions), func(q *askedQuestion) bool { return len(q.replies) == 0 })
	slices.SortStableFunc(order, func(a, b *askedQuestion) int { return cmp.Compare(a.share, b.share) })
	c.foldRank = make(map[*askedQuestion]int, len(order))
	for n, q := range order {
		c.foldRank[q] = n
	}
}

// findPeople joins requests with contributors and their newest submissions and
// sorts them as an English list of names does.
func (c *compiler) findPeople() error {
	newest := map[ContributorID]*Accepted{}
	for n := range c.in.Accepted {
		a := &c.in.Accepted[n]
		if now := newest[a.Submission.Contributor]; now == nil || a.Submission.Version > now.Submission.Version {
			newest[a.Submission.Contributor] = a
		}
	}
	asked := map[ContributorID]bool{}
	for _, r := range c.in.Requests {
		if asked[r.Contributor] {
			return fmt.Errorf("contributor %q was asked twice", r.Contributor)
		}
		asked[r.Contributor] = true
		if r.State == RequestWithdrawn {
			continue
		}
		p, err := c.person(r, newest[r.Contributor])
		if err != nil {
			return err
		}
		c.people = append(c.people, p)
	}
	for _, id := range slices.Sorted(maps.Keys(newest)) {
		if !asked[id] {
			return fmt.Errorf("contributor %q answered without being asked", id)
		}
	}
	sortPeople(c.people)
	return nil
}

func (c *compiler) person(r Request, a *Accepted) (*replier, error) {
	contributor, ok := c.in.Contributors[r.Contributor]
	if !ok {
		return nil, fmt.Errorf("contributor %q is not in the registry", r.Contributor)
	}
	p := &replier{id: r.Contributor, kind: r.Kind, name: contributor.Name("en"), request: r, outcome: ReturnNoReply}
	if p.kind == "" {
		p.kind = contributor.Kind
	}
	if p.name == "" {
		p.name = string(p.id)
	}
	if a == nil {
		if r.Standing() > 0 {
			return nil, fmt.Errorf("version %d of %q is missing", r.Version, r.Contributor)
		}
		return p, nil
	}
	p.outcome = cmp.Or(a.Document.ReturnType, a.Submission.ReturnType, r.Outcome)
	p.replied, p.version, p.language = true, a.Submission.Version, a.Document.Language
	if (p.outcome == ReturnAnswered || p.outcome == ReturnPartial) && len(a.Document.Answers) > 0 {
		if _, ok := c.in.Questionnaires[a.Submission.Questionnaire]; !ok {
			return nil, fmt.Errorf("questionnaire %s of %q is missing", a.Submission.Questionnaire, r.Contributor)
		}
		p.document, p.questionnaire = &a.Document, a.Submission.Questionnaire.ID
	}
	return p, nil
}

var kindOrder = []ContributorKind{KindMemberState, KindEntity, KindMission, KindPanel}

func sortPeople(people []*replier) {
	order := collate.New(language.English)
	var buffer collate.Buffer
	keys := make(map[ContributorID]string, len(people))
	for _, p := range people {
		keys[p.id] = string(order.KeyFromString(&buffer, p.name))
		buffer.Reset()
	}
	slices.SortFunc(people, func(a, b *replier) int {
		return cmp.Or(
			cmp.Compare(slices.Index(kindOrder, a.kind), slices.Index(kindOrder, b.kind)),
			cmp.Compare(a.kind, b.kind), cmp.Compare(keys[a.id], keys[b.id]), cmp.Compare(a.id, b.id))
	})
}

// sortAnswers gives every question of every questionnaire that was asked, in the
// newest version's order and words, with everybody's replies. The answers are held
// there alone from then on.
func (c *compiler) sortAnswers() []*askedQuestion {
	refs := slices.SortedFunc(maps.Keys(c.in.Questionnaires), newestFirst)
	index := map[[2]string]*askedQuestion{}
	var all []*askedQuestion
	for _, ref := range refs {
		for _, s := range c.in.Questionnaires[ref].Sections {
			for _, q := range s.Questions {
				key := [2]string{ref.ID, q.ID}
				if index[key] == nil {
					index[key] = &askedQuestion{
						Question: q, questionnaire: ref.ID, kind: c.in.Questionnaires[ref].Kind, pointer: jsonPointer("answers", q.ID),
					}
					all = append(all, index[key])
				}
			}
		}
	}
	answered := map[string]int{}
	given := map[*askedQuestion]int{}
	c.eachReply(index, func(q *askedQuestion, _ *replier, _ Answer) { given[q]++ })
	for q, n := range given {
		q.replies, q.sources = make([]questionReply, 0, n), make([]Source, 0, n)
	}
	c.eachReply(index, func(q *askedQuestion, p *replier, a Answer) {
		q.replies = append(q.replies, questionReply{who: p, answer: a, quotable: quotable(*p.document, a)})
		source := p.source()
		source.Pointer = q.pointer
		q.sources = append(q.sources, source)
	})
	for _, p := range c.people {
		if p.document != nil {
			answered[p.questionnaire]++
		}
		p.document = nil
	}
	c.in.Accepted = nil
	for _, q := range all {
		q.share = float64(len(q.replies)) / float64(max(answered[q.questionnaire], 1))
	}
	return all
}

// eachReply gives every answer that says something to a function: those to one
// question in the order of the people.
func (c *compiler) eachReply(index map[[2]string]*askedQuestion, use func(*askedQuestion, *replier, Answer)) {
	for _, p := range c.people {
		if p.document == nil {
			continue
		}
		for q, answer := range p.document.Answers {
			if asked := index[[2]string{p.questionnaire, q}]; asked != nil && !answer.empty() {
				use(asked, p, answer)
			}
		}
	}
}

// empty reports whether an answer says nothing at all.
func (a Answer) empty() bool { return a.Status == "" && a.Text == "" && len(a.Values) == 0 }

// quotable reports whether an answer may be attributed by name: the contributor
// allows it and did not mark it as confidential.
func quotable(doc AnswerDocument, a Answer) bool {
	if a.Classification != "" && !strings.EqualFold(a.Classification, "unclassified") {
		return false
	}
	if a.MayBeQuoted != nil {
		return *a.MayBeQuoted
	}
	return doc.MayBeQuoted
}

// newestFirst sorts questionnaires by kind of contributor and id (those of no
// known kind last: −1 becomes the largest number), newest version first.
func newestFirst(a, b QuestionnaireRef) int {
	order := []string{string(KindMemberState), string(KindEntity), string(KindMission)}
	return cmp.Or(
		cmp.Compare(uint(slices.Index(order, a.ID)), uint(slices.Index(order, b.ID))),
		cmp.Compare(a.ID, b.ID),
		slices.Compare(versionNumbers(b.Version), versionNumbers(a.Version)),
		cmp.Compare(b.Version, a.Version))
}

func versionNumbers(version string) []int {
	var numbers []int
	for part := range strings.SplitSeq(strings.TrimPrefix(version, "v"), ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			break
		}
		numbers = append(numbers, n)
	}
	return numbers
}
