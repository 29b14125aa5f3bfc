#!/usr/bin/env bash
# The web console: builds console/dist, which the binary takes in; tests it.
#   console.sh build        only if its sources have changed; without Node.js 20 it says so and leaves it out
#   console.sh check        types, both languages, logic
#   JW=PATH console.sh e2e  in Chromium, as `jw up` serves it with the demonstration's world
set -euo pipefail
. "$(dirname "$0")/server.sh"
cd "$(dirname "$0")/../console"

say() { printf 'console: %s\n' "$*" >&2; }

has_node() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'
}

sources() {
    find . \( -name node_modules -o -name dist -o -name .built \) -prune -o -type f -print0 | sort -z |
        xargs -0 sha256sum | sha256sum
}

install() {
    [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error >&2
}

build() {
    if ! has_node; then
        say "Node.js 20 or newer is missing: built without the console (nodejs.org)"
        return 0
    fi
    local now
    now=$(sources)
    if [ -f dist/index.html ] && [ "$(cat .built 2>/dev/null)" = "$now" ]; then
        return 0
    fi
    say "building it"
    install
    npm run --silent build >&2
    printf '%s\n' "$now" >.built
}

check() {
    install
    npm run --silent check
    npm test --silent
}

stop() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$state"
}

e2e() {
    local jw=${JW:?name the built program: JW=PATH $0 e2e}
    state=$(mktemp -d) server=
    trap stop EXIT
    export JW_CLEAR_EVERY=2s
    if ! start_server "$jw" "$state"; then
        say "the server did not start"
        tail -n 20 "$state/log" >&2
        exit 1
    fi
    JW_CONSOLE=$address JW_TOKEN=$(cat "$state/admin.token") npm run --silent e2e
}

case ${1:-} in
build | check | e2e) "$1" ;;
*)
    say "use: $0 build|check|e2e"
    exit 2
    ;;
esac
