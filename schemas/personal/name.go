package personal

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// beside reports whether a number that could be a document's or a telephone's
// stands beside what is likely a person's name.
func (n number) beside(before string) bool {
	if n.grouped() && n.count() < 9 {
		return false
	}
	after, quantity := n.after(), n.counting()
	if !quantity && (named(before) || named(after)) {
		return true
	}
	// Without a word for it a name is only likely, so the number must be long,
	// in one piece, and right beside it.
	if len(n.groups) > 1 || n.count() < 7 || strings.HasSuffix(n.all(), "000") || n.lettered() {
		return false
	}
	return capitalized(lastPart(before)) || !quantity && capitalized(firstPart(after)) || endsInHan(before) && chineseName.MatchString(before)
}

// named reports whether a text has a name that a word or its own form gives away.
func named(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t()\"'«»“”", r) })
	for n, word := range words {
		next := ""
		if n+1 < len(words) {
			next = words[n+1]
		}
		if patronymic(word) || initialed(words, n) || introduced(word, next) {
			return true
		}
	}
	return chineseNamed(text)
}

// introduced reports whether a word says that the next is a name: Ms. Grace, a
// girl named Fatou, Nombre: María, السيدة فاطمة.
func introduced(word, next string) bool {
	ended := strings.HasSuffix(word, ":") || strings.HasSuffix(word, "=")
	bare := strings.ToLower(strings.Trim(word, ".,;:="))
	if !nameCues[bare] && (!ended || !nameHeads[bare]) {
		return false
	}
	next = strings.Trim(next, ".,;:")
	first, _ := utf8.DecodeRuneInString(next)
	return isCapitalized(next) && !institutionWords[strings.ToLower(next)] || unicode.Is(unicode.Arabic, first) && unicode.IsLetter(first)
}

// nameCues stand before a name, nameHeads only with a colon.
var (
	nameCues = wordSet(`mr mrs ms miss mme mlle sr sra srta doña madame monsieur señor señora г-н г-жа господин госпожа гражданка гражданки гражданин гражданина
		named nommé nommée appelé appelée llamada llamado имени victim victime víctima survivor survivante superviviente потерпевшая потерпевшей потерпевший
		потерпевшего жертва жертвы السيدة السيد الآنسة المدعوة المدعو تدعى يدعى اسمها اسمه الاسم الضحية الناجية المواطنة المواطن الطفلة الطفل`)
	nameHeads = wordSet(`name surname nom prénom nombre apellido apellidos имя фамилия фио`)
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// patronymic reports whether a word is the second name of somebody Russian.
func patronymic(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	if first < 'А' || first > 'Я' {
		return false
	}
	word = strings.Trim(word, ".,;:")
	for _, end := range []string{"ович", "евич", "овича", "евича", "овичу", "евичу", "овна", "евна", "овны", "евны", "овну", "евну", "овной", "евной", "ична", "ичны"} {
		if strings.HasSuffix(word, end) {
			return true
		}
	}
	return false
}

// initialed reports whether a surname stands beside two initials: Иванова М.П.,
// M. P. Lopez; or an Arabic name beside the word for son or daughter.
func initialed(words []string, n int) bool {
	var before, after string
	if n > 0 {
		before = strings.Trim(words[n-1], ".,;:")
	}
	if n+1 < len(words) {
		after = strings.Trim(words[n+1], ".,;:")
	}
	switch words[n] {
	case "بنت", "بن", "ابن", "ابنة":
		return before != "" && after != ""
	}
	return initials(words[n]) && (surname(before) || surname(after))
}

func surname(word string) bool {
	return isCapitalized(word) && !institutionWords[strings.ToLower(word)]
}

// initials reports whether a word is two capital letters with points.
func initials(word string) bool {
	word = strings.TrimRight(word, ",;:")
	letters := 0
	for n, r := range []rune(word) {
		switch {
		case n%2 == 0 && unicode.IsUpper(r):
			letters++
		case n%2 == 1 && r == '.':
		default:
			return false
		}
	}
	return letters == 2 && strings.HasSuffix(word, ".")
}

// chineseNamed reports whether a text says in Chinese who somebody is.
func chineseNamed(text string) bool {
	for _, head := range []string{"姓名", "名字", "名叫", "受害人", "受害者", "被害人", "当事人", "女士", "先生"} {
		if strings.Contains(text, head) && chineseForms.MatchString(text) {
			return true
		}
	}
	return false
}

var chineseForms = regexp.MustCompile(`(?:姓名|名字|名叫)[\s:为是]{0,3}\p{Han}{2,4}|(?:受害人|受害者|被害人|当事人)[\s:]{0,2}[` + surnames + `]\p{Han}{1,2}|` +
	`(?:[` + surnames + `]\p{Han}{1,2}|\p{Han}某某?)(?:女士|先生)`)

// surnames are the hundred that most Chinese bear.
const surnames = `王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧肖蔡潘田董袁于余叶葉蒋蔣杜苏蘇魏程吕呂丁沈任姚卢盧傅钟鐘姜崔谭譚廖范汪陆陸金石戴贾賈韦韋夏邱方侯邹鄒熊孟秦白江阎薛尹段雷黎史龙龍陶贺賀顾顧毛郝龚龔邵万錢钱严嚴赖覃洪武莫孔`

// chineseName is a surname and one or two more characters at the end of a text.
var chineseName = regexp.MustCompile(`(?:^|[^\p{Han}])[` + surnames + `]\p{Han}{1,2}[\s,:(-]{0,2}$`)

func endsInHan(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, separators))
	return unicode.Is(unicode.Han, r)
}

// separators may stand between a name and a number beside it.
const separators = " ,;:-–—(|\t#."

// lastPart is the words at the end of a text that could be a name, firstPart
// those at its beginning.
func lastPart(text string) string {
	text = strings.TrimRight(text, separators)
	return text[strings.LastIndexAny(text, ",;:()|\t.!?\u2026")+1:]
}

func firstPart(text string) string {
	text = strings.TrimLeft(text, separators)
	if end := strings.IndexAny(text, ",;:()|\t.!?"); end >= 0 {
		text = text[:end]
	}
	return text
}

// capitalized reports whether the last words of a part, or the part as a whole,
// are two to four words with capitals and none of them is an institution's.
func capitalized(part string) bool {
	words := strings.Fields(part)
	count := 0
	for n := len(words) - 1; n >= 0 && count < 4; n-- {
		switch {
		case isParticle(words[n]) && count > 0:
			continue
		case !isCapitalized(words[n]) || institutionWords[strings.ToLower(words[n])]:
			return count >= 2
		}
		count++
	}
	return count >= 2
}

func isCapitalized(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	if !unicode.IsUpper(first) || utf8.RuneCountInString(word) < 3 {
		return false
	}
	rest := word[size:]
	return strings.ToLower(rest) == rest && strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' }) < 0
}

func isParticle(word string) bool {
	switch word {
	case "de", "da", "do", "dos", "del", "la", "las", "van", "von", "bin", "bint", "ibn", "al", "el", "ben", "abu", "ould", "ag", "y":
		return true
	}
	return false
}
