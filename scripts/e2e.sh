#!/usr/bin/env bash
# The browser tests, with the system's Chromium. SHELTER_TALLY names a file for the numbers of passed and failed ones.
set -uo pipefail
cd "$(dirname "$0")/.."
for name in "${SHELTER_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  path=$(command -v "$name" 2>/dev/null) && { export SHELTER_CHROMIUM=$path; break; }
done
[ -n "${SHELTER_CHROMIUM:-}" ] || { echo "e2e: no Chromium found; make test installs it on Debian" >&2; exit 1; }
CGO_ENABLED=0 go build -trimpath -o bin/examlab ./internal/app/examlab || exit 1 # what kept.spec.ts takes its test from
report=$(mktemp)
trap 'rm -f "$report"' EXIT
cd web
PLAYWRIGHT_JSON_OUTPUT_NAME=$report npm run --silent e2e -- --reporter=list,json "$@"
status=$?
if [ -n "${SHELTER_TALLY:-}" ]; then
  node -e 'const s = JSON.parse(require("fs").readFileSync(process.argv[1])).stats; console.log(s.expected + s.flaky, s.unexpected)' "$report" > "$SHELTER_TALLY" || echo "0 1" > "$SHELTER_TALLY"
fi
exit "$status"
