#!/usr/bin/env bash
# go-test.sh PACKAGE...: go test -json with the race detector, in an order and with property tests that follow from SHELTER_SEED.
set -uo pipefail
cd "$(dirname "$0")/.."
seed=${SHELTER_SEED:?}
drawing=() plain=()
while read -r package imports; do
  case " $imports " in
    *pgregory.net/rapid*) drawing+=("$package") ;;
    *) plain+=("$package") ;;
  esac
done < <(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' "$@")
status=0
run() { go test -json -race -shuffle="$seed" -timeout 25m "$@" || status=1; }
[ ${#plain[@]} -eq 0 ] || run "${plain[@]}"
[ ${#drawing[@]} -eq 0 ] || run "${drawing[@]}" -rapid.seed="$seed" # a flag of the library of these alone
exit "$status"
