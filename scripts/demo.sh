#!/usr/bin/env bash
# The main job, for real: a control plane, eight sites with an agent each, ten jobs as real processes, the bill.
# usage: JW=path/to/jw scripts/demo.sh        (make demo builds it first)
# Everything it makes is in one temporary folder, removed at the end. Exit code 0 means every job succeeded.
set -euo pipefail
jw=${JW:?set JW to the binary: make demo does}
cd "$(dirname "$0")/.."
state=$(mktemp -d "${TMPDIR:-/tmp}/jingwei-demo.XXXXXX")
server=
watcher=
cleanup() {
  for pid in $watcher $server; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$state"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' dim=$'\033[2m' plain=$'\033[0m'; else bold='' dim='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Shows a command as a person would type it, then runs it.
run() {
  printf '%s$ jw %s%s\n' "$dim" "$*" "$plain"
  "$jw" "$@" 2>&1
}

title "1. A control plane on an embedded database, and eight sites, each its own agent process"
"$jw" up --state "$state" --listen 127.0.0.1:0 --world examples/worlds/east-west.yaml >"$state/up.log" 2>&1 &
server=$!
for _ in $(seq 300); do
  [ -s "$state/address" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$state/up.log"; exit 1; }
  sleep 0.1
done
JW_SERVER="http://$(cat "$state/address")"
export JW_SERVER JW_TOKEN_FILE="$state/admin.token" JW_PROJECT=demo
online() { "$jw" get sites -o csv --no-headers | grep -c ',yes,' || true; }
for _ in $(seq 300); do [ "$(online)" -eq 8 ] && break; sleep 0.1; done
run get sites

title "2. What would happen to a large order: 8 accelerators for 6 h, 10 Gbit/s to Shanghai under 20 ms, by tomorrow"
run plan -f examples/jobs-extra/night-batch.yaml

title "3. An order that nobody can meet is refused, with the nearest that somebody can"
run submit -f examples/jobs-extra/impossible.yaml || true

title "4. Ten jobs, each placed where compute, path, data and power cost least together"
"$jw" -q watch jobs | grep --line-buffered -E ' (planned|running|succeeded|failed)( |$)' &
watcher=$(jobs -p %+)
printf '%s$ jw submit -f examples/jobs%s\n' "$dim" "$plain"
mapfile -t names < <("$jw" submit -f examples/jobs -o name)
"$jw" -q wait --for end --timeout 5m "${names[@]}" >/dev/null
sleep 0.3
kill "$watcher" 2>/dev/null || true
watcher=
run get jobs

title "5. Why there, and what it wrote"
run explain near-shanghai
run logs gang

title "6. The bill, and who is paid"
run bill
run bill --by provider

failed=$("$jw" get jobs --state failed,cancelled,expired,unplaceable -o name | wc -l)
succeeded=$("$jw" get jobs --state succeeded -o name | wc -l)
title "$succeeded jobs succeeded, $failed did not"
[ "$failed" -eq 0 ] && [ "$succeeded" -gt 0 ]
