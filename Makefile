# Casefile. The two commands to know: make demo, make test.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO   ?= go
TOOL := $(GO) tool -modfile=tools/go.mod
CODE := $(wildcard cmd definitions internal tests)

# The program is one file that needs no C library, and the tests compile what
# the program compiles.
export CGO_ENABLED ?= 0

# Go writes the revision into the binary (go version -m build/casefile). It asks
# git, which refuses in a folder of another owner and is not there in an archive.
STAMP := $(shell git rev-parse --verify -q HEAD >/dev/null 2>&1 && echo true || echo false)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

include assets.mk

.PHONY: deps generate build demo
deps: ## install what is missing from Debian: PostgreSQL, Chromium
	@scripts/deps

generate: ## write the Go code of the templ components
	$(TOOL) templ generate

build: ## the binary, in build/
	$(GO) build -trimpath -buildvcs=$(STAMP) -o build/casefile ./cmd/casefile

demo: assets build ## start with an invented authority, ready to look around
	build/casefile demo

.PHONY: test soak trace
test: deps assets build ## everything, on both engines and in a browser; keeps its output in build/
	@scripts/run-tests

soak: deps assets build ## the tests with their full counts: long
	@CASEFILE_SOAK=1 scripts/run-tests

trace: ## write into docs/requirements.md what the last make test showed
	$(GO) run ./internal/clause/trace -from build/trace -page docs/requirements.md

.PHONY: check format vet staticcheck modules generated house third-party third-party-check scripts-check lockfile
check: format vet staticcheck modules generated house third-party-check scripts-check lockfile assets-test ## what is asked of every commit, short of the tests

format: ## list the files that gofumpt would change
	@changed=$$($(TOOL) gofumpt -l $(CODE)); \
	[ -z "$$changed" ] || { echo "not in gofumpt's format; run: $(TOOL) gofumpt -w $(CODE)"; echo "$$changed"; exit 1; }

# The browser tests have a build tag; with it set, nothing is left out.
vet: ## go vet
	$(GO) vet -tags e2e ./...

staticcheck: ## staticcheck
	$(TOOL) staticcheck -tags e2e ./...

modules: ## the modules are what go.sum says, and go.mod says no more than it must
	$(GO) mod verify
	$(GO) mod tidy -diff

generated: ## the committed Go of the components is what templ makes of them
	@scripts/check-generated $(TOOL) templ generate

house: ## imports, interfaces, file lengths, practice in code, links
	$(GO) test ./internal/house/... ./internal/clause/...

third-party: ## write docs/third-party.md
	$(GO) run ./internal/house/thirdparty

third-party-check: ## every licence is known, and docs/third-party.md is up to date
	$(GO) run ./internal/house/thirdparty -check

scripts-check: ## the shell scripts parse
	@for f in scripts/* .ci/run; do bash -n "$$f"; done

lockfile: ## package-lock.json names no registry
	@! grep -n '"resolved"' package-lock.json || { echo "package-lock.json: take the resolved lines out; npm finds the registry by itself"; exit 1; }

.PHONY: clean
clean: assets-clean ## remove what was built, not what was downloaded
	rm -rf build
