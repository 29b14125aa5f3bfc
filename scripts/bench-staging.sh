#!/usr/bin/env bash
# Staging between two S3 servers on loopback: the share of the held bandwidth that is reached, and what moves the
# second time with 1 % changed.
#   bench-staging.sh [MEBIBYTES [RATE]]
set -euo pipefail
cd "$(dirname "$0")/.."

mebibytes=${1:-1024} rate=${2:-2Gbit/s}
target=${CARGO_TARGET_DIR:-target}
server=${TEST_S3:-${JINGWEI_CACHE:-$HOME/.cache/jingwei}/s3s/bin/s3s-fs}
[ -x "$server" ] || {
    echo "there is no S3 server: run scripts/setup.sh test" >&2
    exit 1
}
cargo build --quiet --release --package staging --example two_sites --target-dir "$target"

lab=$(mktemp -d)
servers=()
stop() {
    [ "${#servers[@]}" -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true
    rm -rf "$lab"
}
trap stop EXIT
export ACCESS_KEY=BENCH SECRET_KEY=bench-on-loopback
start() { # NAME PORT
    mkdir -p "$lab/$1/data"
    RUST_LOG=off "$server" --host 127.0.0.1 --port "$2" --access-key $ACCESS_KEY --secret-key $SECRET_KEY "$lab/$1" \
        >/dev/null 2>&1 &
    servers+=($!)
    for _ in $(seq 100); do
        (: <"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return 0
        sleep 0.05
    done
    echo "the S3 server does not listen on port $2" >&2
    return 1
}
start here 18014
start there 18015
mkdir "$lab/folder"
"$target/release/examples/two_sites" http://127.0.0.1:18014 http://127.0.0.1:18015 "$lab/folder" "$mebibytes" "$rate"
