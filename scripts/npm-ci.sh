#!/usr/bin/env bash
# Installs the npm packages exactly as locked; one more try, since a network can fail once.
set -euo pipefail
cd "$(dirname "$0")/../web"
npm ci --no-audit --no-fund || { sleep 3; npm ci --no-audit --no-fund; }
touch node_modules/.package-lock.json
