package schemas

import (
	"strings"
	"testing"
	"testing/fstest"
)

// An instrument that needs nothing else lies beside the folders.
func TestAnInstrumentMayLieBesideTheFolders(t *testing.T) {
	files := goodFiles(t)
	files["small.yaml"] = files["instruments/small.yaml"]
	delete(files, "instruments/small.yaml")
	delete(files, "instruments/sections.yaml")
	c, err := Load(files)
	if err != nil || len(c.Instruments()) != 1 {
		t.Fatalf("%v: %d instruments", err, len(c.Instruments()))
	}
	names, err := InstrumentFiles(files)
	if err != nil || strings.Join(names, " ") != "small.yaml" {
		t.Errorf("%v: files are %v", err, names)
	}
	files["instruments/other.yaml"] = files["small.yaml"]
	if _, err := Load(files); len(Faults(err)) != 1 || !strings.Contains(err.Error(), "small is already in small.yaml") {
		t.Errorf("twice: %v", err)
	}
}

func TestCheckingOneInstrument(t *testing.T) {
	files := goodFiles(t)
	files["instruments/broken.yaml"] = &fstest.MapFile{Data: []byte("id: [")}
	i, err := CheckInstrument(files, "instruments/small.yaml", files)
	if err != nil || i.ID != "small" || len(i.Provisions) != 3 {
		t.Errorf("beside itself and a broken file: %+v, %v", i, err)
	}
	alone := fstest.MapFS{"small.yaml": {Data: []byte(smallInstrument + "# changed\n")}}
	if _, err := CheckInstrument(alone, "small.yaml", files); err == nil || !strings.Contains(err.Error(), "already in instruments/small.yaml") {
		t.Errorf("beside another file of its id: %v", err)
	}
	if _, err := CheckInstrument(alone, "small.yaml"); err == nil || !strings.Contains(err.Error(), `no questionnaire "poll"`) {
		t.Errorf("without its questionnaire: %v", err)
	}
	if _, err := CheckInstrument(alone, "none.yaml", files); err == nil || len(Faults(err)) != 0 {
		t.Errorf("of a file that is not there: %v", err)
	}
	delete(files, "questionnaires/definitions/1.0.0.json")
	if _, err := CheckInstrument(alone, "small.yaml", files); err == nil || !strings.Contains(err.Error(), "questionnaires/poll") {
		t.Errorf("with a broken questionnaire: %v", err)
	}
}

// Faults come in the order in which a person mends them.
func TestFaultsAreInOrder(t *testing.T) {
	files := goodFiles(t)
	text := strings.NewReplacer(
		"verb: stresses", "verb: urges", "strength: 4", "strength: 4 # CHECK: so much?", "{kind: entity, questionnaire: poll}\n      ladder:\n        - {id: first", "{kind: entity, questionnaire: quiz}\n      ladder:\n        - {id: first",
	).Replace(smallInstrument)
	files["instruments/small.yaml"] = &fstest.MapFile{Data: []byte(text)}
	files["instruments/a.yaml"] = &fstest.MapFile{}
	_, err := Load(files)
	var got []string
	for _, f := range Faults(err) {
		got = append(got, f.File+" "+f.Field)
	}
	want := "instruments/a.yaml , instruments/small.yaml provisions[0].strength, instruments/small.yaml provisions[1].verb, " +
		"instruments/small.yaml streams[0].policy.audience[0].questionnaire"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if len(Faults(nil)) != 0 {
		t.Error("no error has faults")
	}
}
