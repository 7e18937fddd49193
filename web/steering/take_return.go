package steering

import (
	"net/url"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// commentField begins the names of the form's fields for comments on a question.
const commentField = "on-"

// takeReturn sends an answer back with comments: the version that was read, or
// none.
func (p pages) takeReturn(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	key := frame.RequestOf(v.Request)
	due, err := dateField(form.Get("due"))
	if err == nil {
		secretariat := p.Secretariat
		secretariat.Store = asRead{secretariat.Store, key, form.Get("version")}
		_, err = secretariat.Return(v.Context(), v.Principal, key, due, commentsOf(form), v.CommandID())
	}
	if why, mendable := complaint(err); mendable {
		return p.returnForm(v, frame.StatusOf(why), alertOf(why), form)
	}
	if err != nil {
		return err
	}
	v.Note("The answer is returned. The contributor is written to, with your comments; the accepted version stands until it is corrected.")
	return v.Redirect(requestAt(key))
}

// commentsOf puts the comments of the form into the text of the return.
func commentsOf(form url.Values) string {
	var fields []rapporteur.FieldComment
	for name, values := range form {
		if id, ok := strings.CutPrefix(name, commentField); ok {
			fields = append(fields, rapporteur.FieldComment{Question: id, Text: strings.Join(values, "\n")})
		}
	}
	slices.SortFunc(fields, func(a, b rapporteur.FieldComment) int { return byNumber(a.Question, b.Question) })
	return rapporteur.ReturnComments(form.Get("comments"), fields)
}
