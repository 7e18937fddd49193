package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/store"
)

var update = flag.Bool("update", false, "write docs/metrics.md anew")

const root = "../../.."

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// everything is a process that exposes all there is.
func everything(t *testing.T) *Telemetry {
	t.Helper()
	on := watching(t, Options{})
	on.Record(&counted{}, func() time.Time { return wall })
	on.Stuck(func(context.Context) (rapporteur.StuckWork, error) { return rapporteur.StuckWork{}, nil })
	on.Pool(func() []store.PoolStats { return nil })
	return on
}

func TestMetricsAreDocumented(t *testing.T) {
	var page bytes.Buffer
	if err := everything(t).Metrics.Document(&page); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, "docs", "metrics.md"), page.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, "docs/metrics.md")), page.String()); diff != "" {
		t.Errorf("docs/metrics.md is another (-file +program); run the test with -update:\n%s", diff)
	}
}

// Counters end in _total, times in _seconds; each says what it counts.
func TestMetricsAreNamedAsPrometheusAsks(t *testing.T) {
	for _, d := range everything(t).Metrics.Definitions() {
		if (d.Kind == "counter") != strings.HasSuffix(d.Name, "_total") {
			t.Errorf("%s is a %s", d.Name, d.Kind)
		}
		if d.Kind == "histogram" && !strings.HasSuffix(d.Name, "_seconds") {
			t.Errorf("%s has no unit", d.Name)
		}
		if d.Help == "" || !strings.HasPrefix(d.Name, "rapporteur_") || slices.Contains(d.Labels, "contributor") {
			t.Errorf("%+v", d)
		}
	}
}

// The SDK names its metrics where no program can ask for them; a new version may
// name them otherwise.
func TestTemporalNamesItsMetricsSo(t *testing.T) {
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "go.temporal.io/sdk").Output()
	if err != nil {
		t.Fatal(err)
	}
	constants, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "internal", "common", "metrics", "constants.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Temporal() {
		name := strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(d.Name, "_total"), "_seconds"), "temporal_")
		parts := strings.Split(name, "_failure") // TemporalRequestFailure = TemporalRequest + "_failure"
		parts = strings.Split(parts[0], "request_")
		if !strings.Contains(string(constants), `"`+parts[len(parts)-1]) && !strings.Contains(string(constants), `"_`+parts[len(parts)-1]) {
			t.Errorf("Temporal's SDK has no %s", d.Name)
		}
		for _, label := range d.Labels {
			if !strings.Contains(string(constants), `"`+label+`"`) || !slices.Contains(temporalLabels, attribute.Key(label)) {
				t.Errorf("Temporal's SDK has no label %s, or it is not kept", label)
			}
		}
	}
}

// metricLabels are the labels of every series that there is, by its name, as
// Prometheus stores it.
func metricLabels(t *testing.T) map[string][]string {
	t.Helper()
	on := everything(t)
	all := map[string][]string{"up": nil}
	add := func(name, kind string, labels []string) {
		all[name] = labels
		if kind == "histogram" {
			all[name+"_bucket"], all[name+"_sum"], all[name+"_count"] = append(slices.Clone(labels), "le"), labels, labels
			delete(all, name)
		}
	}
	for _, d := range append(on.Metrics.Definitions(), Temporal()...) {
		add(d.Name, d.Kind, d.Labels)
	}
	families, err := on.Metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if name := f.GetName(); strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_") {
			all[name] = nil
		}
	}
	return all
}

var (
	quoted    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	variable  = regexp.MustCompile(`\$\w+`)
	rangeOf   = regexp.MustCompile(`\[[^\]]*\]`)
	selector  = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{([^}]*)\}`)
	grouping  = regexp.MustCompile(`\b(?:by|without|on|ignoring)\s*\(([^)]*)\)`)
	word      = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*\s*\(?`)
	labelName = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_]*)\s*(?:=~|!~|!=|=)`)
	// Those that every scraped series has.
	scraped = []string{"instance", "job"}
	// Words of PromQL that stand without a bracket.
	operators = []string{"and", "or", "unless", "bool", "offset"}
)

// asked is what an expression of PromQL asks for: metrics with the labels that it
// names of each, and by what it groups.
func asked(expression string) (metrics map[string][]string, groups []string) {
	metrics = map[string][]string{}
	e := quoted.ReplaceAllString(expression, `""`)
	e = rangeOf.ReplaceAllString(variable.ReplaceAllString(e, ""), "")
	for _, m := range selector.FindAllStringSubmatch(e, -1) {
		metrics[m[1]] = slices.Clone(metrics[m[1]])
		for _, l := range labelName.FindAllStringSubmatch(m[2], -1) {
			metrics[m[1]] = append(metrics[m[1]], l[1])
		}
	}
	e = selector.ReplaceAllString(e, "$1")
	for _, g := range grouping.FindAllStringSubmatch(e, -1) {
		for l := range strings.SplitSeq(g[1], ",") {
			groups = append(groups, strings.TrimSpace(l))
		}
	}
	e = grouping.ReplaceAllString(e, "")
	for _, w := range word.FindAllString(e, -1) {
		name := strings.TrimSpace(w)
		if strings.HasSuffix(name, "(") || slices.Contains(operators, name) {
			continue // a function
		}
		if _, known := metrics[name]; !known {
			metrics[name] = nil
		}
	}
	return metrics, groups
}

// exists checks that what an expression asks for is there, and that each label
// it groups by is one of a metric it asks for.
func exists(t *testing.T, known map[string][]string, where, expression string) {
	t.Helper()
	metrics, groups := asked(expression)
	if len(metrics) == 0 {
		t.Errorf("%s asks for nothing: %s", where, expression)
	}
	could := slices.Clone(scraped)
	for name, labels := range metrics {
		has, there := known[name]
		if !there {
			t.Errorf("%s asks for %s, which there is not", where, name)
		}
		could = append(could, has...)
		for _, l := range labels {
			if !slices.Contains(has, l) && !slices.Contains(scraped, l) {
				t.Errorf("%s asks for the label %s of %s, which it has not", where, l, name)
			}
		}
	}
	for _, g := range groups {
		if !slices.Contains(could, g) {
			t.Errorf("%s groups by %s, which nothing has: %s", where, g, expression)
		}
	}
}

type alertRule struct {
	Alert       string
	Expr        string
	For         string
	Labels      map[string]string
	Annotations map[string]string
}

func alerts(t *testing.T) []alertRule {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []alertRule
		}
	}
	if err := yaml.UnmarshalWithOptions(readFile(t, "deploy/prometheus/alerts.yml"), &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	var all []alertRule
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	if len(all) < 15 {
		t.Fatalf("there are %d alerts", len(all))
	}
	return all
}

var labelOfAlert = regexp.MustCompile(`\$labels\.(\w+)`)

// Every alert asks for what there is, and says how bad it is, what it is, and
// where to read on; and there is what it says it tells.
func TestAlerts(t *testing.T) {
	known, runbook := metricLabels(t), string(readFile(t, "docs/alerts.md"))
	sections := map[string]bool{}
	for title := range strings.Lines(runbook) {
		if name, ok := strings.CutPrefix(title, "## "); ok {
			sections[strings.TrimSpace(name)] = true
		}
	}
	seen := map[string]bool{}
	for _, a := range alerts(t) {
		if seen[a.Alert] {
			t.Errorf("%s is there twice", a.Alert)
		}
		seen[a.Alert] = true
		exists(t, known, a.Alert, a.Expr)
		if !slices.Contains([]string{"critical", "warning", "info"}, a.Labels["severity"]) || a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
			t.Errorf("%s does not say how bad it is, or what it is", a.Alert)
		}
		if !strings.Contains(runbook, "## "+a.Alert+"\n\n*"+strings.ToUpper(a.Labels["severity"][:1])+a.Labels["severity"][1:]+".*") {
			t.Errorf("docs/alerts.md has no section on %s that says how bad it is", a.Alert)
		}
		if _, anchor, _ := strings.Cut(a.Annotations["runbook_url"], "/blob/main/docs/alerts.md#"); !strings.EqualFold(anchor, a.Alert) || anchor != strings.ToLower(anchor) {
			t.Errorf("%s leads to %s", a.Alert, a.Annotations["runbook_url"])
		}
		if _, err := time.ParseDuration(a.For); err != nil {
			t.Errorf("%s: %v", a.Alert, err)
		}
		metrics, groups := asked(a.Expr)
		for _, l := range labelOfAlert.FindAllStringSubmatch(a.Annotations["description"], -1) {
			_, scrapedAlone := metrics["up"]
			if !slices.Contains(groups, l[1]) && !scrapedAlone {
				t.Errorf("%s tells the label %s, which its expression does not keep", a.Alert, l[1])
			}
		}
		delete(sections, a.Alert)
	}
	for _, left := range slices.Sorted(maps.Keys(sections)) {
		t.Errorf("docs/alerts.md tells of %s, which is no alert", left)
	}
}

func TestDashboard(t *testing.T) {
	known := metricLabels(t)
	var dashboard struct {
		UID        string
		Templating struct {
			List []struct {
				Name  string
				Query any
			}
		}
		Panels []struct {
			ID      int
			Title   string
			Type    string
			GridPos struct{ H, W, X, Y int } `json:"gridPos"`
			Targets []struct{ RefID, Expr string }
		}
	}
	if err := json.Unmarshal(readFile(t, "deploy/grafana/rapporteur.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	variables := []string{"__rate_interval"}
	for _, v := range dashboard.Templating.List {
		variables = append(variables, v.Name)
	}
	ids, shown := map[int]bool{}, map[string]bool{}
	for _, p := range dashboard.Panels {
		if ids[p.ID] || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("the panel %s has another's id, or no place", p.Title)
		}
		ids[p.ID] = true
		if (p.Type == "row") != (len(p.Targets) == 0) {
			t.Errorf("the panel %s shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			exists(t, known, p.Title, target.Expr)
			for _, v := range variable.FindAllString(target.Expr, -1) {
				if !slices.Contains(variables, v[1:]) {
					t.Errorf("the panel %s asks for the variable %s", p.Title, v)
				}
			}
			metrics, _ := asked(target.Expr)
			for name := range metrics {
				shown[name] = true
			}
		}
	}
	// What is measured can be seen: each metric is on the dashboard or in an alert.
	for _, a := range alerts(t) {
		metrics, _ := asked(a.Expr)
		for name := range metrics {
			shown[name] = true
		}
	}
	for _, d := range everything(t).Metrics.Definitions() {
		if !shown[d.Name] && !shown[d.Name+"_bucket"] && !shown[d.Name+"_count"] {
			t.Errorf("%s is shown nowhere", d.Name)
		}
	}
}

// The test finds what it is for.
func TestWhatIsAskedFor(t *testing.T) {
	metrics, groups := asked(`histogram_quantile(0.95, sum by (le, kind) (rate(a_bucket{x="y{z}",w!~"b"}[$__rate_interval]))) > 3 and on (period) max(b_total) or absent(c{job="d"})`)
	want := map[string][]string{"a_bucket": {"x", "w"}, "b_total": nil, "c": {"job"}}
	if diff := cmp.Diff(want, metrics); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"le", "kind", "period"}, groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

// What Prometheus and the collector are told exists: the rules, and the ports
// that compose is to open.
func TestScrapesAndCollector(t *testing.T) {
	var prometheus struct {
		RuleFiles     []string `yaml:"rule_files"`
		ScrapeConfigs []struct {
			JobName string `yaml:"job_name"`
			DNS     []struct {
				Names []string
				Port  int
			} `yaml:"dns_sd_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal(readFile(t, "deploy/prometheus/prometheus.yml"), &prometheus); err != nil {
		t.Fatal(err)
	}
	for _, name := range prometheus.RuleFiles {
		readFile(t, "deploy/prometheus/"+name)
	}
	jobs := regexp.MustCompile(`job="([^"]*)"`)
	var names []string
	for _, s := range prometheus.ScrapeConfigs {
		names = append(names, s.JobName)
		if len(s.DNS) != 1 || s.DNS[0].Port != 9464 {
			t.Errorf("%s is asked at %+v", s.JobName, s.DNS)
		}
	}
	for _, a := range alerts(t) {
		for _, job := range jobs.FindAllStringSubmatch(a.Expr, -1) {
			if !slices.Contains(names, job[1]) {
				t.Errorf("%s is about the job %s, which Prometheus has not", a.Alert, job[1])
			}
		}
	}
	var collector struct {
		Receivers, Processors, Exporters, Extensions map[string]any
		Service                                      struct {
			Extensions []string
			Pipelines  map[string]struct{ Receivers, Processors, Exporters []string }
		}
	}
	if err := yaml.Unmarshal(readFile(t, "deploy/otel/collector.yaml"), &collector); err != nil {
		t.Fatal(err)
	}
	traces, there := collector.Service.Pipelines["traces"]
	for what, pair := range map[string]struct {
		used    []string
		defined map[string]any
	}{
		"receiver": {traces.Receivers, collector.Receivers}, "processor": {traces.Processors, collector.Processors},
		"exporter": {traces.Exporters, collector.Exporters}, "extension": {collector.Service.Extensions, collector.Extensions},
	} {
		if len(pair.used) == 0 || !there {
			t.Errorf("traces have no %s", what)
		}
		for _, name := range pair.used {
			if _, defined := pair.defined[name]; !defined {
				t.Errorf("the %s %s is not defined", what, name)
			}
		}
	}
}
