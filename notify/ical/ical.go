// Package ical writes calendar feeds: the dates that concern one principal as an
// iCalendar object (RFC 5545) that calendar programs subscribe to, in the six
// official languages.
package ical

import (
	"embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

//go:embed words
var files embed.FS

var book = wording.MustLoad(files, "words")

// Writer writes feeds for one house.
type Writer struct {
	// Base is the address at which the house is reached from outside; the links in
	// feeds lead there.
	Base *url.URL
}

var _ rapporteur.FeedWriter = Writer{}

// Address is where a calendar program finds the feed with a token.
func (w Writer) Address(token string) string { return w.Base.JoinPath("feeds", token+".ics").String() }

// refresh is how often a program should look for changes (RFC 7986, section 5.7).
const refresh = "PT6H"

// WriteFeed writes the entries as a calendar of all-day events. Lines are folded at
// 75 octets and end as RFC 5545 wants it.
func (w Writer) WriteFeed(f rapporteur.Feed, entries []rapporteur.FeedEntry) ([]byte, error) {
	words := book.In(f.Language)
	name := words.Say("name")
	if f.Cycle != "" {
		name = words.Say("name.cycle", "Cycle", string(f.Cycle))
	}
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//Rapporteur//Calendar feeds//EN")
	calendar.SetMethod(ics.MethodPublish)
	calendar.SetCalscale("GREGORIAN")
	calendar.SetName(text(name))
	calendar.SetXWRCalName(text(name))
	calendar.SetRefreshInterval(refresh)
	calendar.SetXPublishedTTL(refresh)
	for _, e := range entries {
		w.event(calendar.AddEvent(e.UID), e, words)
	}
	var b strings.Builder
	if err := calendar.SerializeTo(&b, ics.WithNewLineWindows); err != nil {
		return nil, fmt.Errorf("cannot write calendar feed: %w", err)
	}
	return []byte(b.String()), nil
}

func (w Writer) event(event *ics.VEvent, e rapporteur.FeedEntry, words wording.Words) {
	event.SetDtStampTime(e.Stamp)
	event.SetModifiedAt(e.Stamp)
	event.SetSequence(e.Sequence)
	event.SetAllDayStartAt(e.On.Start())
	event.SetAllDayEndAt(e.On.AddDays(1).Start()) // the first day after it (RFC 5545, 3.6.1)
	event.SetSummary(text(summary(e, words)))
	page := w.Base.JoinPath(e.Page).String()
	event.SetDescription(text(description(e, words, page)))
	event.SetURL(page)
	event.SetTimeTransparency(ics.TransparencyTransparent) // nobody is busy because of it
	status := ics.ObjectStatusConfirmed
	if e.Cancelled {
		status = ics.ObjectStatusCancelled
	}
	event.SetStatus(status)
}

// summary is what a date is, in one line.
func summary(e rapporteur.FeedEntry, words wording.Words) string {
	about := e.Stream
	if e.Subject != "" {
		about = e.Subject
	}
	return words.Say("summary", "What", what(e, words), "Stream", about)
}

// what names the date. The words of the instrument's data stand where they are in
// the reader's language, or where there are no others.
func what(e rapporteur.FeedEntry, words wording.Words) string {
	switch e.Kind {
	case rapporteur.FeedRung:
		return firstOf(words, "rung."+string(e.Notice), "rung")
	case rapporteur.FeedStep:
		key := "step"
		if noted(e, rapporteur.FeedDecided) {
			key = "step.decided"
		}
		return words.Say(key, "Offices", strings.Join(e.Offices, ", "))
	case rapporteur.FeedAnswer:
		return words.Say("answer")
	case rapporteur.FeedDate:
	}
	if words.Language == wording.English && e.Label != "" {
		return e.Label
	}
	if said := firstOf(words, "date."+string(e.Shape)+"."+e.Key, "date."+e.Key); said != "" {
		return said
	}
	return e.Label
}

// firstOf is the text of the first key that there is; empty where there is none.
func firstOf(words wording.Words, keys ...string) string {
	for _, key := range keys {
		if said, err := words.Lookup(key); err == nil {
			return said
		}
	}
	return ""
}

func noted(e rapporteur.FeedEntry, note rapporteur.FeedNote) bool {
	return slices.Contains(e.Notes, note)
}

// description says why the date is, and where there is more.
func description(e rapporteur.FeedEntry, words wording.Words, page string) string {
	var lines []string
	say := func(key string, pairs ...any) { lines = append(lines, words.Say(key, pairs...)) }
	if e.Cancelled {
		say("cancelled")
	}
	for _, note := range e.Notes {
		say("note." + string(note))
	}
	if e.Subject != "" {
		say("subject", "Subject", e.Subject)
	}
	say("cycle", "Cycle", string(e.Cycle))
	if len(e.Provisions) > 0 {
		say("asked", "Provisions", strings.Join(e.Provisions, ", "), "Instrument", e.Instrument)
	} else {
		say("asked.none", "Instrument", e.Instrument)
	}
	if len(e.Why) > 0 {
		say("why")
	}
	for _, step := range e.Why {
		line := words.Say("why.step", "Date", step.Result.String(), "Rule", step.Rule)
		var more []string
		if step.Basis != "" {
			more = append(more, words.Say("basis", "Basis", step.Basis))
		}
		if step.Authority != "" {
			more = append(more, words.Say("authority", "Authority", step.Authority))
		}
		if len(more) > 0 {
			line += " (" + strings.Join(more, "; ") + ")"
		}
		lines = append(lines, line)
	}
	say("more", "Page", page)
	return strings.Join(lines, "\n")
}

// text is what may stand in a calendar: no control characters but the ends of
// lines, nothing that turns the direction of what follows.
func text(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u2028', r == '\u2029':
			return -1
		}
		return r
	}, s)
}
