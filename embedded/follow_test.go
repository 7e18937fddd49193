package embedded

import (
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// A client of another process starts executions as far ahead as it is told at that very moment, and remembers none: the
// clock that moves them is not here.
func TestAFollowerStartsAtTheOthersTime(t *testing.T) {
	ahead := time.Duration(0)
	line := following(func() time.Duration { return ahead })
	request := &workflowservice.StartWorkflowExecutionRequest{WorkflowId: "a"}
	for _, ahead = range []time.Duration{0, 24 * time.Hour, 100 * 24 * time.Hour} {
		sent := send(t, line, request, nil)
		if delay := sent.(starts).GetWorkflowStartDelay().AsDuration(); delay != ahead {
			t.Errorf("%s ahead it starts after %s", ahead, delay)
		}
	}
	if remembered := line.remembered(); len(remembered) != 0 {
		t.Errorf("it remembers %v", remembered)
	}
}

func TestFollowingKeepsTheOptions(t *testing.T) {
	o := client.Options{HostPort: "127.0.0.1:1", Namespace: "x"}
	Follow(&o, func() time.Duration { return 0 })
	if len(o.ConnectionOptions.DialOptions) != 1 || o.HostPort != "127.0.0.1:1" || o.Namespace != "x" {
		t.Errorf("the options are %+v", o)
	}
}
