#!/usr/bin/env bash
# A real PostgreSQL for tests, by hand, on loopback; its data is thrown away with it.
#   postgres.sh up     starts it if it is not running; prints its URL
#   postgres.sh url    prints its URL
#   postgres.sh down   stops it and removes its data
# JINGWEI_POSTGRES names an instance, so that several stand side by side; JINGWEI_POSTGRES_PORT is the first port tried.
set -euo pipefail

name=${JINGWEI_POSTGRES:-default}
first_port=${JINGWEI_POSTGRES_PORT:-15432}
cache=${JINGWEI_CACHE:-$HOME/.cache/jingwei}

say() { printf 'postgres: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

programs() {
    local newest
    newest=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || true)
    [ -n "$newest" ] || newest=$(command -v initdb) || fail "PostgreSQL is not installed: run scripts/setup.sh test"
    dirname "$newest"
}

# In the cache, or where its user can get to when the cache is in a closed home.
base_directory() {
    mkdir -p "$cache/postgres"
    if [ "$(id -u)" -ne 0 ] || as_postgres test -x "$cache/postgres"; then
        echo "$cache/postgres"
    else
        as_postgres mkdir -p /var/lib/postgresql/jingwei
        echo /var/lib/postgresql/jingwei
    fi
}

# The server's process, if it runs. A process that only got the number of a dead one does not name the directory.
pid_of() {
    local pid
    pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$1/data" || return 1
    echo "$pid"
}

stop() {
    local pid
    if pid=$(pid_of "$1"); then
        kill -QUIT "$pid"
        for _ in $(seq 100); do
            [ -d "/proc/$pid" ] || break
            sleep 0.05
        done
    fi
    rm -rf "$1"
}

# Instances of `run-PID` whose run was killed before it could stop them.
sweep() {
    local left pid
    for left in "$base"/run-*; do
        pid=${left##*/run-}
        [ -d "$left" ] && [ ! -d "/proc/$pid" ] && stop "$left"
    done
    return 0
}

create() {
    local -a locale=(--encoding=UTF8 --locale=C.UTF-8)
    # Where it can, it sorts text as people do and SQLite does not: a query that leans on either shows.
    "$bin/initdb" --help | grep -q -- --icu-locale && locale+=(--locale-provider=icu --icu-locale=en-US)
    install -d -m 700 "$directory"
    head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$directory/password"
    [ "$(id -u)" -ne 0 ] || chown -R postgres "$directory"
    as_postgres "$bin/initdb" -D "$directory/data" -U postgres -A scram-sha-256 \
        --pwfile="$directory/password" --no-sync "${locale[@]}" >/dev/null
}

start_on() {
    local options="-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
    options+=" -c shared_buffers=32MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    as_postgres "$bin/pg_ctl" -D "$directory/data" -w -t 60 -l "$directory/log" -o "$options" start \
        </dev/null >/dev/null 2>&1
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start() {
    local port
    for port in $(seq "$first_port" $((first_port + 99))); do
        is_taken "$port" && continue
        if start_on "$port"; then
            echo "$port" >"$directory/port"
            return 0
        fi
        grep -q 'Address already in use' "$directory/log" || break
    done
    tail -n 5 "$directory/log" >&2
    fail "it did not start"
}

url() {
    pid_of "$directory" >/dev/null || fail "instance $name is not running"
    echo "postgres://postgres:$(cat "$directory/password")@127.0.0.1:$(cat "$directory/port")/postgres"
}

up() {
    sweep
    if ! pid_of "$directory" >/dev/null || [ ! -s "$directory/port" ]; then
        stop "$directory"
        bin=$(programs)
        create
        start
    fi
    url
}

base=$(base_directory)
directory=$base/$name
cd /
case ${1:-} in
up) up ;;
down) stop "$directory" ;;
url) url ;;
*) fail "use: $0 up|down|url" ;;
esac
