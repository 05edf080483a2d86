#!/usr/bin/env bash
# Faults injected into tests that are being taken: real server, private PostgreSQL, real Chromium (docs/reliability.md).
# faults.sh [NUMBER]: how many faults, 2000 when not given. SHELTER_TALLY names a file for the numbers of passed and failed ones.
exec "$(dirname "$0")/browsers.sh" e2e/faults.config.ts SHELTER_FAULTS "${1:-${SHELTER_FAULTS:-2000}}"
