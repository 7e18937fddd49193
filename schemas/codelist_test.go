package schemas

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/internal/needs"
)

func listOf(t *testing.T, id string) rapporteur.CodeList {
	t.Helper()
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.CodeList(id)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// codesOf collects what a questionnaire lets through for a field of figures.
func codesOf(tree any, field string, found map[string]bool) {
	switch node := tree.(type) {
	case map[string]any:
		if properties, ok := node["properties"].(map[string]any); ok {
			if property, ok := properties[field].(map[string]any); ok {
				if codes, ok := property["enum"].([]any); ok {
					for _, code := range codes {
						found[code.(string)] = true
					}
				}
			}
		}
		for _, below := range node {
			codesOf(below, field, found)
		}
	case []any:
		for _, below := range node {
			codesOf(below, field, found)
		}
	}
}

func TestEveryCodeOfQuestionnairesHasARow(t *testing.T) {
	for field, id := range map[string]string{"sex": rapporteur.ListSex, "age": rapporteur.ListAge, "form": rapporteur.ListExploitation} {
		found := map[string]bool{}
		err := fs.WalkDir(files, "questionnaires", func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".json") {
				return err
			}
			text, err := files.ReadFile(path)
			if err != nil {
				return err
			}
			var tree any
			if err := json.Unmarshal(text, &tree); err != nil {
				return err
			}
			codesOf(tree, field, found)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) < 4 {
			t.Errorf("%s: found only %v", field, found)
		}
		list := listOf(t, id)
		for code := range found {
			if _, ok := list.From(rapporteur.SystemQuestionnaire, code); !ok {
				t.Errorf("%s has no row for %s %q", id, field, code)
			}
		}
	}
}

func TestEveryCodeOfTheGlobalReportHasARow(t *testing.T) {
	file, err := os.Open(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := figures.ReadGLOTIP(file)
	if err != nil {
		t.Fatal(err)
	}
	area, indicator, form := listOf(t, rapporteur.ListArea), listOf(t, rapporteur.ListIndicator), listOf(t, rapporteur.ListExploitation)
	sex, age, unit := listOf(t, rapporteur.ListSex), listOf(t, rapporteur.ListAge), listOf(t, rapporteur.ListUnit)
	missing := map[string]bool{}
	for _, r := range rows {
		wanted := []struct {
			list rapporteur.CodeList
			code string
		}{{area, r.Area}, {indicator, r.Indicator}, {sex, r.Sex}, {age, r.Age}, {unit, r.Unit}}
		if r.Dimension == "Total" || r.Dimension == "by form of exploitation" {
			wanted = append(wanted, struct {
				list rapporteur.CodeList
				code string
			}{form, r.Category})
		}
		for _, w := range wanted {
			if _, ok := w.list.From(rapporteur.SystemGLOTIP, w.code); !ok {
				missing[w.list.ID+" "+w.code] = true
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("no row for %v", missing)
	}
}

// TestFormsOfExploitationCrosswalk tells some lines of the crosswalk, and that
// nobody has guessed the codes of IC-TIP.
func TestFormsOfExploitationCrosswalk(t *testing.T) {
	list := listOf(t, rapporteur.ListExploitation)
	if want := []string{"questionnaire", "protocol", "htcds", "ctdc", "glotip", "sdg_16_2_2", "ic_tip"}; !slices.Equal(list.Systems, want) {
		t.Errorf("systems are %v", list.Systems)
	}
	for code, want := range map[string][5]string{
		"SEXUAL_EXPLOITATION":   {"SexualExploitation", "isSexualExploit", "Sexual exploitation", "VC_HTF_DETVSX", ""},
		"FORCED_LABOUR":         {"ForcedLabour", "isForcedLabour", "Forced labour", "VC_HTF_DETVFL", ""},
		"SLAVERY_SIMILAR":       {"", "isSlaveryAndPractices", "Other forms of exploitation", "VC_HTF_DETVOP", ""},
		"SERVITUDE":             {"Servitude", "", "Other forms of exploitation", "VC_HTF_DETVOP", ""},
		"ORGAN_REMOVAL":         {"OrganRemoval", "isOrganRemoval", "Other forms of exploitation", "VC_HTF_DETVOG", ""},
		"CHILD_RECRUITMENT_USE": {"ForcedMilitaryByNonStateActors", "isForcedMilitary", "Other forms of exploitation", "VC_HTF_DETVOP", ""},
		"ILLEGAL_ADOPTION":      {"ForcedAdoption", "", "Other forms of exploitation", "VC_HTF_DETVOP", ""},
		"MIXED":                 {"Other", "isSexAndLabour", "Other forms of exploitation", "VC_HTF_DETVOP", ""},
	} {
		c, _ := list.Code(code)
		got := [5]string{c.Same["htcds"], c.Same["ctdc"], c.Same["glotip"], c.Same["sdg_16_2_2"], c.Same["ic_tip"]}
		if got != want {
			t.Errorf("%s is %q, want %q", code, got, want)
		}
	}
	for _, c := range list.Codes {
		if c.Same["ic_tip"] != "" {
			t.Errorf("%s has a code of IC-TIP; where is the table published?", c.ID)
		}
	}
	if c, _ := list.From("glotip", "Other forms of exploitation"); c.ID != "OTHER_FORMS" {
		t.Errorf("the third heading is %s, want the code above the others", c.ID)
	}
}

// TestListsAndCrosswalkAgree holds that prefilling and statistics go the same
// way, in opposite directions.
func TestListsAndCrosswalkAgree(t *testing.T) {
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	walk, err := c.Crosswalk("glotip")
	if err != nil {
		t.Fatal(err)
	}
	for id, codes := range map[string]map[string]string{
		rapporteur.ListSex: walk.Sexes, rapporteur.ListAge: walk.Ages, rapporteur.ListExploitation: walk.Forms,
	} {
		for glotip, code := range codes {
			if back := listOf(t, id).Translate(rapporteur.SystemQuestionnaire, code, rapporteur.SystemGLOTIP); back != glotip {
				t.Errorf("%s: %q is %s in answers, and that is %q", id, glotip, code, back)
			}
		}
	}
	for _, p := range walk.Places {
		if _, ok := listOf(t, rapporteur.ListIndicator).From(rapporteur.SystemGLOTIP, p.Indicator); !ok {
			t.Errorf("there is no indicator %q", p.Indicator)
		}
	}
}

func TestAreasHaveTheirNamesByDate(t *testing.T) {
	list := listOf(t, rapporteur.ListArea)
	if n := len(list.Codes); n != 3+30+55+7+193 {
		t.Errorf("%d areas, want 3 signs, 30 regions, 55 other areas, 7 sums and 193 Member States", n)
	}
	day := func(text string) rapporteur.Date {
		d, err := rapporteur.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct{ alpha3, on, language, want string }{
		{"SWZ", "2018-01-01", "en", "Swaziland"}, {"SWZ", "2020-01-01", "en", "Eswatini"}, {"TUR", "2023-01-01", "en", "Türkiye"},
		{"MKD", "2019-06-01", "en", "North Macedonia"}, {"HKG", "2018-01-01", "en", "China, Hong Kong Special Administrative Region"},
		{"CUW", "2018-01-01", "zh", "库拉索"},
	} {
		code, ok := list.From(rapporteur.SystemISO3, c.alpha3)
		if got := code.Name(c.language, day(c.on)); !ok || got != c.want {
			t.Errorf("%s on %s was %q, want %q", c.alpha3, c.on, got, c.want)
		}
	}
	kenya, _ := list.Code("404")
	region, _ := list.Code(kenya.Parent)
	continent, _ := list.Code(region.Parent)
	if diff := cmp.Diff(map[string]string{"alpha2": "KE", "alpha3": "KEN", "glotip": "KEN"}, kenya.Same); diff != "" || region.ID != "014" || continent.ID != "202" {
		t.Errorf("Kenya is below %s, %s; %s", region.ID, continent.ID, diff)
	}
	for _, c := range list.Codes {
		if len(c.ID) == 3 && c.ID != "001" && c.ID != "010" && c.Parent == "" {
			t.Errorf("%s %s is in no region", c.ID, c.Name("en", rapporteur.Date{}))
		}
	}
	if _, err := mustLoad(t).CodeList("CL_NONE"); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("a list that is not there: %v", err)
	}
}

func mustLoad(t *testing.T) *Catalogue {
	t.Helper()
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCodeListFaults(t *testing.T) {
	const codes = `codes:
  - {code: A, names: [{en: a, fr: a}], same: {glotip: a}}
  - {code: B, parent: A, names: [{en: b, fr: b}, {from: 2019-01-01, en: c, fr: c}]}
`
	good := "id: CL_GOOD\ntitle: {en: Good, fr: Bon}\nsource: own\nsystems: [glotip]\n" + codes
	if _, err := Load(Embedded(), fstest.MapFS{"codelists/good.yaml": {Data: []byte(good)}}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, replacement, want string }{
		"no id":                {"id: CL_GOOD", "id: good", "line 1: id: want CL_ and capitals"},
		"an id twice":          {"CL_GOOD", "CL_SEX", "id: CL_SEX is there twice"},
		"no French title":      {", fr: Bon", "", "line 2: title: is missing in fr"},
		"a code twice":         {"code: B", "code: A", "line 7: codes[1].code: A is there twice"},
		"a code with a blank":  {"code: B", "code: B C", "has signs that SDMX takes in no code"},
		"a parent not there":   {"parent: A", "parent: C", "line 7: codes[1].parent: there is no code C"},
		"its own parent":       {"parent: A", "parent: B", "B is above itself"},
		"a system not named":   {"same: {glotip", "same: {iom", "line 6: codes[0].same: iom is not among the systems"},
		"an empty equivalent":  {"glotip: a}", `glotip: ""}`, "codes[0].same.glotip"},
		"names in wrong order": {"{from: 2019-01-01, en: c", "{en: c", "codes[1].names[1].from: overlaps"},
		"no French name":       {"en: a, fr: a", "en: a", "codes[0].names[0].fr: is missing"},
		"no codes":             {codes, "\n", "line 1: codes: is missing"},
		"a registry not there": {"source: own", "source: own\nregistry: planet", "line 4: registry"},
		"a key not known":      {"source: own", "source: own\nkind: x", "kind"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("the file has no %q", c.old)
			}
			text := strings.Replace(good, c.old, c.replacement, 1)
			// After the release's files, so that what is there twice is there.
			_, err := Load(Embedded(), fstest.MapFS{"codelists/good.yaml": {Data: []byte(text)}})
			if err == nil || !strings.Contains(err.Error(), "codelists/good.yaml") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
}
