package rapporteur

import "context"

// ChainState is how the chain of audit records stands at a glance.
type ChainState struct {
	Head       ChainLink
	Checkpoint Checkpoint // the newest, the zero one before the first
	Unsealed   int        // records behind the head, counted up to ChainLooked
	Looked     int        // newest records that were reckoned again
	Broken     int64      // first position of them that does not hold, 0 for none
}

// ChainLooked is how many of the newest records a glance reckons again. The whole
// chain is verified on an export, by whoever does not trust the house.
const ChainLooked = 1000

// Chain looks at the chain of audit records: how far it is, and whether its
// newest part holds.
func (h Histories) Chain(ctx context.Context) (ChainState, error) {
	var state ChainState
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if state.Head, err = r.ChainHead(ctx); err != nil {
			return err
		}
		if state.Checkpoint, err = r.LastCheckpoint(ctx, state.Head.Position); err != nil && !IsProblem(err, ProblemNotFound) {
			return err
		}
		left, err := r.Unchained(ctx, 0, ChainLooked)
		if err != nil {
			return err
		}
		state.Unsealed = len(left)
		before := ChainLink{Hash: ChainBeginning()}
		if from := state.Head.Position - ChainLooked; from > 0 {
			links, err := r.ChainLinks(ctx, from-1, 1)
			if err != nil {
				return err
			}
			before = links[0]
		}
		return state.reckon(ctx, r, before)
	})
	return state, err
}

// reckon reckons the links behind one again and compares them with those stored.
func (s *ChainState) reckon(ctx context.Context, r Reader, before ChainLink) error {
	records, err := r.AuditChain(ctx, before.Position, ChainLooked)
	if err != nil {
		return err
	}
	s.Looked = len(records)
	for n, stored := range records {
		links, err := chain(before, []AuditRecord{stored.AuditRecord})
		if err != nil {
			return err
		}
		if stored.Position != before.Position+1 || links[0].Hash != stored.Hash {
			s.Broken = before.Position + 1
			return nil
		}
		if before = links[0]; n == len(records)-1 && before.Hash != s.Head.Hash {
			s.Broken = before.Position
		}
	}
	return nil
}
