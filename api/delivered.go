package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// DeliveryPath names a delivery.
type DeliveryPath struct {
	IntakePath
	Period string `path:"period" maxLength:"60" example:"window-2018-H1" doc:"The window or occasion."`
	Number int    `path:"number" minimum:"1" doc:"Number of the delivery in the period."`
}

func (p *DeliveryPath) key() rapporteur.DeliveryKey {
	return rapporteur.DeliveryKey{Cycle: rapporteur.NewCycleID(p.Instrument, p.Stream, p.Period), Number: p.Number}
}

// deliveryBodyPath is a delivery whose content is asked for.
type deliveryBodyPath struct{ DeliveryPath }

// resource takes the best case; what is true is asked when the delivery is read.
func (p *deliveryBodyPath) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: p.key().Cycle, Unclassified: true}
}

type listDeliveriesInput struct {
	IntakePath
	Paged
	Period    string `query:"period" maxLength:"60" example:"window-2018-H1" doc:"Only of this window or occasion."`
	Direction string `query:"direction" enum:"sent,received" doc:"For contributors: only what it delivered, or only what is for it."`
}

type deliveriesOutput struct {
	Body struct {
		Items      []Delivery `json:"items"`
		NextCursor string     `json:"next_cursor,omitempty" doc:"Left out on the last page."`
	} `nameHint:"DeliveryPage"`
}

type deliveryOutput struct{ Body Delivery }

// Routing is what has come of a delivery at one of its destinations.
type Routing struct {
	Destination string     `json:"destination"`
	Key         string     `json:"key" doc:"Id of the key that the record is signed with; see /v1/signing-keys."`
	State       string     `json:"state" enum:"waiting,claimed,sent,failed,superseded" doc:"Of the mail with the record; waiting where the destination has no focal point yet."`
	SentAt      *time.Time `json:"sent_at,omitempty" doc:"Business time."`
}

type routingsOutput struct {
	Body struct {
		Items []Routing `json:"items"`
	} `nameHint:"RoutingList"`
}

type recordPath struct {
	DeliveryPath
	Destination string `path:"destination" maxLength:"80" example:"entity-cted" doc:"Id of the destination."`
}

const (
	deliveriesPath = intakePath + "/deliveries"
	deliveryPath   = deliveriesPath + "/{period}/{number}"
)

func (s *service) registerDelivered() {
	register(s, operation{
		id: "list-deliveries", method: http.MethodGet, path: deliveriesPath, tag: tagIntakes, action: access.ReadDelivery,
		summary: "List deliveries", description: "By period and number, without content. A contributor sees what it delivered and what is for it.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemMalformed},
	}, s.listDeliveries)
	register(s, operation{
		id: "get-delivery", method: http.MethodGet, path: deliveryPath, tag: tagIntakes, action: access.ReadDelivery,
		summary: "Read the receipt of a delivery", description: "Who delivered what, when, for whom, and what was agreed to.",
	}, s.getDelivery)
	register(s, operation{
		id: "get-delivery-body", method: http.MethodGet, path: deliveryPath + "/body", tag: tagIntakes, action: access.ReadDeliveryBody,
		summary: "Read the content of a delivery",
		description: "The bytes as they were delivered; their SHA-256 is the receipt's hash and the ETag. For its contributor and its destinations, and for the " +
			"Secretariat unless it is confidential. Of a receipt there is no content. Every reading is on record.",
		media: mediaObject("application/json", "The delivery as it came."),
	}, s.getDeliveryBody)
	register(s, operation{
		id: "list-delivery-records", method: http.MethodGet, path: deliveryPath + "/records", tag: tagIntakes, action: access.ReadDelivery,
		summary: "List the signed records of a delivery", description: "To whom it was routed, and what has come of it.",
	}, s.listRecords)
	register(s, operation{
		id: "get-delivery-record", method: http.MethodGet, path: deliveryPath + "/records/{destination}", tag: tagIntakes, action: access.ReadDelivery,
		summary: "Read a signed record", description: "The canonical JSON as it was mailed, with its Ed25519 signature; `rapporteur delivery verify` checks it offline.",
		media: mediaObject("application/json", "The signed record."),
	}, s.getRecord)
}

// readDelivery is a delivery that the caller may know of: contributors know what
// they delivered and what is for them.
func readDelivery(ctx context.Context, r rapporteur.Reader, key rapporteur.DeliveryKey) (rapporteur.Delivery, error) {
	d, err := r.Delivery(ctx, key)
	if err == nil {
		err = knows(callOf(ctx).principal, d)
	}
	if err != nil {
		return rapporteur.Delivery{}, err
	}
	return d, nil
}

// knows is a problem where somebody must not even know that a delivery is there.
func knows(p rapporteur.Principal, d rapporteur.Delivery) error {
	if staff(p) || d.Concerns(p.Contributor) {
		return nil
	}
	return rapporteur.NotFound("delivery", d.String())
}

func (s *service) getDelivery(ctx context.Context, in *DeliveryPath) (*deliveryOutput, error) {
	var d rapporteur.Delivery
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		d, err = readDelivery(ctx, r, in.key())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{Body: deliveryOf(ctx, d)}, nil
}

func (s *service) getDeliveryBody(ctx context.Context, in *deliveryBodyPath) (*bodyOutput, error) {
	p := callOf(ctx).principal
	d, body, err := s.Correspondence.ReadDelivery(ctx, p, in.key(), func(d rapporteur.Delivery) error {
		if err := knows(p, d); err != nil {
			return err
		}
		resource := access.Resource{Cycle: d.Cycle, Unclassified: d.Classification == rapporteur.Unclassified}
		return access.Allow(p, access.ReadDeliveryBody, resource)
	})
	if err != nil {
		return nil, err
	}
	return &bodyOutput{ContentType: "application/json", ETag: `"` + d.Hash + `"`, Body: body}, nil
}

func (s *service) listDeliveries(ctx context.Context, in *listDeliveriesInput) (*deliveriesOutput, error) {
	if _, _, err := s.intake(ctx, in.IntakePath); err != nil {
		return nil, err
	}
	filter := rapporteur.DeliveryFilter{Instrument: in.Instrument, Stream: in.Stream, Limit: in.Limit + 1}
	if in.Period != "" {
		filter.Cycle = rapporteur.NewCycleID(in.Instrument, in.Stream, in.Period)
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	if filter.After, err = deliveryKeyOf(after); err != nil {
		return nil, err
	}
	var found []rapporteur.Delivery
	err = s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		found, err = visibleDeliveries(ctx, r, filter, in.Direction)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &deliveriesOutput{}
	out.Body.Items = []Delivery{}
	cut, next := page(found, in.Limit, rapporteur.Delivery.String)
	out.Body.NextCursor = next
	for _, d := range cut {
		out.Body.Items = append(out.Body.Items, deliveryOf(ctx, d))
	}
	return out, nil
}

// deliveryKeyOf reads a delivery's id, which a cursor holds.
func deliveryKeyOf(id string) (rapporteur.DeliveryKey, error) {
	if id == "" {
		return rapporteur.DeliveryKey{}, nil
	}
	n := strings.LastIndexByte(id, '/')
	number, err := strconv.Atoi(id[n+1:])
	if n < 0 || err != nil {
		return rapporteur.DeliveryKey{}, rapporteur.Problemf(rapporteur.ProblemMalformed, "The cursor cannot be read", "Use the next_cursor of the page before as it is.")
	}
	return rapporteur.DeliveryKey{Cycle: rapporteur.CycleID(id[:n]), Number: number}, nil
}

// visibleDeliveries reads deliveries until there are as many as wanted that the
// caller may see in the direction it asks for.
func visibleDeliveries(ctx context.Context, r rapporteur.Reader, filter rapporteur.DeliveryFilter, direction string) ([]rapporteur.Delivery, error) {
	p, want := callOf(ctx).principal, filter.Limit
	if direction == "sent" {
		filter.Contributor = p.Contributor
	}
	var visible []rapporteur.Delivery
	for {
		found, err := r.Deliveries(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			filter.After = d.DeliveryKey
			if !staff(p) && (!d.Concerns(p.Contributor) || direction == "received" && !d.IsFor(p.Contributor)) {
				continue
			}
			if visible = append(visible, d); len(visible) == want {
				return visible, nil
			}
		}
		if len(found) < want {
			return visible, nil
		}
	}
}

func (s *service) listRecords(ctx context.Context, in *DeliveryPath) (*routingsOutput, error) {
	out := &routingsOutput{}
	out.Body.Items = []Routing{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		records, err := visibleRecords(ctx, r, in.key())
		if err != nil {
			return err
		}
		for _, record := range records {
			routing := Routing{Destination: string(record.Destination), Key: record.KeyID, State: "waiting"}
			entry, err := r.LedgerEntry(ctx, record.RoutingKey(record.Destination))
			switch {
			case err == nil:
				routing.State, routing.SentAt = string(entry.State), instant(entry.SentAt)
			case !rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
				return err
			}
			out.Body.Items = append(out.Body.Items, routing)
		}
		return nil
	})
	return out, err
}

// visibleRecords are the signed records of a delivery that the caller may see:
// a destination sees its own, whoever delivered all.
func visibleRecords(ctx context.Context, r rapporteur.Reader, key rapporteur.DeliveryKey) ([]rapporteur.SignedRecord, error) {
	d, err := readDelivery(ctx, r, key)
	if err != nil {
		return nil, err
	}
	records, err := r.DeliveryRecords(ctx, key)
	p := callOf(ctx).principal
	if err != nil || staff(p) || d.Contributor == p.Contributor {
		return records, err
	}
	var own []rapporteur.SignedRecord
	for _, record := range records {
		if record.Destination == p.Contributor {
			own = append(own, record)
		}
	}
	return own, nil
}

func (s *service) getRecord(ctx context.Context, in *recordPath) (*bodyOutput, error) {
	out := &bodyOutput{ContentType: "application/json"}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		records, err := visibleRecords(ctx, r, in.key())
		if err != nil {
			return err
		}
		for _, record := range records {
			if string(record.Destination) == in.Destination {
				out.Body, err = record.Document()
				return err
			}
		}
		return rapporteur.NotFound("record", in.key().String()+"/"+in.Destination)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
