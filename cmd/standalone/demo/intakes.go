package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// intakeAnswer is what the demonstration reads of an intake.
type intakeAnswer struct {
	ReceiptOnly  bool     `json:"receipt_only"`
	Destinations []string `json:"destinations"`
	Recipients   []string `json:"recipients"`
	Senders      []struct {
		Kind          string   `json:"kind"`
		Questionnaire string   `json:"questionnaire"`
		Only          []string `json:"only"`
	} `json:"senders"`
	Items []struct {
		Deliveries int `json:"deliveries"`
	} `json:"items"`
}

// deliverers is the share in percent of those who may deliver that do.
var deliverers = map[rapporteur.ContributorKind]int{
	rapporteur.KindMemberState: 16, rapporteur.KindEntity: 45, rapporteur.KindMission: 25,
}

func intakePath(stream string) string { return fmt.Sprintf("/v1/intakes/%s/%s", instrument, stream) }

// openIntake starts an intake and lets those who may deliver plan whether and
// when they will.
func (s *show) openIntake(ctx context.Context, stream string) error {
	var intake intakeAnswer
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: intakePath(stream), Body: map[string]string{}}, &intake); err != nil {
		return err
	}
	first := s.calendar.at("adoption").AddDays(10)
	days := s.calendar.at("transmits").AddDays(-20).DaysSince(first)
	for _, sender := range intake.Senders {
		for _, p := range s.people {
			if string(p.contributor.Kind) != sender.Kind || len(sender.Only) > 0 && !slices.Contains(sender.Only, string(p.contributor.ID)) {
				continue
			}
			p := s.apart(p, stream)
			if p.random.IntN(100) >= deliverers[p.contributor.Kind] {
				continue
			}
			t := task{post: intakePath(stream) + "/deliveries", questionnaire: sender.Questionnaire, from: s.calendar.at("adoption")}
			s.later(first.AddDays(p.random.IntN(days)), p.name()+"/"+stream, func(ctx context.Context) error {
				if intake.ReceiptOnly {
					return s.leaveReceipt(ctx, p, stream, "", intake.Destinations)
				}
				t.to = rapporteur.DateOf(s.business())
				return s.writeAnswer(ctx, p, t, false)
			})
		}
	}
	return nil
}

// leaveReceipt says that something was handed over elsewhere, a day ago.
func (s *show) leaveReceipt(ctx context.Context, p *person, stream, occasion string, to []string) error {
	sum := sha256.Sum256(fmt.Append(nil, p.name(), stream, occasion, p.random.Uint64()))
	body := map[string]string{
		"handed_over": rapporteur.DateOf(s.business()).AddDays(-1).String(),
		"to":          to[p.random.IntN(len(to))], "hash": hex.EncodeToString(sum[:]),
	}
	if occasion != "" {
		body["period"] = occasion
	}
	return p.client.JSON(ctx, remote.Call{Method: http.MethodPost, Path: intakePath(stream) + "/receipts", Body: body}, nil)
}
