#!/usr/bin/env bash
# Faults injected into tests that are being taken: real server, private PostgreSQL, real Chromium (docs/reliability.md).
# faults.sh [NUMBER]: how many faults, 2000 when not given. SHELTER_TALLY names a file for the numbers of passed and failed ones.
set -uo pipefail
cd "$(dirname "$0")/.."
export SHELTER_FAULTS=${1:-${SHELTER_FAULTS:-2000}}
for name in "${SHELTER_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  path=$(command -v "$name" 2>/dev/null) && { export SHELTER_CHROMIUM=$path; break; }
done
[ -n "${SHELTER_CHROMIUM:-}" ] || { echo "faults: no Chromium found; make test installs it on Debian" >&2; exit 1; }
CGO_ENABLED=0 go build -trimpath -o bin/examlab ./internal/app/examlab || exit 1
cd web && npm exec -- playwright test -c e2e/faults.config.ts
status=$?
if [ -n "${SHELTER_TALLY:-}" ]; then
  if [ "$status" -eq 0 ]; then echo "1 0"; else echo "0 1"; fi > "$SHELTER_TALLY"
fi
exit "$status"
