#!/usr/bin/env bash
# Real Slurm clusters on this machine, for tests and demonstrations: many slurmd on one host, on loopback, without systemd.
#   slurm.sh up NAME PORT NODES [GPUS CPUS MEM_MIB]   starts cluster NAME; prints the path of its slurm.conf
#   slurm.sh down NAME                                stops it and forgets it
# Ports PORT to PORT+NODES+99 are used. Needs root, and the packages that setup.sh test installs.
set -euo pipefail

root=${JINGWEI_SLURM:-/var/tmp/jingwei-slurm} # customers of the cluster read its slurm.conf
say() { printf 'slurm: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}
[ $# -ge 2 ] || fail "use: $0 up NAME PORT NODES [GPUS CPUS MEM_MIB], or down NAME"
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
    cat >"$conf" <<C
ClusterName=$name
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
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
    slurmctld -f "$conf" >/dev/null
    for i in $(seq 1 "$nodes"); do slurmd -f "$conf" -N "$name-n$i" >/dev/null; done
    for _ in $(seq 1 300); do
        [ "$(sinfo -h -t idle,mix,alloc -o %D 2>/dev/null | awk '{n += $1} END {print n + 0}')" = "$nodes" ] && return 0
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
*) fail "use: $0 up NAME PORT NODES [GPUS CPUS MEM_MIB], or down NAME" ;;
esac
