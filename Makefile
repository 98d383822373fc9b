# Every target works on a fresh machine with Go and make; what needs more says so.
TAGS := urfave_cli_no_docs,urfave_cli_no_suggest,nethttpomithttp2
export CGO_ENABLED := 0

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## bin/karikagi, static and stripped
	go build -trimpath -buildvcs=auto -tags $(TAGS) -ldflags "-s -w" -o bin/karikagi ./cli

# SAM's makefile builder calls this for the function of template.yaml, with
# ARTIFACTS_DIR set. lambda.norpc leaves out a protocol of a retired runtime.
# SAM says nothing of the architecture that the template asks for, so it is read
# there, unless GOARCH is given on make's own command line.
template_architecture = $(shell sed 's/\#.*//' template.yaml | grep -A1 '^ *Architectures:' | grep -oE 'arm64|x86_64' | sort -u)
goarch_of_arm64 := arm64
goarch_of_x86_64 := amd64
function_goarch = $(if $(filter command%,$(origin GOARCH)),$(GOARCH),$(or $(goarch_of_$(template_architecture)),$(error template.yaml: want Architectures with either arm64 or x86_64)))

.PHONY: build-KarikagiFunction
build-KarikagiFunction:
	GOOS=linux GOARCH=$(function_goarch) go build -trimpath -buildvcs=auto -tags lambda.norpc,nethttpomithttp2 -ldflags "-s -w" -o $(ARTIFACTS_DIR)/bootstrap ./lambda
	cp lambda/grants.yaml $(ARTIFACTS_DIR)/grants.yaml

.PHONY: demo
demo: build ## the main job, in the sandbox, with commentary
	@PATH="$(CURDIR)/bin:$$PATH" bin/karikagi sandbox --grants lambda/grants.yaml -- sh docs/demo.sh

.PHONY: test
test: ## all tests
	go test -timeout 20m -tags $(TAGS) ./...

.PHONY: conformance
conformance: build ## beside moto, the AWS CLI, boto3, the JavaScript SDK and SAM (installs them into .build: needs Python 3 and npm)
	sh conformance/environments.sh
	$(MAKE) build-KarikagiFunction GOARCH=amd64 ARTIFACTS_DIR=.build/function-amd64
	$(MAKE) build-KarikagiFunction GOARCH=arm64 ARTIFACTS_DIR=.build/function-arm64
	go test -count=1 -timeout 15m -tags $(TAGS),conformance ./conformance

.PHONY: race
race: ## the race detector (needs a C compiler), without the transcripts that only start one short process after another
	CGO_ENABLED=1 go test -timeout 20m -race -tags $(TAGS) ./internal/... ./lambda ./bench ./release ./soak
	CGO_ENABLED=1 go test -timeout 20m -race -tags $(TAGS) ./cli -run 'Endpoint|Serve|Exec|Supervis|Keeper|TestScripts/(exec|serve|cache|interrupt|vending|claim|sandbox)$$'

.PHONY: cover
cover: ## all tests, and which lines they reach, in .build/cover.out
	@mkdir -p .build
	go test -timeout 20m -tags $(TAGS) -coverpkg=./cli/...,./internal/... -coverprofile=.build/cover.out ./...
	go tool cover -func=.build/cover.out | tail -1

.PHONY: golden
golden: ## rewrite what the transcripts expect
	UPDATE=1 go test -tags $(TAGS) ./cli

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (30s)
	@sh .ci/fuzz $(or $(FUZZTIME),30s)

.PHONY: corpus
corpus: ## keep what the fuzzer found and go test does not reach yet, in testdata/fuzz
	go run ./bench/corpus

.PHONY: bench
bench: build ## speed, memory and size beside others, as ratios (needs Python 3 with boto3 for those rows)
	go run ./bench -karikagi bin/karikagi

.PHONY: soak
soak: build ## the function and serve under load for SOAKTIME (60s) each, with STS in every temper, every answer judged
	go run ./soak -karikagi bin/karikagi -time $(or $(SOAKTIME),60s) $(if $(OUT),-out $(OUT))

.PHONY: size
size: build ## refuse a binary over 12 MB
	go run ./bench -karikagi bin/karikagi -check-size

.PHONY: dist
dist: ## what a release has, from the work tree as it is, in dist/
	go run ./release -out dist $(if $(VERSION),-version $(VERSION))

.PHONY: release
release: ## refuse VERSION, or make its release in dist/ from the commit alone
	go run ./release -out dist -check -version "$(VERSION)"

.PHONY: diagrams
diagrams: ## draw the diagrams of the documents anew
	go run ./docs/diagrams

.PHONY: fmt
fmt: ## format the code
	gofmt -w $$(git ls-files '*.go')

.PHONY: lint
lint: ## vet, format and golangci-lint
	go vet -tags $(TAGS),conformance ./...
	go vet -tags $(TAGS),manual ./cli
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "make fmt would change: $$out"; exit 1; }
	golangci-lint run

.PHONY: tidy
tidy: ## refuse a go.mod that does not say what the code needs
	go mod tidy -diff

.PHONY: check
check: tidy lint test ## what every change must pass

.PHONY: clean
clean: ## remove what was built
	rm -rf bin dist .build
