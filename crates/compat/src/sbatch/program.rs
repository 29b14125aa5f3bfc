//! What runs at the site: the script as it was, and before it what sbatch would have set up.
//!
//! It is text for `/bin/sh`. Nothing of the customer's stands in it but quoted words and the script itself, in a
//! here-document. What is known beforehand is in the job's environment; only what differs between tasks is set here.

use std::{collections::BTreeMap, fmt::Write};

use super::{array::Array, shape::Shape, values::Signal};
use crate::text::{here, quoted};

/// `srun` as a script finds it.
const SRUN: &str = include_str!("srun.sh");

#[derive(Debug)]
pub(crate) struct Program<'a> {
    pub(crate) script: &'a str,
    pub(crate) arguments: &'a [String],
    pub(crate) array: Option<&'a Array>,
    pub(crate) nodes: u64,
    pub(crate) chdir: Option<&'a str>,
    pub(crate) signal: Option<&'a Signal>,
}

impl Program<'_> {
    pub(crate) fn text(&self) -> String {
        let mut text = String::from(
            "#!/bin/sh\n# What sbatch sets for a script; the script itself is below, as it was.\n\
             S=$(pwd)/.sbatch-$JINGWEI_TASK\nmkdir -p \"$S/steps\" || exit 1\n\
             export SLURM_JOB_ID=\"$JINGWEI_JOB\" SLURM_JOBID=\"$JINGWEI_JOB\" SLURM_SUBMIT_DIR=\"$(pwd)\"\n\
             export SLURM_RESTART_COUNT=$((JINGWEI_ATTEMPT - 1)) SLURMD_NODENAME=\"$(uname -n)\"\n",
        );
        text.push_str(&self.numbers());
        if self.script.contains("srun") {
            let _ = write!(text, "cat >\"$S/srun\" {}", here(SRUN));
            text.push_str(
                "chmod +x \"$S/srun\"\nexport PATH=\"$S:$PATH\" SBATCH_STEPS=\"$S/steps\"\n",
            );
        }
        let _ = writeln!(text, "cat >\"$S/script\" {}chmod +x \"$S/script\"", here(self.script));
        if let Some(chdir) = self.chdir {
            let _ = writeln!(
                text,
                "cd {} || echo 'sbatch: starts in the folder of the job instead' >&2",
                quoted(chdir)
            );
        }
        text.push_str(&self.start());
        text
    }

    /// The variables that are not the same in all tasks.
    fn numbers(&self) -> String {
        match self.array {
            Some(array) => numbers_of(array),
            None if self.nodes > 1 => "export SLURM_NODEID=\"$JINGWEI_TASK\" SLURM_LOCALID=0\n\
                 export SLURM_PROCID=$((JINGWEI_TASK * SBATCH_PER_NODE))\n"
                .to_owned(),
            None => "export SLURM_NODEID=0 SLURM_LOCALID=0 SLURM_PROCID=0 SLURM_JOB_NODELIST=\"$SLURMD_NODENAME\" \
                     SLURM_NODELIST=\"$SLURMD_NODENAME\"\n"
                .to_owned(),
        }
    }

    fn start(&self) -> String {
        let arguments: String =
            self.arguments.iter().map(|word| format!(" {}", quoted(word))).collect();
        match self.signal {
            // The site asks every process with TERM to end.
            Some(signal) if !["TERM", "15"].contains(&signal.name.as_str()) => {
                let script = if signal.to_script { "set --" } else { "set -- $(ls \"$S/steps\")" };
                format!(
                    "(trap '' TERM; exec \"$S/script\"{arguments}) &\nP=$!\n\
                     ask() {{ {script}; [ $# -gt 0 ] || set -- \"$P\"; kill -{} \"$@\" 2>/dev/null; }}\n\
                     trap ask TERM\n\
                     while wait \"$P\"; C=$?; [ $C -gt 128 ] && kill -0 \"$P\" 2>/dev/null; do :; done\nexit $C\n",
                    signal.name
                )
            }
            _ => format!("exec \"$S/script\"{arguments}\n"),
        }
    }
}

/// Which index a task has: it looks for the run of indexes that its number falls into.
fn numbers_of(array: &Array) -> String {
    let mut text = String::from(
        "export SLURM_ARRAY_JOB_ID=\"$JINGWEI_JOB\" SLURM_NODEID=0 SLURM_LOCALID=0 SLURM_PROCID=0\n\
         export SLURM_JOB_NODELIST=\"$SLURMD_NODENAME\" SLURM_NODELIST=\"$SLURMD_NODENAME\"\n\
         N=$JINGWEI_TASK\nwhile read -r FIRST COUNT STEP; do\n\
         \x20   [ \"$N\" -ge \"$COUNT\" ] || { export SLURM_ARRAY_TASK_ID=$((FIRST + N * STEP)); break; }\n\
         \x20   N=$((N - COUNT))\ndone <<'END'\n",
    );
    for (first, count, step) in &array.runs {
        let _ = writeln!(text, "{first} {count} {step}");
    }
    text + "END\n"
}

/// The variables that are the same in all tasks.
pub(crate) fn environment(shape: &Shape, array: Option<&Array>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut put = |name: &str, value: String| drop(all.insert(name.to_owned(), value));
    let per_machine = |value: u64| match shape.nodes {
        1 => value.to_string(),
        nodes => format!("{value}(x{nodes})"),
    };
    put("SLURM_CLUSTER_NAME", "jingwei".to_owned());
    put("SLURM_NTASKS", shape.ntasks.to_string());
    put("SLURM_NPROCS", shape.ntasks.to_string());
    put("SLURM_NNODES", shape.nodes.to_string());
    put("SLURM_JOB_NUM_NODES", shape.nodes.to_string());
    put("SLURM_TASKS_PER_NODE", per_machine(shape.per_node));
    put("SLURM_CPUS_ON_NODE", shape.cores.to_string());
    put("SLURM_JOB_CPUS_PER_NODE", per_machine(shape.cores));
    put("SLURM_MEM_PER_NODE", (shape.memory >> 20).to_string());
    put("SBATCH_PER_NODE", shape.per_node.to_string());
    if let Some(cpus) = shape.cpus_per_task {
        put("SLURM_CPUS_PER_TASK", cpus.to_string());
    }
    if let Some(tasks) = shape.ntasks_per_node {
        put("SLURM_NTASKS_PER_NODE", tasks.to_string());
    }
    if shape.gpus > 0 {
        put("SLURM_GPUS_ON_NODE", shape.gpus.to_string());
        put("SLURM_GPUS", shape.gpus.saturating_mul(shape.nodes).to_string());
    }
    if let Some(array) = array {
        put("SLURM_ARRAY_TASK_COUNT", array.count.to_string());
        put("SLURM_ARRAY_TASK_MIN", array.first.to_string());
        put("SLURM_ARRAY_TASK_MAX", array.last.to_string());
        put("SLURM_ARRAY_TASK_STEP", array.step.to_string());
    }
    all
}
