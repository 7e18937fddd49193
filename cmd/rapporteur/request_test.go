package main

import (
	"strings"
	"testing"
)

func TestRequestCommands(t *testing.T) {
	for line, want := range map[string]string{
		"request remind s/op34/2018 state-ken --reason=Promised. --idempotency-key=1": `POST /v1/cycles/s/op34/2018/requests/state-ken/reminders 1 {"reason":"Promised."}`,
		"request snooze s/op34/2018 state-ken --until=2018-07-20 --reason=Elections.": `PUT /v1/cycles/s/op34/2018/requests/state-ken/snooze  {"reason":"Elections.","until":"2018-07-20"}`,
		"request snooze s/op34/2018 state-ken --lift":                                 `PUT /v1/cycles/s/op34/2018/requests/state-ken/snooze  {}`,
		"request settle s/op34/2018 state-ken --version=2 --idempotency-key=2":        `POST /v1/cycles/s/op34/2018/requests/state-ken/settlements 2 {"version":2}`,
	} {
		asked, err := run(t, `{}`, strings.Fields(line)...)
		if err != nil || asked != want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
	}
	for line, says := range map[string]string{
		"request snooze s/op34/2018 state-ken":                           "--until",
		"request snooze s/op34/2018 state-ken --lift --until=2018-07-20": "--until",
		"request settle s/op34/2018 state-ken":                           "--version",
	} {
		if asked, err := run(t, `{}`, strings.Fields(line)...); err == nil || asked != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: asked %q, error %v does not say %q", line, asked, err, says)
		}
	}
}
