package rapporteur

import (
	"testing"
	"time"
)

func TestCodeList(t *testing.T) {
	list := CodeList{ID: "CL_X", Codes: []Code{
		{ID: "A", Names: []CodeName{{Names: map[string]string{"en": "old", "fr": "ancien"}}, {From: Date{Year: 2018, Month: time.April, Day: 19}, Names: map[string]string{"en": "new"}}}, Same: map[string]string{"s": "x", "t": "1"}},
		{ID: "B", Parent: "A", Names: []CodeName{{Names: map[string]string{"en": "b"}}}, Same: map[string]string{"s": "x", "t": "2"}},
		{ID: "C", Parent: "A", Names: []CodeName{{Names: map[string]string{"en": "c"}}}, Same: map[string]string{"s": "y"}},
		{ID: "D", Names: []CodeName{{Names: map[string]string{"en": "d"}}}},
	}}
	a, _ := list.Code("A")
	for _, c := range []struct {
		language string
		on       Date
		want     string
	}{
		{"en", Date{Year: 2018, Month: time.April, Day: 18}, "old"}, {"en", Date{Year: 2018, Month: time.April, Day: 19}, "new"},
		{"en", Date{}, "new"}, {"fr", Date{Year: 2000, Month: time.January, Day: 1}, "ancien"}, {"fr", Date{}, "new"},
	} {
		if got := a.Name(c.language, c.on); got != c.want {
			t.Errorf("in %s on %s it is %q, want %q", c.language, c.on, got, c.want)
		}
	}
	if c, ok := list.From("s", "x"); !ok || c.ID != "A" {
		t.Errorf("x is %s, want the code above the other", c.ID)
	}
	if got := list.Translate("t", "2", "s"); got != "x" {
		t.Errorf("2 is %q", got)
	}
	for _, nothing := range []string{"", "z"} {
		if c, ok := list.From("s", nothing); ok {
			t.Errorf("%q is %s", nothing, c.ID)
		}
	}
	if _, ok := list.Code("Z"); ok {
		t.Error("there is no Z")
	}
	if found := (CodeLists{list}).List("CL_X"); len(found.Codes) != 4 {
		t.Errorf("found %+v", found)
	}
	if found := (CodeLists{list}).List("CL_Y"); len(found.Codes) != 0 || found.ID != "CL_Y" {
		t.Errorf("found %+v", found)
	}
}
