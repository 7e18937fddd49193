package schemas

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// goodFiles is the smallest catalogue that loads: the shared definitions as
// they are, and one small file of each sort.
func goodFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	definitions, err := fs.ReadFile(Embedded(), "questionnaires/definitions/1.0.0.json")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		"questionnaires/definitions/1.0.0.json": {Data: definitions},
		"questionnaires/poll/1.0.0.json":        {Data: []byte(smallQuestionnaire)},
		"instruments/small.yaml":                {Data: []byte(smallInstrument)},
		"instruments/sections.yaml":             {Data: []byte(smallSections)},
		"registry/small.yaml":                   {Data: []byte(smallRegistry)},
		"registry/entities.yaml":                {Data: []byte(smallEntities)},
		"registry/missions.yaml":                {Data: []byte(smallMissions)},
		"holidays/small.yaml":                   {Data: []byte(smallHolidays)},
		"profiles/small.yaml":                   {Data: []byte(smallProfile)},
	}
}

// spoilt is a copy in which one piece of one file is replaced; the piece must
// be there.
func spoilt(t testing.TB, file, old, replacement string) fstest.MapFS {
	t.Helper()
	files := goodFiles(t)
	text := string(files[file].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	files[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, replacement, 1))}
	return files
}

const smallInstrument = `id: small
symbol: S/RES/1 (2020)
title: A small resolution
body: Security Council
adopted: 2020-01-15
operatives:
  - number: 1
    text: Requests the Secretary-General to report within six months, and stresses haste;
  - number: 2
    text: Decides to remain seized.
provisions:
  - id: OP1.a
    operative: 1
    verb: requests
    strength: 4
    addressee: Secretary-General
    class: report
    summary: Report within six months
    stream: op1
  - id: OP1.b
    operative: 1
    verb: stresses
    strength: 0
    addressee: Security Council
    class: declaratory
    summary: Haste
    reason: The Council speaks of itself.
  - id: OP2
    operative: 2
    verb: decides
    strength: 5
    addressee: Security Council
    class: declaratory
    summary: Seized
    reason: The Council speaks of itself.
streams:
  - id: op1
    shape: report
    title: The report
    provisions: [OP1.a]
    policy:
      mandated: {key: mandated, label: Mandated date, from: adoption, offset: P6M, basis: within six months, provision: OP1.a}
      dates:
        - {key: opens, label: Opens, from: mandated, offset: -P4M, basis: practice}
        - {key: due, label: Due, from: mandated, offset: -P60D, basis: practice}
        - {key: closes, label: Closes, from: due, offset: P14D, basis: practice}
        - {key: draft, label: Draft, from: closes, offset: P7D, basis: practice}
        - {key: transmits, label: Transmits, from: mandated, offset: P0D, basis: practice}
      audience:
        - {kind: entity, questionnaire: poll}
      ladder:
        - {id: first, offset: -P7D, notice: reminder}
        - {id: second, offset: P2D, notice: overdue, kinds: [entity]}
      follow_up:
        ladder:
          - {id: later, offset: -P1D, notice: reminder}
        decide_within: P3D
        longest_extended: P21D
        correct_within: P14D
        escalate_within: P10D
      clearance:
        - {id: chief, name: Chief, offices: [CHIEF, LEGAL], quorum: 1, within: P10D}
      collect_every: P1D
      word_budget: 8500
      report:
        title: A report
        sections:
          - heading: Everything
            parts:
              - provisions: [OP1.a]
  - id: op2
    shape: occasion
    title: Meetings
    provisions: [OP2]
    occasion: {kind: meeting, title: A meeting, invites: [state-ken], invites_all: [entity]}
    policy:
      dates:
        - {key: opens, label: Invitations, from: mandated, offset: -P20D, basis: practice for meetings}
        - {key: due, label: Replies, from: mandated, offset: -P5D, basis: practice for meetings}
        - {key: closes, label: End, from: due, offset: P15D, basis: practice for meetings}
        - {key: draft, label: Outcome, from: closes, offset: P3D, basis: practice for meetings}
        - {key: transmits, label: Record, from: draft, offset: P0D, basis: practice for meetings}
      audience:
        - {kind: entity, questionnaire: poll}
        - {kind: member-state, questionnaire: poll}
      ladder:
        - {id: third, offset: -P4D, notice: reminder}
      follow_up:
        ladder:
          - {id: later, offset: -P1D, notice: reminder}
        decide_within: P2D
        longest_extended: P5D
        correct_within: P7D
        escalate_within: P6D
      collect_every: P1D
`

// smallSections is an instrument with a section in two series of host reports.
const smallSections = `id: sections
symbol: S/RES/2 (2020)
title: A resolution with a section
body: Security Council
adopted: 2020-02-01
operatives:
  - number: 1
    text: Invites the Secretary-General to include efforts in his reports.
provisions:
  - {id: OP1, operative: 1, verb: invites, strength: 2, addressee: Secretary-General, class: include, summary: Include efforts, stream: op1}
streams:
  - id: op1
    shape: inclusion
    title: Efforts in reports
    provisions: [OP1]
    policy:
      audience: [{kind: entity, questionnaire: poll}]
      ladder:
        - {id: first, offset: -P3D, notice: reminder}
      follow_up:
        ladder: [{id: later, offset: P1D, notice: overdue}]
        decide_within: P1D
        longest_extended: P2D
        correct_within: P2D
        escalate_within: P1D
      collect_every: P1D
    inclusion:
      profile: small
      series:
        - id: yearly
          title: Yearly report
          contributor: entity-small
          drafter: EOSG
          calendar:
            rules: [{id: regular, label: every year, anchor: date, date: 2020-06-30, every: P12M, basis: practice, confidence: L}]
        - id: visits
          title: Report on a visit
          contributor: entity-small
          drafter: EOSG
          each: visit
          calendar:
            events: [{id: visit, label: end of the visit}]
            rules: [{id: report, label: 3 months after, anchor: event, event: visit, offset: P3M, basis: practice, confidence: L}]
`

const smallEntities = `kind: entity
contributors:
  - id: entity-small
    exists: [{from: 2000-01-01}]
    names: [{en: Small Office, fr: Petit bureau}]
`

const smallRegistry = `kind: member-state
contributors:
  - id: state-swz
    alpha2: SZ
    alpha3: SWZ
    m49: "748"
    region: Africa
    exists:
      - {from: 1968-09-24, until: 1999-12-31}
      - {from: 2000-01-01}
    names:
      - {en: Swaziland, fr: Swaziland}
      - {from: 2018-04-19, en: Eswatini, fr: Eswatini}
  - id: state-ken
    alpha2: KE
    alpha3: KEN
    m49: "404"
    region: Africa
    exists: [{from: 1963-12-16}]
    names: [{en: Kenya, fr: Kenya}]
`

const smallMissions = `kind: mission
contributors:
  - id: mission-old
    group: political
    host: Elsewhere
    exists: [{from: 2016-01-01, until: 2017-12-31}]
    names: [{en: Old Mission, fr: Ancienne mission}]
    reporting: {none: closed}
  - id: mission-small
    group: political
    host: Elsewhere
    succeeds: mission-old
    exists: [{from: 2018-01-01}]
    names: [{en: Small Mission, fr: Petite mission}]
    reporting:
      mandates:
        - {from: 2018-01-01, until: 2018-12-31, authority: S/RES/2 (2018)}
        - {from: 2019-01-01, until: 2019-12-31, authority: S/RES/3 (2018)}
      events:
        - {id: vote, label: the vote}
        - {id: start, label: the start, date: 2018-02-01, authority: S/2018/2}
      rules:
        - {id: regular, label: every 60 days, anchor: adoption, date: 2018-01-01, offset: P60D, every: P60D, before_renewal: P21D, basis: S/RES/2 (2018), confidence: H}
        - {id: regular, label: every 90 days, from: 2018-07-01, anchor: previous, offset: P90D, every: P90D, basis: S/RES/3 (2018), confidence: H}
        - {id: update, label: every 30 days, form: update, anchor: date, date: 2018-01-31, every: P30D, unless: regular, basis: S/RES/2 (2018), confidence: M}
        - {id: vote, label: after the vote, anchor: event, event: vote, offset: P30D, expected: true, basis: S/RES/2 (2018), confidence: L}
        - {id: renewal, label: before the renewal, anchor: mandate-end, offset: -P30D, final: true, basis: S/RES/2 (2018), confidence: H}
        - {id: half, label: each half, anchor: half-year, offset: P31D, basis: letters, confidence: H}
      changes:
        - {kind: extension, rule: regular, due: 2018-03-02, to: 2018-03-09, authority: S/2018/3}
`

const smallHolidays = `place: un-headquarters
title: Headquarters
years:
  - year: 2099
    basis: a circular
    confidence: H
    holidays:
      - {date: 2099-01-01, name: New Year’s Day}
      - {date: 2099-12-25, name: Christmas Day}
`

const smallProfile = `id: small
title: A small profile
basis: practice
dates:
  - {key: opens, label: Opens, from: planned, working_days: -20, basis: practice}
  - {key: due, label: Due, from: planned, working_days: -10, basis: practice}
  - {key: closes, label: Closes, from: due, working_days: 2, basis: practice}
  - {key: draft, label: Draft, from: closes, working_days: 1, basis: practice}
  - {key: transmits, label: Transmits, from: mandated, offset: P0D, basis: practice}
  - {key: issued, label: Issued, from: transmits, offset: P7D, basis: practice}
`

const smallQuestionnaire = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "x-questionnaire": "poll",
  "x-version": "1.0.0",
  "x-kind": "entity",
  "x-definitions": "../definitions/1.0.0.json",
  "x-title": {"en": "Poll", "fr": "Sondage"},
  "x-sections": [{"id": "op1", "title": {"en": "One", "fr": "Un"}, "questions": ["Q1.1", "Q1.2"]}],
  "type": "object",
  "$ref": "../definitions/1.0.0.json#/$defs/envelope",
  "properties": {
    "questionnaire": {"const": "poll"},
    "version": {"const": "1.0.0"},
    "answers": {
      "type": "object",
      "properties": {
        "Q1.1": {
          "x-provision": "OP1.a",
          "x-label": {"en": "How many?", "fr": "Combien ?"},
          "type": "object",
          "$ref": "../definitions/1.0.0.json#/$defs/answer",
          "properties": {
            "count": {"$ref": "../definitions/1.0.0.json#/$defs/persons", "x-label": {"en": "Count", "fr": "Nombre"}},
            "colour": {
              "enum": ["red", "blue"],
              "x-kind": "choice",
              "x-label": {"en": "Colour", "fr": "Couleur"},
              "x-options": {"red": {"en": "Red", "fr": "Rouge"}, "blue": {"en": "Blue", "fr": "Bleu"}}
            }
          },
          "unevaluatedProperties": false
        },
        "Q1.2": {
          "x-provision": "OP1.a",
          "x-label": {"en": "Why?", "fr": "Pourquoi ?"},
          "type": "object",
          "$ref": "../definitions/1.0.0.json#/$defs/answer",
          "properties": {},
          "unevaluatedProperties": false
        }
      },
      "additionalProperties": false
    }
  },
  "unevaluatedProperties": false,
  "x-rules": [
    {
      "id": "poll/some",
      "severity": "warning",
      "at": "/answers/Q1.1/count",
      "when": "answers.has('Q1.1', 'count')",
      "assert": "answers.high('Q1.1', 'count') > 0",
      "message": {"en": "Nobody?", "fr": "Personne ?"}
    }
  ]
}
`
