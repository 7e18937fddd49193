package schemas

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rapporteur/rapporteur"
)

func TestAnyFileSystemLoads(t *testing.T) {
	c, err := Load(goodFiles(t))
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instrument("small")
	if err != nil || len(i.Provisions) != 3 {
		t.Errorf("instrument: %+v, %v", i, err)
	}
	if q, err := c.Latest("poll"); err != nil || q.Version != "1.0.0" {
		t.Errorf("questionnaire: %v", err)
	}
}

// A release's data and a directory beside it make one catalogue.
func TestADirectoryAddsToWhatIsEmbedded(t *testing.T) {
	more := goodFiles(t)
	delete(more, "registry/small.yaml")
	delete(more, "questionnaires/definitions/1.0.0.json")
	c, err := Load(Embedded(), more)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, i := range c.Instruments() {
		ids = append(ids, i.ID)
	}
	if strings.Join(ids, " ") != "s-res-2388-2017 sections small" {
		t.Errorf("instruments are %v", ids)
	}
}

func TestNothingLoadsToAnEmptyCatalogue(t *testing.T) {
	c, err := Load(fstest.MapFS{})
	if err != nil || len(c.Instruments()) != 0 || len(c.Contributors(rapporteur.Date{Year: 2018, Month: 1, Day: 1})) != 0 {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestTheNewestVersionIsTheLatest(t *testing.T) {
	files := goodFiles(t)
	for _, version := range []string{"1.10.0", "1.9.0"} {
		text := strings.ReplaceAll(smallQuestionnaire, `"1.0.0"`, `"`+version+`"`)
		files["questionnaires/poll/"+version+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if q, _ := c.Latest("poll"); q.Version != "1.10.0" {
		t.Errorf("the latest version is %s", q.Version)
	}
	if _, err := c.Questionnaire(rapporteur.QuestionnaireRef{ID: "poll", Version: "1.0.0"}); err != nil {
		t.Errorf("an old version is gone: %v", err)
	}
}

// Where a table does not say which line a fault is on.
const (
	anyLine = -1
	noLine  = -2
)

func TestABadFileNamesFileLineAndField(t *testing.T) {
	const instrument, registry, poll = "instruments/small.yaml", "registry/small.yaml", "questionnaires/poll/1.0.0.json"
	const definitions = "questionnaires/definitions/1.0.0.json"
	const sections = "instruments/sections.yaml"
	const missions, holidays, profile = "registry/missions.yaml", "holidays/small.yaml", "profiles/small.yaml"
	for _, test := range []struct {
		name, file, old, replacement string
		line                         int // 0 for the line of the change
		field, reason                string
	}{
		{"an unknown field", instrument, "title: A small", "titel: A small", 0, "titel", "unknown field"},
		{"a doubled key", instrument, "body: Security", "id: again\nbody: Security", 4, "id", "mapping key"},
		{"broken YAML", instrument, "operatives:\n", "operatives: [\n", 9, "-", "must be specified"},
		{"text for a number", instrument, "strength: 4", "strength: high", 0, "high", "cannot unmarshal"},
		{"no verb", instrument, "    verb: requests\n", "", 12, "provisions[0].verb", "is missing"},
		{"no title", instrument, "title: A small resolution\n", "", 1, "title", "is missing"},
		{"no such day", instrument, "adopted: 2020-01-15", "adopted: 2020-02-30", 0, "adopted", "YYYY-MM-DD"},
		{"a doubled provision", instrument, "id: OP1.b", "id: OP1.a", 0, "provisions[1].id", "there twice"},
		{"a provision out of order", instrument, "id: OP1.b", "id: OP1.c", 0, "provisions[1].id", "want OP1.b"},
		{"a malformed provision", instrument, "id: OP1.b", "id: 1b", 0, "provisions[1].id", "provision id"},
		{"a letter too many", instrument, "id: OP2\n", "id: OP2.a\n", 0, "provisions[2].id", "want OP2"},
		{"too strong", instrument, "strength: 4", "strength: 6", 0, "provisions[0].strength", "at most 5"},
		{"another class", instrument, "class: report", "class: wish", 0, "provisions[0].class", "want one of: report"},
		{"a verb that the text has not", instrument, "verb: stresses", "verb: urges", 0, "provisions[1].verb", "does not say"},
		{"no such paragraph", instrument, "    operative: 2", "    operative: 3", 0, "provisions[2].operative", "no operative paragraph 3"},
		{"paragraphs out of order", instrument, "number: 2", "number: 3", 0, "operatives[1].number", "want 2"},
		{"neither stream nor reason", instrument, "    stream: op1\n", "", 12, "provisions[0].stream", "name the stream"},
		{"an unknown stream", instrument, "    stream: op1\n", "    stream: op9\n", 19, "provisions[0].stream", "no stream"},
		{"a stream that does not name it", instrument, "    provisions: [OP1.a]\n", "    provisions: [OP2]\n", 19, "provisions[0].stream", "does not name OP1.a"},
		{"stream and reason", instrument, "    stream: op1\n", "    stream: op1\n    reason: None.\n", 20, "provisions[0].reason", "has a stream"},
		{"a stream of unknown provisions", instrument, "    provisions: [OP1.a]\n", "    provisions: [OP1.a, OP7]\n", 0, "streams[0].provisions[1]", "no provision OP7"},
		{"another shape", instrument, "shape: report", "shape: round", 0, "streams[0].shape", "want one of: report"},
		{"a bad period", instrument, "offset: P6M", "offset: 6 months", 0, "streams[0].policy.mandated.offset", "ISO 8601"},
		{"hours in a period", instrument, "decide_within: P3D", "decide_within: PT72H", 0, "streams[0].policy.follow_up.decide_within", "ISO 8601"},
		{"a rule that leans on nothing", instrument, "from: due, offset: P14D", "from: dew, offset: P14D", 0, "streams[0].policy.dates[2].from", "no earlier rule gives"},
		{"a doubled date", instrument, "key: closes", "key: due", 0, "streams[0].policy.dates[2].key", "there twice"},
		{"another mandated date", instrument, "{key: mandated, label", "{key: wanted, label", 42, "streams[0].policy.mandated.key", "want mandated"},
		{"dates out of order", instrument, "from: due, offset: P14D", "from: due, offset: -P14D", 44, "streams[0].policy.dates", "before due"},
		{"an unknown mandating provision", instrument, "provision: OP1.a}", "provision: OP5}", 0, "streams[0].policy.mandated.provision[0]", "no provision OP5"},
		{"an unknown questionnaire", instrument, "questionnaire: poll", "questionnaire: quiz", 0, "streams[0].policy.audience[0].questionnaire", `no questionnaire "quiz"`},
		{"another's questionnaire", instrument, "kind: entity, questionnaire", "kind: mission, questionnaire", 0, "streams[0].policy.audience[0].questionnaire", "is for contributors of the kind entity"},
		{"a mark beside a field", instrument, "strength: 4", "strength: 4 # CHECK: so much?", 0, "provisions[0].strength", "still marked for a person: so much?"},
		{"a mark before a field", instrument, "    summary: Haste", "    # CHECK: is it?\n    summary: Haste", 26, "provisions[1].summary", "still marked for a person: is it?"},
		{"a mark in a file with other faults", instrument, "strength: 4", "strength: 9 # CHECK: so much?", 0, "provisions[0].strength", "still marked for a person: so much?"},
		{"a rung after closing", instrument, "offset: P2D", "offset: P14D", 0, "streams[0].policy.ladder[1].offset", "not between"},
		{"a doubled rung", instrument, "id: second", "id: first", 0, "streams[0].policy.ladder[1].id", "there twice"},
		{"a rung named as the request", instrument, "id: second", "id: request", 0, "streams[0].policy.ladder[1].id", "there twice"},
		{"another notice", instrument, "notice: overdue", "notice: shout", 0, "streams[0].policy.ladder[1].notice", "want one of: reminder"},
		{"a quorum beyond the offices", instrument, "quorum: 1", "quorum: 3", 0, "streams[0].policy.clearance[0].quorum", "more offices"},
		{"clearance without time", instrument, "quorum: 1, within: P10D", "quorum: 1, within: P99D", 0, "streams[0].policy.clearance[0].within", "after the mandated date"},
		{"no budget", instrument, "word_budget: 8500", "word_budget: 0", 0, "streams[0].policy.word_budget", "is missing"},
		{"a lone subheading", instrument, "- provisions: [OP1.a]", "- {heading: Alone, provisions: [OP1.a]}", 0, "streams[0].policy.report.sections[0].parts", "no subheading or at least two"},
		{"a provision twice in the outline", instrument, "- provisions: [OP1.a]", "- provisions: [OP1.a]\n              - provisions: [OP1.a]", 71, "streams[0].policy.report.sections[0].parts[1].provisions[0]", "twice"},
		{"a provision that is not carried", instrument, "- provisions: [OP1.a]", "- provisions: [OP1.a, OP2]", 0, "streams[0].policy.report.sections[0].parts[0].provisions[1]", "does not carry"},

		{"an occasion on a report stream", instrument, "    shape: report\n", "    shape: report\n    occasion: {kind: meeting, title: A meeting}\n", 39, "streams[0].occasion", "is for streams of shape occasion"},
		{"an occasion without its kind", instrument, "{kind: meeting, title: A meeting,", "{title: A meeting,", 0, "streams[1].occasion.kind", "is missing"},
		{"an occasion of another kind", instrument, "kind: meeting", "kind: lunch", 0, "streams[1].occasion.kind", "want one of: briefing"},
		{"an occasion without a title", instrument, ", title: A meeting,", ",", 0, "streams[1].occasion.title", "is missing"},
		{"a policy without its occasion", instrument, "    occasion: {kind: meeting, title: A meeting, invites: [state-ken], invites_all: [entity]}\n", "", 71, "streams[1].occasion", "go together"},
		{"an invitation to nobody", instrument, "invites: [state-ken]", "invites: [state-xyz]", 0, "streams[1].occasion.invites[0]", `no contributor "state-xyz"`},
		{"an invitation to whom the stream does not ask", instrument, "        - {kind: member-state, questionnaire: poll}\n", "", 75, "streams[1].occasion.invites[0]", "does not ask"},
		{"an invitation to a kind that is not asked", instrument, "invites_all: [entity]", "invites_all: [mission]", 0, "streams[1].occasion.invites_all[0]", "asks no mission"},
		{"an occasion with a word budget", instrument, "        escalate_within: P6D\n", "        escalate_within: P6D\n      word_budget: 100\n", 95, "streams[1].policy.word_budget", "an occasion has none"},
		{"an occasion's date that leans on adoption", instrument, "from: mandated, offset: -P20D", "from: adoption, offset: -P20D", 0, "streams[1].policy.dates[0].from", "no earlier rule gives"},
		{"an occasion's event as a rule", instrument, "key: transmits, label: Record", "key: mandated, label: Record", 0, "streams[1].policy.dates[4].key", "there twice"},
		{"an occasion that ends before its event", instrument, "offset: P15D", "offset: P4D", 78, "streams[1].policy.dates", "before the event"},
		{"an occasion that opens after its event", instrument, `-P20D, basis: practice for meetings}
        - {key: due, label: Replies, from: mandated, offset: -P5D`, `P1D, basis: practice for meetings}
        - {key: due, label: Replies, from: mandated, offset: P2D`, 78, "streams[1].policy.dates", "after the event"},
		{"an occasion's dates out of order", instrument, "from: closes, offset: P3D", "from: closes, offset: -P3D", 78, "streams[1].policy.dates", "draft"},
		{"an occasion without an outcome's date", instrument, "        - {key: draft, label: Outcome, from: closes, offset: P3D, basis: practice for meetings}\n        - {key: transmits, label: Record, from: draft", "        - {key: transmits, label: Record, from: closes", 78, "streams[1].policy.dates", `no rule gives the date "draft"`},
		{"an occasion's rung after its end", instrument, "offset: -P4D", "offset: P15D", 0, "streams[1].policy.ladder[0].offset", "not between"},
		{"no questionnaire to answer", instrument, "{kind: member-state, questionnaire: poll}", "{kind: member-state}", 0, "streams[1].policy.audience[1].questionnaire", "is missing"},
		{"a questionnaire where receipts are kept", instrument, "    title: Meetings\n", "    title: Meetings\n    intake: {receipt_only: true, classification: strictly-confidential, senders: [{kind: member-state}]}\n", 85, "streams[1].policy.audience[0].questionnaire", "receipts only"},
		{"an occasion in working days", instrument, "offset: -P20D", "working_days: -20", 0, "streams[1].policy.dates[0].working_days", "calendar days"},

		{"another kind", registry, "kind: member-state", "kind: club", 0, "kind", "want one of: member-state"},
		{"no French name", registry, "en: Kenya, fr: Kenya", "en: Kenya", 0, "contributors[1].names[0].fr", "is missing"},
		{"an unknown country", registry, "alpha3: KEN", "alpha3: KXX", 0, "contributors[1].alpha3", "iso3166_1_alpha3"},
		{"a short M49 code", registry, `m49: "404"`, `m49: "40"`, 0, "contributors[1].m49", "want length 3"},
		{"a doubled code", registry, `m49: "404"`, `m49: "748"`, 0, "contributors[1].m49", "there twice"},
		{"no alpha-2", registry, "    alpha2: KE\n", "", 14, "contributors[1].alpha2", "is missing"},
		{"names that overlap", registry, "from: 2018-04-19, en", "en", 0, "contributors[0].names[1].from", "overlaps"},
		{"memberships that overlap", registry, "from: 2000-01-01", "from: 1999-12-31", 0, "contributors[0].exists[1].from", "overlaps"},
		{"an end before the start", registry, "until: 1999-12-31", "until: 1960-01-01", 0, "contributors[0].exists[0].until", "before its start"},

		{"neither offset nor working days", instrument, "from: due, offset: P14D", "from: due", 0, "streams[0].policy.dates[2].offset", "is missing"},
		{"too many working days", instrument, "from: due, offset: P14D", "from: due, working_days: 1000", 0, "streams[0].policy.dates[2].working_days", "at most 999"},
		{"working days out of order", instrument, "from: due, offset: P14D", "from: due, working_days: -1", 44, "streams[0].policy.dates", "before due"},

		{"a mission without reporting", missions, "    reporting: {none: closed}\n", "", 3, "contributors[0].reporting", "is missing"},
		{"a State with reporting", registry, "    names: [{en: Kenya, fr: Kenya}]", "    names: [{en: Kenya, fr: Kenya}]\n    reporting: {none: no}", 21, "contributors[1].reporting", "is for missions"},
		{"an unknown predecessor", missions, "succeeds: mission-old", "succeeds: mission-odl", 0, "contributors[1].succeeds", `no contributor "mission-odl"`},
		{"neither rules nor none", missions, "{none: closed}", "{}", 0, "contributors[0].reporting.none", "say why nothing is due"},
		{"an unknown anchor", missions, "anchor: half-year", "anchor: full-moon", 0, "contributors[1].reporting.rules[5].anchor", "want one of: adoption"},
		{"an interval of zero", missions, "every: P60D", "every: P0D", 0, "contributors[1].reporting.rules[0].every", "has a length"},
		{"an interval backwards", missions, "every: P60D", "every: -P60D", 0, "contributors[1].reporting.rules[0].every", "goes forward"},
		{"an interval in words", missions, "every: P60D", "every: 60 days", 0, "contributors[1].reporting.rules[0].every", "ISO 8601"},
		{"no lead before renewal", missions, "before_renewal: P21D", "before_renewal: P0D", 0, "contributors[1].reporting.rules[0].before_renewal", "has a length"},
		{"an unknown event", missions, "event: vote, offset", "event: veto, offset", 0, "contributors[1].reporting.rules[3].event", `no event "veto"`},
		{"an event with a date of nobody", missions, "date: 2018-02-01, authority: S/2018/2", "date: 2018-02-01", 0, "contributors[1].reporting.events[1].authority", "is missing"},
		{"an event twice", missions, "id: start", "id: vote", 0, "contributors[1].reporting.events[1].id", "there twice"},
		{"an unknown rule", missions, "unless: regular", "unless: regulra", 0, "contributors[1].reporting.rules[2].unless", `no rule "regulra"`},
		{"a rule that leans on itself", missions, "id: regular, label: every 90", "id: later, label: every 90", 0, "contributors[1].reporting.rules[1].anchor", "leans on itself"},
		{"a cycle of rules", missions, "anchor: previous, offset", "anchor: previous, of: update, offset", 0, "contributors[1].reporting.rules[1].of", "comes back to regular"},
		{"rules that overlap", missions, "from: 2018-07-01, anchor", "anchor", 0, "contributors[1].reporting.rules[1].from", "overlaps the regular rule"},
		{"an unknown form", missions, "form: update", "form: song", 0, "contributors[1].reporting.rules[2].form", "want one of: report"},
		{"a finals' series", missions, "every: P30D, unless: regular", "every: P30D, final: true", 0, "contributors[1].reporting.rules[2].final", "comes once"},
		{"a date that the anchor has not", missions, "anchor: mandate-end,", "anchor: mandate-end, date: 2018-01-01,", 0, "contributors[1].reporting.rules[4].date", "others have none"},
		{"another confidence", missions, "confidence: L", "confidence: X", 0, "contributors[1].reporting.rules[3].confidence", "want one of: H"},
		{"a rule without basis", missions, ", basis: letters", "", 0, "contributors[1].reporting.rules[5].basis", "is missing"},
		{"mandates that overlap", missions, "from: 2019-01-01, until", "from: 2018-12-31, until", 0, "contributors[1].reporting.mandates[1].from", "overlaps"},
		{"a mandate on no authority", missions, ", authority: S/RES/2 (2018)", "", 0, "contributors[1].reporting.mandates[0].authority", "is missing"},
		{"a move of no date", missions, "due: 2018-03-02", "due: 2018-03-03", 0, "contributors[1].reporting.changes[0].due", "gives no date 2018-03-03"},
		{"a move on no authority", missions, ", authority: S/2018/3", "", 0, "contributors[1].reporting.changes[0].authority", "is missing"},
		{"a move of an unknown rule", missions, "kind: extension, rule: regular", "kind: extension, rule: regulra", 0, "contributors[1].reporting.changes[0].rule", "no rule"},
		{"another move", missions, "kind: extension", "kind: wish", 0, "contributors[1].reporting.changes[0].kind", "want one of: extension"},

		{"a series twice", sections, "id: visits", "id: yearly", 0, "streams[0].inclusion.series[1].id", "there twice"},
		{"an unknown profile", sections, "profile: small", "profile: slow", 0, "streams[0].inclusion.profile", `no processing profile "slow"`},
		{"an unknown contributor", sections, "contributor: entity-small", "contributor: entity-smal", 0, "streams[0].inclusion.series[0].contributor", `no "entity-smal"`},
		{"a contributor that nobody asks", sections, "contributor: entity-small", "contributor: state-ken", 0, "streams[0].inclusion.series[0].contributor", "no questionnaire for a member-state"},
		{"no drafter", sections, "          drafter: EOSG\n          calendar:\n            rules: [{id: regular", "          calendar:\n            rules: [{id: regular", 30, "streams[0].inclusion.series[0].drafter", "is missing"},
		{"an event that the calendar has not", sections, "each: visit", "each: visits", 0, "streams[0].inclusion.series[1].each", `no event "visits"`},
		{"a series with an unknown anchor", sections, "anchor: date", "anchor: whim", 0, "streams[0].inclusion.series[0].calendar.rules[0].anchor", "want one of: adoption"},
		{"a series with an interval of zero", sections, "every: P12M", "every: P0M", 0, "streams[0].inclusion.series[0].calendar.rules[0].every", "has a length"},
		{"a series with rules that lean on themselves", sections, "anchor: date, date: 2020-06-30", "from: 2020-01-01, anchor: previous", 0, "streams[0].inclusion.series[0].calendar.rules[0].anchor", "leans on itself"},
		{"a rung after the section closes", sections, "offset: -P3D", "offset: P9D", 0, "streams[0].policy.ladder[0].offset", "not between opening and closing"},
		{"a report with sections", sections, "shape: inclusion", "shape: occasion", 28, "streams[0].inclusion.profile", "only an inclusion stream"},
		{"a kind of which the registry has calendars and nobody asks", sections, "      series:\n", "      registry: {kind: mission, title: Report, drafters: {political: DPPA}}\n      series:\n", 0, "streams[0].inclusion.registry.kind", "no questionnaire for a mission"},
		{"a group that nobody drafts for", sections, "      series:\n", "      registry: {kind: mission, title: Report, drafters: {peacekeeping: DPO}}\n      series:\n", 0, "streams[0].inclusion.registry.drafters", `nothing of the group "political"`},
		{"a mission of no group", missions, "    group: political\n", "", 3, "contributors[0].group", "is missing"},
		{"another place", holidays, "place: un-headquarters", "place: home", 0, "place", "want one of: un-headquarters"},
		{"a holiday of another year", holidays, "date: 2099-12-25", "date: 2098-12-25", 0, "years[0].holidays[1].date", "is not in 2099"},
		{"a holiday in a weekend", holidays, "date: 2099-12-25", "date: 2099-12-26", 0, "years[0].holidays[1].date", "weekend"},
		{"holidays out of order", holidays, "date: 2099-12-25", "date: 2099-01-01", 0, "years[0].holidays[1].date", "later date"},
		{"a nameless holiday", holidays, ", name: Christmas Day", "", 0, "years[0].holidays[1].name", "is missing"},
		{"a year that is none", holidays, "year: 2099", "year: next", 0, "next", "cannot unmarshal"},

		{"an unknown key of a profile", profile, "key: issued", "key: shelved", 0, "dates[5].key", `no date "shelved"`},
		{"a date twice in a profile", profile, "key: closes", "key: due", 0, "dates[2].key", "due is there twice"},
		{"a profile's own mandated date", profile, "key: closes", "key: mandated", 0, "dates[2].key", "mandated is there twice"},
		{"a profile that leans on nothing", profile, "from: closes", "from: clears", 0, "dates[3].from", "no earlier rule gives"},
		{"a profile out of order", profile, "from: due, working_days: 2", "from: due, working_days: -2", 5, "dates", "before due"},
		{"a profile without a date", profile, "  - {key: draft, label: Draft, from: closes, working_days: 1, basis: practice}\n", "", 5, "dates", `no rule gives the date "draft"`},
		{"issued before it is there", profile, "offset: P7D", "offset: -P1D", 5, "dates", "issued before"},

		{"broken JSON", poll, `"x-kind": "entity",`, `"x-kind" "entity",`, 0, "", "invalid character"},
		{"a slip in a keyword", poll, `"x-provision": "OP1.a",`, `"x-provison": "OP1.a",`, 0, "/properties/answers/properties/Q1.1/x-provison", "unknown field"},
		{"no provision", poll, `          "x-provision": "OP1.a",` + "\n", "", 17, "/properties/answers/properties/Q1.1/x-provision", "is missing"},
		{"a version that is none", poll, `"x-version": "1.0.0"`, `"x-version": "first"`, 0, "/x-version", "semver"},
		{"another constant", poll, `"version": {"const": "1.0.0"}`, `"version": {"const": "1.0.1"}`, 0, "/properties/version/const", "want 1.0.0"},
		{"no such definitions", poll, `"x-definitions": "../definitions/1.0.0.json"`, `"x-definitions": "../definitions/2.0.0.json"`, 0, "/x-definitions", "no file"},
		{"no French label", poll, `"en": "How many?", "fr": "Combien ?"`, `"en": "How many?"`, 0, "/properties/answers/properties/Q1.1/x-label", `no text in "fr"`},
		{"no French message", poll, `"message": {"en": "Nobody?", "fr": "Personne ?"}`, `"message": {"en": "Nobody?"}`, 0, "/x-rules/0/message", `no text in "fr"`},
		{"a rule that cannot be read", poll, "> 0", ">", 0, "/x-rules/0/assert", "cannot read expression"},
		{"a rule that is no question", poll, "answers.high('Q1.1', 'count') > 0", "answers.high('Q1.1', 'count')", 0, "/x-rules/0/assert", "want true or false"},
		{"a rule with an unknown function", poll, "answers.has(", "answers.holds(", 0, "/x-rules/0/when", "undeclared reference"},
		{"another severity", poll, `"severity": "warning"`, `"severity": "shame"`, 0, "/x-rules/0/severity", "want one of: error"},
		{"a question that no section lists", poll, `["Q1.1", "Q1.2"]`, `["Q1.1"]`, 33, "/properties/answers/properties/Q1.2", "no section lists"},
		{"a section of an unknown question", poll, `["Q1.1", "Q1.2"]`, `["Q1.1", "Q1.2", "Q1.3"]`, 0, "/x-sections/0/questions/2", "no question Q1.3"},
		{"options that are not the enum", poll, `"enum": ["red", "blue"]`, `"enum": ["red", "green"]`, 28, "/properties/answers/properties/Q1.1/properties/colour/x-options", "same codes"},
		{"a part without a kind", poll, `#/$defs/persons`, `#/$defs/period`, 0, "/properties/answers/properties/Q1.1/properties/count", "want an x-kind"},
		{"an open object", poll, `"additionalProperties": false`, `"additionalProperties": true`, 0, "/properties/answers/additionalProperties", "breaks the rule"},
		{"no JSON Schema", poll, `"type": "object",
  "$ref"`, `"type": "object", "minProperties": "two",
  "$ref"`, noLine, "", "not a JSON Schema"},
		{"a reference out of the catalogue", poll, `"Q1.2": {
          "x-provision": "OP1.a",
          "x-label": {"en": "Why?", "fr": "Pourquoi ?"},
          "type": "object",
          "$ref": "../definitions/1.0.0.json#/$defs/answer"`, `"Q1.2": {
          "x-provision": "OP1.a",
          "x-label": {"en": "Why?", "fr": "Pourquoi ?"},
          "type": "object",
          "$ref": "file:///etc/hostname"`, noLine, "", "not a JSON Schema"},
		{"a shared message without French", definitions, `"fr": "Cet élément manque : veuillez l’indiquer."`, `"de": "Fehlt."`, anyLine, "/x-messages/schema~1required", `no text in "fr"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := test.line
			if line == 0 {
				before, _, _ := strings.Cut(string(goodFiles(t)[test.file].Data), test.old)
				line = 1 + strings.Count(before, "\n")
			}
			_, err := Load(spoilt(t, test.file, test.old, test.replacement))
			for _, f := range Faults(err) {
				lineAgrees := f.Line == line || line == anyLine && f.Line > 1 || line == noLine && f.Line == 0
				if f.File == test.file && lineAgrees && f.Field == test.field && strings.Contains(f.Reason, test.reason) {
					return
				}
			}
			t.Errorf("want %s line %d field %s: …%s…, got:\n%v", test.file, line, test.field, test.reason, err)
		})
	}
}

func TestDoublesAcrossFilesAreFaults(t *testing.T) {
	for name, text := range map[string]string{
		"instruments/other.yaml": smallInstrument, "registry/other.yaml": smallRegistry, "questionnaires/other/1.0.0.json": smallQuestionnaire,
		"holidays/other.yaml": smallHolidays, "profiles/other.yaml": smallProfile,
	} {
		files := goodFiles(t)
		files[name] = &fstest.MapFile{Data: []byte(text)}
		if _, err := Load(files); len(Faults(err)) == 0 || (!strings.Contains(err.Error(), "already in") && !strings.Contains(err.Error(), "there twice")) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAnEmptyFileIsAFault(t *testing.T) {
	files := goodFiles(t)
	files["instruments/empty.yaml"] = &fstest.MapFile{}
	if _, err := Load(files); len(Faults(err)) != 1 {
		t.Errorf("got %v", err)
	}
}

// The YAML library panics on such a tag.
func TestAFileThatTheLibraryCannotTakeIsAFault(t *testing.T) {
	files := goodFiles(t)
	files["registry/odd.yaml"] = &fstest.MapFile{Data: []byte("kind: mission\ncontributors:\n  ! 000\n")}
	_, err := Load(files)
	if all := faultsOf(err); len(all) != 1 || all[0].File != "registry/odd.yaml" || !strings.Contains(all[0].Reason, "cannot be read as YAML") {
		t.Errorf("got %v", err)
	}
}

func TestAFaultReadsWell(t *testing.T) {
	f := &Fault{File: "instruments/a.yaml", Line: 12, Field: "provisions[3].verb", Reason: "is missing"}
	if want := "cannot load instruments/a.yaml: line 12: provisions[3].verb: is missing"; f.Error() != want {
		t.Errorf("got %q, want %q", f, want)
	}
}
