#!/usr/bin/env bash
# soak.sh N: the Go tests N times, each time drawn anew and at another hour; a failure prints the seed and the hour that show it again.
set -uo pipefail
cd "$(dirname "$0")/.."
CGO_ENABLED=0 go build -trimpath -o bin/testcluster ./internal/db/dbtest/testcluster || exit 1
tally=$(mktemp)
trap 'rm -f "$tally"' EXIT
for ((n = 1; n <= $1; n++)); do
  export SHELTER_SEED=$((RANDOM * 32768 + RANDOM + 1)) SHELTER_HOUR=$((RANDOM % 24))
  echo "-- round $n of $1, SHELTER_SEED=$SHELTER_SEED SHELTER_HOUR=$SHELTER_HOUR"
  CGO_ENABLED=1 bin/testcluster scripts/go-test.sh ./... 2>&1 | node scripts/go-test-report.mjs "$tally" || exit 1
done
