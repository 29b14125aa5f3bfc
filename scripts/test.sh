#!/usr/bin/env bash
# Everything that must pass: formatting, lints, tests on both databases, generated files, the fuzzed API.
#   test.sh TARGET_DIR
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?use: test.sh TARGET_DIR}
export JINGWEI_POSTGRES=run-$$
began=$SECONDS

scripts/setup.sh test
trap 'scripts/postgres.sh down; scripts/slurm.sh down test; scripts/kubernetes.sh down test' EXIT
TEST_POSTGRES_URL=$(scripts/postgres.sh up)
export TEST_POSTGRES_URL
TEST_SLURM_CONF=$(scripts/slurm.sh up test 16817 2 2 64 64000)
export TEST_SLURM_CONF
if scripts/kubernetes.sh ready; then
    scripts/setup.sh kubernetes
    TEST_KUBECONFIG=$(scripts/kubernetes.sh up test)
    export TEST_KUBECONFIG
else
    echo "SKIPPED: Kubernetes is not built, its driver is not tested: scripts/setup.sh kubernetes builds it" >&2
fi
export TEST_S3=${JINGWEI_CACHE:-$HOME/.cache/jingwei}/s3s/bin/s3s-fs

checks=0 fuzz=0
cargo run --quiet --package xtask --target-dir "$target" -- ci || checks=$?
JW=$target/debug/jw scripts/fuzz-api.sh || fuzz=$?

outcome() { if [ "$1" -eq 0 ]; then echo ok; else echo "FAILED ($1)"; fi; }
printf '\n%-28s %s\n%-28s %s\n%-28s %s s\n' "checks and tests" "$(outcome $checks)" \
    "fuzzed API" "$(outcome $fuzz)" "time" $((SECONDS - began))
[ $((checks + fuzz)) -eq 0 ]
