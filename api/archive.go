package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/sortedzip"
)

type archiveInput struct {
	CyclePath
	Whole bool `query:"whole" doc:"With the answers as they were submitted. Only for the cycle's lead drafter."`
}

// resource takes the best case: who leads the drafting is asked when the cycle
// is read.
func (i *archiveInput) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: i.id(), Leading: true}
}

// action is another for answers as they were submitted.
func (i *archiveInput) action(op operation) access.Action {
	if i.Whole {
		return op.orElse
	}
	return op.action
}

func (s *service) registerArchive() {
	register(s, operation{
		id: "export-cycle", method: http.MethodGet, path: "/v1/cycles/{instrument}/{stream}/{period}/archive", tag: tagCycles,
		action: access.ExportCycle, orElse: access.ExportAnswers,
		summary: "Make the archive of a cycle that has ended",
		description: "A ZIP archive to read and verify years on without a server, a database or a program of ours: what was asked, answered, chased, decided and reported, the " +
			"cycle's audit records with the proof of their places in the chain, and a signed manifest; README.txt tells how. Administrators get it without the answers' content, the " +
			"Secretariat with counts of persons below five as <5, the lead drafter whole on demand. `rapporteur archive verify` checks it offline. That it was made is recorded.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
		media:    map[string]*huma.MediaType{mediaZIP: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
	}, s.exportCycle)
}

func (s *service) exportCycle(ctx context.Context, in *archiveInput) (*document, error) {
	archive := rapporteur.Archive{
		Store: s.Store, Catalogue: s.Catalogue, Renderer: s.Renderer, Signer: s.Signer, Clock: s.Clock, Events: s.events,
	}
	files, err := archive.Make(ctx, callOf(ctx).principal, in.id(), in.Whole)
	if err != nil {
		return nil, err
	}
	packed, err := pack(files)
	if err != nil {
		return nil, err
	}
	return &document{
		ContentType: mediaZIP, Body: packed,
		Disposition: fmt.Sprintf(`attachment; filename=%q`, in.Instrument+"-"+in.Stream+"-"+in.Period+".zip"),
	}, nil
}

// pack packs files so that the same files are the same bytes.
func pack(files []rapporteur.ArchiveFile) ([]byte, error) {
	var b bytes.Buffer
	zip := sortedzip.New(&b)
	for _, file := range files {
		part, err := zip.Create(file.Name)
		if err != nil {
			return nil, fmt.Errorf("cannot pack archive: %w", err)
		}
		if _, err := part.Write(file.Content); err != nil {
			return nil, fmt.Errorf("cannot pack archive: %w", err)
		}
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("cannot pack archive: %w", err)
	}
	return b.Bytes(), nil
}
