package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// profiles are the parts of the compose file that do not start by themselves.
var profiles = []string{"monitoring"}

// composition loads docker-compose.yml by Compose's own loader, which refuses
// what the specification does not know.
func composition(t *testing.T) *types.Project {
	t.Helper()
	name := filepath.Join(root, "docker-compose.yml")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	project, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: root, ConfigFiles: []types.ConfigFile{{Filename: name, Content: content}}, Environment: types.Mapping{},
	}, loader.WithProfiles(profiles))
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// ours tells whether a service runs the program.
func ours(s types.ServiceConfig) bool { return s.Image == "rapporteur:local" }

// variables are the environment variables that a command reads.
func variables(t *testing.T, command string) map[string]string {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range parser.Model.Children {
		if node.Name != command {
			continue
		}
		known := map[string]string{}
		for _, group := range node.AllFlags(true) {
			for _, flag := range group {
				for _, env := range flag.Envs {
					known[env] = flag.Default
				}
			}
		}
		return known
	}
	t.Fatalf("the program has no command %q", command)
	return nil
}

func TestComposeStartsCommandsWithVariablesTheyKnow(t *testing.T) {
	running := map[string]int{}
	for name, service := range composition(t).Services {
		if !ours(service) {
			continue
		}
		if len(service.Command) == 0 {
			t.Errorf("%s names no command", name)
			continue
		}
		running[service.Command[0]] += max(1, service.GetScale())
		known := variables(t, service.Command[0])
		for variable, value := range service.Environment {
			if strings.HasPrefix(variable, "RAPPORTEUR_") && value != nil {
				if _, ok := known[variable]; !ok {
					t.Errorf("%s is given %s, which %q does not read", name, variable, service.Command[0])
				}
			}
		}
	}
	if running["serve"] != 1 || running["namespace"] != 1 || running["codec-server"] != 1 || running["migrate"] != 1 || running["worker"] != 2 {
		t.Errorf("runs %v, want two workers and everything else once", running)
	}
}

func TestComposePinsItsImages(t *testing.T) {
	pinned := regexp.MustCompile(`^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?$`)
	modules, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, service := range composition(t).Services {
		if ours(service) {
			continue
		}
		if !pinned.MatchString(service.Image) {
			t.Errorf("%s runs %q, which may be another tomorrow", name, service.Image)
		}
		// What is tested and what runs are one version.
		image, version, _ := strings.Cut(service.Image, ":")
		module := map[string]string{
			"temporalio/server":      "go.temporal.io/server v",
			"temporalio/admin-tools": "go.temporal.io/server v",
			"temporalio/ui":          "github.com/temporalio/ui-server/v2 v",
		}[image]
		if module != "" && !strings.Contains(string(modules), module+version+"\n") {
			t.Errorf("%s runs %s, go.mod has another version", name, service.Image)
		}
	}
}

// TestComposePublishesPagesOnly holds that nothing but pages for people can be
// reached, and that from the machine itself only.
func TestComposePublishesPagesOnly(t *testing.T) {
	published := map[string]string{}
	for name, service := range composition(t).Services {
		for _, port := range service.Ports {
			published[name+":"+port.Published] = port.HostIP
		}
	}
	want := []string{"api:8080", "codec-server:8082", "grafana:3000", "mail:8025", "temporal-ui:8233"}
	var got []string
	for port, address := range published {
		got = append(got, port)
		if address != "127.0.0.1" {
			t.Errorf("%s is open on %q", port, address)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("publishes %v, want %v", got, want)
	}
}

func TestComposeWaitsForWhatItNeeds(t *testing.T) {
	project := composition(t)
	for name, service := range project.Services {
		once := service.Restart == "no" // the collector has nothing in its image to look with
		if !once && service.Restart != "unless-stopped" {
			t.Errorf("%s is not started again after a crash", name)
		}
		if !once && name != "otel-collector" && (service.HealthCheck == nil || len(service.HealthCheck.Test) == 0) {
			t.Errorf("nobody looks at whether %s is well", name)
		}
		for needed, how := range service.DependsOn {
			condition := types.ServiceConditionHealthy
			if project.Services[needed].Restart == "no" {
				condition = types.ServiceConditionCompletedSuccessfully
			}
			if how.Condition != condition {
				t.Errorf("%s waits for %s by %q, want %q", name, needed, how.Condition, condition)
			}
		}
	}
}

// TestDockerTakesTheComposeFile asks the client itself, where it is installed
// with Compose.
func TestDockerTakesTheComposeFile(t *testing.T) {
	if err := exec.CommandContext(t.Context(), "docker", "compose", "version").Run(); err != nil {
		t.Skip("no docker compose here; the loader that it is made of has read the file in the other tests")
	}
	cmd := exec.CommandContext(t.Context(), "docker", "compose", "config", "--quiet")
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// TestComposeTellsTemporalWhatItReads holds the variables of Temporal's server and
// pages against the templates that their images make configuration from.
func TestComposeTellsTemporalWhatItReads(t *testing.T) {
	template := func(module, file string) string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	for service, read := range map[string]string{
		"temporal":    template("go.temporal.io/server", "common/config/config_template_embedded.yaml"),
		"temporal-ui": template("github.com/temporalio/ui-server/v2", "config/docker.yaml"),
	} {
		for variable := range composition(t).Services[service].Environment {
			if !strings.Contains(read, `env "`+variable+`"`) {
				t.Errorf("%s is given %s, which it does not read", service, variable)
			}
		}
	}
}
