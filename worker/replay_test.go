package worker

import (
	"errors"
	"strings"
	"testing"
)

func TestWhyHoldsNoInputs(t *testing.T) {
	for text, want := range map[string]string{
		"[TMPRL1100] nondeterministic workflow: history event is ActivityTaskScheduled: (ActivityId:5, ActivityType:(Name:requests.open), Input:[a name, (and) more]), replay command is\n StartTimer: (TimerId:7)": "[TMPRL1100] nondeterministic workflow: history event is ActivityTaskScheduled: (requests.open), replay command is StartTimer: ",
		"unknown type":                "unknown type",
		"a ) and an unclosed (Name:x": "a ) and an unclosed ",
	} {
		if got := short(errors.New(text)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if long := short(errors.New(strings.Repeat("é", 1000))); len([]rune(long)) != maxWhy+1 {
		t.Errorf("%d characters", len([]rune(long)))
	}
}
