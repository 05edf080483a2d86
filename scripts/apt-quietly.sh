#!/usr/bin/env bash
# apt-quietly.sh PACKAGE...: installs Debian packages as root without making a PostgreSQL cluster and without starting any
# service. Both rules hold for this run only; what was there before stays as it was.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

rules=/etc/postgresql-common/createcluster.d/shelter-no-cluster.conf
policy=/usr/sbin/policy-rc.d
made_policy=
cleanup() {
  rm -f "$rules"
  [ -z "$made_policy" ] || rm -f "$policy"
  rmdir --ignore-fail-on-non-empty /etc/postgresql-common/createcluster.d /etc/postgresql-common 2>/dev/null || true
}
trap cleanup EXIT

mkdir -p "$(dirname "$rules")"
printf 'create_main_cluster = false\nstart_conf = disabled\n' > "$rules"
if [ ! -e "$policy" ]; then
  made_policy=yes
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
fi

options=(-y -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
log=$(mktemp)
if ! { apt-get "${options[@]}" update && apt-get "${options[@]}" install --no-install-recommends "$@"; } > "$log" 2>&1; then
  tail -n 40 "$log" >&2
  exit 1
fi
rm -f "$log"
