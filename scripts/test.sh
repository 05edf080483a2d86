#!/usr/bin/env bash
# Every test, stage by stage. A stage that fails does not keep the later ones from running; the last line counts.
set -uo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
tally=$(mktemp -d)
trap 'rm -rf "$tally"' EXIT
mkdir -p bin
go build -trimpath -o bin/testcluster ./internal/db/dbtest/testcluster || exit 1 # as bin/shelter is built: one cache for both

# The race detector needs cgo.
# go_tests NAME PACKAGE...: one PostgreSQL for the whole run, tests in parallel. What they draw at random follows from
# SHELTER_SEED, so that the same code gives the same result twice; make soak draws anew.
export SHELTER_SEED=${SHELTER_SEED:-20261130}
go_tests() {
  local name=$1
  shift
  scripts/step.sh "$name" bash -c '
    set -o pipefail
    tally=$1; shift
    CGO_ENABLED=1 bin/testcluster scripts/go-test.sh "$@" 2>&1 | node scripts/go-test-report.mjs "$tally"
  ' go-tests "$tally/$name" "$@"
}

status=0
go_tests "Go tests, PostgreSQL 18" ./... || status=1

# What speaks with the database in ways that versions differ in is tested on the oldest version too.
old=()
for package in db access org audit casework; do
  [ -d "internal/$package" ] && old+=("./internal/$package/...")
done
SHELTER_TEST_PG_BIN=/usr/lib/postgresql/15/bin go_tests "Go tests, PostgreSQL 15" "${old[@]}" || status=1

scripts/step.sh "tests of the scripts for the browser" npm --prefix web run --silent test || status=1

SHELTER_TALLY="$tally/browser" scripts/step.sh "browser tests" scripts/e2e.sh || status=1

SHELTER_TALLY="$tally/faults" SHELTER_FAULT_PHONES=4 SHELTER_FAULT_SECONDS=50 scripts/step.sh "faults, the short form" scripts/faults.sh 60 || status=1 # the long one: make faults

SHELTER_TALLY="$tally/room" SHELTER_ROOM_PHONES=6 scripts/step.sh "the room, the short form" scripts/room.sh 45 || status=1 # the long one: make room

SHELTER_TALLY="$tally/security" scripts/step.sh "security, the short form" scripts/security.sh short || status=1 # the long one: make security

awk -v status="$status" '{ passed += $1; failed += $2 }
  END { if (status != 0 && failed == 0) failed = 1; printf "%d passed, %d failed\n", passed, failed }' "$tally"/*
exit "$status"
