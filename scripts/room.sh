#!/usr/bin/env bash
# A room with two tablets and many phones whose network comes and goes: real server, real Chromium (docs/reliability.md).
# room.sh [SECONDS]: how long, 600 when not given. SHELTER_TALLY names a file for the numbers of passed and failed ones.
exec "$(dirname "$0")/browsers.sh" e2e/room.config.ts SHELTER_ROOM_SECONDS "${1:-${SHELTER_ROOM_SECONDS:-600}}"
