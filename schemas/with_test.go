package schemas

import (
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestWith(t *testing.T) {
	c := load(t)
	on := rapporteur.Date{Year: 2018, Month: 5, Day: 2}
	before := len(c.Contributors(on, rapporteur.KindMemberState))
	more := c.With([]rapporteur.Contributor{
		{ID: "state-aaa-1", Kind: rapporteur.KindMemberState, Names: map[string]string{"en": "A"}},
		{ID: "state-ken", Kind: rapporteur.KindEntity},
	})
	if n := len(more.Contributors(on, rapporteur.KindMemberState)); n != before+1 {
		t.Errorf("%d Member States, want one more than %d", n, before)
	}
	if n := len(c.Contributors(on, rapporteur.KindMemberState)); n != before {
		t.Errorf("the catalogue itself has %d now, want %d", n, before)
	}
	found, err := more.Contributor("state-aaa-1", on)
	if err != nil || found.Name("en") != "A" {
		t.Errorf("got %v, %v", found, err)
	}
	if kenya, err := more.Contributor("state-ken", on); err != nil || kenya.Kind != rapporteur.KindMemberState {
		t.Errorf("Kenya is %v, %v", kenya, err)
	}
}
