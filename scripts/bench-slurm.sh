#!/usr/bin/env bash
# An array of no-op tasks through Jingwei to a real Slurm cluster, in turns with plain `sbatch --array` of the same.
# usage: JW=path/to/jw scripts/bench-slurm.sh [TASKS] [AT_ONCE] [ROUNDS]
# (root; Slurm as scripts/setup.sh test installs it; JW: a release build. Other load on the machine spoils it: it is told.)
set -euo pipefail
jw=${JW:?set JW to the binary}
tasks=${1:-2000} at_once=${2:-64} rounds=${3:-2}
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
  local job began left
  began=$(now)
  # Its environment is empty, as through jw: any --export but ALL would start a login shell for each task.
  job=$(env -i PATH="$PATH" SLURM_CONF="$conf" sbatch --parsable --array=0-$((tasks - 1))%$at_once --export=ALL --output=/dev/null --mem-per-cpu=100M "$state/noop.sh")
  # Over when Slurm says so, not when it does not answer.
  until left=$(squeue -h -j "$job" -t PENDING,RUNNING,COMPLETING -o %i 2>/dev/null) && [ -z "$left" ]; do sleep 0.2; done
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
through() {
  local began name=noops-$1
  printf 'kind: Job\nmetadata: { name: %s }\nspec:\n  script: "true"\n  tasks: %s\n  array: { at_once: %s }\n  resources: { cores: 1, memory: 100MiB }\n  run_time: 1s\n' \
    "$name" "$tasks" "$at_once" >"$state/job.yaml"
  began=$(now)
  "$jw" -q submit -f "$state/job.yaml" >/dev/null
  "$jw" -q wait --for succeeded --timeout 20m "$name" >/dev/null
  echo $((($(now) - began) / 1000000))
}
plain >/dev/null # both meet a warm cluster
plain_ms=() through_ms=() used=0
for round in $(seq 1 "$rounds"); do
  plain_ms+=("$(plain)")
  before=$(cpu)
  through_ms+=("$(through "$round")")
  used=$((used + $(cpu) - before))
done
plain_ms+=("$(plain)")
most=$(awk '/VmHWM/ {print $2}' "/proc/$agent/status")
mean() { printf '%s\n' "$@" | awk '{n += $1} END {printf "%.0f", n / NR}'; }
printf 'plain sbatch --array of %s no-op tasks, %s at once:  ms %s\n' "$tasks" "$at_once" "${plain_ms[*]}"
printf 'through jw, from submission to success:  ms %s\n' "${through_ms[*]}"
awk -v p="$(mean "${plain_ms[@]}")" -v t="$(mean "${through_ms[@]}")" -v c="$used" -v n="$((tasks * rounds))" -v r="$rest" -v m="$most" 'BEGIN {
  printf "means: %.1f s and %.1f s (%+.1f %%)\n", p / 1000, t / 1000, (t / p - 1) * 100
  printf "agent: %.2f ms of processor a task, %.1f MiB at rest, %.1f MiB at most\n", c / n, r / 1024, m / 1024
}'
printf 'load of the machine: %s\n' "$(cut -d" " -f1-3 /proc/loadavg)"
