package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func (e *notingEngine) RawHistory(context.Context, string) ([]byte, error) { return nil, e.failure }

func (e *notingEngine) Retrying(context.Context, string) ([]rapporteur.RetryingStep, error) {
	return nil, e.failure
}

func (e *notingEngine) RetryNow(context.Context, rapporteur.RetryingStep) error { return e.failure }

func TestStuckWorkIsListedAndRepaired(t *testing.T) {
	h := openHouse(t)
	err := h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		c, err := tx.LockCycle(ctx, testCycle)
		if err != nil {
			return err
		}
		c.Attention = "Step Collect cannot be done."
		return tx.UpdateCycle(ctx, c)
	})
	if err != nil {
		t.Fatal(err)
	}
	list := read[StuckList](h.get(adminKey, "/v1/stuck").want(http.StatusOK))
	// The message by which the cycle starts has waited for months: nothing relays here.
	if len(list.Items) != 2 || list.Items[0].Kind != "outbox" || !list.Engine || !list.Whole {
		t.Fatalf("stuck: %+v", list)
	}
	item := list.Items[1]
	if item.Kind != "attention" || item.Repair != "tell" || item.What != "Step Collect cannot be done." {
		t.Fatalf("stuck: %+v", item)
	}
	body := fmt.Sprintf(`{"item": %q, "reason": "The disk has room."}`, item.ID)
	for range 2 {
		h.call(exchange{key: adminKey, method: http.MethodPost, path: "/v1/repairs", body: body, headers: map[string]string{"Idempotency-Key": "1"}}).want(http.StatusNoContent)
	}
	history := read[History](h.get(adminKey, cycleAt+"/history").want(http.StatusOK)).Items
	told := 0
	for _, line := range history {
		if strings.HasPrefix(line.Text, "Repair: the engine told to look again") && line.Reason == "The disk has room." {
			told += line.Count
		}
	}
	if told != 1 {
		t.Errorf("history %+v", history)
	}
	h.post(adminKey, "/v1/repairs", `{"item": "attention a/b/c", "reason": "x"}`).problem(http.StatusConflict, "conflict")
	h.post(adminKey, "/v1/repairs", `{"item": "x", "reason": " "}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, "/v1/repairs", body).problem(http.StatusForbidden, "forbidden")
}
