package schemas

import (
	"maps"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// migrationStep takes the answers of one version to the next.
type migrationStep struct {
	*mapping
	answers map[string]any // in the layout of the next
	keeps   keptEntry      // in the layout of the one
	moves   []rapporteur.AnswerMove
	unfit   bool
}

// question takes one answer to where it goes, part by part. A value that is no
// answer at all is kept as it is.
func (s *migrationStep) question(id string, value any) {
	whole := answerPlace{question: id}
	to, reason, ok := s.target(whole)
	fields, isAnswer := value.(map[string]any)
	if !isAnswer {
		s.keep(whole, value, "It is not an answer.")
		return
	}
	switch {
	case ok:
		if len(fields) == 0 {
			s.into(to.question)
		}
		if to != whole {
			s.note(whole, to.String(), "")
		}
	case len(fields) == 0:
		s.keep(whole, value, reason)
		return
	default:
		s.note(whole, "", reason)
	}
	for _, name := range keysOf(nil, fields, nil) {
		s.part(answerPlace{id, name}, fields[name], ok)
	}
}

// part takes a field of an answer to where it goes. withQuestion says that the
// question itself has a place, so that what has none has to be told.
func (s *migrationStep) part(place answerPlace, value any, withQuestion bool) {
	to, reason, ok := s.target(place)
	if !ok {
		s.keepPart(place, value)
		if withQuestion {
			s.note(place, "", reason)
		}
		return
	}
	translated, fits := s.codes(place, to, value)
	if !fits {
		s.unfit = true
		s.keepPart(place, value)
		s.note(place, "", "The code is not known in version "+s.to.Version+".")
		return
	}
	into := s.into(to.question)
	if _, taken := into[to.part]; taken { // by a field that no version knows
		s.keepPart(place, value)
		return
	}
	if _, own := s.moved[place]; own && place != to || !same(translated, value) {
		s.note(place, to.String(), "")
	}
	into[to.part] = translated
}

// into is the answer to a question of the next version, which is made where
// there is none.
func (s *migrationStep) into(id string) map[string]any {
	fields, ok := s.answers[id].(map[string]any)
	if !ok {
		fields = map[string]any{}
		s.answers[id] = fields
	}
	return fields
}

func (s *migrationStep) note(from answerPlace, to, reason string) {
	s.moves = append(s.moves, rapporteur.AnswerMove{From: from.String(), To: to, Reason: reason})
}

// back notes that something was put back into its place.
func (s *migrationStep) back(to answerPlace) {
	s.moves = append(s.moves, rapporteur.AnswerMove{To: to.String()})
}

func (s *migrationStep) keep(place answerPlace, value any, reason string) {
	s.keeps.Answers[place.question] = value
	s.note(place, "", reason)
}

func (s *migrationStep) keepPart(place answerPlace, value any) {
	fields, ok := s.keeps.Answers[place.question].(map[string]any)
	if !ok {
		fields = map[string]any{}
		s.keeps.Answers[place.question] = fields
	}
	fields[place.part] = value
}

// codes gives the codes of a part their names in the next version: of a choice,
// of each of several, or of the forms of exploitation in a table. false where
// one is not known there.
func (s *migrationStep) codes(from, to answerPlace, value any) (any, bool) {
	part, ok := s.to.parts[to.question][to.part]
	if !ok || len(part.Options) == 0 {
		return value, true
	}
	fits := true
	rename := func(v any) any {
		code, isText := v.(string)
		if !isText {
			return v // no code: the schema says so
		}
		if other, renamed := s.options[from][code]; renamed {
			code = other
		}
		// What neither version knows is for the schema to refuse.
		if !hasCode(part, code) && hasCode(s.from.parts[from.question][from.part], stringOf(v)) {
			fits = false
		}
		return code
	}
	switch list, isList := value.([]any); {
	case !isList:
		return rename(value), fits
	case len(list) == 0:
		return value, true
	case part.Kind == rapporteur.PartFigures:
		return each(list, func(cell any) any {
			fields, isCell := cell.(map[string]any)
			if !isCell || fields["form"] == nil {
				return cell
			}
			other := maps.Clone(fields)
			if fields["form"] != any(total) {
				other["form"] = rename(fields["form"])
			}
			return other
		}), fits
	default:
		return each(list, rename), fits
	}
}

// justify takes justifications along with the places that they are about.
func (s *migrationStep) justify(justifications map[string]any) map[string]any {
	moved := map[string]any{}
	for key, text := range justifications {
		rule, pointer, about := strings.Cut(key, " /")
		if !about {
			moved[key] = text
			continue
		}
		segments := segmentsOf("/" + pointer)
		if len(segments) < 2 || segments[0] != "answers" {
			moved[key] = text
			continue
		}
		place := answerPlace{question: segments[1]}
		if len(segments) > 2 {
			place.part = segments[2]
		}
		to, _, ok := s.target(place)
		if !ok {
			s.keeps.Justifications[key] = text
			continue
		}
		segments[1] = to.question
		if len(segments) > 2 {
			segments[2] = to.part
		}
		moved[rule+" /"+strings.Join(each(segments, escape), "/")] = text
	}
	return moved
}

// putBack puts what was kept of a question into its answer, and gives back what
// finds its place taken; nil where nothing does.
func (s *migrationStep) putBack(id string, value any) any {
	fields, isAnswer := value.(map[string]any)
	present, there := s.answers[id]
	if !there {
		s.answers[id] = value
		s.back(answerPlace{question: id})
		return nil
	}
	into, ok := present.(map[string]any)
	if !ok || !isAnswer {
		return value
	}
	left := map[string]any{}
	for name, field := range fields {
		if _, taken := into[name]; taken {
			left[name] = field
			continue
		}
		into[name] = field
		s.back(answerPlace{id, name})
	}
	if len(left) == 0 {
		return nil
	}
	return left
}
