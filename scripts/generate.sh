#!/usr/bin/env bash
# generate.sh [--check]: makes the Go code of the templ pages in a copy and takes over what differs; with --check it only says
# what differs. The folder in the names of templ files depends on where templ was started and counts for nothing, so that a
# build of a clean clone changes no file.
set -euo pipefail
cd "$(dirname "$0")/.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
{ printf 'go.mod\0'; find web -name node_modules -prune -o -name '*.templ' -print0; } | tar --null -T - -cf - | tar -xf - -C "$copy"
go tool -modfile=tools/templ/go.mod templ generate -path "$copy" -log-level error

plain() { sed -E 's#(FileName: `)[^`]*/#\1#' "$1"; }
status=0
while IFS= read -r file; do
  [ -e "$file" ] && cmp -s <(plain "$copy/$file") <(plain "$file") && continue
  if [ "${1:-}" = --check ]; then echo "not current: $file (make generate)"; status=1; else cp "$copy/$file" "$file"; fi
done < <(cd "$copy" && find web -name '*_templ.go')
while IFS= read -r file; do
  [ -e "$copy/$file" ] && continue
  if [ "${1:-}" = --check ]; then echo "without its templ file: $file"; status=1; else rm "$file"; fi
done < <(find web -name node_modules -prune -o -name '*_templ.go' -print)
exit "$status"
