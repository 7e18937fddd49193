package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// submit sends a document until it is accepted: as a careful contributor, it
// justifies what the rules warn of and takes back what they reject.
func (s *show) submit(ctx context.Context, p *person, t task, d document) error {
	var problem *remote.Problem
	for range 6 {
		err := s.send(ctx, p, t, d)
		if !errors.As(err, &problem) || len(problem.Findings) == 0 {
			return err
		}
		if d, err = mend(d, problem.Findings); err != nil {
			return err
		}
	}
	return fmt.Errorf("the answer was rejected again and again, last for %s at %s", problem.Findings[0].Rule, problem.Findings[0].Pointer)
}

// send submits a document once.
func (s *show) send(ctx context.Context, p *person, t task, d document) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return p.client.JSON(ctx, remote.Call{Method: http.MethodPost, Path: t.post, Body: body}, nil)
}

// takeBack takes back a part of an answer, or all of it where the whole is
// wrong or the part is missing.
func (d document) takeBack(question string, part []string) {
	answer := d.Answers[question]
	if len(part) == 0 || part[0] == "status" || answer[part[0]] == nil {
		delete(d.Answers, question)
		return
	}
	delete(answer, part[0])
}

// mend answers the findings that block a document.
func mend(d document, findings []remote.Finding) (document, error) {
	justifications := map[string]string{}
	maps.Copy(justifications, d.Justifications)
	for _, f := range findings {
		switch f.Severity {
		case "warning":
			justifications[f.Rule+" "+f.Pointer] = "The sources differ; both figures are given as they were recorded."
		case "error", "privacy":
			path := strings.Split(strings.TrimPrefix(f.Pointer, "/"), "/")
			if len(path) < 2 || path[0] != "answers" {
				return d, fmt.Errorf("%s at %s: %s", f.Rule, f.Pointer, f.Message)
			}
			d.takeBack(path[1], path[2:])
		}
	}
	d.Justifications = justifications
	return d, nil
}
