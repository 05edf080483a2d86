#!/usr/bin/env bash
# step.sh NAME COMMAND [ARGUMENT...]: runs a command and says how long it took, and whether it failed.
set -uo pipefail
name=$1
shift
began=$(date +%s%N)
printf -- '-- %s\n' "$name" >&2
"$@"
status=$?
tenths=$((($(date +%s%N) - began) / 100000000))
if [ "$status" -eq 0 ]; then verdict=done; else verdict="FAILED ($status)"; fi
printf -- '-- %s: %s, %d.%d s\n' "$name" "$verdict" $((tenths / 10)) $((tenths % 10)) >&2
exit "$status"
