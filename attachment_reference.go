package rapporteur

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// referencePrefix begins a reference to an attached file; its id follows.
const referencePrefix = "attachment:"

// referenceForm finds references in the text of a document part, mistyped ones
// too. "attachment: the law" is no reference.
var referenceForm = regexp.MustCompile(`\b` + referencePrefix + `[0-9A-Za-z]+`)

// withoutReferences is a text for readers who cannot follow its references.
func withoutReferences(text string) string {
	return referenceForm.ReplaceAllString(text, "an attached file")
}

// fileReference is a place of an answer that refers to an attached file.
type fileReference struct {
	pointer string
	hash    string // empty where no file can have the id
}

// fileReferences lists the places of an answer that refer to attached files, in
// the order of their pointers: its parts of kind document.
func fileReferences(q Questionnaire, d AnswerDocument) []fileReference {
	var found []fileReference
	for _, id := range slices.Sorted(maps.Keys(d.Answers)) {
		question, _ := q.Question(id)
		for _, part := range question.Parts {
			if part.Kind != PartRef {
				continue
			}
			for _, reference := range referenceForm.FindAllString(d.Answers[id].Values.Of(part.Name).Text, -1) {
				hash, _ := HashOfFile(strings.TrimPrefix(reference, referencePrefix))
				found = append(found, fileReference{pointer: "/answers/" + segment(id) + "/" + segment(part.Name), hash: hash})
			}
		}
	}
	return found
}

// segment is a key as a segment of a JSON Pointer (RFC 6901).
func segment(key string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(key) }

// unknownFiles finds the references to files that the request has not.
func unknownFiles(references []fileReference, files []AttachedFile) []Finding {
	var findings []Finding
	for _, r := range references {
		if slices.ContainsFunc(files, func(f AttachedFile) bool { return f.Hash == r.hash }) {
			continue
		}
		f := Finding{Severity: SeverityError, Rule: "attachment/unknown", Pointer: r.pointer, Message: map[string]string{
			"ar": "تحيل هذه الخانة إلى ملف غير مرفق بالطلب. يُرجى إرفاق الملف أولاً، ثم الإحالة إليه بالمرجع الوارد في رد واجهة برمجة التطبيقات (API).",
			"zh": "此处提及的文件未附于该请求。请先附上文件，再按API所返回的编号提及该文件。",
			"en": "This refers to a file that is not attached to the request. Attach the file first, and refer to it as the answer of the API says.",
			"fr": "Ce champ renvoie à un fichier qui n’est pas joint à la demande. Joignez d’abord le fichier, puis citez la référence que l’API a donnée.",
			"ru": "Здесь дана ссылка на файл, который не приложен к запросу. Просьба сначала приложить файл, а затем сослаться на него так, как указано в ответе API.",
			"es": "Este dato remite a un archivo que no está adjunto a la solicitud. Adjunte primero el archivo y cítelo después con la referencia indicada en la respuesta de la API.",
		}}
		if !slices.ContainsFunc(findings, func(other Finding) bool { return other.Pointer == f.Pointer }) {
			findings = append(findings, f)
		}
	}
	return findings
}

// references lists what an answer to a request refers to.
func (c Correspondence) references(request Request, d AnswerDocument) ([]fileReference, error) {
	q, err := c.Catalogue.Questionnaire(request.Questionnaire)
	if err != nil {
		return nil, err
	}
	return fileReferences(q, d), nil
}

// checkReferences adds to the findings on an answer those on its references.
func (c Correspondence) checkReferences(ctx context.Context, request Request, d AnswerDocument, findings []Finding) ([]Finding, error) {
	references, err := c.references(request, d)
	if err != nil || len(references) == 0 {
		return findings, err
	}
	var files []AttachedFile
	err = c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		files, err = r.AttachedFiles(ctx, request.RequestKey)
		return err
	})
	findings = append(findings, unknownFiles(references, files)...)
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Rule, b.Rule))
	})
	return findings, err
}

// refer notes which files an accepted version refers to, under the lock of its
// request. A file that was removed since the answer was checked undoes the whole.
func refer(ctx context.Context, tx Tx, s Submission, references []fileReference) error {
	if len(references) == 0 {
		return nil
	}
	files, err := tx.AttachedFiles(ctx, s.RequestKey)
	if err != nil {
		return err
	}
	if findings := unknownFiles(references, files); len(findings) > 0 {
		return rejected(s.Language, findings)
	}
	hashes := make([]string, 0, len(references))
	for _, r := range references {
		hashes = append(hashes, r.hash)
	}
	slices.Sort(hashes)
	return tx.ReferToFiles(ctx, s.RequestKey, s.Version, slices.Compact(hashes))
}
