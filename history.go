package rapporteur

import "time"

// HistoryLine is one line of a cycle's history in plain words.
type HistoryLine struct {
	Day    int       // days since the cycle started, business time
	At     time.Time // of the first record the line stands for
	Text   string    // Kenya returned for correction, 2 findings
	Actor  string    // who did it
	Reason string
	Count  int      // how many records were folded into it
	Seqs   []int64  // first and last audit record it stands for
	Events []string // the Temporal events it comes from: workflow id, run id, event id
}

// EngineEvent is one event of a workflow's history, without payloads.
type EngineEvent struct {
	Workflow string
	Run      string
	ID       int64
	Type     string // WorkflowExecutionSignaled, …
	Name     string // activity, update or signal name, where it has one
	Ref      string // activity id or update id, to match with audit records
	AuditSeq int64  // for hints: the newest audit record it told of
	At       time.Time
}
