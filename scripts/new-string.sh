#!/usr/bin/env bash
# Adds a text to an area's three catalogues at once: AREA, KEY, FR, AR and EN come from the environment.
set -euo pipefail
cd "$(dirname "$0")/../internal/i18n/locales"
: "${AREA:?usage: make string AREA=common KEY=common_x FR=... AR=... EN=...}"
: "${KEY:?KEY is missing}" "${FR:?FR is missing}" "${AR:?AR is missing}" "${EN:?EN is missing}"
[[ $KEY =~ ^[a-z][a-z0-9_]*$ ]] || { echo "a key has a-z, 0-9 and _ only: $KEY" >&2; exit 2; }
if grep -lE "^(\[$KEY\]|$KEY *=)" -- *.toml; then echo "the key exists already" >&2; exit 1; fi
add() {
  local file="$AREA.$1.toml" text=${2//\\/\\\\}
  { printf '%s = "%s"\n' "$KEY" "${text//\"/\\\"}"; cat "$file"; } > "$file.new" # on top: below a [plural] it would belong to it
  mv "$file.new" "$file"
}
for lang in fr ar en; do [ -e "$AREA.$lang.toml" ] || { echo "there is no $AREA.$lang.toml" >&2; exit 1; }; done
add fr "$FR"; add ar "$AR"; add en "$EN"
