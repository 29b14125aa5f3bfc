#!/usr/bin/env bash
# An array of no-op tasks through Jingwei to a real Slurm cluster, beside plain `sbatch --array` in the same run.
# usage: JW=path/to/jw scripts/bench-slurm.sh [TASKS]   (root; Slurm as scripts/setup.sh test installs it)
set -euo pipefail
jw=${JW:?set JW to the binary}
tasks=${1:-2000}
cd "$(dirname "$0")/.."
state=$(mktemp -d "${TMPDIR:-/tmp}/jingwei-bench.XXXXXX")
server='' agent=''
cleanup() {
  for pid in $agent $server; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  scripts/slurm.sh down bench
  rm -rf "$state"
}
trap cleanup EXIT
now() { date +%s%N; }

conf=$(scripts/slurm.sh up bench 22817 4 0 64 64000)
export SLURM_CONF=$conf
printf '#!/bin/bash\ntrue\n' >"$state/noop.sh"
plain() {
  local job began
  began=$(now)
  job=$(sbatch --parsable --array=0-$((tasks - 1))%256 --export=NIL --output=/dev/null --mem-per-cpu=100M "$state/noop.sh")
  while squeue -h -j "$job" -t PENDING,RUNNING,COMPLETING 2>/dev/null | grep -q .; do sleep 0.2; done
  echo $((($(now) - began) / 1000000))
}

"$jw" -q up --state "$state/centre" --listen 127.0.0.1:0 --world examples/engines/world.yaml --agents none 2>/dev/null &
server=$!
until [ -s "$state/centre/address" ]; do sleep 0.1; done
JW_SERVER="http://$(cat "$state/centre/address")"
export JW_SERVER JW_TOKEN_FILE="$state/centre/admin.token" JW_PROJECT=climate
"$jw" -q token create a --role agent --site horinger --to "$state/token" >/dev/null
echo "conf: $conf" >"$state/slurm.yaml"
"$jw" -q agent --site horinger --token-file "$state/token" --state "$state/site" --no-bench --driver slurm --config "$state/slurm.yaml" 2>/dev/null &
agent=$!
until "$jw" get pools -o name | grep -q horinger; do sleep 0.2; done
rest=$(awk '/VmRSS/ {print $2}' "/proc/$agent/status")
cpu() { awk '{print ($14 + $15) * 10}' "/proc/$agent/stat"; } # own, without its children; 10 ms a tick
printf 'kind: Job\nmetadata: { name: noops }\nspec:\n  script: "true"\n  tasks: %s\n  array: { at_once: 256 }\n  resources: { cores: 1, memory: 100MiB }\n  run_time: 1s\n' "$tasks" >"$state/job.yaml"
first=$(plain)
before=$(cpu) began=$(now)
"$jw" -q submit -f "$state/job.yaml" >/dev/null
"$jw" -q wait --for succeeded --timeout 20m noops >/dev/null
through=$((($(now) - began) / 1000000))
used=$(($(cpu) - before))
most=$(awk '/VmHWM/ {print $2}' "/proc/$agent/status")
second=$(plain)
awk -v a="$first" -v b="$second" -v t="$through" -v c="$used" -v n="$tasks" -v r="$rest" -v m="$most" 'BEGIN {
  p = (a + b) / 2
  printf "%d no-op tasks, plain sbatch --array before and after: %.1f s and %.1f s\n", n, a / 1000, b / 1000
  printf "through jw, submission to success:  %.1f s (%+.1f %%)\n", t / 1000, (t / p - 1) * 100
  printf "agent: %.2f ms of processor a task, %.1f MiB at rest, %.1f MiB at most\n", c / n, r / 1024, m / 1024
}'
