package rapporteur

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// houseSigner signs with a key made of one letter.
type houseSigner struct {
	id      string
	private ed25519.PrivateKey
}

func signerOf(letter byte) houseSigner {
	return houseSigner{id: "key-" + string(letter), private: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{letter}, ed25519.SeedSize))}
}

func (s houseSigner) KeyID() string                  { return s.id }
func (s houseSigner) Sign(m []byte) (string, []byte) { return s.id, ed25519.Sign(s.private, m) }
func (s houseSigner) Keys() []SigningKey {
	public, _ := s.private.Public().(ed25519.PublicKey)
	return []SigningKey{{ID: s.id, Public: public}}
}

var sealedOn = time.Date(2018, time.November, 22, 9, 30, 0, 123, time.UTC)

// drawRecords are records as a store has them, of any content.
func drawRecords(t *rapid.T) []AuditRecord {
	texts := rapid.SampledFrom([]string{"", "a", "late \"quoted\"\n", "тест\u2028", "\x01"})
	records := make([]AuditRecord, rapid.IntRange(2, 9).Draw(t, "records"))
	for n := range records {
		records[n] = AuditRecord{
			Seq: int64(3*n + 1), Key: texts.Draw(t, "key"), Cycle: CycleID(texts.Draw(t, "cycle")), At: sealedOn.Add(time.Duration(n)),
			Recorded: sealedOn, Actor: texts.Draw(t, "actor"), Action: ActionSubmitted, Reason: texts.Draw(t, "reason"),
			Details: rapid.MapOfN(rapid.SampledFrom([]string{"version", "From-Date", "é", ""}), texts, 0, 3).Draw(t, "details"),
		}
	}
	return records
}

// exported writes an export of records with checkpoints at positions.
func exported(t testing.TB, signer Signer, records []AuditRecord, checkpoints ...int64) []string {
	t.Helper()
	return exportedFrom(t, ChainBeginning(), signer, records, checkpoints...)
}

func exportedFrom(t testing.TB, beginning string, signer Signer, records []AuditRecord, checkpoints ...int64) []string {
	t.Helper()
	links, err := chain(ChainLink{Hash: beginning}, records)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := exportWriter{to: &b, sum: sha256.New()}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(w.line(map[string]any{"line": lineHeader, "format": exportFormat, "chain": chainFormat, "beginning": ChainBeginning()}))
	for n, link := range links {
		var at []Checkpoint
		if slices.Contains(checkpoints, link.Position) {
			c := Checkpoint{Position: link.Position, Hash: link.Hash, At: sealedOn}
			c.Signed = sign(signer, checkpointOf(c, signer.KeyID()))
			at = append(at, c)
		}
		check(w.page([]ChainedRecord{{Position: link.Position, Hash: link.Hash, AuditRecord: records[n]}}, at, link.Position))
	}
	check(w.head(signer, links[len(links)-1], sealedOn))
	return slices.Collect(strings.Lines(b.String()))
}

func verdictOn(t testing.TB, lines []string, keys []SigningKey, earlier ...ChainLink) AuditVerdict {
	t.Helper()
	v, err := VerifyAudit(strings.NewReader(strings.Join(lines, "")), keys, earlier...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestAnyMutationOfAnExportIsFound changes one thing of any export: a byte, a
// field, the order, what is there. Each is found, and an export as it was made
// holds.
func TestAnyMutationOfAnExportIsFound(t *testing.T) {
	house := signerOf('a')
	rapid.Check(t, func(rt *rapid.T) {
		records := drawRecords(rt)
		at := int64(rapid.IntRange(1, len(records)).Draw(rt, "checkpoint"))
		lines := exported(t, house, records, at, int64(len(records)))
		v := verdictOn(t, lines, house.Keys())
		if !v.Holds() || v.Records != len(records) || v.Unsealed != 0 || v.Sealed != int64(len(records)) {
			rt.Fatalf("as it was made: %s", v.Summary())
		}
		mutated, what := mutate(rt, lines)
		if slices.Equal(mutated, lines) {
			return
		}
		v = verdictOn(t, mutated, house.Keys())
		if v.Holds() {
			rt.Fatalf("%s was not found", what)
		}
		if !strings.Contains(what, "record") {
			return
		}
		// What happens to a record is not only found by the signature under the file.
		if !slices.ContainsFunc(v.Faults, func(f AuditFault) bool { return !strings.Contains(f.What, "lines are not those") }) {
			rt.Fatalf("%s was found by the head alone", what)
		}
	})
}

func mutate(t *rapid.T, lines []string) (mutated []string, what string) {
	lines = slices.Clone(lines)
	n := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
	kind := "line"
	if strings.Contains(lines[n], `"line":"record"`) {
		kind = "record"
	}
	how := rapid.SampledFrom([]string{"byte", "field", "delete", "swap", "duplicate", "move", "truncate", "blank"}).Draw(t, "how")
	switch how {
	case "byte":
		line := []byte(lines[n])
		line[rapid.IntRange(0, len(line)-1).Draw(t, "place")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		lines[n] = string(line)
		kind = "line" // it may be two lines now
	case "field":
		lines[n] = otherField(t, lines[n])
	case "delete":
		lines = slices.Delete(lines, n, n+1)
	case "swap":
		m := rapid.IntRange(0, len(lines)-1).Draw(t, "other line")
		lines[n], lines[m] = lines[m], lines[n]
	case "duplicate":
		lines = slices.Insert(lines, n, lines[n])
	case "move":
		line := lines[n]
		lines = slices.Delete(lines, n, n+1)
		lines = slices.Insert(lines, rapid.IntRange(0, len(lines)).Draw(t, "to"), line)
	case "truncate":
		lines = lines[:n]
	case "blank":
		lines[n] = " " + lines[n]
	}
	return lines, how + " of a " + kind
}

// otherField changes one member of a line, at any depth, and writes the line as
// an export would.
func otherField(t *rapid.T, line string) string {
	members, err := readExact([]byte(strings.TrimSuffix(line, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	object := members
	for {
		names := []string{}
		for name := range object {
			names = append(names, name)
		}
		if len(names) == 0 {
			object["new"] = "x"
			break
		}
		slices.Sort(names)
		name := rapid.SampledFrom(names).Draw(t, "member")
		switch value := object[name].(type) {
		case map[string]any:
			object = value
			continue
		case string:
			object[name] = value + "0"
		case json.Number:
			n, _ := value.Int64()
			object[name] = n + 1
		}
		if rapid.Bool().Draw(t, "remove") {
			delete(object, name)
		}
		break
	}
	return string(canonical(members)) + "\n"
}

// TestWhoMakesTheChainAnewIsFound: somebody with the database and not the key
// changes a record and reckons every hash again.
func TestWhoMakesTheChainAnewIsFound(t *testing.T) {
	house, forger := signerOf('a'), signerOf('b')
	rapid.Check(t, func(rt *rapid.T) {
		records := drawRecords(rt)
		last := int64(len(records))
		honest := exported(t, house, records, last)
		forged := slices.Clone(records)
		n := rapid.IntRange(0, len(forged)-1).Draw(rt, "record")
		forged[n].Reason += "!"
		remade := exported(t, forger, forged, last)
		remade[len(remade)-2], remade[len(remade)-1] = honest[len(honest)-2], honest[len(honest)-1]
		if v := verdictOn(t, remade, house.Keys()); v.Holds() || !strings.Contains(v.Summary(), "signed under another chain") {
			rt.Errorf("with the old signatures: %s", v.Summary())
		}
		if v := verdictOn(t, exported(t, forger, forged, last), house.Keys()); v.Holds() || !strings.Contains(v.Summary(), "none of the keys") {
			rt.Errorf("with another key: %s", v.Summary())
		}
	})
}

func fourRecords() []AuditRecord {
	records := make([]AuditRecord, 4)
	for n := range records {
		records[n] = AuditRecord{Seq: int64(n + 1), At: sealedOn, Recorded: sealedOn, Action: ActionReturned, Reason: fmt.Sprint(n)}
	}
	return records
}

func TestAVerdictSaysWhereAndWhat(t *testing.T) {
	house := signerOf('a')
	lines := exported(t, house, fourRecords(), 2) // header, 1, 2, checkpoint, 3, 4, head
	without := func(n int) []string { return slices.Delete(slices.Clone(lines), n, n+1) }
	change := func(n int, from, to string) []string {
		changed := slices.Clone(lines)
		changed[n] = strings.Replace(changed[n], from, to, 1)
		return changed
	}
	for name, c := range map[string]struct {
		lines []string
		says  string
	}{
		"changed":              {change(5, `"reason":"3"`, `"reason":"x"`), "position 4 (line 6): the record, its hash or its place was changed"},
		"removed":              {without(2), "position 3 (line 4): the records at positions 2 to 2 are missing"},
		"removed checkpoint":   {without(3), "1 checkpoints were exported, 0 are here"},
		"a second time":        {slices.Insert(slices.Clone(lines), 5, lines[4]), "position 3 (line 6): the record at position 3 comes a second time, or too late"},
		"cut off":              {lines[:5], "the file was cut off: it ends without its head, with an unsealed tail of 1 records"},
		"cut within a line":    {append(slices.Clone(lines[:5]), lines[5][:40]), "the file ends within a line"},
		"more after the head":  {append(slices.Clone(lines), lines[5]), "there is something after the head"},
		"bad signature":        {change(3, `"signature":"`, `"signature":"A`), "the checkpoint does not hold"},
		"another time sealed":  {change(3, `2018-11-22`, `2018-11-21`), "its signature is not that key's"},
		"nothing":              {nil, "it ends without its head"},
		"an unknown line":      {change(5, `"line":"record"`, `"line":"remark"`), `nobody knows lines of the kind "remark"`},
		"another beginning":    {change(0, `audit-chain/1`, `audit-chain/2`), "the first line is not the header"},
		"another first record": {exportedFrom(t, hashed(nil), house, fourRecords(), 2), "position 1 (line 2): the record, its hash"},
	} {
		if v := verdictOn(t, c.lines, house.Keys()); v.Holds() || !strings.Contains(v.Summary(), c.says) {
			t.Errorf("%s: it says %q, want %q", name, v.Summary(), c.says)
		}
	}
	v := verdictOn(t, lines, house.Keys())
	if want := "The audit record holds: 4 records up to position 4"; !v.Holds() || !strings.Contains(v.Summary(), want) || !strings.Contains(v.Summary(), "Unsealed tail of 2 records.") {
		t.Errorf("it says %q", v.Summary())
	}
}

func TestAnEarlierExportIsHeldAgainstALaterOne(t *testing.T) {
	house := signerOf('a')
	records := fourRecords()
	earlier := verdictOn(t, exported(t, house, records[:3], 3), house.Keys()).Head
	if v := verdictOn(t, exported(t, house, records, 4), house.Keys(), earlier); !v.Holds() {
		t.Errorf("the record that went on: %s", v.Summary())
	}
	forged := slices.Clone(records)
	forged[1].Reason = "x"
	if v := verdictOn(t, exported(t, house, forged, 4), house.Keys(), earlier); v.Holds() || !strings.Contains(v.Summary(), "position 3 (line 4): an earlier export has another hash here") {
		t.Errorf("made anew with the house's own key: %s", v.Summary())
	}
	if v := verdictOn(t, exported(t, house, records[:2], 2), house.Keys(), earlier); v.Holds() || !strings.Contains(v.Summary(), "an earlier export went up to position 3") {
		t.Errorf("shortened: %s", v.Summary())
	}
}

// TestTheDigestIsOfEveryField: what is not in the digest could be changed.
func TestTheDigestIsOfEveryField(t *testing.T) {
	base := AuditRecord{}
	seen := map[string]string{base.Digest(): "nothing"}
	for name, change := range map[string]func(*AuditRecord){
		"seq": func(a *AuditRecord) { a.Seq = 1 }, "key": func(a *AuditRecord) { a.Key = "x" }, "cycle": func(a *AuditRecord) { a.Cycle = "x" },
		"at": func(a *AuditRecord) { a.At = sealedOn }, "recorded": func(a *AuditRecord) { a.Recorded = sealedOn },
		"actor": func(a *AuditRecord) { a.Actor = "x" }, "action": func(a *AuditRecord) { a.Action = "x" },
		"contributor": func(a *AuditRecord) { a.Contributor = "x" }, "reason": func(a *AuditRecord) { a.Reason = "x" },
		"details": func(a *AuditRecord) { a.Details = map[string]string{"x": ""} }, "workflow": func(a *AuditRecord) { a.Workflow = "x" },
		"run": func(a *AuditRecord) { a.Run = "x" }, "event": func(a *AuditRecord) { a.Event = "x" },
	} {
		changed := base
		change(&changed)
		if other, same := seen[changed.Digest()]; same {
			t.Errorf("a change of %s has the digest of %s", name, other)
		}
		seen[changed.Digest()] = name
	}
	if len(seen) != 14 {
		t.Errorf("%d digests", len(seen))
	}
}

// TestTheFormsOfTheChainAreKept: who verifies an old export or archive, by hand or
// by a program of then, reads these forms.
func TestTheFormsOfTheChainAreKept(t *testing.T) {
	record := AuditRecord{
		Seq: 7, Key: "k", Cycle: "i/s/2018", At: sealedOn, Recorded: sealedOn.Add(time.Second), Actor: "engine", Action: ActionSubmitted,
		Contributor: "state-ken", Reason: "r", Details: map[string]string{"version": "1", "from-date": "2018-11-22"}, Workflow: "w", Run: "u", Event: "e",
	}
	links, err := chain(ChainLink{Hash: ChainBeginning()}, []AuditRecord{record})
	if err != nil {
		t.Fatal(err)
	}
	c := Checkpoint{Position: 1, Hash: links[0].Hash, At: sealedOn}
	for what, form := range map[string]struct{ got, want string }{
		"record": {string(canonical(record.members())), `{"action":"submission.accepted","actor":"engine","at":"2018-11-22T09:30:00.000000123Z","contributor":"state-ken",` +
			`"cycle":"i/s/2018","details":{"from-date":"2018-11-22","version":"1"},"event":"e","format":"rapporteur-audit-record/1","key":"k","reason":"r",` +
			`"recorded":"2018-11-22T09:30:01.000000123Z","run":"u","seq":7,"workflow":"w"}`},
		"beginning":  {ChainBeginning(), "e9d34ab285df2e7b65e2a96fe941e4547fd2541ac6e1c402847194e4589de35f"},
		"digest":     {links[0].Digest, "d90fcdf1be21fc5df510ac95f370f7c0c12199a13ae6de0df83fc75d620667c4"},
		"hash":       {links[0].Hash, "c7129d9289f45be7ae613a2db52307a07c8cddc0098260ef2d609acd2a91021b"},
		"checkpoint": {string(checkpointOf(c, "id")), `{"at":"2018-11-22T09:30:00.000000123Z","format":"rapporteur-audit-checkpoint/1","hash":"c7129d9289f45be7ae613a2db52307a07c8cddc0098260ef2d609acd2a91021b","key":"id","position":1}`},
	} {
		if form.got != form.want {
			t.Errorf("the %s is %s, want %s", what, form.got, form.want)
		}
	}
}
