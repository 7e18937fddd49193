package admin

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	healthPage = parse("health.html")
	auditPage  = parse("audit.html")
)

// contains reports whether a text has another in it, in any case; an empty one is
// in all.
func contains(whole, part string) bool {
	return strings.Contains(strings.ToLower(whole), strings.ToLower(part))
}

// healthView is how the house is. It holds no secret.
type healthView struct {
	Places  []place
	Version string
	Go      string
	Vitals  rapporteur.Vitals
	Waiting string // since when the outbox waits, in words
	Signing []string
	Engine  bool // whether it answered
}

// engineTime is how long the page waits for the engine.
const engineTime = 3 * time.Second

// showHealth tells how the house is, at a glance.
func (p pages) showHealth(v *frame.Visit) error {
	view := healthView{Places: placesOf(v, "/admin/health"), Version: p.Version, Go: runtime.Version()}
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		view.Vitals, err = r.Vitals(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if since := view.Vitals.OutboxSince; !since.IsZero() {
		view.Waiting = v.Now().Sub(since).Round(time.Second).String()
	}
	for _, key := range p.Signer.Keys() {
		view.Signing = append(view.Signing, key.ID)
	}
	ctx, cancel := context.WithTimeout(v.Context(), engineTime)
	defer cancel()
	_, err = p.Repairs.Inspector.Retrying(ctx, "no such workflow")
	view.Engine = err == nil || rapporteur.IsProblem(err, rapporteur.ProblemNotFound)
	return v.Render(http.StatusOK, healthPage, view)
}

// auditView is how the audit record stands, and what of it belongs to no cycle.
type auditView struct {
	Places  []place
	Chain   rapporteur.ChainState
	Records []rapporteur.RecordLine
	Next    string
}

// auditShown is how many records of no cycle a page shows.
const auditShown = 100

// showAudit tells whether the audit record holds, and lists what belongs to no
// cycle, newest first.
func (p pages) showAudit(v *frame.Visit) error {
	view := auditView{Places: placesOf(v, "/admin/audit")}
	var err error
	if view.Chain, err = p.Histories.Chain(v.Context()); err != nil {
		return err
	}
	after := markOf(v.Request.URL.Query().Get("page"))
	var next rapporteur.AuditMark
	view.Records, next, err = p.Histories.OfNoCycle(v.Context(), after, auditShown)
	if err != nil {
		return err
	}
	if at := markText(next); at != "" {
		view.Next = "/admin/audit?page=" + at
	}
	return v.Render(http.StatusOK, auditPage, view)
}
