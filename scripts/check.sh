#!/usr/bin/env bash
# What a reviewer should not have to look at: formatting, vet, lint, types, and that generated code is the present one.
set -uo pipefail
cd "$(dirname "$0")/.."
status=0
step() { scripts/step.sh "$@" || status=1; }

formatted() {
  local bad
  bad=$(git ls-files -z -- '*.go' | xargs -0 gofmt -l)
  [ -z "$bad" ] || { printf 'not formatted:\n%s\n' "$bad"; return 1; }
}

export -f formatted

step "gofmt" bash -c formatted
step "go vet" go vet ./...
step "golangci-lint" bin/golangci-lint run
step "tsc" npm --prefix web run --silent typecheck
step "generated code" scripts/generate.sh --check
step "floors and house rules" go test -count=1 ./internal
exit "$status"
