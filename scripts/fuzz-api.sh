#!/usr/bin/env bash
# Sends requests that follow from /openapi.json, and broken ones, to a running server. Fails on any answer of 500 or
# above, on an answer that is not as described, and if the server does not live on.
#   JW=PATH fuzz-api.sh      FUZZ_EXAMPLES=200 FUZZ_SEED=7 for another look
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

jw=${JW:?name the built program: JW=PATH $0}
schemathesis=${JINGWEI_CACHE:-$HOME/.cache/jingwei}/venv/bin/schemathesis
settings=$PWD/scripts/fuzz-api.toml
world=$PWD/scripts/fuzz-world.yaml
state=$(mktemp -d)
server=

fail() {
    printf 'fuzz-api: %s\n' "$*" >&2
    tail -n 20 "$state/log" >&2
    exit 1
}

stop() {
    if [ -n "$server" ]; then
        kill -KILL "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$state"
}
trap stop EXIT

start_server "$jw" "$state" --agents none --world none || fail "the server did not start"

export JW_SERVER=$address JW_TOKEN_FILE=$state/admin.token
"$jw" apply -f "$world" >/dev/null || fail "the world was not taken"

outcome=0
(cd "$state" && timeout 300 "$schemathesis" --config-file "$settings" run "$address/openapi.json" \
    --header "Authorization: Bearer $(cat "$state/admin.token")" \
    --phases examples,coverage,fuzzing \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --max-examples "${FUZZ_EXAMPLES:-25}" --seed "${FUZZ_SEED:-1}" --no-shrink --request-timeout 10 \
    --warnings off --no-color) || outcome=$?

kill -0 "$server" 2>/dev/null || fail "the server died"
grep -q 'panicked at' "$state/log" && fail "something in the server panicked"
"$jw" get sites >/dev/null || fail "the server no longer answers"
[ "$outcome" -eq 0 ] || fail "requests that follow from the description went wrong (exit code $outcome)"
