package personal

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A cue is a word before a number that tells what it is. Between the two stands
// nothing but words such as “no.”, and perhaps the letters of a longer number.
type cue uint8

const (
	noCue cue = iota
	documentCue
	telephoneCue
	referenceCue
	birthCue
)

// cueWords are cues in the six official languages and where documents have names
// of their own: one word or two.
var cueWords = func() map[string]cue {
	known := map[string]cue{}
	for is, words := range map[cue]string{
		documentCue: `passport|passeport|pasaporte|загранпаспорт|id|id card|identity card|identity document|national id|national identity|residence permit|
			travel document|social security|carte d'identité|pièce d'identité|documento de identidad|cédula|cedula|de identidad|de ciudadanía|dni|nie|cnic|curp|ssn|
			nin|aadhaar|nid|удостоверение личности|удостоверения личности|о рождении|снилс|инн|جواز|جوازها|جوازه|جواز السفر|جواز سفر|هوية|الهوية|بطاقة الهوية|
			هويتها|هويته|الرقم الوطني|الرقم القومي|بطاقة التعريف`,
		telephoneCue: `tel|tél|telephone|téléphone|teléfono|telefono|phone|mobile|mobile phone|cell|cellphone|cellular|celular|móvil|movil|portable|whatsapp|viber|
			telegram|signal|call|call her|call him|appeler|llamar al|llame al|тел|моб|звонить|هاتف|هاتفها|هاتفه|الهاتف|جوال|جوالها|الجوال|موبايل|محمول|واتساب`,
		birthCue: `dob|of birth|birthdate|birth date|birthday|de naissance|de nacimiento|рождения|الميلاد|الولادة`,
		referenceCue: `law|laws|act|acts|decree|order|resolution|decision|article|articles|art|arts|section|paragraph|para|ley|leyes|loi|lois|décret|decreto|
			resolución|artículo|acuerdo|arrêté|ordonnance|directive|regulation|treaty|registration|gazette|isbn|issn|doc|document|vol|volume|page|pages|p|pp|budget|
			line|code|account|application|requête|demanda|grant|contract|contrat|contrato|project|projet|proyecto|tender|invoice|ungm|imo|series|ст|قانون|القانون|
			قرار|القرار|المادة|مرسوم|المرسوم|المشروع`,
	} {
		for word := range strings.SplitSeq(words, "|") {
			known[strings.TrimSpace(word)] = is
		}
	}
	return known
}()

// cueStems are the beginnings of words that are bent, cueEnds the ends of what
// is written without spaces.
var (
	cueStems = map[string]cue{
		"паспорт": documentCue, "телефон": telephoneCue, "мобильн": telephoneCue, "закон": referenceCue, "указ": referenceCue, "приказ": referenceCue,
		"постановлени": referenceCue, "распоряжени": referenceCue, "стать": referenceCue, "проект": referenceCue,
	}
	cueEnds = map[string]cue{
		"身份证": documentCue, "身份證": documentCue, "护照": documentCue, "護照": documentCue, "证件": documentCue, "證件": documentCue,
		"电话": telephoneCue, "電話": telephoneCue, "手机": telephoneCue, "手機": telephoneCue, "联系方式": telephoneCue, "微信": telephoneCue,
		"出生日期": birthCue, "生日": birthCue,
		"第": referenceCue, "令": referenceCue, "法": referenceCue, "条": referenceCue, "项目": referenceCue, "编号": referenceCue,
	}
	cueLinks = map[string]bool{}
	hanLinks = []string{"号码", "號碼", "号", "號", "为", "是"}
)

func init() {
	for word := range strings.FieldsSeq(`no nos nr num number n numéro numero número is was es est of de du holder card permit series serie série
		номер номера серия серии رقم رقمها رقمه هو يحمل`) {
		cueLinks[word] = true
	}
}

// cue looks for the cue of a number in what stands before it.
func (n number) cue(before string) cue {
	before = strings.TrimRightFunc(before, func(r rune) bool { return 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' })
	linked := noCue
	for range 8 {
		if strings.ContainsAny(lastRune(before), "№°º#") {
			linked = referenceCue
		}
		before = strings.TrimRight(before, " \t:=#.,;()№°º\"'-")
		word, rest := cutWord(before)
		if word == "" {
			return linked
		}
		two, _ := cutWord(strings.TrimRight(rest, " "))
		if is := cueOf(word, two); is != noCue {
			return is
		}
		switch {
		case cueLinks[word]:
			if word == "no" || word == "nos" || word == "n" {
				linked = referenceCue
			}
		case len(word) > 4 || !isASCIIDigit(word[0]):
			return linked
		}
		before = rest
	}
	return linked
}

func cueOf(word, previous string) cue {
	if is := cueWords[previous+" "+word]; is != noCue {
		return is
	}
	if is := cueWords[word]; is != noCue {
		return is
	}
	if word[0] < utf8.RuneSelf {
		return noCue
	}
	for stem, is := range cueStems {
		if strings.HasPrefix(word, stem) {
			return is
		}
	}
	for _, link := range hanLinks {
		word = strings.TrimSuffix(word, link)
	}
	for end, is := range cueEnds {
		if strings.HasSuffix(word, end) {
			return is
		}
	}
	return noCue
}

// cutWord takes the last word off a text, in small letters.
func cutWord(text string) (word, rest string) {
	start := len(text)
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && !unicode.Is(unicode.Mn, r) {
			break
		}
		start -= size
	}
	return strings.ToLower(text[start:]), text[:start]
}

func lastRune(text string) string {
	_, size := utf8.DecodeLastRuneInString(strings.TrimRight(text, " "))
	text = strings.TrimRight(text, " ")
	return text[len(text)-size:]
}

// hotline is what is written before a number that everybody may call.
var hotline = regexp.MustCompile(`(?i)hot-?line|help-?line|toll[- ]free|free of charge|free number|call cent|emergency|numéro vert|numéro gratuit|numéro d'urgence|` +
	`ligne d'écoute|ligne d'urgence|permanence|línea (?:de |gratuita|directa|nacional)|teléfono gratuito|горяч\pL+ лини\pL+|телефон\pL* доверия|` +
	`الخط الساخن|خط ساخن|الخط المجاني|خط النجدة|热线|熱線|免费电话`)
