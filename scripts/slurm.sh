#!/usr/bin/env bash
# Real Slurm clusters on this machine, for tests and demonstrations: many slurmd on one host, on loopback, without systemd.
#   slurm.sh up NAME PORT NODES [GPUS CPUS MEM_MIB]   starts cluster NAME; prints the path of its slurm.conf
#   slurm.sh rest NAME PORT                           starts its slurmrestd; prints the URL, then the path of a token of root
#   slurm.sh token NAME ACCOUNT SECONDS               prints a token of an account
#   slurm.sh down NAME                                stops it and forgets it
# With JINGWEI_SLURM24=DIR, the root that `setup.sh slurm24` makes, the daemons are those of Slurm 24.11 in it.
# Ports PORT to PORT+NODES+99 are used. Needs root, and the packages that setup.sh test installs.
set -euo pipefail

root=${JINGWEI_SLURM:-/var/tmp/jingwei-slurm} # customers of the cluster read its slurm.conf
say() { printf 'slurm: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}
[ $# -ge 2 ] || fail "use: $0 up|rest|token|down NAME ...: see its first lines"
action=$1 name=$2
dir=$root/$name
conf=$dir/etc/slurm.conf

down() {
    local file pid
    for file in "$dir"/run/*.pid; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        kill -KILL "$pid" 2>/dev/null || true
    done
    # What it still runs goes too: supervisors have the cluster's name in their environment.
    for pid in $(pgrep slurmstepd || true); do
        grep -qsF "$dir/" "/proc/$pid/environ" || continue
        pkill -KILL -P "$pid" 2>/dev/null || true
        kill -KILL "$pid" 2>/dev/null || true
    done
    rm -rf "$dir"
}

# Runs it here, or in the other root, which sees this machine's folders for jobs.
at() {
    [ -n "${JINGWEI_SLURM24:-}" ] || {
        "$@"
        return
    }
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount bash -c 'set -e; root=$1; shift
        for path in /proc /sys /dev /tmp /var/tmp /run/munge /etc/passwd /etc/group /etc/hosts; do
            if [ -d "$path" ]; then mkdir -p "$root$path"; else : >>"$root$path"; fi
            mount --rbind "$path" "$root$path"
        done
        exec chroot "$root" "$@"' - "$JINGWEI_SLURM24" "$@"
}

# slurmrestd runs as neither root nor the account of the controller.
rest() {
    id jingwei-rest >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin jingwei-rest
    local plugins=openapi/v0.0.38
    [ -z "${JINGWEI_SLURM24:-}" ] || plugins=slurmctld
    # shellcheck disable=SC2016 # expanded by the inner shell
    at setsid sh -c 'echo $$ >"$0"; exec "$@"' "$dir/run/slurmrestd.pid" setpriv --reuid jingwei-rest --regid jingwei-rest --clear-groups \
        env SLURM_JWT=daemon SLURM_CONF="$conf" slurmrestd -a rest_auth/jwt -s "$plugins" "127.0.0.1:$1" \
        >"$dir/log/slurmrestd.log" 2>&1 </dev/null &
    (umask 077 && token root 86400 >"$dir/etc/root.token")
    for _ in $(seq 1 100); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && kill -0 "$(cat "$dir/run/slurmrestd.pid")"; then
            printf 'http://127.0.0.1:%s\n%s\n' "$1" "$dir/etc/root.token"
            return
        fi
        sleep 0.1
    done
    fail "slurmrestd did not come up: see $dir/log"
}

token() { SLURM_CONF=$conf at scontrol token username="$1" lifespan="$2" | sed 's/^SLURM_JWT=//'; }

munge_up() {
    munge -n </dev/null >/dev/null 2>&1 && return 0
    install -d -o munge -g munge -m 0755 /run/munge
    install -d -o munge -g munge -m 0700 /var/lib/munge /var/log/munge
    runuser -u munge -- /usr/sbin/munged --num-threads=2
    munge -n </dev/null >/dev/null
}

# Slurm looks its own host up: it must be loopback.
host_up() {
    host=$(hostname)
    getent ahostsv4 "$host" | grep -q '^127\.' && return 0
    say "adding 127.0.0.1 $host to /etc/hosts"
    echo "127.0.0.1 $host" >>/etc/hosts
}

write_conf() {
    local gres="" i
    mkdir -p "$dir"/{etc,state,log,run,dev}
    for i in $(seq 1 "$nodes"); do mkdir -p "$dir/spool/$name-n$i"; done
    : >"$dir/etc/gres.conf"
    (umask 077 && head -c 32 /dev/urandom >"$dir/etc/jwt.key")
    if [ "$gpus" -gt 0 ]; then
        gres="Gres=gpu:a100:$gpus"
        for i in $(seq 0 $((gpus - 1))); do
            [ -e "$dir/dev/nvidia$i" ] || mknod "$dir/dev/nvidia$i" c 1 3
        done
        local files="$dir/dev/nvidia[0-$((gpus - 1))]"
        [ "$gpus" -gt 1 ] || files=$dir/dev/nvidia0
        echo "NodeName=$name-n[1-$nodes] Name=gpu Type=a100 File=$files" >"$dir/etc/gres.conf"
    fi
    printf 'CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n' >"$dir/etc/cgroup.conf"
    [ -z "${JINGWEI_SLURM24:-}" ] || echo 'CgroupPlugin=disabled' >"$dir/etc/cgroup.conf"
    cat >"$conf" <<C
ClusterName=$name
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=$dir/etc/jwt.key
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=100
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=1,sched_interval=5,bf_interval=2,max_rpc_cnt=0
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=5
KillWait=2
MinJobAge=60
MaxJobCount=20000
MaxArraySize=20001
$([ "$gpus" -eq 0 ] || echo GresTypes=gpu)
NodeName=$name-n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 100))-$((port + 99 + nodes))] CPUs=$cpus Boards=1 SocketsPerBoard=1 CoresPerSocket=$cpus ThreadsPerCore=1 RealMemory=$mem $gres State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
C
    # A range of one port or node is not taken: write it plain.
    [ "$nodes" -gt 1 ] ||
        sed -i "s/Port=\[$((port + 100))-[0-9]*\]/Port=$((port + 100))/; s/$name-n\[1-1\]/$name-n1/" "$conf" "$dir/etc/gres.conf"
}

start() {
    local i
    export SLURM_CONF=$conf
    at slurmctld -f "$conf" >/dev/null
    for i in $(seq 1 "$nodes"); do at slurmd -f "$conf" -N "$name-n$i" >/dev/null; done
    for _ in $(seq 1 300); do
        [ "$(at sinfo -h -t idle,mix,alloc -o %D 2>/dev/null | awk '{n += $1} END {print n + 0}')" = "$nodes" ] && return 0
        sleep 0.1
    done
    fail "cluster $name did not come up: see $dir/log"
}

case $action in
down) down ;;
up)
    port=${3:?say which port} nodes=${4:?say how many nodes}
    gpus=${5:-0} cpus=${6:-8} mem=${7:-16000}
    command -v slurmctld >/dev/null || fail "Slurm is missing: run scripts/setup.sh test"
    down
    host_up
    munge_up
    write_conf
    start >&2
    echo "$conf"
    ;;
rest) rest "${3:?say which port}" ;;
token) token "${3:?say whose}" "${4:?say for how long}" ;;
*) fail "use: $0 up|rest|token|down NAME ...: see its first lines" ;;
esac
