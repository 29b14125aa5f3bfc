#!/usr/bin/env bash
# Two real Slurm clusters and two rooms of bare machines under one control plane; one cluster is killed half-way.
# usage: JW=path/to/jw scripts/demo-engines.sh   (make demo-engines builds it first; needs root for Slurm)
# Exit code 0 means every job succeeded and every charge is of a run that counted.
set -euo pipefail
jw=${JW:?set JW to the binary: make demo-engines does}
cd "$(dirname "$0")/.."
state=$(mktemp -d "${TMPDIR:-/tmp}/jingwei-engines.XXXXXX")
chmod 755 "$state" # customers' own accounts run jobs below it
declare -A agents=()
server=
cleanup() {
  for pid in "${agents[@]}" $server; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  scripts/slurm.sh down demo-a
  scripts/slurm.sh down demo-b
  rm -rf "$state"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
title() { printf '\n%s\n' "$*"; }
run() {
  printf '$ jw %s\n' "$*"
  "$jw" "$@" 2>&1
}
until_so() { # SECONDS COMMAND..
  local began=$SECONDS most=$1
  shift
  until "$@"; do
    [ $((SECONDS - began)) -lt "$most" ] || { echo "never: $*" >&2; return 1; }
    sleep 0.1
  done
}

title "1. Two Slurm clusters start, two nodes of 8 cores each; one has accelerators (device files without a chip behind them)"
conf_a=$(scripts/slurm.sh up demo-a 18817 2 2 8 16000)
conf_b=$(scripts/slurm.sh up demo-b 19817 2 0 8 16000)

title "2. A control plane, and an agent beside each cluster and in each room"
"$jw" up --state "$state/centre" --listen 127.0.0.1:0 --world examples/engines/world.yaml --agents none >"$state/up.log" 2>&1 &
server=$!
until_so 30 test -s "$state/centre/address"
JW_SERVER="http://$(cat "$state/centre/address")"
export JW_SERVER JW_TOKEN_FILE="$state/centre/admin.token" JW_PROJECT=climate
agent() { # SITE OPTION..
  local site=$1
  shift
  "$jw" -q token create "agent-$site" --role agent --site "$site" --to "$state/$site.token" >/dev/null
  "$jw" agent --site "$site" --token-file "$state/$site.token" --state "$state/$site" --no-bench "$@" 2>"$state/$site.log" &
  agents[$site]=$!
}
echo "conf: $conf_a" >"$state/a.yaml"
echo "conf: $conf_b" >"$state/b.yaml"
agent gui-an --driver slurm --config "$state/a.yaml"
agent horinger --driver slurm --config "$state/b.yaml"
agent shanghai
agent hangzhou
online() { [ "$("$jw" get sites -o csv --no-headers | grep -c ',yes,')" -eq 4 ]; }
published() { [ "$("$jw" get pools -o name | wc -l)" -eq 4 ]; }
until_so 30 online
until_so 30 published
run get pools

title "3. Ten jobs: single ones, a gang over nodes, an array, accelerators"
job() { # NAME SPEC
  printf 'kind: Job\nmetadata: { name: %s }\nspec:\n  script: |\n    sleep 12; echo "$JINGWEI_JOB.$JINGWEI_TASK ran on $(hostname)"\n  run_time: 15s\n%s\n' "$1" "$2" >"$state/$1.yaml"
  names+=("$1")
}
names=()
for n in 1 2 3 4; do job "cheap-$n" "  resources: { cores: 1, memory: 100MiB }"; done
job south "  regions: { allow: [south-west] }"
job east-1 "  regions: { allow: [east] }"
job east-2 "  regions: { allow: [east] }"
job gang "  tasks: 3
  resources: { cores: 4, memory: 400MiB }"
job array "  tasks: 8
  array: { at_once: 4 }"
job train "  resources: { accelerators: 2, cores: 2, memory: 1GiB }"
for name in "${names[@]}"; do "$jw" -q submit -f "$state/$name.yaml" >/dev/null; done
running() { [ "$("$jw" get jobs --state running --site horinger -o name | wc -l)" -ge 4 ]; }
until_so 60 running
run get jobs

title "4. The cluster at Horinger and its agent are killed"
moved=$("$jw" get jobs --state running,dispatched --site horinger -o name | wc -l)
kill -KILL "${agents[horinger]}"
scripts/slurm.sh down demo-b
began=$(date +%s%N)
gone() { [ "$("$jw" get jobs --state running,dispatched --site horinger -o name | wc -l)" -eq 0 ]; }
until_so 30 gone
elsewhere() { "$jw" get jobs --state running -o jsonl | grep -v '"site":"horinger"' | grep -q '"attempt":2'; }
until_so 30 elsewhere
printf '%s jobs were there; the first runs elsewhere after %d ms\n' "$moved" $((($(date +%s%N) - began) / 1000000))

title "5. All of them end, elsewhere"
"$jw" -q wait --for end --timeout 3m "${names[@]}" >/dev/null
run get jobs
run bill
run bill --by provider
succeeded=$("$jw" get jobs --state succeeded -o name | wc -l)
title "$succeeded of ${#names[@]} jobs succeeded"
[ "$succeeded" -eq "${#names[@]}" ]
