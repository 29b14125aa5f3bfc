#!/usr/bin/env bash
# Everything that must pass: formatting, lints, tests on both databases, generated files, the fuzzed API.
#   test.sh TARGET_DIR
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?use: test.sh TARGET_DIR}
export JINGWEI_POSTGRES=run-$$
began=$SECONDS

scripts/setup.sh test
trap 'scripts/postgres.sh down; scripts/slurm.sh down test; scripts/slurm.sh down test24; scripts/kubernetes.sh down test' EXIT
TEST_POSTGRES_URL=$(scripts/postgres.sh up)
export TEST_POSTGRES_URL
TEST_SLURM_CONF=$(scripts/slurm.sh up test 16817 2 2 64 64000)
mapfile -t rest < <(scripts/slurm.sh rest test 16916)
export TEST_SLURM_CONF TEST_SLURM_REST="${rest[0]} ${rest[1]}"
newer=${JINGWEI_CACHE:-$HOME/.cache/jingwei}/slurm24
if [ -d "$newer" ]; then
    JINGWEI_SLURM24=$newer scripts/slurm.sh up test24 15817 2 2 64 64000 >/dev/null
    mapfile -t rest < <(JINGWEI_SLURM24=$newer scripts/slurm.sh rest test24 15916)
    export TEST_SLURM24_REST="${rest[0]} ${rest[1]}"
else
    echo "SKIPPED: Slurm 24.11 is not installed, it is not tested: scripts/setup.sh slurm24 installs it" >&2
fi
if scripts/kubernetes.sh ready; then
    scripts/setup.sh kubernetes
    TEST_KUBECONFIG=$(scripts/kubernetes.sh up test)
    export TEST_KUBECONFIG
else
    echo "SKIPPED: Kubernetes is not built, its driver is not tested: scripts/setup.sh kubernetes builds it" >&2
fi
export TEST_S3=${JINGWEI_CACHE:-$HOME/.cache/jingwei}/s3s/bin/s3s-fs

checks=0 fuzz=0 console=0 browser=0
scripts/console.sh build
scripts/console.sh check || console=$?
cargo run --quiet --package xtask --target-dir "$target" -- ci || checks=$?
JW=$target/debug/jw scripts/fuzz-api.sh || fuzz=$?
JW=$target/debug/jw scripts/console.sh e2e || browser=$?

outcome() { if [ "$1" -eq 0 ]; then echo ok; else echo "FAILED ($1)"; fi; }
printf '\n%-28s %s\n%-28s %s\n%-28s %s\n%-28s %s\n%-28s %s s\n' "checks and tests" "$(outcome $checks)" \
    "fuzzed API" "$(outcome $fuzz)" "console" "$(outcome $console)" "console in a browser" "$(outcome $browser)" \
    "time" $((SECONDS - began))
[ $((checks + fuzz + console + browser)) -eq 0 ]
