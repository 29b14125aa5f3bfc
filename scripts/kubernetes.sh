#!/usr/bin/env bash
# A real Kubernetes cluster on this machine, for tests: Debian's own source package of it, in a network namespace.
#   kubernetes.sh build         builds it once (about 12 minutes of processor time), into the cache
#   kubernetes.sh ready         succeeds if it has been built
#   kubernetes.sh up NAME       starts control plane, containerd and kubelet; prints the path of a kubeconfig
#   kubernetes.sh down NAME     stops it and forgets it
#   kubernetes.sh kill|start NAME etcd|apiserver    ends one part at once, and starts it again
# Needs root, and the packages that setup.sh kubernetes installs.
set -euo pipefail

cache=${JINGWEI_CACHE:-$HOME/.cache/jingwei}/kubernetes
bin=$cache/v1.20.2-2 # raise the last number when the way to build changes
parts='kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl'
say() { printf 'kubernetes: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

ready() {
    local part
    for part in $parts; do [ -x "$bin/$part" ] || return 1; done
}

# Debian has no Kubernetes to install any more, but its source with everything that it depends on inside.
fetch() {
    local apt=$cache/apt
    mkdir -p "$apt/lists/partial"
    [ ! -d "$cache/source" ] || return 0
    echo "deb-src $(mirror) bookworm main" >"$apt/sources.list"
    local -a options=(-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$apt/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
    apt-get "${options[@]}" update -qq
    (cd "$apt" && apt-get "${options[@]}" source -qq --download-only kubernetes)
    dpkg-source --no-check -x "$apt"/kubernetes_1.20.*.dsc "$cache/source.part"
    mend_reflect2 "$cache/source.part/vendor/github.com/modern-go/reflect2"
    mv "$cache/source.part" "$cache/source"
}

# The reflect2 inside is older than Go 1.18, which iterates over maps otherwise: the API server would crash now and then.
# This is what reflect2 1.0.2 does.
mend_reflect2() {
    local rest='\tt, h, buckets, bptr unsafe.Pointer\n\toverflow, oldoverflow *[]unsafe.Pointer'
    rest+='\n\tstartBucket uintptr\n\toffset uint8\n\twrapped bool\n\tB, i uint8\n\tbucket, checkBucket uintptr'
    sed -i "s|^\t// rest fields are ignored\$|$rest|
        s|^func mapiterinit(.*|func mapiterinit(rtype unsafe.Pointer, m unsafe.Pointer, it *hiter)|" "$1/unsafe_link.go"
    sed -i 's|^\treturn &UnsafeMapIterator{$|\tvar it hiter\n\tmapiterinit(type2.rtype, *(*unsafe.Pointer)(obj), \&it)\n&|
        s|hiter: *mapiterinit(.*),$|hiter: \&it,|' "$1/unsafe_map.go"
    grep -q 'checkBucket' "$1/unsafe_link.go" && grep -q 'hiter: &it' "$1/unsafe_map.go" || fail "reflect2 is not as expected"
}

# Where this machine gets Debian from.
mirror() {
    sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1 | grep . ||
        sed -n 's/^deb \(\[.*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list | head -1 | grep .
}

build() {
    ! ready || return 0
    fetch
    say "building it (about 12 minutes of processor time, once)"
    local part what=''
    for part in $parts; do what+="cmd/$part "; done
    mkdir -p "$cache/home" "$cache/source/.go/src/k8s.io"
    ln -sfn ../../.. "$cache/source/.go/src/k8s.io/kubernetes"
    (
        cd "$cache/source"
        export HOME=$cache/home GOPATH=$cache/source/.go CGO_ENABLED=0 GOFLAGS=-p=2 KUBE_GIT_VERSION=v1.20.2 \
            KUBE_GIT_COMMIT=debian KUBE_GIT_TREE_STATE=clean KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20
        nice -n 19 make WHAT="$what" >&2
    )
    mkdir -p "$bin"
    for part in $parts; do install -m 0755 "$cache/source/_output/bin/$part" "$bin/$part"; done
    rm -rf "$cache/source" "$cache/home" "$cache/apt"
}


# --- one cluster -----------------------------------------------------------------------------------------------

place() {
    name=${1:?say which cluster}
    [[ $name =~ ^[a-z0-9-]{1,20}$ ]] || fail "$name is not a name: use at most 20 of a-z, 0-9 and -"
    dir=${JINGWEI_KUBERNETES:-/var/tmp/jingwei-kubernetes}/$name
    socket=$dir/containerd.sock
    number=$(cat "$dir/number" 2>/dev/null || echo 1)
    at_number
}

# 10.210.N.2 is the cluster, 10.210.N.1 this machine.
at_number() {
    address=10.210.$number.2
    net=jw-k8s-$number
}

# In the cluster's network. `ip netns exec` would change mounts, too, and hide volumes from containers.
inside() { nsenter --net="/run/netns/$net" "$@"; }

start() {
    local part=$1
    shift
    (
        cd "$dir"
        exec setsid nsenter --net="/run/netns/$net" "$@"
    ) >>"$dir/$part.log" 2>&1 </dev/null &
    echo $! >"$dir/$part.pid"
}

until_so() {
    local what=$1
    shift
    for _ in $(seq 1 600); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    fail "never so: $what; see $dir"
}

network_up() {
    # The first number that nobody has.
    until ip netns add "$net" 2>/dev/null; do
        [ "$number" -lt 250 ] || fail "no network can be made: needs root"
        number=$((number + 1))
        at_number
    done
    echo "$number" >"$dir/number"
    ip link add "jwk$number" type veth peer name eth0 netns "$net"
    ip addr add "10.210.$number.1/24" dev "jwk$number"
    ip link set "jwk$number" up
    inside ip addr add "$address/24" dev eth0
    inside ip link set eth0 up
    inside ip link set lo up
}

start_etcd() {
    start etcd etcd --data-dir "$dir/etcd" --listen-client-urls http://127.0.0.1:2379 \
        --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380 \
        --initial-advertise-peer-urls http://127.0.0.1:2380 --initial-cluster default=http://127.0.0.1:2380 \
        --unsafe-no-fsync
}

start_apiserver() {
    start apiserver "$bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --bind-address=0.0.0.0 \
        --advertise-address="$address" --secure-port=6443 --insecure-port=0 --cert-dir="$dir/certs" \
        --service-cluster-ip-range=10.96.0.0/16 --service-account-issuer=https://kubernetes.default.svc \
        --service-account-key-file="$dir/sa.pub" --service-account-signing-key-file="$dir/sa.key" \
        --token-auth-file="$dir/tokens.csv" --authorization-mode=RBAC --allow-privileged=true \
        --endpoint-reconciler-type=none --kubelet-preferred-address-types=InternalIP
}

answers() { "$bin/kubectl" --kubeconfig "$dir/admin.conf" get --raw /readyz; }

keys() {
    openssl genrsa -out "$dir/sa.key" 2048 2>/dev/null
    openssl rsa -in "$dir/sa.key" -pubout -out "$dir/sa.pub" 2>/dev/null
    local user
    (umask 077 && : >"$dir/tokens.csv")
    for user in admin agent powerless; do
        openssl rand -hex 16 | (umask 077 && tee "$dir/$user.token") |
            sed "s/\$/,$user,$user$([ $user != admin ] || echo ',"system:masters"')/" >>"$dir/tokens.csv"
    done
}

# With the certificate that the API server makes for itself at its first start.
kubeconfig() {
    local user=$1
    (umask 077 && cat >"$dir/$user.conf") <<C
apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "https://$address:6443", certificate-authority: $dir/certs/apiserver.crt } }]
users: [{ name: $user, user: { token: $(cat "$dir/$user.token") } }]
contexts: [{ name: c, context: { cluster: c, user: $user } }]
current-context: c
C
}

control_plane_up() {
    keys
    start_etcd
    start_apiserver
    until_so "the API server has a certificate" test -s "$dir/certs/apiserver.crt"
    local user
    for user in admin agent powerless; do kubeconfig $user; done
    until_so "the API server answers" answers
    start controller-manager "$bin/kube-controller-manager" --kubeconfig="$dir/admin.conf" \
        --bind-address=127.0.0.1 --port=0 --leader-elect=false --service-account-private-key-file="$dir/sa.key" \
        --root-ca-file="$dir/certs/apiserver.crt" --kube-api-qps=200 --kube-api-burst=400 \
        --node-monitor-grace-period=10m
    start scheduler "$bin/kube-scheduler" --kubeconfig="$dir/admin.conf" --bind-address=127.0.0.1 --port=0 \
        --leader-elect=false --kube-api-qps=200 --kube-api-burst=400
}

# No registry is needed: images are made of Debian's static busybox. image NAME COMMAND
image() {
    local work=$dir/images layer config
    mkdir -p "$work"
    if [ ! -s "$work/layer.tar" ]; then
        mkdir -p "$work/root"/{bin,etc,tmp}
        cp "$(command -v busybox)" "$work/root/bin/busybox"
        "$work/root/bin/busybox" --list | while read -r applet; do
            [ "$applet" = busybox ] || ln -s busybox "$work/root/bin/$applet"
        done
        chmod 1777 "$work/root/tmp"
        printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$work/root/etc/passwd"
        tar -C "$work/root" --owner=0 --group=0 -cf "$work/layer.tar" .
    fi
    layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
    printf '{"architecture":"%s","os":"linux","config":{"Cmd":%s,"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
        "$(dpkg --print-architecture)" "$2" "$layer" >"$work/config.json"
    config=$(sha256sum "$work/config.json" | cut -d' ' -f1)
    printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$1" >"$work/manifest.json"
    tar -C "$work" -cf "$work/$config.tar" manifest.json config.json layer.tar
    ctr -a "$socket" -n k8s.io images import "$work/$config.tar" >&2
}

node_up() {
    mkdir -p "$dir"/{containerd,run,cni,kubelet}
    cat >"$dir/containerd.toml" <<C
version = 2
root = "$dir/containerd"
state = "$dir/run"
[grpc]
  address = "$socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  disable_hugetlb_controller = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$dir/cni"
C
    cat >"$dir/cni/10-ptp.conflist" <<C
{"cniVersion":"0.4.0","name":"pods","plugins":[{"type":"ptp","ipam":{"type":"host-local","subnet":"10.244.7.0/24","dataDir":"$dir/ipam"}}]}
C
    # Logs of pods are always in /var/log/pods, where the kubelets of other clusters would tidy them away: containerd and
    # kubelet have mounts of their own.
    mkdir -p "$dir"/{pod-logs,log-links} /var/log/pods /var/log/containers
    # shellcheck disable=SC2016
    start containerd unshare --mount --propagation slave sh -c 'mount --bind "$1/pod-logs" /var/log/pods &&
        mount --bind "$1/log-links" /var/log/containers && exec containerd -c "$1/containerd.toml"' sh "$dir"
    until_so "containerd answers" ctr -a "$socket" version
    image localhost/pause:1 '["/bin/sleep","2147483647"]'
    image localhost/busybox:1 '["/bin/sh"]'
    start kubelet nsenter --mount="/proc/$(cat "$dir/containerd.pid")/ns/mnt" \
        "$bin/kubelet" --kubeconfig="$dir/admin.conf" --container-runtime=remote \
        --container-runtime-endpoint="unix://$socket" --cgroup-driver=cgroupfs --cgroups-per-qos=false \
        --enforce-node-allocatable= --fail-swap-on=false --root-dir="$dir/kubelet" --cert-dir="$dir/kubelet/pki" \
        --address="$address" --node-ip="$address" --read-only-port=0 --healthz-bind-address=127.0.0.1 \
        --hostname-override=real-1 --authorization-mode=AlwaysAllow --anonymous-auth=true --oom-score-adj=0 \
        --make-iptables-util-chains=false --resolv-conf=/dev/null --max-pods=200 --image-gc-high-threshold=100 \
        '--eviction-hard=memory.available<1Mi,nodefs.available<1%' --serialize-image-pulls=false
}

rights() {
    local kubectl=("$bin/kubectl" --kubeconfig "$dir/admin.conf")
    "${kubectl[@]}" apply -f "$(dirname "$0")/../examples/engines/kubernetes-rights.yaml" >&2
    "${kubectl[@]}" create clusterrolebinding agent-user --clusterrole=jingwei-agent --user=agent >&2
}

up() {
    ready || fail "Kubernetes is not built: run scripts/setup.sh kubernetes"
    down
    number=1
    at_number
    mkdir -p "$dir"
    ln -s "$bin/kubectl" "$dir/kubectl"
    network_up
    control_plane_up
    node_up
    rights
    until_so "the node is ready" node_is_ready
    echo "$dir/agent.conf"
}

node_is_ready() {
    "$bin/kubectl" --kubeconfig "$dir/admin.conf" get nodes --no-headers | grep -q ' Ready '
}

stop() {
    local pid
    [ -s "$dir/$1.pid" ] || return 0
    pid=$(cat "$dir/$1.pid")
    # The number may be another's by now.
    ! grep -qsF "$dir" "/proc/$pid/cmdline" || kill -KILL "$pid" 2>/dev/null || true
    while grep -qsF "$dir" "/proc/$pid/cmdline"; do sleep 0.05; done
    rm -f "$dir/$1.pid"
}

down() {
    local part pid mount
    [ -d "$dir" ] || return 0
    for part in kubelet scheduler controller-manager apiserver etcd containerd; do stop "$part"; done
    # Supervisors of containers, and what they run: each in a cgroup of its own below its supervisor.
    for pid in $(pgrep -f "containerd-shim.* -address $socket" || true); do
        pkill -KILL -P "$pid" 2>/dev/null || true
        kill -KILL "$pid" 2>/dev/null || true
    done
    while read -r mount; do umount -l "$mount" 2>/dev/null || true; done \
        < <(awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r)
    if [ -s "$dir/number" ]; then
        ip link delete "jwk$number" 2>/dev/null || true
        ip netns delete "$net" 2>/dev/null || true
    fi
    rm -rf "$dir"
}

case ${1:-} in
build) build ;;
ready) ready ;;
up)
    place "${2:-}"
    up
    ;;
down)
    place "${2:-}"
    down
    ;;
kill)
    place "${2:-}"
    stop "${3:?say which part}"
    ;;
start)
    place "${2:-}"
    case ${3:?say which part} in
    etcd) start_etcd ;;
    apiserver) start_apiserver ;;
    *) fail "starts etcd and apiserver only" ;;
    esac
    ;;
*) fail "use: $0 build, ready, up NAME, down NAME, kill NAME PART, start NAME etcd|apiserver" ;;
esac
