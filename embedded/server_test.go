package embedded_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/rapporteur/rapporteur/embedded"
)

func TestWebUIShowsTheNamespace(t *testing.T) {
	ctx := testContext(t)
	s := start(ctx, t, embedded.Options{Namespace: "somewhere"})
	for path, want := range map[string]string{
		"/":                            "<html",
		"/api/v1/namespaces/somewhere": `"somewhere"`,
		"/api/v1/settings":             `"DefaultNamespace":"somewhere"`,
		"/api/v1/namespaces/somewhere/workflow-count": "{}",
	} {
		resp, err := http.Get("http://" + s.UIAddress() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("GET %s: %s, no %q in\n%.400s", path, resp.Status, want, body)
		}
	}
}

func TestEverythingListensOnLoopbackOnly(t *testing.T) {
	s := start(testContext(t), t, embedded.Options{})
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range s.Ports() {
		if conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err != nil {
			t.Errorf("port %d does not listen on loopback: %v", port, err)
		} else {
			_ = conn.Close()
		}
		for _, a := range addresses {
			ip, ok := a.(*net.IPNet)
			if !ok || ip.IP.IsLoopback() || ip.IP.To4() == nil {
				continue
			}
			if conn, err := net.Dial("tcp", net.JoinHostPort(ip.IP.String(), strconv.Itoa(port))); err == nil {
				_ = conn.Close()
				t.Errorf("port %d listens on %s", port, ip.IP)
			}
		}
	}
}

func TestATakenPortIsAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	taken := l.Addr().(*net.TCPAddr).Port
	for name, o := range map[string]embedded.Options{
		"frontend": {FrontendPort: taken},
		"UI":       {UIPort: taken},
	} {
		s, err := embedded.Start(testContext(t), o)
		if err == nil {
			s.Stop()
		}
		if err == nil || !strings.Contains(err.Error(), "cannot use "+name+" port") {
			t.Errorf("%s port taken: got %v", name, err)
		}
	}
}

func TestImpossibleOptionsAreRefused(t *testing.T) {
	for want, o := range map[string]embedded.Options{
		"frontend port":            {FrontendPort: -1},
		"UI port":                  {UIPort: 70000},
		"retention":                {Retention: time.Minute},
		"cannot have more":         {SearchAttributes: many(enums.INDEXED_VALUE_TYPE_BOOL, 4)},
		"cannot create folder":     {Dir: "/dev/null/folder"},
		"not a URL of PostgreSQL":  {Database: "mysql://user:hush@localhost/name"},
		"cannot read database URL": {Database: "postgres://user:hush@localhost:port/name"},
		"both a folder and":        {Database: "postgres://user:hush@localhost/name", Dir: "/dev/null/folder"},
		"63 bytes at most":         {Database: "postgres://user:hush@localhost/" + strings.Repeat("n", 44)},
	} {
		s, err := embedded.Start(testContext(t), o)
		if err == nil {
			s.Stop()
			t.Errorf("%s: started", want)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("got %v, want an error about %s, and no password", err, want)
		}
	}
}

func many(kind enums.IndexedValueType, n int) map[string]enums.IndexedValueType {
	m := map[string]enums.IndexedValueType{}
	for i := range n {
		m["attribute"+strconv.Itoa(i)] = kind
	}
	return m
}

func TestStopIsIdempotent(t *testing.T) {
	ctx := testContext(t)
	s := start(ctx, t, embedded.Options{})
	s.Stop()
	s.Stop()
	if _, err := s.Dial(ctx, client.Options{}); err == nil {
		t.Fatal("a stopped server answers")
	}
	if resp, err := http.Get("http://" + s.UIAddress()); err == nil {
		_ = resp.Body.Close()
		t.Fatal("the UI of a stopped server answers")
	}
}

var (
	phase   = temporal.NewSearchAttributeKeyKeyword("Phase")
	overdue = temporal.NewSearchAttributeKeyBool("Overdue")
)

func runWith(ctx context.Context, t *testing.T, c client.Client, id string, attributes ...temporal.SearchAttributeUpdate) {
	t.Helper()
	_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: queue, TypedSearchAttributes: temporal.NewSearchAttributes(attributes...),
	}, ladder, []int{1})
	if err != nil {
		t.Fatal(err)
	}
}

// waitForList waits until the server's list, which lags behind by a moment, shows the executions.
func waitForList(ctx context.Context, t *testing.T, c client.Client, query string, want ...string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		resp, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: query})
		if err != nil {
			t.Fatalf("list where %s: %v", query, err)
		}
		var got []string
		for _, e := range resp.GetExecutions() {
			got = append(got, e.GetExecution().GetWorkflowId())
		}
		slices.Sort(got)
		if slices.Equal(got, want) {
			return
		}
	}
}

func TestAStoreKeepsItsNamespaceAndTakesNewSettings(t *testing.T) {
	onEachStore(t, keepsItsNamespace)
}

func keepsItsNamespace(t *testing.T, o embedded.Options) {
	t.Helper()
	ctx := testContext(t)
	o.UIPort, o.Retention = embedded.NoUI, 48*time.Hour
	o.SearchAttributes = map[string]enums.IndexedValueType{"Phase": enums.INDEXED_VALUE_TYPE_KEYWORD}
	first := start(ctx, t, o)
	c := dial(ctx, t, first)
	runWith(ctx, t, c, "one", phase.ValueSet("open"))
	first.Stop()

	o.Retention = 0
	o.SearchAttributes["Overdue"] = enums.INDEXED_VALUE_TYPE_BOOL
	second := start(ctx, t, o)
	c = dial(ctx, t, second)
	runWith(ctx, t, c, "two", phase.ValueSet("open"), overdue.ValueSet(true))
	waitForList(ctx, t, c, `Phase = "open"`, "one", "two")
	waitForList(ctx, t, c, `Overdue = true`, "two")
	ns, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: embedded.DefaultNamespace})
	if err != nil {
		t.Fatal(err)
	}
	if got := ns.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration(); got != embedded.DefaultRetention {
		t.Errorf("retention %s, want %s", got, embedded.DefaultRetention)
	}
	second.Stop()

	o.SearchAttributes["Phase"] = enums.INDEXED_VALUE_TYPE_INT
	if s, err := embedded.Start(ctx, o); err == nil {
		s.Stop()
		t.Fatal("a search attribute changed its type")
	}
	o.SearchAttributes = many(enums.INDEXED_VALUE_TYPE_BOOL, 3)
	if s, err := embedded.Start(ctx, o); err == nil {
		s.Stop()
		t.Fatal("a fourth search attribute of a type with three columns found room")
	}
}
