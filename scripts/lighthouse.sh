#!/usr/bin/env bash
# Lighthouse over the first pages of a trainee. It is large and only used here, so it is installed in a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/../web/lighthouse"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --ignore-scripts --silent
node run.mjs "$@"
