package main

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

var updateGolden = flag.Bool("update", false, "write golden files anew")

// workable are settings with which serve and worker could start, in a folder of
// the test.
func workable(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		wiring.MakeSealingKey(file("sealing")), wiring.MakeSigningKey(file("signing")), wiring.MakeLinkSecret(file("links")),
		wiring.MakePayloadKey(file("payloads")),
		os.WriteFile(file("key"), []byte("rap_x\n"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{
		"RAPPORTEUR_DATABASE": "sqlite:" + file("record.db"), "RAPPORTEUR_SMTP_URL": "smtp://127.0.0.1:1025",
		"RAPPORTEUR_SEALING_KEY": file("sealing"), "RAPPORTEUR_SIGNING_KEY": file("signing"), "RAPPORTEUR_LINK_SECRET_FILE": file("links"),
		"RAPPORTEUR_KEY_FILE": file("key"), "RAPPORTEUR_PAYLOAD_KEY": file("payloads"),
	}
}

// faultsIn parses a command in exactly this environment of the product.
func faultsIn(t *testing.T, environment map[string]string, args ...string) []wiring.Fault {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "RAPPORTEUR_") {
			t.Setenv(name, "") // so that it is put back
			_ = os.Unsetenv(name)
		}
	}
	for name, value := range environment {
		t.Setenv(name, value)
	}
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	_, faults, err := wiring.Parse(parser, args)
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

func TestWorkableSettingsHaveNoFaults(t *testing.T) {
	for _, command := range [][]string{{"serve"}, {"worker"}, {"migrate"}, {"reseal"}, {"cycle", "list"}, {"health"}, {"link", "--role=administrator"}, {"key", "list"}, {"version"}} {
		t.Run(strings.Join(command, " "), func(t *testing.T) {
			if faults := faultsIn(t, workable(t), command...); len(faults) > 0 {
				t.Errorf("found %+v", faults)
			}
		})
	}
}

// faultCase is one setting that cannot be worked with.
type faultCase struct {
	command string // serve where empty
	set     map[string]string
	unset   []string
	key     string   // of the fault
	says    string   // part of what is wrong
	args    []string // after the command
}

// faultCases has at least one case for every variable of the program.
func faultCases(t *testing.T, dir string) map[string]faultCase {
	t.Helper()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	absent := filepath.Join(dir, "absent")
	with := func(pairs ...string) map[string]string {
		set := map[string]string{}
		for n := 0; n < len(pairs); n += 2 {
			set[pairs[n]] = pairs[n+1]
		}
		return set
	}
	issuer := func(pairs ...string) map[string]string {
		set := with("RAPPORTEUR_OIDC_ISSUER", "https://idp.example", "RAPPORTEUR_OIDC_CLIENT_ID", "id", "RAPPORTEUR_OIDC_ROLE", "secretariat=staff")
		maps.Copy(set, with(pairs...))
		return set
	}
	bad := file("bad-instrument.yaml", "id: [")
	cases := map[string]faultCase{
		"no database":         {unset: []string{"RAPPORTEUR_DATABASE"}, key: "RAPPORTEUR_DATABASE", says: "is not set"},
		"database's scheme":   {set: with("RAPPORTEUR_DATABASE", "mysql://u:hunter2@h/d"), key: "RAPPORTEUR_DATABASE", says: "no database URL"},
		"database's address":  {set: with("RAPPORTEUR_DATABASE", "postgres://u:hunter2@h:x/d"), key: "RAPPORTEUR_DATABASE", says: "no database URL"},
		"database twice":      {set: with("RAPPORTEUR_DATABASE_FILE", file("url", "sqlite:a.db")), key: "RAPPORTEUR_DATABASE_FILE", says: "too"},
		"database's file":     {set: with("RAPPORTEUR_DATABASE_FILE", absent), unset: []string{"RAPPORTEUR_DATABASE"}, key: "RAPPORTEUR_DATABASE_FILE", says: "no such file"},
		"empty file":          {set: with("RAPPORTEUR_DATABASE_FILE", file("empty", "\n")), unset: []string{"RAPPORTEUR_DATABASE"}, key: "RAPPORTEUR_DATABASE_FILE", says: "nothing in it"},
		"bad URL in file":     {set: with("RAPPORTEUR_DATABASE_FILE", file("mysql", "mysql://u:hunter2@h/d")), unset: []string{"RAPPORTEUR_DATABASE"}, key: "RAPPORTEUR_DATABASE_FILE", says: "no database URL"},
		"Temporal's address":  {set: with("RAPPORTEUR_TEMPORAL_ADDRESS", "temporal"), key: "RAPPORTEUR_TEMPORAL_ADDRESS", says: "no address"},
		"Temporal's scheme":   {command: "worker", set: with("RAPPORTEUR_TEMPORAL_ADDRESS", "http://temporal:7233"), key: "RAPPORTEUR_TEMPORAL_ADDRESS", says: "no address"},
		"namespace":           {set: with("RAPPORTEUR_TEMPORAL_NAMESPACE", ""), key: "RAPPORTEUR_TEMPORAL_NAMESPACE", says: "no name"},
		"Temporal's pages":    {set: with("RAPPORTEUR_TEMPORAL_UI", "temporal:8080"), key: "RAPPORTEUR_TEMPORAL_UI", says: "no address"},
		"no relay":            {command: "worker", unset: []string{"RAPPORTEUR_SMTP_URL"}, key: "RAPPORTEUR_SMTP_URL", says: "is not set"},
		"relay's scheme":      {set: with("RAPPORTEUR_SMTP_URL", "http://u:hunter2@h:25"), key: "RAPPORTEUR_SMTP_URL", says: "no address"},
		"relay's port":        {set: with("RAPPORTEUR_SMTP_URL", "smtp://u:hunter2@h:99999"), key: "RAPPORTEUR_SMTP_URL", says: "no address"},
		"relay twice":         {set: with("RAPPORTEUR_SMTP_URL_FILE", file("smtp", "smtp://h:25")), key: "RAPPORTEUR_SMTP_URL_FILE", says: "too"},
		"relay's file":        {command: "worker", set: with("RAPPORTEUR_SMTP_URL_FILE", dir), unset: []string{"RAPPORTEUR_SMTP_URL"}, key: "RAPPORTEUR_SMTP_URL_FILE", says: "directory"},
		"sender":              {set: with("RAPPORTEUR_MAIL_FROM", "the Secretariat"), key: "RAPPORTEUR_MAIL_FROM", says: "no sender"},
		"time of a mail":      {set: with("RAPPORTEUR_SMTP_TIMEOUT", "0s"), key: "RAPPORTEUR_SMTP_TIMEOUT", says: "longer than nothing"},
		"unit of time":        {set: with("RAPPORTEUR_SMTP_TIMEOUT", "30"), key: "RAPPORTEUR_SMTP_TIMEOUT", says: "cannot be read"},
		"base URL":            {set: with("RAPPORTEUR_BASE_URL", "rapporteur.example"), key: "RAPPORTEUR_BASE_URL", says: "no address"},
		"base URL of a link":  {command: "link", args: []string{"--role=secretariat"}, set: with("RAPPORTEUR_BASE_URL", "ftp://h"), key: "RAPPORTEUR_BASE_URL", says: "no address"},
		"no sealing key":      {command: "reseal", unset: []string{"RAPPORTEUR_SEALING_KEY"}, key: "RAPPORTEUR_SEALING_KEY", says: "is not set"},
		"length of a key":     {set: with("RAPPORTEUR_SEALING_KEY", file("short", "aHVudGVyMg==")), key: "RAPPORTEUR_SEALING_KEY", says: "no such key"},
		"absent key":          {set: with("RAPPORTEUR_SEALING_KEY", absent), key: "RAPPORTEUR_SEALING_KEY", says: "no such file"},
		"key named twice":     {set: with("RAPPORTEUR_SEALING_KEY", absent+","+absent), key: "RAPPORTEUR_SEALING_KEY", says: "twice"},
		"no signing key":      {unset: []string{"RAPPORTEUR_SIGNING_KEY"}, key: "RAPPORTEUR_SIGNING_KEY", says: "is not set"},
		"kind of a key":       {set: with("RAPPORTEUR_SIGNING_KEY", file("kind", "hunter2")), key: "RAPPORTEUR_SIGNING_KEY", says: "no such key"},
		"secret for links":    {set: with("RAPPORTEUR_LINK_SECRET_FILE", file("links-short", "hunter2")), key: "RAPPORTEUR_LINK_SECRET_FILE", says: "no such key"},
		"links that last":     {set: with("RAPPORTEUR_SIGN_IN_LINK_FOR", "10000h"), key: "RAPPORTEUR_SIGN_IN_LINK_FOR", says: "too long"},
		"links without end":   {set: with("RAPPORTEUR_SIGN_IN_LINK_FOR", "0s"), key: "RAPPORTEUR_SIGN_IN_LINK_FOR", says: "not at all"},
		"issuer":              {set: issuer("RAPPORTEUR_OIDC_ISSUER", "http://idp.example"), key: "RAPPORTEUR_OIDC_ISSUER", says: "no address"},
		"client of no issuer": {set: with("RAPPORTEUR_OIDC_CLIENT_ID", "x"), key: "RAPPORTEUR_OIDC_CLIENT_ID", says: "no provider"},
		"no client":           {set: issuer("RAPPORTEUR_OIDC_CLIENT_ID", ""), key: "RAPPORTEUR_OIDC_CLIENT_ID", says: "is not set"},
		"client's secret":     {set: issuer("RAPPORTEUR_OIDC_CLIENT_SECRET_FILE", absent), key: "RAPPORTEUR_OIDC_CLIENT_SECRET_FILE", says: "no such file"},
		"claim":               {set: issuer("RAPPORTEUR_OIDC_CLAIM", ""), key: "RAPPORTEUR_OIDC_CLAIM", says: "is not set"},
		"role":                {set: issuer("RAPPORTEUR_OIDC_ROLE", "boss=x"), key: "RAPPORTEUR_OIDC_ROLE", says: "nobody can be"},
		"no role":             {set: issuer("RAPPORTEUR_OIDC_ROLE", ""), key: "RAPPORTEUR_OIDC_ROLE", says: "nobody could sign in"},
		"value twice":         {set: issuer("RAPPORTEUR_OIDC_OFFICE", "OLA=staff"), key: "RAPPORTEUR_OIDC_OFFICE", says: "second role"},
		"office":              {set: issuer("RAPPORTEUR_OIDC_OFFICE", "OLA"), key: "RAPPORTEUR_OIDC_OFFICE", says: "no pair"},
		"proxy's field":       {set: with("RAPPORTEUR_CLIENT_ADDRESS_HEADER", "X Forwarded"), key: "RAPPORTEUR_CLIENT_ADDRESS_HEADER", says: "no name"},
		"place of files":      {set: with("RAPPORTEUR_ATTACHMENTS", "ftp://h/x"), key: "RAPPORTEUR_ATTACHMENTS", says: "no place"},
		"bucket":              {set: with("RAPPORTEUR_ATTACHMENTS", "s3://b?nonsense=1"), key: "RAPPORTEUR_ATTACHMENTS", says: "no place"},
		"folder":              {set: with("RAPPORTEUR_INSTRUMENTS", absent), key: "RAPPORTEUR_INSTRUMENTS", says: "cannot be read"},
		"instruments":         {set: with("RAPPORTEUR_INSTRUMENTS", filepath.Dir(bad)), key: "RAPPORTEUR_INSTRUMENTS", says: "bad-instrument.yaml"},
		"figures":             {set: with("RAPPORTEUR_GLOTIP", absent), key: "RAPPORTEUR_GLOTIP", says: "cannot be read"},
		"loopback":            {set: with("RAPPORTEUR_WEBHOOK_LOOPBACK", "perhaps"), key: "RAPPORTEUR_WEBHOOK_LOOPBACK", says: "cannot be read"},
		"listen":              {set: with("RAPPORTEUR_LISTEN", "8080"), key: "RAPPORTEUR_LISTEN", says: "no address"},
		"level":               {set: with("RAPPORTEUR_LOG_LEVEL", "loud"), key: "RAPPORTEUR_LOG_LEVEL", says: "cannot be read"},
		"reads":               {set: with("RAPPORTEUR_READS_PER_SECOND", "-1"), key: "RAPPORTEUR_READS_PER_SECOND", says: "no rate"},
		"writes":              {set: with("RAPPORTEUR_WRITES_PER_SECOND", "NaN"), key: "RAPPORTEUR_WRITES_PER_SECOND", says: "no rate"},
		"strangers":           {set: with("RAPPORTEUR_STRANGERS_PER_SECOND", "many"), key: "RAPPORTEUR_STRANGERS_PER_SECOND", says: "cannot be read"},
		"requests at once":    {set: with("RAPPORTEUR_MAX_REQUESTS", "0"), key: "RAPPORTEUR_MAX_REQUESTS", says: "nobody"},
		"wait":                {command: "worker", set: with("RAPPORTEUR_WAIT", "-1s"), key: "RAPPORTEUR_WAIT", says: "longer than nothing"},
		"server":              {command: "health", set: with("RAPPORTEUR_SERVER", "localhost:8080"), key: "RAPPORTEUR_SERVER", says: "no address"},
		"no key file":         {command: "webhook list", unset: []string{"RAPPORTEUR_KEY_FILE"}, key: "RAPPORTEUR_KEY_FILE", says: "is not set"},
		"key file":            {command: "cycle list", set: with("RAPPORTEUR_KEY_FILE", absent), key: "RAPPORTEUR_KEY_FILE", says: "no such file"},
		"no payload key":      {unset: []string{"RAPPORTEUR_PAYLOAD_KEY"}, key: "RAPPORTEUR_PAYLOAD_KEY", says: "is not set"},
		"payload key":         {command: "worker", set: with("RAPPORTEUR_PAYLOAD_KEY", file("payload-short", "hunter2")), key: "RAPPORTEUR_PAYLOAD_KEY", says: "no such key"},
		"plain payloads":      {set: with("RAPPORTEUR_PLAIN_PAYLOADS", "perhaps"), key: "RAPPORTEUR_PLAIN_PAYLOADS", says: "cannot be read"},
		"nothing to open":     {command: "codec-server", set: with("RAPPORTEUR_PLAIN_PAYLOADS", "true"), unset: []string{"RAPPORTEUR_PAYLOAD_KEY"}, key: "RAPPORTEUR_PAYLOAD_KEY", says: "nothing to open"},
		"TLS":                 {set: with("RAPPORTEUR_TEMPORAL_TLS", "perhaps"), key: "RAPPORTEUR_TEMPORAL_TLS", says: "cannot be read"},
		"authorities":         {set: with("RAPPORTEUR_TEMPORAL_TLS_CA", file("ca", "hunter2")), key: "RAPPORTEUR_TEMPORAL_TLS_CA", says: "no such key"},
		"certificate alone":   {set: with("RAPPORTEUR_TEMPORAL_TLS_CERT", file("cert", "hunter2")), key: "RAPPORTEUR_TEMPORAL_TLS_KEY", says: "is not set"},
		"private key alone":   {command: "worker", set: with("RAPPORTEUR_TEMPORAL_TLS_KEY", file("private", "hunter2")), key: "RAPPORTEUR_TEMPORAL_TLS_CERT", says: "is not set"},
		"pair":                {set: with("RAPPORTEUR_TEMPORAL_TLS_CERT", file("c", "hunter2"), "RAPPORTEUR_TEMPORAL_TLS_KEY", file("k", "hunter2")), key: "RAPPORTEUR_TEMPORAL_TLS_CERT", says: "no such key"},
		"API key":             {set: with("RAPPORTEUR_TEMPORAL_API_KEY_FILE", absent), key: "RAPPORTEUR_TEMPORAL_API_KEY_FILE", says: "no such file"},
		"origin":              {command: "codec-server", set: with("RAPPORTEUR_CODEC_ORIGIN", "https://Temporal.example/"), key: "RAPPORTEUR_CODEC_ORIGIN", says: "no origin"},
		"audience":            {command: "codec-server", set: with("RAPPORTEUR_CODEC_AUDIENCE", "temporal"), key: "RAPPORTEUR_CODEC_AUDIENCE", says: "no provider"},
		"codec's address":     {command: "codec-server", set: with("RAPPORTEUR_CODEC_LISTEN", "8082"), key: "RAPPORTEUR_CODEC_LISTEN", says: "no address"},
		"deployment":          {command: "worker", set: with("RAPPORTEUR_DEPLOYMENT", "a.b"), key: "RAPPORTEUR_DEPLOYMENT", says: "no name"},
		"build":               {command: "doctor", set: with("RAPPORTEUR_BUILD_ID", "a build"), key: "RAPPORTEUR_BUILD_ID", says: "no id"},
		"current":             {command: "worker", set: with("RAPPORTEUR_MAKE_CURRENT", "perhaps"), key: "RAPPORTEUR_MAKE_CURRENT", says: "cannot be read"},
		"metrics":             {set: with("RAPPORTEUR_METRICS_LISTEN", "9464"), key: "RAPPORTEUR_METRICS_LISTEN", says: "no address"},
		"traces":              {command: "worker", set: with("RAPPORTEUR_TRACES", "perhaps"), key: "RAPPORTEUR_TRACES", says: "cannot be read"},
		"retention":           {command: "namespace", set: with("RAPPORTEUR_TEMPORAL_RETENTION", "0s"), key: "RAPPORTEUR_TEMPORAL_RETENTION", says: "longer than nothing"},
		"misspelt":            {set: with("RAPPORTEUR_DATABSE", "hunter2"), key: "RAPPORTEUR_DATABSE", says: "no setting"},
		"password in sight":   {args: []string{"--database=postgres://u:hunter2@h/d"}, key: "RAPPORTEUR_DATABASE", says: "command line"},
		"relay's in sight":    {args: []string{"--smtp-url", "smtp://u:hunter2@h:25"}, key: "RAPPORTEUR_SMTP_URL", says: "command line"},
		"password parameter":  {args: []string{"--database=postgres://h/d?password=hunter2"}, key: "RAPPORTEUR_DATABASE", says: "command line"},
		"URL beyond reading":  {args: []string{"--database=postgres://u:hunter2%@h/d"}, key: "RAPPORTEUR_DATABASE", says: "command line"},
	}
	return cases
}

// Every setting that cannot be worked with is found, under its key, with a remedy
// and without a secret; and nothing else is found beside it.
func TestFaults(t *testing.T) {
	for name, c := range faultCases(t, t.TempDir()) {
		t.Run(name, func(t *testing.T) {
			environment := workable(t)
			maps.Copy(environment, c.set)
			for _, name := range c.unset {
				delete(environment, name)
			}
			command := c.command
			if command == "" {
				command = "serve"
			}
			faults := faultsIn(t, environment, append(strings.Fields(command), c.args...)...)
			found := false
			for _, f := range faults {
				found = found || f.Key == c.key && strings.Contains(f.What, c.says)
				if f.Remedy == "" || strings.Contains(f.What+f.Remedy, "hunter2") {
					t.Errorf("%+v has no remedy, or tells a secret", f)
				}
				if f.Key != c.key {
					t.Errorf("%+v was found beside it", f)
				}
			}
			if !found {
				t.Errorf("found %+v, want one of %s that says %q", faults, c.key, c.says)
			}
		})
	}
}

// environmentOf are the program's variables.
func environmentOf(t *testing.T) []string {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			names = append(names, f.Envs...)
		}
		return next(nil)
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// Variables for which nothing can be wrong, each with the reason.
var faultless = map[string]string{
	"RAPPORTEUR_TEMPORAL_TLS_SERVER_NAME": "only Temporal knows the names that its certificate has",
	"RAPPORTEUR_OIDC_SCOPE":               "the provider alone knows its scopes; one that it does not know is told when somebody signs in",
}

func TestEveryVariableHasAFault(t *testing.T) {
	tried := map[string]bool{}
	for _, c := range faultCases(t, t.TempDir()) {
		tried[c.key] = true
	}
	for _, name := range environmentOf(t) {
		if !slices.Contains(wiring.Variables, name) {
			t.Errorf("%s is not among wiring.Variables: other programs would call it misspelt", name)
		}
		if !tried[name] && faultless[name] == "" {
			t.Errorf("%s has no case among the faults, and no reason why it has none", name)
		}
	}
}

// A key that serves twice is found, wherever it stands.
func TestSharedKeys(t *testing.T) {
	environment := workable(t)
	environment["RAPPORTEUR_LINK_SECRET_FILE"] = environment["RAPPORTEUR_SEALING_KEY"]
	faults := faultsIn(t, environment, "serve")
	if len(faults) != 1 || !strings.Contains(faults[0].What, "the same key") {
		t.Errorf("found %+v", faults)
	}
	environment = workable(t)
	second := environment["RAPPORTEUR_SEALING_KEY"] + "-copy"
	content, err := os.ReadFile(environment["RAPPORTEUR_SEALING_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(second, content, 0o600); err != nil {
		t.Fatal(err)
	}
	environment["RAPPORTEUR_SEALING_KEY"] += "," + second
	if faults := faultsIn(t, environment, "worker"); len(faults) != 1 || !strings.Contains(faults[0].What, "the same key") {
		t.Errorf("found %+v", faults)
	}
}

// Looking for faults leaves the command line as it is: a file that is named there
// is still read.
func TestLookingForFaultsLeavesArguments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "contacts.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	var all commands
	parser, err := kong.New(&all, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := wiring.Parse(parser, []string{"contact", "set", "state-ken", file}); err != nil {
		t.Fatal(err)
	}
	if got := all.Contact.Set.File; got != file {
		t.Errorf("the file is %q, want %q", got, file)
	}
}

// What Kubernetes sets for a service of the product's name is nobody's mistake.
func TestServiceLinksAreNoFaults(t *testing.T) {
	environment := workable(t)
	maps.Copy(environment, map[string]string{
		"RAPPORTEUR_SERVICE_HOST": "10.0.0.1", "RAPPORTEUR_SERVICE_PORT": "8080", "RAPPORTEUR_SERVICE_PORT_HTTP": "8080",
		"RAPPORTEUR_PORT": "tcp://10.0.0.1:8080", "RAPPORTEUR_PORT_8080_TCP_ADDR": "10.0.0.1", "RAPPORTEUR_WEB_PORT_80_TCP": "x",
	})
	if faults := faultsIn(t, environment, "serve"); len(faults) > 0 {
		t.Errorf("found %+v", faults)
	}
}

// process is the program itself with settings, and what it left on standard error.
func process(t *testing.T, environment map[string]string, args ...string) (stderr string, exit int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = []string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	for name, value := range environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Dir = t.TempDir()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	err := cmd.Run()
	if left, _ := filepath.Glob(filepath.Join(cmd.Dir, "*")); len(left) > 0 && exit != 0 {
		t.Errorf("it left %v", left)
	}
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return errs.String(), failed.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return errs.String(), 0
}

// The program tells all faults at once and starts nothing.
func TestFaultsAreToldAtOnce(t *testing.T) {
	told, exit := process(t, map[string]string{
		"RAPPORTEUR_DATABASE": "mysql://u:hunter2@h/d", "RAPPORTEUR_SMTP_TIMEOUT": "soon", "RAPPORTEUR_SMPT_URL": "smtp://h:25",
		"RAPPORTEUR_LISTEN": "here", "RAPPORTEUR_LOG_LEVEL": "loud", "RAPPORTEUR_OIDC_ROLE": "secretariat=x", "RAPPORTEUR_ATTACHMENTS": "file:files",
		"RAPPORTEUR_INSTRUMENTS": "/nowhere", "RAPPORTEUR_SEALING_KEY": "/nowhere/sealing",
	}, "serve", "--base-url=here")
	if exit != 2 {
		t.Errorf("exit code %d", exit)
	}
	golden := filepath.Join("testdata", "faults.txt")
	if *updateGolden {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(told), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if told != string(want) {
		t.Errorf("told\n%s\nwant\n%s", told, want)
	}
}

// No flag takes a secret itself: what is named like one names a file, and URLs that
// may hold a password are refused with it (TestFaults).
func TestNoSecretInFlags(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			checkSecretFlag(t, f)
		}
		return next(nil)
	})
}

// plain are flags that are named like secrets and hold none: those of checks are
// public keys.
var plain = []string{"idempotency-key", "key", "keys"}

func checkSecretFlag(t *testing.T, f *kong.Flag) {
	t.Helper()
	if slices.Contains(plain, f.Name) {
		return
	}
	for _, word := range []string{"secret", "password", "key", "token"} {
		if strings.Contains(f.Name, word) && f.Tag.Get("secret") != "file" {
			t.Errorf("--%s is named like a secret and is not tagged secret:\"file\"", f.Name)
		}
	}
	isPath := f.Tag.Type == "path" || f.Tag.Type == "existingfile" || strings.HasSuffix(f.Name, "-file")
	if f.Tag.Get("secret") == "file" && !isPath {
		t.Errorf("--%s takes a secret itself", f.Name)
	}
	if takesURL := strings.HasSuffix(f.Name, "-url") || f.Name == "database"; takesURL && f.Name != "base-url" && f.Tag.Get("secret") != "value" {
		t.Errorf("--%s takes a URL that may hold a password and is not tagged secret:\"value\"", f.Name)
	}
}
