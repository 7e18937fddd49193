package personal

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// hasCaseField reports whether a text names a field of the Human Trafficking Case
// Data Standard 2.0 (IOM), which describes organizations, persons and cases one
// by one: vic_TypeOfExploitation.
func hasCaseField(text string) bool {
	for at := strings.IndexByte(text, '_'); at >= 0; {
		if at >= 3 && at+2 < len(text) && caseFieldPrefixes[text[at-3:at]] && isUpper(text[at+1]) && isLetter(text[at+2]) && (at == 3 || !inName(text[at-4])) {
			return true
		}
		next := strings.IndexByte(text[at+1:], '_')
		if next < 0 {
			return false
		}
		at += 1 + next
	}
	return false
}

var caseFieldPrefixes = wordSet(`org prs vic per cas cco hte spl con`)

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func inName(c byte) bool { return isLetter(c) || isASCIIDigit(c) || c == '_' }

// caseColumns are, without capitals and dividers, columns of the files of the
// Counter-Trafficking Data Collaborative that describe one person in a row, of
// the standard above, and of case files in general.
var caseColumns = columnSet(`yearOfRegistration ageBroad majorityStatus majorityStatusAtExploit majorityEntry traffickMonths CountryOfExploitation
	isForcedLabour isSexualExploit isOtherExploit isSexAndLabour isForcedMarriage isForcedMilitary isOrganRemoval isSlaveryAndPractices
	victimName victimId caseId firstName lastName middleName familyName givenName dateOfBirth birthDate passportNumber passportNo nationalIdNumber
	identityNumber prsGender vicTraffickingStatus vicTypeOfExploitation vicTypeOfSexExploitation vicMethodsOfControl vicMethodOfRecruitment
	vicRelationshipToTrafficker perRoleInProcess casStatus hteType conConsent`)

var caseColumnPrefixes = []string{
	"meansofcontrol", "meansdebt", "meansthreats", "meansabuse", "meansfalse", "meansdrugs", "meansdeny", "meansexcessive", "meanswithhold",
	"typeoflabour", "typeofsex", "typeofexploit", "isforced", "issexual", "isothersex", "isotherlabour", "recruiterrelation", "majoritystatus", "majorityentry",
}

// Plain words that are columns of a person only beside others of their sort.
//
//nolint:misspell // French has its own spelling
var (
	nameColumns   = columnSet(`name fullName surname nom prenom nomComplet apellido apellidos имя фамилия фио الاسم 姓名 firstName lastName victimName givenName`)
	personColumns = columnSet(`age sex gender nationality citizenship birthday dateOfBirth birthDate passport passportNumber nationalId idNumber phone telephone mobile address
		edad sexo nacionalidad pasaporte sexe nationalite passeport возраст пол гражданство паспорт телефон العمر الجنس الجنسية الجواز 年龄 性别 国籍 护照 电话`)
	countColumns = columnSet(`count value amount share percent frequency n victims persons people cases convictions prosecutions investigations
		valeur effectif victimes personnes affaires valor cantidad cifra víctimas personas casos количество число жертвы العدد الضحايا 数量 人数`)
)

func columnSet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[fold(name)] = true
	}
	return set
}

// fold takes capitals, accents, spaces and dividers out of a column's name.
func fold(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		name = norm.NFKD.String(name)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// Column reports whether a key or the head of a column is one of case files:
// only a record about one person has it.
func Column(name string) bool {
	if len(name) < 6 || len(name) > 80 {
		return false
	}
	if hasCaseField(name) {
		return true
	}
	folded := fold(name)
	return caseColumns[folded] || slices.ContainsFunc(caseColumnPrefixes, func(prefix string) bool { return strings.HasPrefix(folded, prefix) })
}

// Record reports whether the heads of a table, or the keys of one row, describe
// one person in a row: a name with an attribute of its bearer, or a document,
// and nothing that is counted.
func Record(heads []string) bool {
	names, attributes, cases := 0, 0, 0
	for _, head := range heads {
		folded := fold(head)
		switch {
		case countColumns[folded] || strings.HasPrefix(folded, "number") || strings.HasPrefix(folded, "total"):
			return false
		case Column(head):
			cases++
		case nameColumns[folded]:
			names++
		case personColumns[folded]:
			attributes++
		}
	}
	return cases >= 2 || cases == 1 && names+attributes > 0 || names > 0 && attributes > 0 || attributes >= 3 && attributes == len(heads)
}

// inColumns reports whether a text has a field of a case file, or is pasted from
// one.
func inColumns(text string) bool { return hasCaseField(text) || assigned(text) || pasted(text) }

// assigned reports whether a text gives a field of a case file a value: ageBroad:
// 9--17, "ageBroad": "9--17".
func assigned(text string) bool {
	for n := 1; n < len(text); n++ {
		if text[n] != ':' && text[n] != '=' {
			continue
		}
		name := strings.TrimRight(text[:n], " \"'")
		start := len(name)
		for start > 0 && len(name)-start < 40 && inName(name[start-1]) {
			start--
		}
		if Column(name[start:]) {
			return true
		}
	}
	return false
}

// pasted reports whether a line of a text is the head of a table that describes
// persons one by one, and has a row below it.
func pasted(text string) bool {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for n := range min(len(lines), 50) {
		for _, divider := range []string{"\t", ";", "|", ","} {
			heads := strings.Split(lines[n], divider)
			if len(heads) < 2 || len(heads) > 200 {
				continue
			}
			for k, head := range heads {
				heads[k] = strings.Trim(head, " \"'*")
			}
			columns := 0
			for _, head := range heads {
				if Column(head) {
					columns++
				}
			}
			if columns >= 2 || below(lines, n, divider, len(heads)) && Record(heads) {
				return true
			}
		}
	}
	return false
}

// below reports whether the line after the n-th has as many cells.
func below(lines []string, n int, divider string, cells int) bool {
	return n+1 < len(lines) && strings.Count(lines[n+1], divider) == cells-1
}
