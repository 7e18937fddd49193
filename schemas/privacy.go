package schemas

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// The engine carries aggregates and institutions, never a victim's name or case
// record. What looks like one blocks the submission. The responding officer's
// own contact fields in the header are the one exception.

// personalText is what must not stand in any text.
var personalText = []struct {
	rule   string
	hint   string // at least one of these bytes, or the pattern is not tried
	digits int    // nor without as many digits
	form   *regexp.Regexp
}{
	{"privacy/e-mail", "@", 0, regexp.MustCompile(`[\pL\d._%+-]+@[\pL\d-]+(\.[\pL\d-]+)+`)},
	{"privacy/telephone", "+0(-. ", 8, regexp.MustCompile(
		`(?:\+|\b00)\d[\d ()./-]{6,}\d|\(\d{2,4}\) ?\d{3}[ .-]?\d{3,4}\b|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b`)},
	{"privacy/identity-document", "", 5, regexp.MustCompile(
		`\b[A-Z]{1,2}\d{6,9}\b|(?i:\b(?:passport|passeport|pasaporte|id card|national id)\b[^\d\n]{0,20}\d{5,})`)},
	{"privacy/case-record", "_", 0, caseField},
}

// caseField is a field of the Human Trafficking Case Data Standard, which
// describes one person or one case.
var caseField = regexp.MustCompile(`\b(?:prs|vic|per|cas|cco|hte|spl|con)_[A-Z][A-Za-z]+\b`)

// caseColumns are columns of the Counter-Trafficking Data Collaborative's
// record-level files and of case files in general.
var caseColumns = []string{
	"yearOfRegistration", "ageBroad", "majorityStatus", "majorityStatusAtExploit", "majorityEntry",
	"meansOfControlConcatenated", "typeOfExploitConcatenated", "typeOfLabourConcatenated", "typeOfSexConcatenated",
	"recruiterRelationship", "CountryOfExploitation", "traffickMonths", "victim_name", "first_name", "last_name",
	"date_of_birth", "passport_number", "case_id", "victim_id",
}

var caseColumnPrefixes = []string{"meansOfControl", "typeOfLabour", "typeOfSex", "isForced", "isSexual", "recruiterRelation"}

// officerFields is where the responding officer's own contacts stand.
const officerFields = "/header/officer"

// privacyFindings looks through every text and key of a body.
func (q *questionnaire) privacyFindings(tree any) []rapporteur.Finding {
	var findings []rapporteur.Finding
	var walk func(at string, v any)
	walk = func(at string, v any) {
		if at == officerFields {
			return
		}
		switch v := v.(type) {
		case string:
			for _, rule := range textRules(v) {
				findings = append(findings, q.personal(rule, at))
			}
		case []any:
			for n, item := range v {
				walk(at+"/"+strconv.Itoa(n), item)
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if isCaseColumn(key) {
					findings = append(findings, q.personal("privacy/case-record", at+"/"+escape(cut(key))))
				}
				walk(at+"/"+escape(cut(key)), v[key])
			}
		}
	}
	walk("", tree)
	return findings[:min(len(findings), maxFindings)]
}

func textRules(text string) []string {
	digits := 0
	for _, b := range []byte(text) {
		if '0' <= b && b <= '9' {
			digits++
		}
	}
	var found []string
	for _, p := range personalText {
		if digits < p.digits || p.hint != "" && !strings.ContainsAny(text, p.hint) {
			continue
		}
		if p.form.MatchString(text) {
			found = append(found, p.rule)
		}
	}
	return found
}

func isCaseColumn(key string) bool {
	return caseField.MatchString(key) || slices.Contains(caseColumns, key) ||
		slices.ContainsFunc(caseColumnPrefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

func (q *questionnaire) personal(rule, at string) rapporteur.Finding {
	return rapporteur.Finding{
		Severity: rapporteur.SeverityPrivacy, Rule: rule, Pointer: at, Message: maps.Clone(map[string]string(q.messages[rule])),
	}
}
