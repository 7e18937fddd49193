package rapporteur_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// hands is several people who work on one answer, each with what they last read,
// and beside it what must be true of the whole.
type hands struct {
	w    rapporteur.WorkingAnswer
	now  time.Time
	read map[string]map[string]rapporteur.WorkingSection // by person and section
	// written is every value that a person saved and that nobody has replaced or
	// removed who had seen it: by section, the values of its fields.
	written map[string]map[string]string
	marked  map[string]string // prefilled values, by pointer
	acts    int               // that have changed anything
}

var colleagues = []string{"key-a", "key-b", "key-c"}

// However several colleagues's reading, saving, removing, prefilling and confirming
// interleave: nothing that one of them saved is replaced by somebody who has not
// seen it, prefilling replaces nothing, and a mark is there exactly as long as
// its value is neither changed nor confirmed.
func TestNoSaveOfSeveralHandsIsLostUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &hands{
			w: rapporteur.WorkingAnswer{RequestKey: workKey}, now: workDay, read: map[string]map[string]rapporteur.WorkingSection{},
			written: map[string]map[string]string{}, marked: map[string]string{},
		}
		for _, who := range colleagues {
			h.read[who] = map[string]rapporteur.WorkingSection{}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": h.check, "look": h.look, "save": h.save, "save more": h.save, "remove": h.remove, "prefill": h.prefill, "confirm": h.confirm,
			"submit": h.submit, "wait": func(*rapid.T) { h.now = h.now.Add(11 * time.Minute) },
		})
	})
}

func (h *hands) draw(t *rapid.T) (who, section string) {
	return rapid.SampledFrom(colleagues).Draw(t, "who"), rapid.SampledFrom([]string{"op2", "op3"}).Draw(t, "section")
}

func (h *hands) look(t *rapid.T) {
	who, section := h.draw(t)
	h.read[who][section], _ = h.w.Section(section)
}

// fieldsIn are the fields of the one answer that the sections here hold.
func fieldsIn(content []byte) map[string]string {
	var read struct{ Q map[string]string }
	if len(content) > 0 {
		_ = json.Unmarshal(content, &read)
	}
	if read.Q == nil {
		return map[string]string{}
	}
	return read.Q
}

func pointerIn(section, field string) string { return "/answers/Q/" + field + "-" + section }

// step does what a person does; it fails where they have not seen what is there,
// and only there.
func (h *hands) step(t *rapid.T, who, section string, e rapporteur.WorkingEvent) bool {
	t.Helper()
	h.now = h.now.Add(time.Second)
	present, _ := h.w.Section(section)
	next, err := h.w.Next(e, who, h.now)
	if err == nil && next.Revision == h.w.Revision {
		return false // nothing changed
	}
	if stale := present.Revision != h.read[who][section].Revision; stale != (err != nil) {
		t.Fatalf("%s has read revision %d of %s, present is %d: %v", who, h.read[who][section].Revision, section, present.Revision, err)
	}
	if err != nil {
		if next.Revision != h.w.Revision {
			t.Fatal("a refusal changes the working answer")
		}
		return false
	}
	h.w = next
	h.acts++
	h.read[who][section], _ = h.w.Section(section) // a save answers with what is now there
	return true
}

func (h *hands) seen(who, section string) rapporteur.Seen {
	if r := h.read[who][section].Revision; r > 0 {
		return rapporteur.Seen{Revisions: []int{r}}
	}
	return rapporteur.Seen{}
}

// save edits what the person has read.
func (h *hands) save(t *rapid.T) {
	who, section := h.draw(t)
	fields := maps.Clone(fieldsIn(h.read[who][section].Content))
	field := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "field") + "-" + section
	value := rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "value")
	if fields[field] = value; value == "" {
		delete(fields, field)
	}
	content, _ := json.Marshal(map[string]any{"Q": fields})
	confirmed := rapid.Bool().Draw(t, "confirmed")
	event := rapporteur.SaveEvent{Section: section, Content: content, Seen: h.seen(who, section), Confirmed: confirmed}
	if !h.step(t, who, section, rapporteur.WorkingEvent{Save: &event}) {
		return
	}
	h.written[section] = fields
	for pointer, was := range h.marked {
		if name, mine := fieldOf(section, pointer); mine && (confirmed || fields[name] != was) {
			delete(h.marked, pointer)
		}
	}
}

func fieldOf(section, pointer string) (string, bool) {
	for _, field := range []string{"a", "b", "c"} {
		if pointer == pointerIn(section, field) {
			return field + "-" + section, true
		}
	}
	return "", false
}

func (h *hands) remove(t *rapid.T) {
	who, section := h.draw(t)
	if h.read[who][section].Revision == 0 {
		return
	}
	event := rapporteur.RemoveEvent{Section: section, Seen: h.seen(who, section)}
	if h.step(t, who, section, rapporteur.WorkingEvent{Remove: &event}) {
		h.read[who][section] = rapporteur.WorkingSection{}
		delete(h.written, section)
		maps.DeleteFunc(h.marked, func(pointer, _ string) bool { _, mine := fieldOf(section, pointer); return mine })
	}
}

func (h *hands) confirm(t *rapid.T) {
	who, section := h.draw(t)
	if h.read[who][section].Revision == 0 {
		return
	}
	var pointers []string
	if rapid.Bool().Draw(t, "some") {
		pointers = []string{pointerIn(section, "a")}
	}
	event := rapporteur.ConfirmEvent{Section: section, Pointers: pointers, Seen: h.seen(who, section)}
	if h.step(t, who, section, rapporteur.WorkingEvent{Confirm: &event}) {
		maps.DeleteFunc(h.marked, func(pointer, _ string) bool {
			_, mine := fieldOf(section, pointer)
			return mine && (len(pointers) == 0 || slices.Contains(pointers, pointer))
		})
	}
}

// prefill needs to have read nothing: it replaces nothing.
func (h *hands) prefill(t *rapid.T) {
	who, section := h.draw(t)
	value := rapid.SampledFrom([]string{"1", "9"}).Draw(t, "value")
	var fields []rapporteur.PrefilledField
	for _, name := range []string{"a", "b"} {
		fields = append(fields, rapporteur.PrefilledField{Name: name + "-" + section, Value: value})
	}
	event := rapporteur.WorkingEvent{Prefill: []rapporteur.Prefilled{{Section: section, At: "/answers/Q", Source: earlier, Fields: fields}}}
	next, err := h.w.Next(event, who, h.now)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := next.Next(event, who, h.now); err != nil || again.Revision != next.Revision {
		t.Fatalf("prefilling twice changes something: %v", err)
	}
	if next.Revision > h.w.Revision {
		h.acts++
	}
	h.w = next
	if h.written[section] == nil {
		h.written[section] = map[string]string{}
	}
	for _, name := range []string{"a", "b"} {
		if _, there := h.written[section][name+"-"+section]; !there {
			h.written[section][name+"-"+section], h.marked[pointerIn(section, name)] = value, value
		}
	}
}

func (h *hands) submit(t *rapid.T) {
	if h.w.Revision == 0 {
		return
	}
	next, err := h.w.Next(rapporteur.WorkingEvent{Submitted: h.w.Submitted.Version + 1}, "", h.now)
	if err != nil || next.Changed() {
		t.Fatalf("submitted: %+v, %v", next, err)
	}
	h.w, h.acts = next, h.acts+1
}

// check compares the working answer with what must be true of it.
func (h *hands) check(t *rapid.T) {
	if h.w.Revision != h.acts {
		t.Fatalf("%d acts have led to revision %d", h.acts, h.w.Revision)
	}
	marks := map[string]string{}
	for _, section := range []string{"op2", "op3"} {
		s, there := h.w.Section(section)
		if want, ok := h.written[section]; ok != there || !maps.Equal(fieldsIn(s.Content), want) {
			t.Fatalf("section %s holds %s, want %v", section, s.Content, want)
		}
		for _, m := range s.Marks {
			name, _ := fieldOf(section, m.Pointer)
			marks[m.Pointer] = fieldsIn(s.Content)[name]
		}
	}
	if !maps.Equal(marks, h.marked) || len(h.w.Unconfirmed()) != len(marks) {
		t.Fatalf("marks are %v, want %v", marks, h.marked)
	}
}
