package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// person is one contributor in one cycle.
type person struct {
	world  *world
	mutex  sync.Mutex // one thing after the other
	client remote.Client
	key    rapporteur.RequestKey
	asks   rapporteur.Questionnaire
	dice   *rand.Rand
	habit  habit
	drafts int // bodies written so far, each another
	newest acknowledged
	weeks  int // of a section, since it was asked for
}

// habit is what a contributor does about a request.
type habit int

// The habits. Whoever is silent is reminded at every rung.
const (
	silent habit = iota
	answers
	corrects
	withdraws
	isReturned
	asksTime
	isReminded
	rests
	habits
)

func (p *person) path(what string) string {
	return fmt.Sprintf("/v1/cycles/%s/requests/%s%s", p.key.Cycle, p.key.Contributor, what)
}

// body is an answer that differs from every other: a nil return, another short one, or answers to some questions.
func (p *person) body() ([]byte, string) {
	p.drafts++
	header := map[string]any{
		"authority": "National coordinator", "classification": "unclassified", "may_be_quoted": p.dice.IntN(2) == 0,
		"period": map[string]string{"from": "2017-11-21", "to": "2018-05-01"},
	}
	d := map[string]any{
		"questionnaire": p.asks.ID, "version": p.asks.Version, "language": "en", "header": header,
		"return_type": "nil", "reason": fmt.Sprintf("Nothing to report, in words of our own: number %d, mark %d.", p.drafts, p.dice.Uint32()),
	}
	switch draw := p.dice.IntN(10); {
	case draw < 4:
	case draw < 6:
		d["return_type"] = []string{"not-applicable", "declined", "covered"}[p.dice.IntN(3)]
	default:
		d["return_type"] = "answered"
		delete(d, "reason")
		header["authority"] = fmt.Sprintf("National coordinator, mark %d", p.dice.Uint32())
		d["answers"] = p.answers()
	}
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // a map of texts
	}
	return text, fmt.Sprint(d["return_type"])
}

// answers says no, or that nothing is known, to some questions; that needs no evidence.
func (p *person) answers() map[string]any {
	all := map[string]any{}
	for _, section := range p.asks.Sections {
		for _, q := range section.Questions {
			if len(all) < 12 && p.dice.IntN(3) == 0 || len(all) == 0 {
				all[q.ID] = map[string]any{"status": []string{"no", "no_information"}[p.dice.IntN(2)]}
			}
		}
	}
	return all
}

// submit sends an answer until it is acknowledged, and writes the acknowledgement down.
func (p *person) submit(ctx context.Context) error {
	body, kind := p.body()
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	p.world.journal.note(func(e *evidence) { e.Sent[hash] = p.key })
	call := remote.Call{
		Method: http.MethodPost, Path: p.path("/submissions"), Body: json.RawMessage(body),
		Idempotency: fmt.Sprintf("%s-%s-%d", p.key.Contributor, p.key.Cycle, p.drafts),
	}
	if p.dice.IntN(4) == 0 {
		p.world.rude(ctx, p.client, call)
	}
	if p.dice.IntN(3) == 0 {
		call.Idempotency = "" // the same body twice is one version, also without a key
	}
	var answer struct {
		Version int    `json:"version"`
		Hash    string `json:"hash"`
	}
	if err := p.world.insist(ctx, p.client, call, &answer); err != nil {
		return err
	}
	at := time.Now()
	p.newest = acknowledged{RequestKey: p.key, Version: answer.Version, Hash: answer.Hash, ReturnType: kind, At: at}
	p.world.journal.note(func(e *evidence) {
		e.Acknowledged = append(e.Acknowledged, p.newest)
		if answer.Hash != hash {
			e.Troubles = append(e.Troubles, fmt.Sprintf("%s was acknowledged another answer than it sent", p.key))
		}
	})
	p.world.journal.rest(p.key, at)
	p.world.pulse.beat("acknowledged")
	return nil
}

// post sends something that is no answer, or has the Secretariat send it.
func (p *person) post(ctx context.Context, c remote.Client, what string, body, out any) error {
	return p.world.insist(ctx, c, remote.Call{
		Method: http.MethodPost, Path: p.path(what), Body: body, Idempotency: fmt.Sprintf("%s-%s-%d-%s", p.key.Contributor, p.key.Cycle, p.drafts, what),
	}, out)
}

// act does what the habit has for a stage; a stage is some weeks. Whoever comes too late is told so, and that is right.
func (p *person) act(ctx context.Context, stage int) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	err := p.step(ctx, stage)
	if remote.Is(err, http.StatusGone) || remote.Is(err, http.StatusConflict) {
		return nil
	}
	return err
}

func (p *person) step(ctx context.Context, stage int) error {
	switch {
	case p.habit == silent:
		return nil
	case p.habit == isReminded && stage == 0:
		return p.post(ctx, p.world.staff, "/reminders", map[string]string{"reason": "They asked to be."}, nil)
	case p.habit == rests && stage == 0:
		until := rapporteur.DateOf(p.world.clock.business()).AddDays(20)
		body := map[string]string{"until": until.String(), "reason": "They are moving house."}
		return p.world.insist(ctx, p.world.staff, remote.Call{Method: http.MethodPut, Path: p.path("/snooze"), Body: body}, nil)
	case p.habit == asksTime && stage == 0:
		return p.askTime(ctx)
	case stage == 0, p.habit == asksTime && stage == 1, p.habit == isReminded && stage == 1, p.habit == rests && stage == 1:
		return p.submit(ctx)
	case p.habit == corrects && stage == 1:
		return p.submit(ctx)
	case p.habit == withdraws && stage == 1:
		return p.withdraw(ctx)
	case p.habit == isReturned && stage == 1:
		p.world.journal.stir(p.key, time.Now())
		return p.post(ctx, p.world.staff, "/returns", map[string]string{"comments": "Please give the figures of the period."}, nil)
	case (p.habit == withdraws || p.habit == isReturned) && stage == 2:
		return p.submit(ctx)
	}
	return nil
}

// withdraw takes the newest answer back.
func (p *person) withdraw(ctx context.Context) error {
	p.world.journal.stir(p.key, time.Now())
	hash := p.newest.Hash
	err := p.post(ctx, p.client, fmt.Sprintf("/submissions/%d/withdrawal", p.newest.Version), map[string]string{"reason": "It was another period."}, nil)
	if err == nil {
		p.world.journal.note(func(e *evidence) { e.Withdrawn[hash] = true })
	}
	return err
}

// askTime asks for two more weeks and has the Secretariat decide.
func (p *person) askTime(ctx context.Context) error {
	var request struct {
		Due      rapporteur.Date `json:"due"`
		FollowUp int             `json:"follow_up"`
	}
	if err := p.world.insist(ctx, p.world.staff, remote.Call{Method: http.MethodGet, Path: p.path("")}, &request); err != nil {
		return err
	}
	until := request.Due.AddDays(14)
	ask := map[string]any{"until": until, "reason": "The census is not ready."}
	if err := p.post(ctx, p.client, "/extensions", ask, &request); err != nil {
		return err
	}
	decision := map[string]any{"granted": p.dice.IntN(3) > 0, "reason": "As the policy allows."}
	return p.post(ctx, p.world.staff, fmt.Sprintf("/extensions/%d/decision", request.FollowUp), decision, nil)
}

// deliver delivers something to an intake.
func (p *person) deliver(ctx context.Context, intake string) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	body, kind := p.body()
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	p.world.journal.note(func(e *evidence) { e.Sent[hash] = p.key })
	call := remote.Call{
		Method: http.MethodPost, Path: intake + "/deliveries", Body: json.RawMessage(body), Idempotency: fmt.Sprintf("%s-%d", p.key.Contributor, p.drafts),
	}
	if p.dice.IntN(3) == 0 {
		p.world.rude(ctx, p.client, call)
	}
	var answer struct {
		Number int `json:"number"`
	}
	if err := p.world.insist(ctx, p.client, call, &answer); err != nil {
		return err
	}
	a := acknowledged{RequestKey: p.key, Version: answer.Number, Hash: hash, ReturnType: kind, At: time.Now()}
	p.world.journal.note(func(e *evidence) { e.Delivered = append(e.Delivered, a) })
	p.world.pulse.beat("acknowledged delivery")
	return nil
}

// refusedOrLost puts down what should not have been refused, and passes on what ends the run.
func (w *world) refusedOrLost(err error) error {
	if err != nil && errors.Is(err, errRefused) {
		w.journal.trouble(err.Error())
		return nil
	}
	return err
}
