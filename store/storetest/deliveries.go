package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"github.com/rapporteur/rapporteur"
)

const (
	firstHalf  rapporteur.CycleID = "s-res-2388-2017/op9/window-2018-H1"
	secondHalf rapporteur.CycleID = "s-res-2388-2017/op9/window-2018-H2"
)

// delivery is the n-th delivery of a window with its body.
func delivery(id rapporteur.CycleID, n int, who rapporteur.ContributorID, body string) (rapporteur.Delivery, []byte) {
	sum := sha256.Sum256([]byte(body))
	return rapporteur.Delivery{
		DeliveryKey: rapporteur.DeliveryKey{Cycle: id, Number: n}, Contributor: who, Kind: rapporteur.KindMemberState,
		Questionnaire: rapporteur.QuestionnaireRef{ID: "financial-flows", Version: "1.0.0"}, ReturnType: rapporteur.ReturnAnswered,
		Hash: hex.EncodeToString(sum[:]), Size: len(body), Classification: rapporteur.Unclassified,
		Destinations: []rapporteur.ContributorID{"entity-cted"}, ReceivedAt: instant,
	}, []byte(body)
}

// receipt is the n-th delivery of a window, of which only the receipt is kept.
func receipt(id rapporteur.CycleID, n int, who rapporteur.ContributorID, content string) rapporteur.Delivery {
	d, _ := delivery(id, n, who, content)
	d.Receipt, d.Questionnaire, d.ReturnType, d.Size = true, rapporteur.QuestionnaireRef{}, "", 0
	d.HandedOver = rapporteur.DateOf(instant)
	return d
}

func insertDelivery(d rapporteur.Delivery, body []byte) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertDelivery(ctx, d, body) }
}

func deliveries(t tb, s rapporteur.Store, f rapporteur.DeliveryFilter) []string {
	t.Helper()
	ids := []string{}
	for _, d := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Delivery, error) {
		return r.Deliveries(ctx, f)
	}) {
		ids = append(ids, d.String())
	}
	return ids
}

func unrouted(t tb, s rapporteur.Store, f rapporteur.DeliveryFilter) []rapporteur.DeliveryKey {
	t.Helper()
	return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.DeliveryKey, error) {
		return r.Unrouted(ctx, f)
	})
}

var deliveryTests = []test{
	{"a delivery is there once and never replaced", func(t tb, s rapporteur.Store) {
		put(t, s, firstHalf)
		write(t, s, insertDelivery(delivery(firstHalf, 1, kenya, "first")))
		refused(t, s, rapporteur.ProblemConflict, insertDelivery(delivery(firstHalf, 1, kenya, "second")))
		refused(t, s, rapporteur.ProblemConflict, insertDelivery(delivery(firstHalf, 2, kenya, "first")))
		write(t, s, insertDelivery(delivery(firstHalf, 2, peru, "first")))
		put(t, s, secondHalf)
		write(t, s, insertDelivery(delivery(secondHalf, 1, kenya, "first")))
		other, _ := delivery(firstHalf, 1, kenya, "second")
		missing(t, s, "body of a refused delivery", func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, other.Hash) })
	}},
	{"a body that is not what the delivery says is refused", func(t tb, s rapporteur.Store) {
		put(t, s, firstHalf)
		described, body := delivery(firstHalf, 1, kenya, "the truth")
		wrongSize := described
		wrongSize.Size++
		for _, fn := range []func(context.Context, rapporteur.Tx) error{insertDelivery(described, []byte("the lies!")), insertDelivery(wrongSize, body)} {
			if err := s.Write(t.Context(), fn); err == nil {
				t.Error("a body with another hash or size was stored")
			}
		}
		same(t, "deliveries", deliveries(t, s, rapporteur.DeliveryFilter{Cycle: firstHalf}), []string{})
	}},
	{"of a receipt nothing but the receipt is kept", keepsReceiptsOnly},
	{"nothing is delivered into a cycle that is not there", func(t tb, s rapporteur.Store) {
		refused(t, s, rapporteur.ProblemNotFound, insertDelivery(delivery(firstHalf, 1, kenya, "lost")))
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.QueueRouting(ctx, rapporteur.DeliveryKey{Cycle: firstHalf, Number: 1})
		})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			_, err := tx.InsertDeliveryRecord(ctx, rapporteur.SignedRecord{DeliveryKey: rapporteur.DeliveryKey{Cycle: firstHalf, Number: 1}})
			return err
		})
		missing(t, s, "delivery", func(ctx context.Context, r rapporteur.Reader) (rapporteur.Delivery, error) {
			return r.Delivery(ctx, rapporteur.DeliveryKey{Cycle: firstHalf, Number: 1})
		})
	}},
	{"lists are by cycle and number, narrow, and go on after a key", listsDeliveries},
	{"the windows of an intake are its own, oldest first", func(t tb, s rapporteur.Store) {
		ids := []rapporteur.CycleID{
			"s-res-2388-2017/op9/window-2017-H2", firstHalf, "s-res-2388-2017/op9/window-2018-H1-2", secondHalf, "s-res-2388-2017/op9/window-é",
		}
		for _, id := range []rapporteur.CycleID{
			ids[3], "s-res-2388-2017/op9/2018", "s-res-2388-2017/op90/window-2018-H1", ids[1], "s-res-2388-2017/op/window-2018-H1",
			ids[4], "s-res-2388-2017/op9/occasion-1", ids[0], ids[2],
		} {
			put(t, s, id)
		}
		found := []rapporteur.CycleID{}
		for _, c := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
			return r.Windows(ctx, "s-res-2388-2017", "op9")
		}) {
			found = append(found, c.ID)
		}
		same(t, "windows", found, ids)
	}},
	{"what waits to be routed is taken off once it is", queuesRouting},
	{"the first signed record of a destination stays", func(t tb, s rapporteur.Store) {
		put(t, s, firstHalf)
		write(t, s, insertDelivery(delivery(firstHalf, 1, kenya, "body")))
		record := func(to rapporteur.ContributorID, text string) rapporteur.SignedRecord {
			return rapporteur.SignedRecord{
				DeliveryKey: rapporteur.DeliveryKey{Cycle: firstHalf, Number: 1}, Destination: to,
				Signed: rapporteur.Signed{Record: []byte(text), KeyID: "key of " + text, Signature: []byte{0, 1, 2, 255}},
			}
		}
		insert := func(r, want rapporteur.SignedRecord) {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				got, err := tx.InsertDeliveryRecord(ctx, r)
				same(t, "record as stored", got, want)
				return err
			})
		}
		team, cted := record("entity-monitoring-team-1267", "{}"), record("entity-cted", "{}")
		insert(team, team)
		insert(cted, cted)
		insert(record("entity-cted", `{"other":1}`), cted)
		same(t, "records", get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.SignedRecord, error) {
			return r.DeliveryRecords(ctx, cted.DeliveryKey)
		}), []rapporteur.SignedRecord{cted, team})
	}},
	{"many who deliver at once are numbered without a gap", numbersDeliveries},
}

func keepsReceiptsOnly(t tb, s rapporteur.Store) {
	put(t, s, firstHalf)
	const secret = "what nobody here may see"
	r := receipt(firstHalf, 1, kenya, secret)
	if err := s.Write(t.Context(), insertDelivery(r, []byte(secret))); err == nil {
		t.Error("a body was stored with a receipt")
	}
	sized := r
	sized.Size = len(secret)
	if err := s.Write(t.Context(), insertDelivery(sized, nil)); err == nil {
		t.Error("a receipt has a size")
	}
	write(t, s, insertDelivery(r, nil))
	same(t, "receipt", get(t, s, func(ctx context.Context, reader rapporteur.Reader) (rapporteur.Delivery, error) {
		return reader.Delivery(ctx, r.DeliveryKey)
	}), r)
	missing(t, s, "body of a receipt", func(ctx context.Context, reader rapporteur.Reader) ([]byte, error) { return reader.Body(ctx, r.Hash) })
	// The same content to somebody else is another receipt, to the same one none.
	again := r
	again.Number = 2
	refused(t, s, rapporteur.ProblemConflict, insertDelivery(again, nil))
	again.Destinations = []rapporteur.ContributorID{"entity-unitad"}
	write(t, s, insertDelivery(again, nil))
}

func listsDeliveries(t tb, s rapporteur.Store) {
	put(t, s, secondHalf)
	put(t, s, firstHalf)
	put(t, s, "s-res-2388-2017/op90/window-2018-H1")
	write(t, s, insertDelivery(delivery("s-res-2388-2017/op90/window-2018-H1", 1, kenya, "elsewhere")))
	want := []string{}
	for _, id := range []rapporteur.CycleID{firstHalf, secondHalf} {
		for n := 1; n <= 11; n++ { // as numbers, not as text
			who := kenya
			if n%2 == 0 {
				who = peru
			}
			write(t, s, insertDelivery(delivery(id, n, who, fmt.Sprint("body ", n))))
			want = append(want, rapporteur.DeliveryKey{Cycle: id, Number: n}.String())
		}
	}
	stream := rapporteur.DeliveryFilter{Instrument: "s-res-2388-2017", Stream: "op9"}
	same(t, "deliveries of the stream", deliveries(t, s, stream), want)
	same(t, "deliveries of a window", deliveries(t, s, rapporteur.DeliveryFilter{Cycle: secondHalf}), want[11:])
	stream.Limit, stream.After = 3, rapporteur.DeliveryKey{Cycle: firstHalf, Number: 10}
	same(t, "a page of them", deliveries(t, s, stream), want[10:13])
	same(t, "those of one contributor", deliveries(t, s, rapporteur.DeliveryFilter{Cycle: firstHalf, Contributor: peru}),
		[]string{want[1], want[3], want[5], want[7], want[9]})
	fourth, _ := delivery(firstHalf, 4, peru, "body 4")
	same(t, "those with a hash", deliveries(t, s, rapporteur.DeliveryFilter{Hash: fourth.Hash}), []string{want[3], want[14]})
	count := func(id rapporteur.CycleID) int {
		return get(t, s, func(ctx context.Context, r rapporteur.Reader) (int, error) { return r.DeliveryCount(ctx, id) })
	}
	same(t, "count", count(secondHalf), 11)
	same(t, "count of nothing", count("no/such/cycle"), 0)
}

func queuesRouting(t tb, s rapporteur.Store) {
	put(t, s, firstHalf)
	put(t, s, secondHalf)
	var keys []rapporteur.DeliveryKey
	for _, id := range []rapporteur.CycleID{firstHalf, secondHalf} {
		for n := 1; n <= 2; n++ {
			d, body := delivery(id, n, kenya, fmt.Sprint(n))
			keys = append(keys, d.DeliveryKey)
			write(t, s, insertDelivery(d, body))
		}
	}
	for range 2 { // repeating does no harm
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			for _, k := range keys {
				if err := tx.QueueRouting(ctx, k); err != nil {
					return err
				}
			}
			return nil
		})
	}
	stream := rapporteur.DeliveryFilter{Instrument: "s-res-2388-2017", Stream: "op9"}
	same(t, "unrouted of the stream", unrouted(t, s, stream), keys)
	same(t, "unrouted of a window", unrouted(t, s, rapporteur.DeliveryFilter{Cycle: secondHalf, Limit: 1}), keys[2:3])
	for range 2 {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.Routed(ctx, keys[1]) })
	}
	same(t, "unrouted afterwards", unrouted(t, s, stream), []rapporteur.DeliveryKey{keys[0], keys[2], keys[3]})
	for range 2 {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.RoutingWaits(ctx, keys[2]) })
	}
	same(t, "unrouted, with one that waits", unrouted(t, s, stream), []rapporteur.DeliveryKey{keys[0], keys[2], keys[3]})
	stream.Untried = true
	same(t, "those not tried", unrouted(t, s, stream), []rapporteur.DeliveryKey{keys[0], keys[3]})
	stream.Untried = false
	stream.After = keys[0]
	same(t, "unrouted after a key", unrouted(t, s, stream), keys[2:])
}

// numbersDeliveries has many deliver at once, each with the next number under
// the window's lock.
func numbersDeliveries(t tb, s rapporteur.Store) {
	put(t, s, firstHalf)
	const many = 20
	var group sync.WaitGroup
	failures := make(chan error, many)
	for n := range many {
		group.Go(func() {
			failures <- s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
				if _, err := tx.LockCycle(ctx, firstHalf); err != nil {
					return err
				}
				count, err := tx.DeliveryCount(ctx, firstHalf)
				if err != nil {
					return err
				}
				d, body := delivery(firstHalf, count+1, kenya, fmt.Sprint("body ", n))
				return tx.InsertDelivery(ctx, d, body)
			})
		})
	}
	group.Wait()
	for range many {
		if err := <-failures; err != nil {
			t.Errorf("cannot deliver: %v", err)
		}
	}
	same(t, "count", get(t, s, func(ctx context.Context, r rapporteur.Reader) (int, error) { return r.DeliveryCount(ctx, firstHalf) }), many)
}
