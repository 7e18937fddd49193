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
.PHONY: histories release reproducible sbom vulnerabilities help build test check format lint vet workflowcheck race fmt golden bench screenshots secrets clean

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
	@for name in postgres-password temporal-password rapporteur-password link-secret grafana-password; do \
		test -s secrets/$$name || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > secrets/$$name; \
	done
	@test -s secrets/database-url || printf 'postgres://rapporteur:%s@postgresql:5432/rapporteur?sslmode=disable' \
		"$$(cat secrets/rapporteur-password)" > secrets/database-url
	@test -s secrets/smtp-url || printf 'smtp://mail:1025' > secrets/smtp-url
	@test -s secrets/signing-key || { echo '-----BEGIN PRIVATE KEY-----'; \
		{ printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'; head -c 32 /dev/urandom; } | base64; \
		echo '-----END PRIVATE KEY-----'; } > secrets/signing-key
	@test -s secrets/sealing-key || head -c 32 /dev/urandom | base64 > secrets/sealing-key
	@test -s secrets/payload-key || head -c 32 /dev/urandom | base64 > secrets/payload-key
	@chmod 644 secrets/*

# The same sources give the same bytes, wherever and whenever they are built: no
# paths, no repository, no ids, no C compiler.
ifndef VERSION
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
endif
RELEASE_LDFLAGS := -s -w -buildid= -X github.com/rapporteur/rapporteur/cmd/internal/wiring.release=$(VERSION)
RELEASE := CGO_ENABLED=0 GOFLAGS= $(GO) build -trimpath -buildvcs=false -ldflags='$(RELEASE_LDFLAGS)'

# What is in a program, for whoever has to know what of it is vulnerable
# (CycloneDX), read from the program itself. No time and no serial number: the same
# bytes, the same list.
SBOM := bin/cyclonedx-gomod bin -json -std -noserial -notimestamp -output-version 1.6 -version $(VERSION)

release: $(TOOLS) ## Build the static binaries of the production command into dist/, with SBOMs and checksums
	rm -rf dist && mkdir -p dist
	for arch in amd64 arm64; do \
		name=dist/rapporteur-$(VERSION)-linux-$$arch && \
		GOOS=linux GOARCH=$$arch $(RELEASE) -o $$name ./cmd/rapporteur && \
		$(SBOM) -output $$name.cdx.json $$name || exit 1; \
	done
	cd dist && sha256sum rapporteur-* > SHA256SUMS && cat SHA256SUMS

sbom: $(TOOLS) ## Write the software bill of materials of the production command into dist/
	mkdir -p dist
	$(RELEASE) -o dist/rapporteur ./cmd/rapporteur
	$(SBOM) -output dist/rapporteur.cdx.json dist/rapporteur

# Everything is compiled twice, the second time from another folder and with an
# empty cache: it takes some minutes.
reproducible: ## Build the production command twice, from two folders, and compare the bytes
	@to=$$(mktemp -d) && trap 'chmod -R u+w "$$to"; rm -rf "$$to"' EXIT && \
	mkdir -p "$$to/somewhere/else" && git ls-files -z | xargs -0 cp --parents -t "$$to/somewhere/else" && \
	$(RELEASE) -o "$$to/here" ./cmd/rapporteur && \
	(cd "$$to/somewhere/else" && GOCACHE="$$to/cache" $(RELEASE) -o "$$to/there" ./cmd/rapporteur) && \
	sha256sum "$$to/here" "$$to/there" && cmp "$$to/here" "$$to/there" && echo "the same bytes"

# Where that address cannot be reached: cmd/indexdb of golang.org/x/vulndb makes a
# folder from its data/osv, and VULNDB=file:///FOLDER reads it.
VULNDB ?= https://vuln.go.dev

vulnerabilities: $(TOOLS) ## Look for known vulnerabilities that the code reaches (needs vuln.go.dev, or VULNDB=file:///FOLDER)
	@status=0; bin/govulncheck -db '$(VULNDB)' ./... || status=$$?; \
	if [ $$status -eq 1 ]; then \
		echo "NOTHING WAS CHECKED. Where $(VULNDB) cannot be reached, name a copy: make $@ VULNDB=file:///FOLDER" >&2; \
	fi; \
	exit $$status

clean: ## Remove what was built
	rm -rf bin dist out

$(TOOLS): internal/tools/go.mod internal/tools/go.sum
	$(GO) build -C internal/tools -o ../../bin/ tool
	@touch $@
