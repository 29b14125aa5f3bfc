//! The one table of sbatch's options: reading, what is said, and the page for users follow from it.

use Becomes::{Else, Lost, This};
use Takes::{Maybe, Nothing, Value};

/// One option of sbatch(1), or of Jingwei's own (`strict`).
#[derive(Debug)]
pub(crate) struct Opt {
    pub(crate) long: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) takes: Takes,
    /// The environment variable that stands for it.
    pub(crate) variable: Option<&'static str>,
    pub(crate) becomes: Becomes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Nothing,
    Value,
    /// Only behind `=`.
    Maybe,
}

/// What it is here. The text is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Becomes {
    /// It is honoured, as this.
    This(&'static str),
    /// Its purpose is served in another way, or there is nothing to serve.
    Else(&'static str),
    /// It is not honoured; there is this instead.
    Lost(&'static str),
}

const fn row(
    long: &'static str,
    short: &'static str,
    takes: Takes,
    variable: &'static str,
    becomes: Becomes,
) -> Opt {
    let short = match short.as_bytes() {
        [letter] => Some(*letter as char),
        _ => None,
    };
    let variable = if variable.is_empty() { None } else { Some(variable) };
    Opt { long, short, takes, variable, becomes }
}

const LIMITS: Becomes = Lost("the site chooses; the sandbox keeps the limits");
const PLACES: Becomes =
    Lost("Jingwei chooses the site, the site its machines: `regions` in a manifest names regions");
const OUTPUT: Becomes = Else("output is kept at the centre: `jw logs JOB`");
const MAIL: Becomes = Lost("no mail is sent: `jw wait JOB` ends when the job does");
const TOPOLOGY: Becomes = Lost("ask for cores by --cpus-per-task");
const MOUNTS: Becomes = Lost("data comes as datasets: `inputs` in a manifest");
const ROOT: Becomes = Lost("the site maps users to accounts: `accounts` in the driver's file");

pub(crate) const OPTIONS: &[Opt] = &[
    row("account", "A", Value, "SBATCH_ACCOUNT", This("the project")),
    row("acctg-freq", "", Value, "SBATCH_ACCTG_FREQ", Else("usage is measured always")),
    row(
        "array",
        "a",
        Value,
        "SBATCH_ARRAY_INX",
        This("`tasks` and `array`; the number is in SLURM_ARRAY_TASK_ID"),
    ),
    row("batch", "", Value, "SBATCH_BATCH", PLACES),
    row("bb", "", Value, "SBATCH_BB", MOUNTS),
    row("bbf", "", Value, "SBATCH_BBF", MOUNTS),
    row("begin", "b", Value, "", This("`earliest`")),
    row("bell", "", Nothing, "", MAIL),
    row("chdir", "D", Value, "", This("the script starts there, if the folder is at the site")),
    row("cluster-constraint", "", Value, "", PLACES),
    row("clusters", "M", Value, "SBATCH_CLUSTERS", PLACES),
    row("comment", "", Value, "", This("the label `comment`")),
    row(
        "constraint",
        "C",
        Value,
        "SBATCH_CONSTRAINT",
        This("`any_of`: flavors, pools, accelerators or architectures of that name"),
    ),
    row("container", "", Value, "SBATCH_CONTAINER", Lost("name an image: --container-image=NAME")),
    row(
        "container-id",
        "",
        Value,
        "SBATCH_CONTAINER_ID",
        Lost("name an image: --container-image=NAME"),
    ),
    row("container-image", "", Value, "", This("`image`")),
    row("container-mounts", "", Value, "", MOUNTS),
    row("container-name", "", Value, "", Lost("each task has a container of its own")),
    row("container-workdir", "", Value, "", Lost("use `cd` in the script")),
    row("contiguous", "", Nothing, "", PLACES),
    row("core-spec", "S", Value, "SBATCH_CORE_SPEC", LIMITS),
    row("cores-per-socket", "", Value, "", TOPOLOGY),
    row("cpu-freq", "", Value, "SLURM_CPU_FREQ_REQ", LIMITS),
    row("cpus-per-gpu", "", Value, "SBATCH_CPUS_PER_GPU", This("`cores`")),
    row("cpus-per-task", "c", Value, "", This("`cores`")),
    row("deadline", "", Value, "", This("`deadline`")),
    row("delay-boot", "", Value, "SBATCH_DELAY_BOOT", PLACES),
    row(
        "dependency",
        "d",
        Value,
        "",
        Lost("jobs do not wait for each other: `jw wait JOB && jw sbatch NEXT`"),
    ),
    row(
        "distribution",
        "m",
        Value,
        "SBATCH_DISTRIBUTION",
        Lost("tasks are put on machines in order"),
    ),
    row("error", "e", Value, "SBATCH_ERROR", OUTPUT),
    row("exclude", "x", Value, "SBATCH_EXCLUDE", PLACES),
    row(
        "exclusive",
        "",
        Maybe,
        "SBATCH_EXCLUSIVE",
        Lost("machines are shared, and no job sees another: ask for what it needs"),
    ),
    row(
        "export",
        "",
        Value,
        "SBATCH_EXPORT",
        This("`env`: the variables it names; without names none is taken along"),
    ),
    row("export-file", "", Value, "", Lost("name the variables: --export=A,B=2")),
    row("external-launcher", "", Nothing, "", LIMITS),
    row("extra", "", Value, "", PLACES),
    row("extra-node-info", "B", Value, "", TOPOLOGY),
    row(
        "get-user-env",
        "",
        Maybe,
        "SBATCH_GET_USER_ENV",
        Lost("the site's environment is all there is: --export=A,B=2"),
    ),
    row("gid", "", Value, "", ROOT),
    row("gpu-bind", "", Value, "SBATCH_GPU_BIND", LIMITS),
    row("gpu-freq", "", Value, "SBATCH_GPU_FREQ", LIMITS),
    row(
        "gpus",
        "G",
        Value,
        "SBATCH_GPUS",
        This("`accelerators`, and `any_of` the flavors that have the model"),
    ),
    row(
        "gpus-per-node",
        "",
        Value,
        "SBATCH_GPUS_PER_NODE",
        This("`accelerators`, and `any_of` the flavors that have the model"),
    ),
    row("gpus-per-socket", "", Value, "SBATCH_GPUS_PER_SOCKET", Lost("use --gpus-per-node")),
    row(
        "gpus-per-task",
        "",
        Value,
        "SBATCH_GPUS_PER_TASK",
        This("`accelerators`, and `any_of` the flavors that have the model"),
    ),
    row(
        "gres",
        "",
        Value,
        "SBATCH_GRES",
        This("`accelerators` for `gpu`; other resources are not honoured"),
    ),
    row("gres-flags", "", Value, "SBATCH_GRES_FLAGS", LIMITS),
    row("help", "h", Nothing, "", This("this text")),
    row("hint", "", Value, "SBATCH_HINT", LIMITS),
    row("hold", "H", Nothing, "", Lost("submit it later, or give --begin")),
    row(
        "ignore-pbs",
        "",
        Nothing,
        "SBATCH_IGNORE_PBS",
        Else("#PBS and #BSUB lines count for nothing anyway"),
    ),
    row(
        "input",
        "i",
        Value,
        "SBATCH_INPUT",
        Lost("standard input is empty: read the file in the script"),
    ),
    row(
        "job-name",
        "J",
        Value,
        "SBATCH_JOB_NAME",
        This("the name, made one; a suffix is added where it is taken"),
    ),
    row("kill-on-invalid-dep", "", Value, "", Lost("jobs do not wait for each other")),
    row("licenses", "L", Value, "SBATCH_LICENSES", Lost("licences are not counted")),
    row("mail-type", "", Value, "", MAIL),
    row("mail-user", "", Value, "", MAIL),
    row("mcs-label", "", Value, "", ROOT),
    row("mem", "", Value, "SBATCH_MEM_PER_NODE", This("`memory`")),
    row("mem-bind", "", Value, "SBATCH_MEM_BIND", LIMITS),
    row("mem-per-cpu", "", Value, "SBATCH_MEM_PER_CPU", This("`memory`")),
    row("mem-per-gpu", "", Value, "SBATCH_MEM_PER_GPU", This("`memory`")),
    row("mincpus", "", Value, "", This("`cores`, at least")),
    row(
        "network",
        "",
        Value,
        "SBATCH_NETWORK",
        Lost("`network` in a manifest asks for bandwidth and delay"),
    ),
    row(
        "nice",
        "",
        Maybe,
        "",
        This("`priority`: 1 to 4 for a positive number, 6 or 7 for a negative one"),
    ),
    row("no-bell", "", Nothing, "", Else("there is none")),
    row(
        "no-kill",
        "k",
        Maybe,
        "SBATCH_NO_KILL",
        Lost("a gang ends with its first lost task, and starts again"),
    ),
    row(
        "no-requeue",
        "",
        Nothing,
        "SBATCH_NO_REQUEUE",
        Else(
            "it never runs twice at once (`exclusive: true`); a run that was lost with its site is started again",
        ),
    ),
    row("nodefile", "F", Value, "", PLACES),
    row("nodelist", "w", Value, "", PLACES),
    row("nodes", "N", Value, "", This("`tasks`: one for each machine")),
    row(
        "ntasks",
        "n",
        Value,
        "",
        This("`cores` of each machine, together; `srun` in the script starts that machine's share"),
    ),
    row("ntasks-per-core", "", Value, "SBATCH_NTASKS_PER_CORE", TOPOLOGY),
    row(
        "ntasks-per-gpu",
        "",
        Value,
        "SBATCH_NTASKS_PER_GPU",
        This("tasks, where --ntasks is left out"),
    ),
    row("ntasks-per-node", "", Value, "SBATCH_NTASKS_PER_NODE", This("tasks of each machine")),
    row("ntasks-per-socket", "", Value, "", TOPOLOGY),
    row("oom-kill-step", "", Maybe, "SBATCH_OOM_KILL_STEP", LIMITS),
    row("open-mode", "", Value, "SBATCH_OPEN_MODE", OUTPUT),
    row("output", "o", Value, "SBATCH_OUTPUT", OUTPUT),
    row("overcommit", "O", Nothing, "SBATCH_OVERCOMMIT", LIMITS),
    row("oversubscribe", "s", Nothing, "SBATCH_OVERSUBSCRIBE", Else("machines are shared anyway")),
    row("parsable", "", Nothing, "SBATCH_PARSABLE", This("only the name is printed")),
    row(
        "partition",
        "p",
        Value,
        "SBATCH_PARTITION",
        This(
            "`any_of`: flavors of that name or of pools of that name, as `main` or `SITE-main`; not honoured where there are none",
        ),
    ),
    row("power", "", Value, "SBATCH_POWER", LIMITS),
    row("prefer", "", Value, "", PLACES),
    row("priority", "", Value, "", Lost("`priority` is 0 to 9 here: use --nice, or a manifest")),
    row(
        "profile",
        "",
        Value,
        "SBATCH_PROFILE",
        Else("usage is measured always: `jw describe job JOB`"),
    ),
    row("propagate", "", Maybe, "SLURM_PROPAGATE", LIMITS),
    row(
        "qos",
        "q",
        Value,
        "SBATCH_QOS",
        Lost("a budget, a deadline and `priority` say how urgent a job is"),
    ),
    row("quiet", "Q", Nothing, "", This("no notes")),
    row("reboot", "", Nothing, "", LIMITS),
    row(
        "requeue",
        "",
        Nothing,
        "SBATCH_REQUEUE",
        This("what is lost with its site always runs again; a script that fails does not"),
    ),
    row(
        "reservation",
        "",
        Value,
        "SBATCH_RESERVATION",
        Lost("capacity is held for each job: --begin and --deadline say when"),
    ),
    row("resv-ports", "", Maybe, "", LIMITS),
    row("segment", "", Value, "SBATCH_SEGMENT_SIZE", PLACES),
    row(
        "signal",
        "",
        Value,
        "SBATCH_SIGNAL",
        This("`grace`; the signal comes before any stop, not only at the time limit"),
    ),
    row("sockets-per-node", "", Value, "", TOPOLOGY),
    row("spread-job", "", Nothing, "SBATCH_SPREAD_JOB", PLACES),
    row("stepmgr", "", Nothing, "", LIMITS),
    row("strict", "", Nothing, "", This("Jingwei's own: what is not honoured is an error")),
    row("switches", "", Value, "SBATCH_REQ_SWITCH", PLACES),
    row("test-only", "", Nothing, "", This("`jw plan`: nothing is submitted")),
    row("thread-spec", "", Value, "SBATCH_THREAD_SPEC", LIMITS),
    row("threads-per-core", "", Value, "SBATCH_THREADS_PER_CORE", TOPOLOGY),
    row(
        "time",
        "t",
        Value,
        "SBATCH_TIMELIMIT",
        This("`time_limit`; also `run_time`, if --time-min is left out"),
    ),
    row("time-min", "", Value, "", This("`run_time`: what the plan counts with")),
    row("tmp", "", Value, "", Lost("disk is not counted")),
    row("tres-bind", "", Value, "SBATCH_TRES_BIND", LIMITS),
    row(
        "tres-per-task",
        "",
        Value,
        "SBATCH_TRES_PER_TASK",
        Lost("use --cpus-per-task and --gpus-per-task"),
    ),
    row("uid", "", Value, "", ROOT),
    row("usage", "", Nothing, "", This("this text")),
    row(
        "use-min-nodes",
        "",
        Nothing,
        "SBATCH_USE_MIN_NODES",
        Else("the smaller number of a range is taken anyway"),
    ),
    row("verbose", "v", Nothing, "", Else("`jw explain JOB` tells all")),
    row("version", "V", Nothing, "", This("the version")),
    row("wait", "W", Nothing, "SBATCH_WAIT", This("it waits, and ends with the job's exit code")),
    row(
        "wait-all-nodes",
        "",
        Value,
        "SBATCH_WAIT_ALL_NODES",
        Else("tasks of a gang start together anyway"),
    ),
    row("wckey", "", Value, "SBATCH_WCKEY", Lost("charges are by project and job")),
    row("wrap", "", Value, "", This("`script`")),
];

impl Opt {
    /// `--long` for messages.
    pub(crate) fn shown(&self) -> String {
        format!("--{}", self.long)
    }
}

/// By its whole name, or the beginning of only one.
pub(crate) fn long(name: &str) -> Option<&'static Opt> {
    if let Some(opt) = OPTIONS.iter().find(|opt| opt.long == name) {
        return Some(opt);
    }
    let mut found = OPTIONS.iter().filter(|opt| !name.is_empty() && opt.long.starts_with(name));
    found.next().filter(|_| found.next().is_none())
}

pub(crate) fn short(letter: char) -> Option<&'static Opt> {
    OPTIONS.iter().find(|opt| opt.short == Some(letter))
}

/// Every option with what it becomes, for `--help`.
#[must_use]
pub fn help() -> String {
    let mut text = String::from("Options of sbatch:\n");
    for opt in OPTIONS {
        let short = opt.short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
        let (mark, becomes) = match opt.becomes {
            This(becomes) => ("", becomes),
            Else(becomes) => ("(", becomes),
            Lost(becomes) => ("not honoured; ", becomes),
        };
        let end = if mark == "(" { ")" } else { "" };
        text.push_str(&format!("  {short}--{:20} {mark}{becomes}{end}\n", opt.long));
    }
    text
}
