#!/usr/bin/env bash
# The pictures of the user guide (docs/user/img), made from invented data by the system's Chromium.
set -euo pipefail
cd "$(dirname "$0")/../web"
for name in "${SHELTER_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  path=$(command -v "$name" 2>/dev/null) && { export SHELTER_CHROMIUM=$path; break; }
done
[ -n "${SHELTER_CHROMIUM:-}" ] || { echo "screenshots: no Chromium found; make e2e installs it on Debian" >&2; exit 1; }
npm exec -- playwright test -c e2e/screenshots.config.ts
missing=0
for picture in $(grep -rhoE 'img/[a-z-]+\.png' ../docs/user ../README.md | sort -u); do
  [ -f "../docs/user/$picture" ] || { echo "screenshots: the guide shows $picture, which was not made" >&2; missing=1; }
done
[ "$missing" -eq 0 ]
du -ch ../docs/user/img/*.png | tail -n 1
