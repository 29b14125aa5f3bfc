#!/usr/bin/env bash
# From so many submitted jobs to so many Job objects in a real cluster, beside `kubectl create` of the same in one file.
# usage: JOBS_BENCH=path/to/examples/kubernetes_jobs scripts/bench-kubernetes.sh [JOBS [ROUNDS]]
#        (root; Kubernetes as scripts/setup.sh kubernetes builds it)
set -euo pipefail
bench=${JOBS_BENCH:?set JOBS_BENCH to the example kubernetes_jobs of the crate drivers, built with --release}
jobs=${1:-50} rounds=${2:-5}
cd "$(dirname "$0")/.."
state=$(mktemp -d "${TMPDIR:-/tmp}/jingwei-bench.XXXXXX")
cleanup() {
    scripts/kubernetes.sh down bench
    rm -rf "$state"
}
trap cleanup EXIT
conf=$(scripts/kubernetes.sh up bench)
kubectl=("$(dirname "$conf")/kubectl" --kubeconfig "${conf/agent.conf/admin.conf}")
printf 'kubeconfig: %s\nimage: localhost/busybox:1\n' "$conf" >"$state/config.yaml"
empty() {
    "${kubectl[@]}" delete jobs --all -n jw-bench >/dev/null
    until [ -z "$("${kubectl[@]}" get jobs,pods -n jw-bench -o name)" ]; do sleep 0.2; done
}
# The namespace is there for both, and the same Jobs: as the driver makes them, without what the cluster adds.
"$bench" "$state/config.yaml" "$state/first" "$jobs" >/dev/null
"${kubectl[@]}" get jobs -n jw-bench -o json | jq '.items |= map({apiVersion, kind,
    metadata: (.metadata | {name, namespace, labels, annotations}),
    spec: (.spec | del(.selector) | .template.metadata.labels |= del(."controller-uid", ."job-name"))})' >"$state/jobs.json"
for round in $(seq "$rounds"); do
    empty
    ours=$("$bench" "$state/config.yaml" "$state/$round" "$jobs")
    there=$("${kubectl[@]}" get jobs -n jw-bench -o name | wc -l)
    [ "$there" -eq "$jobs" ] || { echo "only $there of $jobs Jobs are there" >&2; exit 1; }
    empty
    began=$(date +%s%N)
    "${kubectl[@]}" create -f "$state/jobs.json" >/dev/null
    echo "$ours $((($(date +%s%N) - began) / 1000000))"
done | sort -n | awk -v jobs="$jobs" '
    { ours[NR] = $1; theirs[NR] = $2; ratio[NR] = $1 / $2; printf "%d Jobs: driver %d ms, kubectl create %d ms, %.2f\n", jobs, $1, $2, $1 / $2 }
    END { n = asort_middle(ratio, NR); printf "median of %d rounds: %.2f of kubectl create\n", NR, n }
    function asort_middle(a, n,   i, j, t) {
        for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
        return a[int((n + 1) / 2)]
    }'
