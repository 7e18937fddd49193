package endtoend_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur"
)

// submitters is how many contributors answer at the same time.
const submitters = 16

// crowd is the registry of n bodies that the release does not know, and their
// ids. They are asked as entities are.
func crowd(n int) (fs.FS, []rapporteur.ContributorID) {
	var text strings.Builder
	text.WriteString("kind: entity\ncontributors:\n")
	ids := make([]rapporteur.ContributorID, n)
	for n := range ids {
		ids[n] = rapporteur.ContributorID(fmt.Sprintf("entity-body-%05d", n))
		fmt.Fprintf(&text, "  - {id: %s, group: body, exists: [{from: 1999-01-01}], names: [{en: Body %05d, fr: Organisme %05d}]}\n", ids[n], n, n)
	}
	return fstest.MapFS{"registry/crowd.yaml": {Data: []byte(text.String())}}, ids
}

// reach gives everybody of a crowd a focal point and a lead.
func (h *house) reach(ctx context.Context, ids []rapporteur.ContributorID) {
	h.t.Helper()
	h.ok(h.store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		for _, id := range ids {
			err := tx.PutContacts(ctx, id, []rapporteur.Contact{
				{Role: rapporteur.ContactFocalPoint, Name: "Focal Person", Address: "focal." + string(id) + "@mail.example", Language: "en"},
				{Role: rapporteur.ContactLead, Name: "Leading Person", Address: "lead." + string(id) + "@mail.example", Language: "fr"},
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// askAll starts the cycle of the twelve-month report for a crowd.
func (h *house) askAll(ctx context.Context, ids []rapporteur.ContributorID) rapporteur.CycleID {
	h.t.Helper()
	cycle, err := h.secretariat.Start(ctx, staff, rapporteur.Start{Instrument: "s-res-2388-2017", Stream: "op34", Only: ids})
	h.ok(err)
	h.settle(ctx)
	return cycle.ID
}

// submitAll has a crowd answer, several at once. The engine is not told.
func (h *house) submitAll(ctx context.Context, id rapporteur.CycleID, ids []rapporteur.ContributorID) {
	h.t.Helper()
	var group errgroup.Group
	group.SetLimit(submitters)
	for _, who := range ids {
		group.Go(func() error {
			key := rapporteur.RequestKey{Cycle: id, Contributor: who}
			_, err := h.correspondence.Submit(ctx, by(who), key, h.full(ctx, key))
			return err
		})
	}
	h.ok(group.Wait())
}

// full is an answer of some six kilobytes, another from everybody.
func (h *house) full(ctx context.Context, key rapporteur.RequestKey) []byte {
	h.t.Helper()
	ref := h.request(ctx, key).Questionnaire
	questionnaire, err := h.catalogue.Questionnaire(ref)
	h.ok(err)
	answers := map[string]any{}
	text := "Measures were taken after consultation with all regions concerned, and are kept under review. " + strings.Repeat("Details follow. ", 10)
	size := 0
	for _, section := range questionnaire.Sections {
		for _, question := range section.Questions {
			if size > 5500 {
				break
			}
			answers[question.ID] = map[string]any{"status": "yes", "text": string(key.Contributor) + ": " + text}
			size += len(text) + 60
		}
	}
	body := envelope(ref, rapporteur.ReturnAnswered)
	body["answers"] = answers
	return h.written(body)
}
