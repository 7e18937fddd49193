package schemas

import (
	"os"
	"sync"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// What a next release may bring: another version of the mission questionnaire
// and how answers go there.
var nextFiles = os.DirFS("../testdata/next")

var loadNext = sync.OnceValues(func() (*Catalogue, error) { return Load(Embedded(), nextFiles) })

var (
	mission10 = rapporteur.QuestionnaireRef{ID: "mission", Version: "1.0.0"}
	mission11 = rapporteur.QuestionnaireRef{ID: "mission", Version: "1.1.0"}
)

func next(t testing.TB) *Catalogue {
	t.Helper()
	c, err := loadNext()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheNextVersionLoads(t *testing.T) {
	if q, err := next(t).Latest("mission"); err != nil || q.Version != "1.1.0" {
		t.Errorf("the newest version is %s (%v)", q.Version, err)
	}
}
