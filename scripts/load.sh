#!/usr/bin/env bash
# A server of its own, and many people in a test at once; prints figures as JSON (docs/performance.md). Arguments go to
# `examlab load`, as --people 500.
set -euo pipefail
cd "$(dirname "$0")/.."
CGO_ENABLED=0 go build -trimpath -o bin/examlab ./internal/app/examlab
data=$(mktemp -d)
export SHELTER_DATA=$data SHELTER_ADDR=127.0.0.1:${PORT:-18099}
unset SHELTER_DATABASE_URL SHELTER_CASES_DATABASE_URL SHELTER_OWNER_DATABASE_URL
bin/shelter serve > "$data/log" 2>&1 &
server=$!
trap 'kill -INT "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$data"' EXIT
for _ in $(seq 300); do
  curl -fs "http://$SHELTER_ADDR/readyz" > /dev/null && break
  kill -0 "$server" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.2
done
ulimit -n 16384 2>/dev/null || true
bin/examlab load "http://$SHELTER_ADDR" "$@"
