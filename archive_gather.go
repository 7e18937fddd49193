package rapporteur

import (
	"context"
	"slices"
	"time"
)

// archiveWriter collects the files of an archive.
type archiveWriter struct {
	archive Archive
	answers ArchivedAnswers
	head    ChainLink // up to where the audit record was sealed for the archive
	files   map[string][]byte

	cycle      Cycle
	instrument Instrument
	requests   []Request
	records    []ChainedRecord
	known      KnownActors
	drafts     []Draft
}

func (w *archiveWriter) put(name string, content []byte, err error) error {
	if err == nil {
		w.files[name] = content
	}
	return err
}

// lines writes values to a file, one a line. An archive has the file also where
// there are none: that says that there were none.
func lines[T any](w *archiveWriter, name string, values []T, without ...string) error {
	content, err := jsonLines(values, without...)
	if content == nil {
		content = []byte{}
	}
	return w.put(name, content, err)
}

// gather reads everything that the record has of a cycle, in one view.
func (w *archiveWriter) gather(ctx context.Context, r Reader, id CycleID) error {
	var err error
	if w.cycle, err = r.Cycle(ctx, id); err != nil {
		return err
	}
	name, _, _, err := id.Parts()
	if err != nil {
		return err
	}
	if w.instrument, err = w.archive.Catalogue.Instrument(name); err != nil {
		return err
	}
	if w.known, err = ReadKnownActors(ctx, r); err != nil {
		return err
	}
	for _, gather := range []func(context.Context, Reader, CycleID) error{
		w.cycles, w.asked, w.questionnaires, w.submissions, w.followUps, w.chased, w.reports, w.deliveries, w.rules, w.statistics, w.audit,
	} {
		if err := gather(ctx, r, id); err != nil {
			return err
		}
	}
	return nil
}

func (w *archiveWriter) cycles(context.Context, Reader, CycleID) error {
	content, err := jsonText(plainly(w.cycle, "revision"))
	if err := w.put("cycle.json", content, err); err != nil {
		return err
	}
	content, err = jsonText(plainly(w.instrument))
	return w.put("instrument.json", content, err)
}

func (w *archiveWriter) asked(ctx context.Context, r Reader, id CycleID) error {
	var err error
	if w.requests, err = r.Requests(ctx, RequestFilter{Cycle: id}); err != nil {
		return err
	}
	rows := make([]any, len(w.requests))
	for n, request := range w.requests {
		row, _ := plainly(request, "revision").(map[string]any)
		row["name"] = w.name(request.Contributor)
		rows[n] = row
	}
	return lines(w, "requests.jsonl", rows)
}

// name is a contributor's name when the cycle started, or its id.
func (w *archiveWriter) name(id ContributorID) string {
	c, err := w.archive.Catalogue.Contributor(id, DateOf(w.cycle.StartedAt))
	if err != nil {
		return string(id)
	}
	return c.Name("en")
}

func (w *archiveWriter) questionnaires(ctx context.Context, r Reader, id CycleID) error {
	pinned, err := r.Questionnaires(ctx, id, time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	for _, ref := range pinned {
		q, err := w.archive.Catalogue.Questionnaire(ref)
		if err := w.put("questionnaires/"+fileName(ref.ID+"-"+ref.Version)+".json", q.Schema, err); err != nil {
			return err
		}
	}
	return nil
}

func (w *archiveWriter) followUps(ctx context.Context, r Reader, _ CycleID) error {
	var all []FollowUp
	var moved []Migration
	for _, request := range w.requests {
		found, err := r.FollowUps(ctx, request.RequestKey)
		if err != nil {
			return err
		}
		all = append(all, found...)
		migrations, err := r.Migrations(ctx, request.RequestKey)
		if err != nil {
			return err
		}
		moved = append(moved, migrations...)
	}
	if err := lines(w, "migrations.jsonl", moved); err != nil {
		return err
	}
	return lines(w, "follow-ups.jsonl", all)
}

// reports writes every draft, and of the newest also the documents.
func (w *archiveWriter) reports(ctx context.Context, r Reader, id CycleID) error {
	found, err := r.Drafts(ctx, id)
	if err != nil {
		return err
	}
	var decisions []Decision
	var delegations []Delegation
	for _, d := range found {
		draft, err := r.Draft(ctx, id, d.Number)
		if err != nil {
			return err
		}
		w.drafts = append(w.drafts, draft)
		decided, err := r.Decisions(ctx, id, d.Number)
		if err != nil {
			return err
		}
		decisions = append(decisions, decided...)
		given, err := r.Delegations(ctx, id, d.Number)
		if err != nil {
			return err
		}
		delegations = append(delegations, given...)
	}
	observations, err := r.Observations(ctx, id)
	if err != nil {
		return err
	}
	if err := lines(w, "observations.jsonl", observations); err != nil {
		return err
	}
	if err := lines(w, "clearance-decisions.jsonl", decisions); err != nil {
		return err
	}
	return lines(w, "clearance-delegations.jsonl", delegations)
}

// deliveries are told without their content, whatever an archive holds of
// answers: some of it nobody in the house may read.
func (w *archiveWriter) deliveries(ctx context.Context, r Reader, id CycleID) error {
	found, err := r.Deliveries(ctx, DeliveryFilter{Cycle: id})
	if err != nil {
		return err
	}
	for _, d := range found {
		records, err := r.DeliveryRecords(ctx, d.DeliveryKey)
		if err != nil {
			return err
		}
		for _, record := range records {
			document, err := record.Document()
			if err := w.put("delivery-records/"+fileName(d.String())+"-"+fileName(string(record.Destination))+".json", document, err); err != nil {
				return err
			}
		}
	}
	return lines(w, "deliveries.jsonl", found)
}

func (w *archiveWriter) rules(ctx context.Context, r Reader, id CycleID) error {
	suspended, err := r.RuleSuspensions(ctx, id)
	if err != nil {
		return err
	}
	if err := lines(w, "rule-suspensions.jsonl", suspended); err != nil {
		return err
	}
	again, err := r.Revalidations(ctx, RequestKey{Cycle: id})
	if err != nil {
		return err
	}
	return lines(w, "revalidations.jsonl", again)
}

// statistics are the cycle's as they were published.
func (w *archiveWriter) statistics(ctx context.Context, r Reader, id CycleID) error {
	instrument, stream, _, err := id.Parts()
	if err != nil {
		return err
	}
	releases, err := r.Releases(ctx, instrument, stream)
	if err != nil {
		return err
	}
	releases = slices.DeleteFunc(releases, func(release Release) bool { return release.Cycle != id })
	return lines(w, "statistics.jsonl", releases, "sources")
}
