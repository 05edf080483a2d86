#!/usr/bin/env bash
# new-migration.sh NAME: begins the next migration file. Files made after the first release number from 0100.
set -euo pipefail
cd "$(dirname "$0")/../migrations"
name=${1:-}
[[ $name =~ ^[a-z][a-z0-9_]*$ ]] || { echo "usage: make migration NAME=what_it_does (a-z, 0-9 and _)" >&2; exit 2; }
last=$(printf '%s\n' [0-9][0-9][0-9][0-9]_*.tx.up.sql | tail -n 1 | cut -c 1-4)
next=$((10#$last + 1))
[ "$next" -ge 100 ] || next=100
file=$(printf '%04d_%s.tx.up.sql' "$next" "$name")
printf -- '-- %s: what changes, and why.\n' "$name" > "$file"
echo "migrations/$file"
