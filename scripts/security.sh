#!/usr/bin/env bash
# security.sh [short]: tries every threat of docs/security.md and prints a row for each; fails when anything leaks. With SEED_LEAKS=1 a
# leak is planted in each row's own house, and it fails when a row does not find it. THREAT="part of a name" tries those rows alone;
# SHELTER_TALLY names a file for the numbers of passed and failed rows.
set -uo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
go build -trimpath -o bin/testcluster ./internal/db/dbtest/testcluster && go test -c -o bin/threats ./internal/app || exit 1
export SHELTER_SECURITY=${1:-full} SHELTER_THREAT=${THREAT:-} SHELTER_SEED_LEAKS=${SEED_LEAKS:-}
cd internal/app && ../../bin/testcluster ../../bin/threats -test.run '^TestThreats$' -test.timeout 60m
