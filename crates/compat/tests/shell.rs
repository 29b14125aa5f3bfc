//! What jobs run, in the real shells that run it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use compat::{
    Order, World,
    sbatch::{CommandLine, Setting, submission},
    skypilot::task,
};

fn batch(script: &str, words: &[&str]) -> Order {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let now = "2026-03-05T10:20:30+08:00[Asia/Shanghai]".parse().unwrap();
    let (variables, world) = (BTreeMap::new(), World::default());
    let setting = Setting { variables: &variables, world: &world, now: &now };
    submission(&CommandLine::read(&words).unwrap(), script, setting).unwrap().order
}

fn sky(text: &str) -> Order {
    task(text, "task", &BTreeMap::new(), &World::default()).unwrap()
}

/// As a site starts a task: the script as a file of its own, in the folder of the job.
fn command(order: &Order, folder: &std::path::Path, task: u32) -> Command {
    let file = folder.join(format!("program-{task}"));
    std::fs::write(&file, order.spec.script.as_ref().unwrap()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    // By its interpreter: a file just written may still be open in a child of another test.
    let first = order.spec.script.as_ref().unwrap().lines().next().unwrap().to_owned();
    let mut command = Command::new(first.trim_start_matches("#!"));
    command.arg(file).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    command.envs(&order.spec.env).env("JINGWEI_TASK", task.to_string());
    command
        .env("JINGWEI_JOB", "demo.x")
        .env("JINGWEI_ATTEMPT", "2")
        .env("JINGWEI_ACCELERATORS", "0");
    command.env("JINGWEI_INPUTS", folder.join("inputs")).env("HOME", folder);
    command.stdin(Stdio::null());
    command
}

/// What a task writes and its exit code.
fn run(order: &Order, task: u32) -> (String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let ran = command(order, folder.path(), task).output().unwrap();
    let text = String::from_utf8_lossy(&ran.stdout) + String::from_utf8_lossy(&ran.stderr);
    (text.into_owned(), ran.status.code().unwrap())
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_script_finds_what_sbatch_would_set() {
    let script = "#!/bin/bash\nset -euo pipefail\necho \"$SLURM_JOB_ID $SLURM_JOB_NAME $SLURM_RESTART_COUNT $SLURM_PROCID\" \\\n\
                  \"$SLURM_NTASKS $SLURM_CPUS_PER_TASK $SLURM_MEM_PER_NODE $SLURM_JOB_NUM_NODES\"\ncd \"$SLURM_SUBMIT_DIR\"\nexit 7\n";
    let order = batch(script, &["-J", "My Job", "-c4", "--mem=2G", "x.sh"]);
    assert_eq!(run(&order, 0), ("demo.x My Job 1 0 1 4 2048 1\n".to_owned(), 7));
}

#[test]
fn each_task_of_an_array_has_its_index() {
    let script = "#!/bin/sh\necho $SLURM_ARRAY_TASK_ID $SLURM_ARRAY_TASK_MIN $SLURM_ARRAY_TASK_MAX $SLURM_ARRAY_TASK_COUNT $SLURM_ARRAY_JOB_ID\n";
    let order = batch(script, &["-a", "1,3,5-9:2,100", "x.sh"]);
    let indexes: Vec<String> = (0..order.spec.tasks).map(|task| run(&order, task).0).collect();
    assert_eq!(indexes, [1, 3, 5, 7, 9, 100].map(|index| format!("{index} 1 100 6 demo.x\n")));
}

#[test]
fn a_script_is_its_own_text_in_its_own_language() {
    let perl = "#!/usr/bin/perl\nuse strict;\nprint \"$ENV{SLURM_JOB_NAME} @ARGV END\\n\", __LINE__, \"\\n\";\n";
    let order = batch(perl, &["job.pl", "a b", "$(id)", "it's", ""]);
    assert_eq!(run(&order, 0).0, "job.pl a b $(id) it's  END\n3\n");
    let hostile = "#!/bin/sh\ncat <<'END'\n$(touch /pwned) `id`\nEND\necho \"'\"\n";
    assert_eq!(
        run(&batch(hostile, &["-J", "'; exit 9 #", "x.sh"]), 0),
        ("$(touch /pwned) `id`\n'\n".to_owned(), 0)
    );
}

#[test]
fn srun_starts_each_machines_share() {
    let script = "#!/bin/bash\nsrun --cpu-bind=cores -l bash -c 'echo $SLURM_PROCID/$SLURM_NTASKS local $SLURM_LOCALID'\n";
    let order = batch(script, &["-N2", "-n5", "x.sh"]);
    assert_eq!(order.spec.tasks, 2);
    assert_eq!(sorted(&run(&order, 0).0), ["0/5 local 0", "1/5 local 1", "2/5 local 2"]);
    assert_eq!(sorted(&run(&order, 1).0), ["3/5 local 0", "4/5 local 1"]);
    let one_each = "#!/bin/bash\nsrun -N 2 --ntasks-per-node 1 --kill-on-bad-exit=1 echo one\nsrun -n1 echo first\n";
    let order = batch(one_each, &["-N2", "-n8", "x.sh"]);
    assert_eq!((run(&order, 0).0.as_str(), run(&order, 1).0.as_str()), ("one\nfirst\n", "one\n"));
}

#[test]
fn a_step_fails_as_its_task_does() {
    let script =
        "#!/bin/bash\nset -e\nsrun -n 3 bash -c '[ $SLURM_PROCID -ne 1 ] || exit 5'\necho never\n";
    assert_eq!(run(&batch(script, &["-n3", "x.sh"]), 0), (String::new(), 5));
    let parallel =
        "#!/bin/bash\nsrun -n1 --exclusive echo a &\nsrun -n1 --exclusive echo b &\nwait\n";
    assert_eq!(sorted(&run(&batch(parallel, &["-n2", "x.sh"]), 0).0), ["a", "b"]);
}

/// The site asks every process to end by TERM; the script hears the signal that it asked for.
fn ends_well(script: &str, signal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let order = batch(script, &["--signal", signal, "x.sh"]);
    let mut child = command(&order, folder.path(), 0).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "up");
    let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(lines.next().unwrap().unwrap(), "saved");
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn a_script_hears_the_signal_that_it_asked_for() {
    ends_well(
        "#!/bin/bash\ntrap 'echo saved; exit 3' USR1\necho up\nwhile :; do sleep 0.05; done\n",
        "B:USR1@60",
    );
}

#[test]
fn a_step_hears_the_signal_and_not_the_script() {
    let script = "#!/bin/bash\nsrun bash -c 'trap \"echo saved; exit 3\" USR2; echo up; while :; do sleep 0.05; done'\nexit $?\n";
    ends_well(script, "SIGUSR2@60");
}

#[test]
fn a_task_of_skypilot_runs_setup_and_then_run() {
    let order = sky(
        "envs: {WHO: \"a 'b\"}\nsetup: |\n  echo setting up >note\n  UNSEEN=1\nrun: |\n  cat note\n  false\n  echo \"$WHO $SKYPILOT_NODE_RANK of $SKYPILOT_NUM_NODES $UNSEEN\"\nnum_nodes: 2\n",
    );
    assert_eq!(run(&order, 1), ("setting up\na 'b 1 of 2 \n".to_owned(), 0));
    let fails = sky("setup: exit 4\nrun: echo never\n");
    assert_eq!(run(&fails, 0), ("setup failed with exit code 4\n".to_owned(), 4));
}

#[test]
fn a_dataset_is_where_the_task_expects_it() {
    let order = sky(
        "file_mounts:\n  data/corpus: dataset://corpus\n  ~/x/: dataset://corpus\nrun: cat data/corpus/file ~/x/file\n",
    );
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("inputs/corpus")).unwrap();
    std::fs::write(folder.path().join("inputs/corpus/file"), "words\n").unwrap();
    let ran = command(&order, folder.path(), 0).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout),
        "words\nwords\n",
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}
