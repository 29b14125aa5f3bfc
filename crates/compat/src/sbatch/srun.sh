#!/bin/sh
# A step of a batch script: starts this machine's share of its tasks, waits for them, and fails as the first that fails.
all=$SLURM_NTASKS each=$SBATCH_PER_NODE nodes=
while [ $# -gt 0 ]; do
    case $1 in
    --) shift; break ;;
    --multi-prog | --pty | --het-group=*) echo "srun: $1 is not honoured by Jingwei" >&2; exit 1 ;;
    --ntasks=*) all=${1#*=}; shift ;;
    --ntasks-per-node=*) per=${1#*=}; shift ;;
    --nodes=*) nodes=${1#*=}; shift ;;
    -n | --ntasks) all=$2; shift 2 ;;
    --ntasks-per-node) per=$2; shift 2 ;;
    -N | --nodes) nodes=$2; shift 2 ;;
    -n*) all=${1#-n}; shift ;;
    -N*) nodes=${1#-N}; shift ;;
    --*=*) shift ;;
    --exclusive | --exact | --overlap | --oversubscribe | --overcommit | --label | --unbuffered | --quiet | --verbose | \
        --kill-on-bad-exit | --no-kill | --wait-all-nodes | --preserve-env | --contiguous | --whole | --spread-job | \
        --no-allocate | --disable-status | --slurmd-debug | --container-mount-home | --no-container-mount-home)
        shift ;;
    -[lukKOqvQsEX]) shift ;;
    --* | -[A-Za-z]) shift 2 ;;
    -?*) shift ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || { echo "srun: no command given" >&2; exit 1; }
nodes=${nodes%%-*}
[ -z "$per" ] || { each=$per; all=$((${nodes:-$SLURM_NNODES} * per)); }
[ -z "$nodes" ] || each=$(((all + nodes - 1) / nodes))
rank=$((SLURM_NODEID * each)) first=$((SLURM_NODEID * each)) end=$((SLURM_NODEID * each + each))
[ "$end" -le "$all" ] || end=$all
export SLURM_STEP_NUM_TASKS="$all" SLURM_NTASKS="$all" SLURM_NPROCS="$all"
started=
while [ "$rank" -lt "$end" ]; do
    SLURM_PROCID=$rank SLURM_LOCALID=$((rank - first)) "$@" &
    : >"$SBATCH_STEPS/$!"
    started="$started $!"
    rank=$((rank + 1))
done
code=0
for task in $started; do
    while wait "$task"; it=$?; [ $it -gt 128 ] && kill -0 "$task" 2>/dev/null; do :; done
    rm -f "$SBATCH_STEPS/$task"
    [ $code -ne 0 ] || code=$it
done
exit $code
