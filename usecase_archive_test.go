package rapporteur_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/report"
)

// ended is a cycle that was asked, answered in versions, returned, drafted,
// cleared, transmitted and closed, in a house where other things happen too.
func (h *house) ended() rapporteur.Cycle {
	h.t.Helper()
	h.append(3)
	h.export() // a checkpoint before the cycle begins
	cycle := h.collecting(kenya, france, unodc)
	h.answer(cycle, kenya, "first")
	h.append(2)
	_, err := h.correspondence.Submit(h.t.Context(), by(kenya), key(cycle, kenya), withFigures(h.t, 3))
	must(h.t, err)
	h.answer(cycle, unodc, "x")
	_, err = h.conduct.CloseCollection(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	_, err = h.conduct.Compile(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	must(h.t, h.conduct.SubmitDraft(h.t.Context(), cycle.ID, 1, h.moment()))
	h.relay()
	h.cleared(cycle)
	_, err = h.conduct.CheckClearance(h.t.Context(), cycle.ID, 1, h.moment())
	must(h.t, err)
	must(h.t, h.conduct.Transmit(h.t.Context(), cycle.ID, 1, rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: mandated, By: staff.ID}, h.moment()))
	must(h.t, h.conduct.Close(h.t.Context(), cycle.ID, h.moment()))
	h.append(2)
	return h.cycle(cycle.ID)
}

func (h *house) archive() rapporteur.Archive {
	return rapporteur.Archive{
		Store: h.store, Catalogue: h.catalogue, Renderer: report.New(), Signer: h.correspondence.Signer, Clock: h.clock,
		Events: func(_ context.Context, workflows []string) []rapporteur.EngineEvent {
			return []rapporteur.EngineEvent{{Workflow: workflows[0], Run: "run", ID: 1, Type: "WorkflowExecutionStarted", At: opens.At(13)}}
		},
	}
}

func (h *house) archived(cycle rapporteur.Cycle, actor rapporteur.Principal, whole bool) map[string][]byte {
	h.t.Helper()
	files, err := h.archive().Make(h.t.Context(), actor, cycle.ID, whole)
	must(h.t, err)
	byName := map[string][]byte{}
	for _, file := range files {
		byName[file.Name] = file.Content
	}
	return byName
}

func holds(t *testing.T, h *house, files map[string][]byte) rapporteur.ArchiveVerdict {
	t.Helper()
	v := rapporteur.VerifyArchive(files, h.correspondence.Signer.Keys())
	if !v.Holds() {
		t.Errorf("it does not hold:\n%s", v.Summary())
	}
	return v
}

func TestAnArchiveHoldsAndIsWhole(t *testing.T) {
	h := newHouse(t)
	cycle := h.ended()
	files := h.archived(cycle, staff, true)
	v := holds(t, h, files)
	if v.Versions != 3 || v.Records != len(h.audit(cycle)) || v.Answers != rapporteur.AnswersWhole || v.Files != len(files)-2 {
		t.Errorf("%+v", v)
	}
	for _, name := range []string{
		"README.txt", "SHA256SUMS", "manifest.json", "manifest.sig", "cycle.json", "instrument.json", "requests.jsonl", "submissions.jsonl",
		"submissions/state-ken-v1.json", "submissions/state-ken-v2.json", "receipts/entity-unodc-v1.json", "findings.jsonl", "follow-ups.jsonl",
		"ledger.csv", "ledger.jsonl", "report/draft-1.json", "report/draft-1.html", "report/draft-1.docx", "clearance-decisions.jsonl",
		"audit.jsonl", "audit-proof.jsonl", "history.txt", "engine-events.jsonl", "keys/keys.json", "deliveries.jsonl", "attachments.jsonl", "statistics.jsonl",
	} {
		if _, there := files[name]; !there {
			t.Errorf("there is no %s", name)
		}
	}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), func(n string) bool { return strings.HasPrefix(n, "questionnaires/member-state-") }) {
		t.Error("there is no questionnaire")
	}
	history := string(files["history.txt"])
	for _, says := range []string{"Day 0: Cycle planned: 3 contributors", "Report transmitted as S/2018/1042", "Cycle closed"} {
		if !strings.Contains(history, says) {
			t.Errorf("the history does not say %q:\n%s", says, history)
		}
	}
	var request struct {
		Contributor, Name, State, Outcome string
		Due                               string
	}
	lines := strings.Split(strings.TrimSpace(string(files["requests.jsonl"])), "\n")
	must(t, json.Unmarshal([]byte(lines[len(lines)-1]), &request))
	if request.Contributor != string(kenya) || request.Name != "Kenya" || request.State != "settled" || request.Due != due.String() {
		t.Errorf("%+v of %s", request, lines[len(lines)-1])
	}
	for name, content := range files {
		if bytes.Contains(content, []byte("missions.example")) {
			t.Errorf("%s holds a mailbox", name)
		}
	}
}

// The archive of a cycle to which nothing happens is the same to the byte, by
// whomever it is made and whatever else the house does.
func TestTheSameArchiveTwice(t *testing.T) {
	h := newHouse(t)
	cycle := h.ended()
	first := h.archived(cycle, staff, false)
	h.set(h.clock().Add(100 * 24 * time.Hour))
	h.append(5)
	other := staff
	other.ID = "key-other"
	if diff := cmp.Diff(first, h.archived(cycle, other, false)); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

func TestAnArchiveShowsNobodyMoreThanTheyMayRead(t *testing.T) {
	h := newHouse(t)
	cycle := h.ended()
	other := staff
	other.ID = "key-other"
	const answer = "submissions/state-ken-v2.json"
	h.archived(cycle, staff, true)
	for name, c := range map[string]struct {
		actor   rapporteur.Principal
		whole   bool
		answers rapporteur.ArchivedAnswers
	}{
		"administrator": {admin, false, rapporteur.AnswersLeftOut},
		"secretariat":   {other, false, rapporteur.AnswersMasked},
		"lead drafter":  {staff, false, rapporteur.AnswersMasked},
		"lead, whole":   {staff, true, rapporteur.AnswersWhole},
	} {
		files := h.archived(cycle, c.actor, c.whole)
		v := holds(t, h, files)
		content, there := files[answer]
		if v.Answers != c.answers || there != (c.answers != rapporteur.AnswersLeftOut) || bytes.Contains(content, []byte(`"value":3}`)) != (c.answers == rapporteur.AnswersWhole) ||
			c.answers == rapporteur.AnswersMasked && !bytes.Contains(content, []byte(`"value":33`)) {
			t.Errorf("%s: %s, %s", name, v.Answers, content)
		}
	}
	for _, actor := range []rapporteur.Principal{other, admin} {
		_, err := h.archive().Make(t.Context(), actor, cycle.ID, true)
		refused(t, err, rapporteur.ProblemForbidden)
	}
	made := read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.AuditTrail(ctx, rapporteur.AuditFilter{Actions: []rapporteur.Action{rapporteur.ActionCycleExported}})
	})
	if len(made) != 5 || made[0].Actor != staff.ID || made[0].Details["answers"] != "whole" || made[0].Details["versions"] != "3" || made[0].Details["cycle"] != string(cycle.ID) {
		t.Errorf("recorded is %+v", made)
	}
}

func TestOnlyWhatHasEndedIsArchived(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	_, err := h.archive().Make(t.Context(), staff, cycle.ID, false)
	refused(t, err, rapporteur.ProblemConflict)
	must(t, h.conduct.Cancel(t.Context(), cycle.ID, "Not needed.", staff.ID, h.moment(), ignored))
	v := holds(t, h, h.archived(cycle, staff, false))
	if v.Versions != 0 || v.Records == 0 {
		t.Errorf("%+v", v)
	}
	_, err = h.archive().Make(t.Context(), staff, "s-res-2388-2017/op34/1999", false)
	refused(t, err, rapporteur.ProblemNotFound)
	unsigned := h.archive()
	unsigned.Signer = nil
	_, err = unsigned.Make(t.Context(), staff, cycle.ID, false)
	refused(t, err, rapporteur.ProblemUnavailable)
}

// Of deliveries an archive holds receipts and records, whoever makes it: some of
// the content nobody in the house may read.
func TestDeliveriesAreArchivedWithoutContent(t *testing.T) {
	h := newHouse(t)
	h.conduct.Signer = h.correspondence.Signer
	window := h.running(op9)
	h.deliver(kenya, flows("Cash couriers.", `"classification":"unclassified"`, `"classification":"confidential"`, `"may_be_quoted":true`, `"may_be_quoted":false`))
	for _, id := range []rapporteur.ContributorID{cted, team} {
		h.reachable(id)
	}
	_, err := h.route(window)
	must(t, err)
	h.set(day(time.July, 1).Start().Add(time.Hour))
	_, err = h.conduct.OpenNextWindow(t.Context(), window.ID, h.moment())
	must(t, err)
	must(t, h.conduct.CloseWindow(t.Context(), window.ID, h.moment()))
	_, err = h.conduct.Digest(t.Context(), window.ID, h.moment())
	must(t, err)
	files := h.archived(window, staff, false)
	holds(t, h, files)
	if !bytes.Contains(files["deliveries.jsonl"], []byte(`"classification":"confidential"`)) {
		t.Errorf("deliveries are %s", files["deliveries.jsonl"])
	}
	records := 0
	for name, content := range files {
		if bytes.Contains(content, []byte("couriers")) {
			t.Errorf("%s holds content of the delivery", name)
		}
		if strings.HasPrefix(name, "delivery-records/") {
			records++
			changed := maps.Clone(files)
			changed[name] = bytes.Replace(content, []byte(`"kept":"content"`), []byte(`"kept":"receipt"`), 1)
			if v := rapporteur.VerifyArchive(h.resigned(changed), h.correspondence.Signer.Keys()); v.Holds() || !strings.Contains(v.Summary(), "the record does not hold") {
				t.Errorf("%s, changed: %s", name, v.Summary())
			}
		}
	}
	same(t, "records", records, 2)
}

// Somebody reads an answer, and a sealer works, while the archive is made.
func TestAnArchiveIsMadeWhileTheRecordGoesOn(t *testing.T) {
	h := newHouse(t)
	cycle := h.ended()
	archive := h.archive()
	archive.Store = meddling{h.store, func() {
		_, err := h.correspondence.Read(t.Context(), staff, key(cycle, kenya), 1)
		must(t, err)
		_, err = rapporteur.Sealer{Store: h.store, Signer: archive.Signer, Clock: h.clock}.Tend(t.Context(), false)
		must(t, err)
	}}
	made, err := archive.Make(t.Context(), staff, cycle.ID, false)
	must(t, err)
	files := map[string][]byte{}
	for _, file := range made {
		files[file.Name] = file.Content
	}
	holds(t, h, files)
}

// meddling is a store with which something happens before everything that is
// read.
type meddling struct {
	rapporteur.Store
	meddle func()
}

// Read reads, after something has happened.
func (m meddling) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	m.meddle()
	return m.Store.Read(ctx, fn)
}

// TestAnyChangeOfAnArchiveIsFound changes any byte, or leaves out, adds, renames
// or swaps files.
func TestAnyChangeOfAnArchiveIsFound(t *testing.T) {
	h := newHouse(t)
	files := h.archived(h.ended(), staff, true)
	names := slices.Sorted(maps.Keys(files))
	rapid.Check(t, func(rt *rapid.T) {
		changed := maps.Clone(files)
		name := rapid.SampledFrom(names).Draw(rt, "file")
		other := rapid.SampledFrom(names).Draw(rt, "other file")
		switch rapid.SampledFrom([]string{"byte", "longer", "shorter", "missing", "added", "swapped"}).Draw(rt, "how") {
		case "byte":
			content := bytes.Clone(files[name])
			if len(content) == 0 {
				return
			}
			content[rapid.IntRange(0, len(content)-1).Draw(rt, "place")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "bits"))
			changed[name] = content
		case "longer":
			changed[name] = append(bytes.Clone(files[name]), '\n')
		case "shorter":
			if len(files[name]) == 0 {
				return
			}
			changed[name] = files[name][:len(files[name])-1]
		case "missing":
			delete(changed, name)
		case "added":
			changed["receipts/"+name] = files[name]
		case "swapped":
			if bytes.Equal(files[name], files[other]) {
				return
			}
			changed[name], changed[other] = files[other], files[name]
		}
		if v := rapporteur.VerifyArchive(changed, h.correspondence.Signer.Keys()); v.Holds() {
			rt.Fatal("it was not found")
		}
	})
	if v := rapporteur.VerifyArchive(files, signing(t).Keys()); v.Holds() || !strings.Contains(v.Summary(), "none of the keys") {
		t.Errorf("with another's keys: %s", v.Summary())
	}
	if v := rapporteur.VerifyArchive(nil, h.correspondence.Signer.Keys()); v.Holds() {
		t.Error("nothing at all holds")
	}
}

// resigned is an archive whose manifest was made anew by somebody with the
// house's key.
func (h *house) resigned(files map[string][]byte) map[string][]byte {
	h.t.Helper()
	var manifest map[string]any
	must(h.t, json.Unmarshal(files["manifest.json"], &manifest))
	listed := map[string]any{}
	for name, content := range files {
		if name != "manifest.json" && name != "manifest.sig" {
			listed[name] = map[string]any{"bytes": len(content), "sha256": sum256(content)}
		}
	}
	manifest["files"] = listed
	text, err := json.Marshal(manifest) // keys sorted, no space: canonical here
	must(h.t, err)
	files["manifest.json"] = text
	_, files["manifest.sig"] = h.correspondence.Signer.Sign(text)
	return files
}

// TestWhatAnArchiveSaysMustAgree: also an archive under a good signature does not
// hold where its answers, receipts and audit records do not fit each other.
func TestWhatAnArchiveSaysMustAgree(t *testing.T) {
	h := newHouse(t)
	files := h.archived(h.ended(), staff, true)
	replace := func(name, from, to string) func(map[string][]byte) {
		return func(f map[string][]byte) {
			if !bytes.Contains(f[name], []byte(from)) {
				t.Errorf("%s has no %q", name, from)
			}
			f[name] = bytes.Replace(f[name], []byte(from), []byte(to), 1)
		}
	}
	drop := func(name string, n int) func(map[string][]byte) {
		return func(f map[string][]byte) {
			lines := bytes.SplitAfter(f[name], []byte("\n"))
			f[name] = bytes.Join(slices.Delete(lines, n, n+1), nil)
		}
	}
	holds(t, h, h.resigned(maps.Clone(files)))
	for name, c := range map[string]struct {
		change func(map[string][]byte)
		says   string
	}{
		"another answer":   {replace("submissions/state-ken-v2.json", "FORCED_LABOUR", "SEXUAL"), "it is not what was submitted"},
		"no answer":        {func(f map[string][]byte) { delete(f, "submissions/state-ken-v2.json") }, "the answer is missing"},
		"another version":  {replace("submissions.jsonl", `"version":2`, `"version":3`), "receipts/state-ken-v3.json: the receipt does not hold"},
		"another content":  {replace("submissions.jsonl", `"hash":"`, `"hash":"0`), "or of another content"},
		"a version fewer":  {drop("submissions.jsonl", 0), "knows no version with this receipt"},
		"another receipt":  {func(f map[string][]byte) { f["receipts/state-ken-v1.json"] = f["receipts/state-ken-v2.json"] }, "it is the receipt of another version"},
		"a changed record": {replace("audit.jsonl", `"reason":""`, `"reason":"x"`), "audit.jsonl: the record at position"},
		"another's record": {replace("audit.jsonl", `op34/2018`, `op34/2019`), "is of another cycle"},
		"records in disorder": {func(f map[string][]byte) {
			lines := bytes.SplitAfter(f["audit.jsonl"], []byte("\n"))
			lines[0], lines[1] = lines[1], lines[0]
			f["audit.jsonl"] = bytes.Join(lines, nil)
		}, "is not the next audit record"},
		"another digest": {func(f map[string][]byte) {
			lines := bytes.SplitAfter(f["audit-proof.jsonl"], []byte("\n"))
			lines[1] = []byte(strings.Replace(string(lines[1]), `"digest":"`, `"digest":"0`, 1))
			f["audit-proof.jsonl"] = bytes.Join(lines, nil)
		}, "the proof does not go on"},
		"a digest fewer": {drop("audit-proof.jsonl", 1), "the proof does not go on"},
		"no last checkpoint": {func(f map[string][]byte) {
			lines := bytes.SplitAfter(f["audit-proof.jsonl"], []byte("\n"))
			f["audit-proof.jsonl"] = bytes.Join(lines[:len(lines)-2], nil)
		}, "is not what a proof has there"},
		"no first checkpoint": {drop("audit-proof.jsonl", 0), "line 1 is not what a proof has there"},
	} {
		changed := maps.Clone(files)
		c.change(changed)
		if v := rapporteur.VerifyArchive(h.resigned(changed), h.correspondence.Signer.Keys()); v.Holds() || !strings.Contains(v.Summary(), c.says) {
			t.Errorf("%s: it says %q, want %q", name, v.Summary(), c.says)
		}
	}
}

// TestAnArchiveIsVerifiedByHand does what README.txt says, with the programs
// that any system has.
func TestAnArchiveIsVerifiedByHand(t *testing.T) {
	sums, openssl := needs.SHA256Sum(t), needs.OpenSSL(t)
	h := newHouse(t)
	files := h.archived(h.ended(), admin, false)
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, content, 0o600))
	}
	command := func(program string, arguments ...string) error {
		c := exec.CommandContext(t.Context(), program, arguments...)
		c.Dir = dir
		out, err := c.CombinedOutput()
		t.Logf("%s %s: %s", filepath.Base(program), strings.Join(arguments, " "), out)
		return err
	}
	_, line, found := strings.Cut(string(files["README.txt"]), "Signature:  openssl ")
	if !found {
		t.Fatal("the readme does not tell of openssl")
	}
	line, _, _ = strings.Cut(line, "\n")
	must(t, command(sums, "-c", "--strict", "SHA256SUMS"))
	must(t, command(openssl, strings.Fields(line)...))
	must(t, os.WriteFile(filepath.Join(dir, "cycle.json"), []byte("{}"), 0o600))
	if err := command(sums, "-c", "SHA256SUMS"); err == nil {
		t.Error("a changed file is not found")
	}
	must(t, os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{}"), 0o600))
	if err := command(openssl, strings.Fields(line)...); err == nil {
		t.Error("a changed manifest is not found")
	}
}

func sum256(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
