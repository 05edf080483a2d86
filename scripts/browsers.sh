#!/usr/bin/env bash
# browsers.sh CONFIG VARIABLE VALUE: one driver of many browsers (faults.sh, room.sh), with the program that looks into the database.
set -uo pipefail
cd "$(dirname "$0")/.."
export "$2=$3"
for name in "${SHELTER_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  path=$(command -v "$name" 2>/dev/null) && { export SHELTER_CHROMIUM=$path; break; }
done
[ -n "${SHELTER_CHROMIUM:-}" ] || { echo "no Chromium found; make test installs it on Debian" >&2; exit 1; }
CGO_ENABLED=0 go build -trimpath -o bin/examlab ./internal/app/examlab || exit 1
cd web && npm exec -- playwright test -c "$1"
status=$?
if [ -n "${SHELTER_TALLY:-}" ]; then
  if [ "$status" -eq 0 ]; then echo "1 0"; else echo "0 1"; fi > "$SHELTER_TALLY"
fi
exit "$status"
