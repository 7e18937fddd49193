package paragraphs

import "slices"

// verb is what the Council's usage of a verb tells.
type verb struct {
	strength int
	asks     bool // it asks somebody for something; the others speak
	unsure   bool // its strength is not settled by usage
	leading  bool // only at the head of a paragraph: elsewhere it is mostly another's verb
	// next are words that may follow where it heads a provision inside a
	// paragraph; a capital letter always may. Empty for any word.
	next []string
}

// whom are words with which an addressee begins.
var whom = []string{"the", "all", "its", "that", "those", "these", "any", "each", "relevant", "every", "both", "also", "further", "once", "again", "in"}

// verbs are the third-person verbs that head provisions. Strength is 5 decides,
// 4 requests, 3 urges or calls upon, 2 invites, 1 encourages or welcomes, 0 the
// rest, which reaffirm, recognize or express.
var verbs = map[string]verb{
	"decides":     {strength: 5, asks: true},
	"authorizes":  {strength: 5, asks: true, unsure: true},
	"establishes": {strength: 5, unsure: true, leading: true},
	"extends":     {strength: 5, unsure: true, leading: true},
	"renews":      {strength: 5, unsure: true, next: whom},
	"resolves":    {strength: 5, unsure: true, leading: true},
	"adopts":      {strength: 5, unsure: true, leading: true},
	"approves":    {strength: 5, unsure: true, next: whom},
	"requires":    {strength: 5, asks: true, unsure: true, leading: true},
	"terminates":  {strength: 5, unsure: true, leading: true},
	"undertakes":  {strength: 5, unsure: true, leading: true},
	"agrees":      {strength: 5, unsure: true, leading: true},

	"requests":  {strength: 4, asks: true, next: whom},
	"directs":   {strength: 4, asks: true, next: whom},
	"demands":   {strength: 4, asks: true, unsure: true, next: whom},
	"instructs": {strength: 4, asks: true, unsure: true, next: whom},
	"asks":      {strength: 4, asks: true, unsure: true, next: whom},
	"mandates":  {strength: 4, asks: true, unsure: true, leading: true},

	"urges":      {strength: 3, asks: true},
	"calls":      {strength: 3, asks: true, next: []string{"upon", "on", "for", "again", "in", "once", "attention"}},
	"appeals":    {strength: 3, asks: true, unsure: true, next: []string{"to"}},
	"recommends": {strength: 3, asks: true, unsure: true, next: append(slices.Clone(whom), "to")},
	"insists":    {strength: 3, asks: true, unsure: true},
	"reminds":    {strength: 3, asks: true, unsure: true},

	"invites": {strength: 2, asks: true},

	"encourages":    {strength: 1, asks: true},
	"welcomes":      {strength: 1},
	"commends":      {strength: 1, unsure: true},
	"endorses":      {strength: 1, unsure: true},
	"supports":      {strength: 1, unsure: true, leading: true},
	"applauds":      {strength: 1, unsure: true},
	"congratulates": {strength: 1, unsure: true},

	"reaffirms": {}, "reiterates": {}, "recognizes": {}, "stresses": {}, "underscores": {}, "underlines": {},
	"emphasizes": {}, "expresses": {}, "condemns": {}, "recalls": {}, "acknowledges": {}, "affirms": {}, "confirms": {},
	"deplores": {}, "regrets": {next: append(slices.Clone(whom), "to")}, "highlights": {}, "denounces": {}, "declares": {unsure: true},
	"determines": {unsure: true}, "notes": {next: append(slices.Clone(whom), "with")}, "takes": {next: []string{"note", "into"}},
	"looks": {next: []string{"forward"}}, "pays": {next: []string{"tribute"}}, "draws": {next: []string{"attention"}},
	"clarifies": {leading: true}, "considers": {leading: true}, "concludes": {leading: true}, "continues": {leading: true},
	"intends": {leading: true}, "maintains": {leading: true}, "observes": {leading: true}, "remains": {leading: true},
	"rejects": {next: whom}, "shares": {leading: true}, "warns": {unsure: true, next: whom}, "appreciates": {leading: true},
}

// spellings are the verbs that the United Nations' editors and the Council's
// drafters spell differently.
var spellings = map[string]string{
	"recognises": "recognizes", "emphasises": "emphasizes", "authorises": "authorizes", "reemphasizes": "emphasizes",
	"re-emphasizes": "emphasizes", "re-affirms": "reaffirms", "underscore": "underscores",
}

// knownVerb finds a verb in any spelling.
func knownVerb(word string) (verb, bool) {
	if other, ok := spellings[word]; ok {
		word = other
	}
	v, ok := verbs[word]
	return v, ok
}

// adverbs may stand between the head of a provision and its verb.
var adverbs = map[string]bool{
	"further": true, "also": true, "again": true, "strongly": true, "hereby": true, "therefore": true, "deeply": true,
	"firmly": true, "fully": true, "accordingly": true, "moreover": true, "likewise": true, "particularly": true,
	"consequently": true, "specifically": true, "unequivocally": true, "additionally": true, "once": true, "more": true,
	"solemnly": true, "urgently": true, "unanimously": true, "thus": true, "especially": true, "finally": true, "still": true,
	"categorically": true, "wholeheartedly": true, "explicitly": true, "warmly": true, "highly": true, "respectfully": true,
}

// insertions are what else may stand there, as words.
var insertions = [][]string{
	{"in", "this", "regard"}, {"in", "that", "regard"}, {"in", "this", "context"}, {"in", "that", "context"}, {"in", "this", "respect"},
	{"to", "this", "end"}, {"to", "that", "end"}, {"in", "the", "strongest", "terms"}, {"in", "addition"}, {"in", "particular"},
	{"at", "the", "same", "time"}, {"in", "this", "connection"}, {"for", "this", "purpose"}, {"as", "a", "result"}, {"in", "so", "doing"},
}
