#!/usr/bin/env bash
# bootstrap.sh build|test|e2e: brings what a fresh machine lacks, and is quick when nothing is missing.
#
# Go, Node and make are the reader's to install; the rest comes from npm, the Go modules and, on Debian and Ubuntu, apt. A
# PostgreSQL that apt installs is only a folder of programs here: no cluster is made, no service is started or touched.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'bootstrap: %s\n' "$1" >&2; exit 1; }

want_go=$(awk '$1 == "go" { print $2 }' go.mod)
command -v go >/dev/null || fail "Go is missing: install Go $want_go or later (https://go.dev/doc/install)"
command -v npm >/dev/null || fail "Node is missing: install Node 20 or later with npm (https://nodejs.org)"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || fail "Node $(node --version) is too old: install Node 20 or later"

need_browser() {
  [ -n "${SHELTER_CHROMIUM:-}" ] && return 1
  ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null
}

packages=()
case "${1:-build}" in
  test)
    command -v gcc >/dev/null || packages+=(gcc libc6-dev) # the race detector
    [ -x /usr/lib/postgresql/15/bin/postgres ] || packages+=(postgresql-15)
    if need_browser; then packages+=(chromium); fi
    ;;
  e2e) if need_browser; then packages+=(chromium); fi ;;
esac
[ ${#packages[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null || fail "install these with your system's package manager: ${packages[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "run as root: apt-get install ${packages[*]}"
  as_root=(sudo)
fi
exec scripts/step.sh "apt: ${packages[*]}" "${as_root[@]}" scripts/apt-quietly.sh "${packages[@]}"
