# Everything that people and CI do to this repository. `make` lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Tools are pinned here and installed into .bin, never into the user's GOBIN.
BIN := $(CURDIR)/.bin
GOLANGCI_VERSION := v2.8.0
GOLANGCI := $(BIN)/golangci-lint-$(GOLANGCI_VERSION)

GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

# What `make generate` writes into; `make checkgenerate` watches these folders.
GENERATED := graph/generated graph/model resolvers/system docs/reference examples/shop/shippingpb examples/loyalty/points

# Tests, vet and linters compile everything with the race detector, so that each package is compiled once for all of them.
RACE := CGO_ENABLED=1 GOFLAGS='$(strip $(GOFLAGS) -race -trimpath)'
# What build, the generators and tests without the race detector share.
STATIC := CGO_ENABLED=0 GOFLAGS='$(strip $(GOFLAGS) -trimpath)'

# Budgets of memory and time cannot be kept with the race detector, which allocates and takes its time, and floods take it minutes: tests
# with these words in their names run without it, and whole, in the packages that have such.
BUDGETS := Abusive|Allocat|IsFast|InNoTime|ItsBytes|NextToNothing|Reloads|Thousand
BUDGETED := ./datasources/grpc ./datasources/soap ./graph/table/json ./server ./server/abuse ./server/ratelimit

FUZZTIME ?= 20s
BENCH ?= .

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: build ## Build and run the demo: a graph over real services (ARGS="--latency 20ms")
	@exec $(BIN)/weft demo $(ARGS)

.PHONY: build
build: ## Build the static binary .bin/weft
	$(STATIC) $(GO) build -ldflags '$(LDFLAGS)' -o $(BIN)/weft ./cmd/weft

.PHONY: test
test: deps ## Vet, and run all tests with the race detector
	$(RACE) $(GO) test -vet all -timeout 15m ./...
	cd bench && $(STATIC) $(GO) test -vet all ./...
	cd server/interop && $(STATIC) $(GO) test -vet all ./...
	cd server/identity/interop && $(STATIC) $(GO) test -vet all ./...
	$(STATIC) $(GO) test -vet off -p 1 -run '$(BUDGETS)' $(BUDGETED)

.PHONY: race
race: deps ## Run all tests ten times with the race detector and shuffled, to find flakes
	$(RACE) $(GO) test -timeout 30m -count 10 -shuffle on ./...

.PHONY: fuzz
fuzz: ## Run every fuzz target in turn for FUZZTIME each (20s)
	@{ grep -rHoE '^func Fuzz[A-Za-z0-9_]*' --include='*_test.go' . || true; } | sort | \
	while IFS=: read -r file func; do \
	  target=$${func#func }; \
	  echo "== $$(dirname "$$file") $$target"; \
	  $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" </dev/null; \
	done

.PHONY: bench
bench: build ## Compare with other gateways, and print tables (ARGS="-scenarios nested")
	@GO=$(GO) exec bench/run $(ARGS)

.PHONY: benchmarks
benchmarks: ## Run the benchmarks that match BENCH (all), without tests
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: lint
lint: deps tools ## Check formatting and run the linters
	$(GOLANGCI) fmt --diff
	$(RACE) $(GOLANGCI) run
	cd bench && $(RACE) $(GOLANGCI) run --config $(CURDIR)/.golangci.yml --disable gomoddirectives # it replaces weft by this checkout

.PHONY: lintinterop
lintinterop: deps tools ## Run the linters over server/interop; apart, since they read all of etcd for it
	cd server/interop && $(RACE) $(GOLANGCI) run --config $(CURDIR)/.golangci.yml

.PHONY: format
format: tools ## Format the code as lint wants it
	$(GOLANGCI) fmt

.PHONY: generate
generate: ## Run the code generators
	$(STATIC) $(GO) generate ./...

# Compares contents rather than asking git, so it also works amid uncommitted work.
.PHONY: checkgenerate
checkgenerate: ## Fail if generated files are not what the generators write
	@contents() { find $(GENERATED) -type f -exec sha256sum {} + 2>/dev/null | sort -k 2 || true; }; \
	before=$$(contents); \
	$(MAKE) generate; \
	if ! diff <(echo "$$before") <(contents); then \
	  git --no-pager diff -- $(GENERATED); \
	  echo "run 'make generate' and commit what it changes"; \
	  exit 1; \
	fi

# The playground's assets are built by npm and committed, so that Go alone builds Weft.
WEB := server/playground/web

.PHONY: web
web: ## Build the playground's assets (needs Node.js)
	cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error && npm run build

.PHONY: checkweb
checkweb: ## Fail if the committed assets are not what the sources build (skipped without Node.js)
	@if ! command -v npm >/dev/null; then echo "no npm: the playground's assets are not checked"; exit 0; fi; \
	contents() { find server/playground/dist -type f -exec sha256sum {} + | sort -k 2; }; \
	before=$$(contents); \
	$(MAKE) web; \
	(cd $(WEB) && npm test); \
	if ! diff <(echo "$$before") <(contents); then \
	  echo "run 'make web' and commit what it changes"; \
	  exit 1; \
	fi

.PHONY: docs
docs: generate ## Write the reference pages from the code and SDL that define them

.PHONY: clean
clean: ## Remove what the other targets built, tools included
	rm -rf $(BIN)

.PHONY: tools
tools: $(GOLANGCI) ## Install the pinned tools into .bin

# The version is part of the name, so a new pin is a missing file.
$(GOLANGCI):
	@mkdir -p $(BIN)
	GOBIN=$(BIN) GOFLAGS= $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv $(BIN)/golangci-lint $@

# The race detector needs a C compiler, the tests of the pages a browser, those
# of other clients and servers Node.js and PHP. A bare Debian machine gets them; elsewhere the
# go command says that the compiler is missing, and tests that need the others
# are skipped.
.PHONY: deps
deps:
	@missing=(); \
	command -v cc >/dev/null || missing+=(gcc libc6-dev); \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium); \
	command -v npm >/dev/null || missing+=(nodejs npm); \
	php -r 'exit(class_exists("SoapServer") ? 0 : 1);' 2>/dev/null || missing+=(php-cli php-soap); \
	if (( $${#missing[@]} )) && command -v apt-get >/dev/null && [[ $$(id -u) == 0 ]]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}"; \
	fi
