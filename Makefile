# Kilter. `make` alone shows what there is; each target's help stands behind its ##.

GO        ?= go
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS   := -s -w -X kilter/internal/app.Version=$(VERSION)
LISTEN    ?= 127.0.0.1:8080
SIZE      ?= S
DB        ?= sqlite:tmp/demo.db
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64

.PHONY: help build run test quick race lint golden bench fmt generate assets release clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## the static binary, bin/kilter (no network once the modules are there)
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/kilter .

run: build ## build, fill the demo city on SQLite in tmp/ and serve it on http://127.0.0.1:8080
	@mkdir -p tmp
	@echo "Kilter with the demo city: http://$(LISTEN)   (Ctrl-C stops it; LISTEN=HOST:PORT, SIZE=S|M|L, DB=... change it)"
	@exec bin/kilter demo --size $(SIZE) --db $(DB) --listen $(LISTEN)

test: ## everything: vet, lint, rules of the house, units, both databases, scripts, browser (CI runs this)
	@exec script/test

quick: ## the inner loop: vet and tests on SQLite only, no browser
	$(GO) vet ./...
	KILTER_TEST_POSTGRES= $(GO) run ./internal/tools/testsum -- -short ./...

race: ## the quick tests under the race detector, on SQLite only (needs a C compiler)
	KILTER_TEST_POSTGRES= CGO_ENABLED=1 $(GO) run ./internal/tools/testsum -- -race -short -vet=off ./...

lint: ## golangci-lint at the version in script/golangci-lint.version, settings in .golangci.yaml
	@exec script/lint

golden: ## rewrite the golden files; git diff then shows what changed
	@exec script/golden

bench: ## measure into bench/new.txt, compare with bench/old.txt
	@exec script/bench

fmt: ## gofumpt and goimports on Go, templ fmt on templates
	@exec script/lint fmt
	@if git ls-files '*.templ' | grep -q .; then $(GO) tool templ fmt internal/web; fi

generate: ## write *_templ.go from the templates (committed)
	$(GO) tool templ generate -path internal/web

assets: ## bundle the browser islands from web-assets/ into internal/web/static (committed; needs npm)
	@exec script/assets

release: ## make release V=1.4.0: test, cross-compile into dist/ with checksums and licences (PLATFORMS="linux/amd64", TESTED=COMMIT)
	@exec script/release '$(V)' '$(PLATFORMS)'

clean: ## remove what was built; the demo database stays in tmp/
	rm -rf bin dist
