# Rapporteur's workshop. "make" explains itself; "make test" needs Go and
# nothing else.

GO ?= go

# The slowest package carries Temporal's server and lets whole years pass.
# Packages run one per core, which is go test's own choice and fits: the largest
# link takes about 2 GiB.
TEST_TIMEOUT ?= 15m

# Where the race detector earns its time: state shared between goroutines. None
# of these imports Temporal's server, whose instrumented build takes longer than
# all the tests.
RACE := . ./store/... ./api/... ./access/... ./notify/... ./activities/... ./engine/... ./worker/...

# Built from internal/tools, in the versions that its go.mod names.
TOOLS := bin/.tools
LINT := bin/golangci-lint

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: histories help build test check format lint vet workflowcheck race fmt golden bench screenshots secrets clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "; printf "usage: make TARGET\n\n"} \
		/^[a-z]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

build: ## Build the commands into bin/
	$(GO) build -trimpath -o bin/ ./cmd/...

# go test is silent about a skip in a package that passes, so the skips that
# come from something not installed are collected and told at the end.
test: ## Run every test (SQLite and the embedded engine; PostgreSQL, Chromium, LibreOffice where installed)
	@skips=$$(mktemp) && trap 'rm -f "$$skips"' EXIT && status=0; \
	RAPPORTEUR_SKIPS=$$skips $(GO) test -timeout $(TEST_TIMEOUT) $(TESTFLAGS) ./... || status=$$?; \
	if [ -s "$$skips" ]; then \
		printf '\n%s\n' "NOT COVERED by this run, because something is not installed:"; \
		sort -u "$$skips" | sed 's/^/  /'; \
		printf '%s\n' "RAPPORTEUR_REQUIRE=1 makes each of these a failure."; \
	fi; \
	exit $$status

check: format lint vet workflowcheck race ## Check format, lint, vet, workflows for determinism, and tests with the race detector

format: $(TOOLS) ## Check the format of Go files, changing nothing
	$(LINT) fmt --diff

lint: $(TOOLS) ## Run the linters of .golangci.yml
	$(LINT) run ./...

vet: ## Run go vet
	$(GO) vet ./...

workflowcheck: $(TOOLS) ## Check that workflows are deterministic
	bin/workflowcheck ./workflows/...

race: ## Run the tests with the race detector where goroutines share state (needs a C compiler)
	$(GO) test -race -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $(RACE)

fmt: $(TOOLS) ## Format Go files
	$(LINT) fmt

golden: ## Write golden files anew; read the diff before you commit it
	@packages=$$(grep -rlE 'flag\.Bool\("update"' --include='*_test.go' . | xargs -n 1 dirname | grep -v endtoend | sort -u); \
	test -n "$$packages" || { echo "no package has golden files" >&2; exit 1; }; \
	set -x; $(GO) test -count=1 -timeout $(TEST_TIMEOUT) $$packages -update

# Histories of a released version are never written anew: they are what the next
# version must replay.
histories: ## Record the golden histories of the version under work on the embedded engine
	$(GO) test -count=1 -timeout $(TEST_TIMEOUT) ./workflows/endtoend -run 'TestYear|TestEndings|TestMissionsOf2018|TestOccasions|TestIntakes|TestReminders|TestUpgradeInMidYear' -update

BENCH ?= .
bench: ## Run the benchmarks (BENCH=pattern to choose)
	@packages=$$(grep -rlE '^func Benchmark' --include='*_test.go' . | xargs -n 1 dirname | sort -u); \
	test -n "$$packages" || { echo "no package has benchmarks" >&2; exit 1; }; \
	set -x; $(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 30m $$packages

screenshots: ## Take the pictures of the documents anew into docs/pictures (needs Chromium)
	RAPPORTEUR_REQUIRE=1 RAPPORTEUR_SCREENSHOTS=$(CURDIR)/docs/pictures $(GO) test -count=1 -run TestScreenshots ./web/...

# The folder keeps others out; the files in it must be readable for the accounts
# that the containers run as.
# An Ed25519 key in PKCS #8 (RFC 8410) is a prefix of 16 bytes and 32 random ones.
secrets: ## Make the passwords, keys and secrets that docker-compose.yml reads from secrets/, where missing
	@mkdir -p secrets && chmod 700 secrets && echo '*' > secrets/.gitignore
	@for name in postgres-password temporal-password rapporteur-password link-secret; do \
		test -s secrets/$$name || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > secrets/$$name; \
	done
	@test -s secrets/database-url || printf 'postgres://rapporteur:%s@postgresql:5432/rapporteur?sslmode=disable' \
		"$$(cat secrets/rapporteur-password)" > secrets/database-url
	@test -s secrets/smtp-url || printf 'smtp://mail:1025' > secrets/smtp-url
	@test -s secrets/signing-key || { echo '-----BEGIN PRIVATE KEY-----'; \
		{ printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'; head -c 32 /dev/urandom; } | base64; \
		echo '-----END PRIVATE KEY-----'; } > secrets/signing-key
	@test -s secrets/sealing-key || head -c 32 /dev/urandom | base64 > secrets/sealing-key
	@chmod 644 secrets/*

clean: ## Remove what was built
	rm -rf bin out

$(TOOLS): internal/tools/go.mod internal/tools/go.sum
	$(GO) build -C internal/tools -o ../../bin/ tool
	@touch $@
