# Casefile. The two commands to know: make demo, make test.
GO       ?= go
TOOL     := $(GO) tool -modfile=tools/go.mod

.PHONY: generate build
generate: ## write the Go code of the templ components
	$(TOOL) templ generate

build: ## the binary, in build/
	CGO_ENABLED=0 $(GO) build -trimpath -o build/casefile ./cmd/casefile
