#!/usr/bin/env bash
# Installs what is missing on Debian or Ubuntu, and nothing else. Quick when nothing is.
#   setup.sh demo   what building and running needs
#   setup.sh test   that, and what the tests need: PostgreSQL, Slurm, tools for images, registry and S3 servers, Chromium, nextest, schemathesis
#   setup.sh kubernetes   builds Kubernetes, once: with it, the tests of that driver run too
#   setup.sh slurm24   a Debian root with Slurm 24.11 (375 MB, 2 minutes): its tests are skipped without it
set -euo pipefail

for_what=${1:-test}
cache=${JINGWEI_CACHE:-$HOME/.cache/jingwei}
venv=$cache/venv
schemathesis='schemathesis>=4.32,<5'

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        fail "neither root nor sudo: ask an administrator to run: $*"
    fi
}

has_postgres() { has postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
has_venv() { has python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }
has_certificates() { [ -s /etc/ssl/certs/ca-certificates.crt ]; }

has_slurm_tokens() { compgen -G '/usr/lib/*/slurm-wlm/auth_jwt.so' >/dev/null; }

# What builds Kubernetes, and what runs it: etcd, containerd and images of busybox.
missing_for_kubernetes() {
    if ! "$(dirname "$0")/kubernetes.sh" ready; then
        has go || echo golang-go
        has rsync || echo rsync
        has dpkg-source || echo dpkg-dev
        has make || echo make
    fi
    has jq || echo jq
    has etcd || echo etcd-server
    has containerd && has runc || printf '%s\n' containerd runc
    [ -x /usr/lib/cni/ptp ] || echo containernetworking-plugins
    { has busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1; } || echo busybox-static
    has ip || echo iproute2
    has openssl || echo openssl
    has curl || echo curl
}

missing_packages() {
    if [ "$for_what" = kubernetes ]; then
        missing_for_kubernetes
        return 0
    fi
    has gcc || printf '%s\n' gcc libc6-dev
    has bwrap || echo bubblewrap
    has_certificates || echo ca-certificates
    has node && has npm || printf '%s\n' nodejs npm
    [ "$for_what" != slurm24 ] || has debootstrap || echo debootstrap
    [ "$for_what" = test ] || return 0
    has_postgres || echo postgresql
    has slurmctld && has slurmrestd && has munged && has_slurm_tokens ||
        printf '%s\n' slurm-wlm slurm-wlm-basic-plugins slurmrestd slurm-wlm-jwt-plugin munge
    compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || echo libfaketime
    has openssl || echo openssl
    has chromium || echo chromium
    has skopeo && has umoci || printf '%s\n' skopeo umoci
    dpkg -s busybox-static >/dev/null 2>&1 || echo busybox-static
    has_venv || printf '%s\n' python3 python3-venv
}

install_packages() {
    local -a missing
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -gt 0 ] || return 0
    has apt-get || fail "please install: ${missing[*]} (this script knows apt only)"
    say "installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        </dev/null >&2
}

check_rust() {
    has cargo || fail "Rust is missing: see rust-lang.org/tools/install"
    [ "$for_what" = test ] || return 0
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 && return 0
    has rustup || fail "rustfmt and clippy are missing: install them beside cargo"
    say "adding rustfmt and clippy"
    rustup component add rustfmt clippy >&2
}

# Only its program: installed as a package it would be a service that listens on all addresses.
fetch_registry() {
    [ -x "$cache/docker-registry" ] || has docker-registry && return 0
    has apt-get || return 0
    say "fetching docker-registry into $cache"
    local into
    into=$(mktemp -d)
    as_root apt-get update -qq
    (cd "$into" && apt-get download -qq docker-registry && dpkg-deb -x docker-registry_*.deb .) >&2
    install -D "$into/usr/bin/docker-registry" "$cache/docker-registry"
    rm -rf "$into"
}

install_nextest() {
    cargo nextest --version >/dev/null 2>&1 && return 0
    say "building cargo-nextest (some minutes, once)"
    cargo install --quiet --locked cargo-nextest --target-dir "$cache/nextest-build" </dev/null >&2
    rm -rf "$cache/nextest-build"
}

# The newest that rustc 1.95 builds. Optimised a little: it hashes every byte.
install_s3_server() {
    [ -x "$cache/s3s/bin/s3s-fs" ] && return 0
    say "building an S3 server (a few minutes, once)"
    CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked --debug s3s-fs \
        --version 0.14.1 --features binary --root "$cache/s3s" --target-dir "$cache/s3s-build" </dev/null >&2
    rm -rf "$cache/s3s-build"
}

install_schemathesis() {
    "$venv/bin/schemathesis" --version >/dev/null 2>&1 && return 0
    say "installing schemathesis into $venv"
    mkdir -p "$cache"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$schemathesis" </dev/null >&2
}

# Slurm as Debian 13 has it, in a root of its own beside this machine's.
install_slurm24() {
    local root=$cache/slurm24
    [ ! -x "$root/usr/sbin/slurmrestd" ] || return 0
    say "installing Slurm 24.11 into $root (some minutes, once)"
    mkdir -p "$cache"
    as_root rm -rf "$root.new"
    as_root debootstrap --variant=minbase trixie "$root.new" >&2
    as_root chroot "$root.new" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        slurmctld slurmd slurmrestd slurm-client slurm-wlm-basic-plugins slurm-wlm-jwt-plugin munge </dev/null >&2
    as_root mv "$root.new" "$root"
}

case $for_what in
demo | test | kubernetes | slurm24) ;;
*) fail "use: $0 demo|test|kubernetes|slurm24" ;;
esac
install_packages
if [ "$for_what" = kubernetes ]; then
    "$(dirname "$0")/kubernetes.sh" build
    exit 0
fi
check_rust
if [ "$for_what" = test ]; then
    fetch_registry
    install_nextest
    install_schemathesis
    install_s3_server
fi
if [ "$for_what" = slurm24 ]; then
    install_slurm24
fi
