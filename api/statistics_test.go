package api

import (
	"archive/zip"
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/schemas"
)

const statisticsAt = cycleAt + "/statistics"

func (h *house) statistics(catalogue *schemas.Catalogue) rapporteur.Statistics {
	h.t.Helper()
	crosswalk, err := catalogue.Crosswalk("glotip")
	if err != nil {
		h.t.Fatal(err)
	}
	codes, err := figures.NewCodes(catalogue.CodeLists())
	if err != nil {
		h.t.Fatal(err)
	}
	return rapporteur.Statistics{
		Store: h.store, Catalogue: catalogue, Clock: h.clock, Crosswalk: crosswalk, Lists: catalogue.CodeLists(), Statistician: figures.NewStatistician(codes),
	}
}

// prosecuted is an answer of a Member State with persons prosecuted, of whom
// three are women.
const prosecuted = `{"questionnaire": "member-state", "version": "1.0.0", "return_type": "answered", "language": "en",
  "answers": {"Q5.2": {"status": "yes", "prosecuted": [
    {"sex": "F", "age": "total", "value": 3}, {"sex": "M", "age": "total", "value": 27}, {"sex": "total", "age": "total", "value": 30}]}},
  "header": {"authority": "Ministry of Justice", "period": {"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true, "classification": "unclassified"}}`

// countedHouse is a house with an answer that has figures, whose collection is
// closed.
func countedHouse(t *testing.T) *house {
	t.Helper()
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", prosecuted).want(http.StatusCreated)
	if _, err := h.conduct().CloseCollection(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestStatisticsFromPreviewToPublic(t *testing.T) {
	h := countedHouse(t)
	h.get(staffKey, statisticsAt).problem(http.StatusNotFound, "not-found")
	preview := h.get(staffKey, statisticsAt+"?preview=true").want(http.StatusOK)
	for _, key := range []string{kenyaKey, franceKey, olaKey, adminKey} {
		answer := h.get(key, statisticsAt+"?preview=true")
		answer.what += " by " + key
		answer.problem(http.StatusForbidden, "forbidden")
	}
	publish := exchange{key: staffKey, method: http.MethodPost, path: statisticsAt, headers: map[string]string{"Idempotency-Key": "one"}}
	release := read[StatisticsRelease](h.call(publish).want(http.StatusCreated))
	if release.Number != 1 || release.Contributors != 1 || release.Figures != 3 || release.Withheld < 2 || release.ReleasedBy != h.principal(staffKey) || release.ReleasedAt == nil {
		t.Errorf("release %+v", release)
	}
	before := h.weight()
	if diff := cmp.Diff(release, read[StatisticsRelease](h.call(publish).want(http.StatusCreated))); diff != "" || h.weight() != before {
		t.Errorf("the same call again differs:\n%s", diff)
	}
	for _, key := range []string{staffKey, olaKey, adminKey} {
		answer := h.get(key, statisticsAt).want(http.StatusOK)
		if !bytes.Equal(answer.body, preview.body) {
			t.Errorf("%s reads otherwise than was previewed:\n%s", key, answer.body)
		}
	}
	for _, key := range []string{kenyaKey, franceKey} {
		h.get(key, statisticsAt).problem(http.StatusNotFound, "not-found")
	}
	h.transmitted()
	for _, key := range []string{kenyaKey, franceKey, unmissKey} {
		answer := h.get(key, statisticsAt).want(http.StatusOK)
		if !bytes.Equal(answer.body, preview.body) {
			t.Errorf("%s reads\n%s", key, answer.body)
		}
	}
}

// transmitted compiles, clears and transmits the cycle's report.
func (h *house) transmitted() {
	h.t.Helper()
	conduct, m := h.conduct(), h.moment()
	number, err := conduct.Compile(h.t.Context(), testCycle, m)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := conduct.SubmitDraft(h.t.Context(), testCycle, number, m); err != nil {
		h.t.Fatal(err)
	}
	transmittal := rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: rapporteur.Date{Year: 2018, Month: 11, Day: 21}}
	if err := conduct.Transmit(h.t.Context(), testCycle, number, transmittal, m); err != nil {
		h.t.Fatal(err)
	}
}

func TestStatisticsFormats(t *testing.T) {
	h := countedHouse(t)
	h.call(exchange{key: staffKey, method: http.MethodPost, path: statisticsAt}).want(http.StatusCreated)
	glotip := h.get(staffKey, statisticsAt+"?format=glotip").want(http.StatusOK)
	rows, err := figures.ReadGLOTIP(bytes.NewReader(glotip.body))
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v: %s", err, glotip.body)
	}
	for _, r := range rows {
		if r.Country != "Kenya" || r.Area != "KEN" || r.Region != "Africa" || r.Subregion != "Sub-Saharan Africa" || r.Year != "2018" || r.Unit != "Counts" || r.Source != string(testCycle) || r.Value == "3" {
			t.Errorf("row %+v", r)
		}
	}
	sdmx := h.get(staffKey, statisticsAt+"?format=sdmx-csv").want(http.StatusOK)
	if sdmx.header.Get("Content-Type") != mediaSDMX || !strings.HasPrefix(string(sdmx.body), "DATAFLOW,REF_AREA,") || !strings.Contains(string(sdmx.body), ",404,PERSONS_PROSECUTED,_T,_T,_T,F,_T,1,2018,,Q,C,") {
		t.Errorf("%s:\n%s", sdmx.header.Get("Content-Type"), sdmx.body)
	}
	if got := sdmx.header.Get("Content-Disposition"); got != `attachment; filename="op34-2018-statistics.sdmx.csv"` {
		t.Errorf("disposition %s", got)
	}
	archive := h.get(staffKey, statisticsAt+"?format=csv").want(http.StatusOK)
	if opened, err := zip.NewReader(bytes.NewReader(archive.body), int64(len(archive.body))); err != nil || opened.File[0].Name != "data.csv" {
		t.Errorf("%v", err)
	}
	accepts := func(accept string) reply {
		return h.call(exchange{key: staffKey, method: http.MethodGet, path: statisticsAt, headers: map[string]string{"Accept": accept}})
	}
	if got := accepts("application/zip").want(http.StatusOK); !bytes.Equal(got.body, archive.body) {
		t.Error("the archive is another by Accept")
	}
	if got := accepts("*/*").want(http.StatusOK); !bytes.Equal(got.body, glotip.body) {
		t.Error("the first choice is not the layout of the Global Report")
	}
	accepts("image/png").problem(http.StatusNotAcceptable, "not-acceptable")
	h.get(staffKey, statisticsAt+"?format=xlsx").problem(http.StatusUnprocessableEntity, "invalid")
	same := h.call(exchange{key: staffKey, method: http.MethodGet, path: statisticsAt, headers: map[string]string{"If-None-Match": glotip.header.Get("ETag")}})
	same.want(http.StatusNotModified)
	if glotip.header.Get("ETag") == sdmx.header.Get("ETag") {
		t.Error("two formats have one ETag")
	}
}

func TestStatisticsAreNotPublishedWhileAnswersCome(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", prosecuted).want(http.StatusCreated)
	h.call(exchange{key: staffKey, method: http.MethodPost, path: statisticsAt}).problem(http.StatusConflict, "conflict")
	h.get(staffKey, statisticsAt+"?preview=true").want(http.StatusOK)
	h.get(staffKey, strings.Replace(statisticsAt, "2018/", "2019/", 1)).problem(http.StatusNotFound, "not-found")
	h.call(exchange{key: staffKey, method: http.MethodPost, path: strings.Replace(statisticsAt, "/2018/", "/2019/", 1)}).problem(http.StatusNotFound, "not-found")
}
