# Sourced by what needs a server for a while: `start_server JW STATE [ARGS]` starts one on a free port, with its log in
# STATE/log, and sets $server, its process, and $address. Fails if it does not start.
start_server() {
    local jw=$1 state=$2
    shift 2
    "$jw" up --state "$state" --listen 127.0.0.1:0 "$@" >"$state/log" 2>&1 </dev/null &
    server=$!
    for _ in $(seq 300); do
        [ -s "$state/address" ] && [ -s "$state/admin.token" ] && break
        kill -0 "$server" 2>/dev/null || return 1
        sleep 0.1
    done
    address=$(cat "$state/address") || return 1
    address=http://${address#http://}
}
