# Short targets for what one does every day; `make help` lists them. The work itself is in scripts/.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

export CGO_ENABLED ?= 0
# gin's MessagePack binding, which no page uses, is 6 MB of the program.
export GOFLAGS := $(strip $(GOFLAGS) -tags=nomsgpack)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LINT    := bin/golangci-lint

.PHONY: help build assets generate run demo test e2e screenshots bench lighthouse soak faults room load check migration string clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: assets generate ## Make bin/shelter with its pages and assets
	@scripts/step.sh "go build" go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/shelter ./cmd/shelter

assets: web/node_modules/.package-lock.json
	@scripts/step.sh "assets" npm --prefix web run --silent build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@scripts/bootstrap.sh build
	@scripts/step.sh "npm ci" scripts/npm-ci.sh

generate: ## Make the Go code of the templ pages anew
	@scripts/step.sh "templ generate" scripts/generate.sh

run: build ## Start the server on its private database; prints the address and, the first time, the administrator's link
	@exec bin/shelter serve

demo: build ## Fill an empty database with invented data and print the accounts
	@exec bin/shelter demo

test: ## Run every test: Go on PostgreSQL 18 and 15, then the browser
	@scripts/bootstrap.sh test
	@$(MAKE) build
	@scripts/test.sh

e2e: ## Run the browser tests alone
	@scripts/bootstrap.sh e2e
	@$(MAKE) build
	@scripts/step.sh "browser tests" scripts/e2e.sh

screenshots: ## Make the pictures of the user guide anew, from invented data
	@scripts/bootstrap.sh e2e
	@$(MAKE) build
	@scripts/step.sh "screenshots" scripts/screenshots.sh

bench: assets ## Measure the hot paths as ratios to a yardstick in the same run
	@go test ./internal/app -run '^$$' -bench 'WorkshopPage|LessonPage|Autosave|Submit' -benchtime 1x -timeout 10m
	@go test ./internal/report -run '^$$' -bench 'AttendanceWorkbook|AttendancePeriod' -benchtime 3x -timeout 10m
	@go test ./internal/casework -run '^$$' -bench 'Case|Audit' -benchtime 1x -timeout 10m

lighthouse: ## Measure the first pages of a trainee with Lighthouse, on a phone, in both scripts
	@scripts/bootstrap.sh e2e
	@$(MAKE) build
	@scripts/lighthouse.sh

soak: ## Run the Go tests again and again, each time drawn anew; NUMBER=5
	@scripts/bootstrap.sh test
	@$(MAKE) build
	@scripts/soak.sh $(or $(NUMBER),5)

faults: ## Break connections, kill server and PostgreSQL under a test that is being taken; NUMBER=2000 faults
	@scripts/bootstrap.sh e2e
	@$(MAKE) build
	@scripts/step.sh "faults" scripts/faults.sh $(or $(NUMBER),2000)

room: ## Two tablets and 30 phones in a room whose network comes and goes; SECONDS=600
	@scripts/bootstrap.sh e2e
	@$(MAKE) build
	@scripts/step.sh "room" scripts/room.sh $(or $(SECONDS),600)

security: assets ## Try every threat of docs/security.md, a row each; SEED_LEAKS=1 plants a leak in each row, which has to be found
	@scripts/bootstrap.sh e2e
	@scripts/step.sh "security" scripts/security.sh

load: build ## Let 2,000 people take a test at once; LOAD="--people 500" for other sizes
	@scripts/step.sh "load" scripts/load.sh $(LOAD)

check: assets $(LINT) ## Formatting, vet, lint, types, generated code
	@scripts/check.sh

$(LINT): tools/golangci/go.mod
	@scripts/step.sh "golangci-lint, once" go build -modfile=tools/golangci/go.mod -o $(LINT) github.com/golangci/golangci-lint/v2/cmd/golangci-lint

migration: ## Begin a migration: make migration NAME=what_it_does
	@scripts/new-migration.sh "$(NAME)"

string: ## Add a text in three languages: make string AREA=common KEY=common_x FR=... AR=... EN=...
	@scripts/new-string.sh

clean: ## Remove what was built; the data folder stays
	@rm -rf bin web/node_modules web/test-results web/playwright-report
