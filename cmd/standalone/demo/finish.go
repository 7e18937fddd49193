package demo

import (
	"context"
	"fmt"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// clearanceAnswer is what the demonstration reads of a draft's clearance.
type clearanceAnswer struct {
	DraftHash string `json:"draft_hash"`
	Outcome   string `json:"outcome"`
	Step      string `json:"step"`
	Steps     []struct {
		ID      string   `json:"id"`
		Offices []string `json:"offices"`
	} `json:"steps"`
}

// offices are those that decide the present step.
func (c clearanceAnswer) offices() []string {
	for _, step := range c.Steps {
		if step.ID == c.Step {
			return step.Offices
		}
	}
	return nil
}

// observations are the Secretariat's closing words in the demonstration.
var observations = []string{
	"I am grateful to the Member States, United Nations entities and missions that provided information for the present report.",
	"Information remains thin where it is needed most: many of the States in whose territory armed conflict takes place did not reply. The absence of a reply should not be read as the absence of trafficking in persons.",
}

// clear walks the first draft through the chain with one return to drafting,
// and the second to the end.
func (s *show) clear(ctx context.Context) error {
	if _, err := s.phase(ctx, rapporteur.PhaseClearing); err != nil {
		return err
	}
	if err := s.decideUntil(ctx, 1, "OLA"); err != nil {
		return err
	}
	body := map[string]any{"observations": observations}
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPut, Path: s.path("/observations"), Body: body}, nil); err != nil {
		return err
	}
	if _, err := s.phase(ctx, rapporteur.PhaseCompiling); err != nil {
		return err
	}
	redraft := map[string]any{"reason": "Observations added as the Office of Legal Affairs asked."}
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: s.path("/commands/redraft"), Body: redraft}, nil); err != nil {
		return err
	}
	if _, err := s.phase(ctx, rapporteur.PhaseClearing); err != nil {
		return err
	}
	return s.decideUntil(ctx, 2, "")
}

func (s *show) path(what string) string { return "/v1/cycles/" + string(s.cycle) + what }

// decideUntil lets every office decide, one step every other day. The office
// named sends the draft back to drafting, which ends it.
func (s *show) decideUntil(ctx context.Context, draft int, returns string) error {
	path := s.path(fmt.Sprintf("/clearance/%d", draft))
	for {
		if err := s.until(ctx, s.business().Add(2*day)); err != nil {
			return err
		}
		var answer clearanceAnswer
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: path}, &answer); err != nil {
			return err
		}
		if answer.Outcome != string(rapporteur.ClearancePending) {
			return nil
		}
		for _, office := range answer.offices() {
			decision := map[string]any{"step": answer.Step, "draft_hash": answer.DraftHash, "approve": true}
			if office == returns {
				decision["approve"], decision["return_to"] = false, rapporteur.ToDrafting
				decision["comments"] = "Please add observations on the limits of the information received."
			}
			if err := s.officers[office].JSON(ctx, remote.Call{Method: http.MethodPost, Path: path + "/decisions", Body: decision}, nil); err != nil {
				return err
			}
			if office == returns {
				return nil
			}
		}
	}
}

// transmit records symbol and masthead date, those of the real report.
func (s *show) transmit(ctx context.Context) error {
	if _, err := s.phase(ctx, rapporteur.PhaseCleared); err != nil {
		return err
	}
	date := s.calendar.at("transmits")
	if err := s.until(ctx, date.At(actHour)); err != nil {
		return err
	}
	body := map[string]any{"symbol": "S/2018/1042", "date": date}
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: s.path("/commands/transmit"), Body: body}, nil); err != nil {
		return err
	}
	_, err := s.phase(ctx, rapporteur.PhaseClosed)
	return err
}
