#!/usr/bin/env bash
# Two real Slurm clusters, a real Kubernetes cluster where it has been built (scripts/setup.sh kubernetes), and two rooms of
# bare machines under one control plane; data moves between them, and one cluster is killed half-way.
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
  [ -z "$kubernetes" ] || scripts/kubernetes.sh down demo
  rm -rf "$state"
}
kubernetes=
! scripts/kubernetes.sh ready || kubernetes=yes
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
if [ -n "$kubernetes" ]; then
  echo "   and a Kubernetes cluster: etcd, API server, controllers, scheduler, containerd, kubelet"
  kubeconfig=$(scripts/kubernetes.sh up demo 2>"$state/kubernetes.log")
else
  echo "   no Kubernetes: \`scripts/setup.sh kubernetes\` builds it, once"
fi

title "2. A control plane, and an agent beside each cluster and in each room"
sed "s|/srv/jingwei/|$state/storage/|" examples/engines/world.yaml >"$state/world.yaml"
"$jw" up --state "$state/centre" --listen 127.0.0.1:0 --world "$state/world.yaml" --agents none >"$state/up.log" 2>&1 &
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
keeping() { # SITE OPTION..  the same, and the site keeps data
  mkdir -p "$state/storage/$1"
  echo "store: { url: \"file://$state/storage/$1\" }" >"$state/$1.data.yaml"
  agent "$@" --data "$state/$1.data.yaml"
}
echo "conf: $conf_a" >"$state/a.yaml"
echo "conf: $conf_b" >"$state/b.yaml"
keeping gui-an --driver slurm --config "$state/a.yaml"
keeping horinger --driver slurm --config "$state/b.yaml"
keeping shanghai
keeping hangzhou
sites=4
if [ -n "$kubernetes" ]; then
  printf 'kubeconfig: %s\nimage: localhost/busybox:1\n' "$kubeconfig" >"$state/k.yaml"
  agent qingyang --driver kubernetes --config "$state/k.yaml"
  sites=5
fi
online() { [ "$("$jw" get sites -o csv --no-headers | grep -c ',yes,')" -eq $sites ]; }
published() { [ "$("$jw" get pools -o name | wc -l)" -ge $((sites)) ]; }
until_so 60 online
until_so 60 published
run get pools

title "3. Ten jobs: single ones, a gang over nodes, an array, accelerators, data, a checkpoint, a pod"
mkdir "$state/grid"
for n in 1 2 3; do head -c 2000000 /dev/urandom >"$state/grid/part-$n"; done
run data push "$state/grid" --name grid --site shanghai --organization grid --data "$state/shanghai.data.yaml"
job() { # NAME SPEC
  printf 'kind: Job\nmetadata: { name: %s }\nspec:\n  script: |\n    sleep 12; echo "$JINGWEI_JOB.$JINGWEI_TASK ran on $(hostname)"\n  run_time: 15s\n%s\n' "$1" "$2" >"$state/$1.yaml"
  names+=("$1")
}
names=()
for n in 1 2; do job "cheap-$n" "  resources: { cores: 1, memory: 100MiB }"; done
job south "  regions: { allow: [south-west] }"
job gang "  tasks: 3
  resources: { cores: 4, memory: 400MiB }"
job array "  tasks: 8
  array: { at_once: 4 }"
job train "  resources: { accelerators: 2, cores: 2, memory: 1GiB }"
job east "  regions: { allow: [east] }"
place=$([ -n "$kubernetes" ] && echo north-west || echo east)
job pod "  regions: { allow: [$place] }
  resources: { cores: 100m, memory: 32MiB }"
cat >"$state/reads.yaml" <<'Y'
kind: Job
metadata: { name: reads }
spec:
  script: cat $JINGWEI_INPUTS/grid/part-* | sha256sum > $JINGWEI_RESULT/sum
  run_time: 5s
  regions: { allow: [south-west] }
  inputs: [{ dataset: grid }]
  result: { size: 1MB, to: hangzhou, dataset: sum-of-grid }
Y
cat >"$state/climbs.yaml" <<'Y'
kind: Job
metadata: { name: climbs }
spec:
  script: |
    at=$(cat $JINGWEI_CHECKPOINT/at 2>/dev/null || echo 0)
    echo "attempt $JINGWEI_ATTEMPT goes on from $at"
    while [ $at -lt 200 ]; do
      at=$((at + 1)); echo $at > $JINGWEI_CHECKPOINT/new; mv $JINGWEI_CHECKPOINT/new $JINGWEI_CHECKPOINT/at; sleep 0.1
    done
  run_time: 30s
  checkpoint: { every: 2s }
Y
names+=(reads climbs)
for name in "${names[@]}"; do "$jw" -q submit -f "$state/$name.yaml" >/dev/null; done
running() { [ "$("$jw" get jobs --state running --site horinger -o name | wc -l)" -ge 3 ]; }
saved() { "$jw" describe job climbs | grep -q '^checkpoint: '; }
until_so 60 running
until_so 60 saved
run get jobs

title "4. The cluster at Horinger and its agent are killed"
moved=$("$jw" get jobs --state running,dispatched --site horinger -o name | wc -l)
disown "${agents[horinger]}"
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
"$jw" logs climbs | tee "$state/climbs.log"
! grep -q "attempt 2 goes on from 0" "$state/climbs.log"
run bill
run bill --by provider

title "6. What moved: the input to where it was read, the result to where it was wanted, a checkpoint off the dead cluster"
delivered() { "$jw" get site hangzhou -o json | grep -q "$("$jw" get dataset sum-of-grid -o json | grep -o '[0-9a-f]\{64\}' | head -1)"; }
until_so 60 delivered
run data ls
"$jw" -q data pull sum-of-grid "$state/out" --data "$state/hangzhou.data.yaml"
cat "$state"/grid/part-* | sha256sum | cmp - "$state/out/sum" && echo "the result is right"
succeeded=$("$jw" get jobs --state succeeded -o name | wc -l)
title "$succeeded of ${#names[@]} jobs succeeded"
[ "$succeeded" -eq "${#names[@]}" ]
