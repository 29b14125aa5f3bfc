//! Scripts in, jobs out.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{Fault, Note, world::tests::world};

fn read(
    script: &str,
    words: &[&str],
    variables: &[(&str, &str)],
) -> Result<Submission, Vec<Fault>> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let now = "2026-03-05T10:20:30+08:00[Asia/Shanghai]".parse().unwrap();
    let setting = Setting { variables: &variables, world: &world(), now: &now };
    submission(&CommandLine::read(&words)?, script, setting)
}

/// The job without the program, and what is said.
fn told(read: Result<Submission, Vec<Fault>>) -> String {
    let lines = |notes: Vec<String>| notes.concat();
    match read {
        Err(faults) => lines(faults.iter().map(|it| format!("! {it}\n")).collect()),
        Ok(asked) => {
            let mut text = crate::world::tests::shown(&asked.order);
            let flags = [
                ("wait", asked.wait),
                ("parsable", asked.parsable),
                ("test-only", asked.test_only),
            ];
            for (flag, _) in flags.iter().filter(|(_, is_set)| *is_set) {
                let _ = writeln!(text, "{flag}");
            }
            text
        }
    }
}

fn check(script: &str, words: &[&str], expected: Expect) {
    expected.assert_eq(&told(read(script, words, &[])));
}

#[test]
fn a_plain_script_asks_for_little() {
    check(
        "#!/bin/bash\necho hello\n",
        &["dir/hello.sh"],
        expect![[r#"
        {"name":"hello","title":"hello.sh"}
        network: {"open":true}
        resources: {"cores":"1","memory":"1GiB"}
        retries: 0
          SBATCH_PER_NODE=1
          SLURM_CLUSTER_NAME=jingwei
          SLURM_CPUS_ON_NODE=1
          SLURM_JOB_CPUS_PER_NODE=1
          SLURM_JOB_NAME=hello.sh
          SLURM_JOB_NUM_NODES=1
          SLURM_MEM_PER_NODE=1024
          SLURM_NNODES=1
          SLURM_NPROCS=1
          SLURM_NTASKS=1
          SLURM_TASKS_PER_NODE=1
    "#]],
    );
}

#[test]
fn a_training_script_of_a_gpu_cluster() {
    let script = r#"#!/bin/bash
#SBATCH --job-name=train_resnet       # the name
#SBATCH --account=Vision_Lab
#SBATCH --partition=gpu
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=8
#SBATCH --gres=gpu:a100:4
#SBATCH --mem=200G
#SBATCH --time=1-12:00:00
#SBATCH --output=logs/%x_%j.out
#SBATCH --error=logs/%x_%j.err
#SBATCH --mail-type=END,FAIL
#SBATCH --mail-user=someone@example.org
#SBATCH --signal=USR1@300
##SBATCH --qos=high

module load cuda
#SBATCH --exclusive
srun python train.py --epochs 90
"#;
    check(
        script,
        &["train.sh"],
        expect![[r#"
        {"name":"train-resnet","project":"vision-lab","title":"train_resnet"}
        grace: "5m"
        network: {"open":true}
        resources: {"accelerators":4,"any_of":[{"flavor":"a100x1"}],"cores":"32","memory":"200GiB"}
        retries: 0
        run_time: "1.5d"
        tasks: 2
        time_limit: "2155m"
          SBATCH_PER_NODE=4
          SLURM_CLUSTER_NAME=jingwei
          SLURM_CPUS_ON_NODE=32
          SLURM_CPUS_PER_TASK=8
          SLURM_GPUS=8
          SLURM_GPUS_ON_NODE=4
          SLURM_JOB_ACCOUNT=Vision_Lab
          SLURM_JOB_CPUS_PER_NODE=32(x2)
          SLURM_JOB_NAME=train_resnet
          SLURM_JOB_NUM_NODES=2
          SLURM_JOB_PARTITION=gpu
          SLURM_MEM_PER_NODE=204800
          SLURM_NNODES=2
          SLURM_NPROCS=8
          SLURM_NTASKS=8
          SLURM_NTASKS_PER_NODE=4
          SLURM_TASKS_PER_NODE=4(x2)
        - line 5: --nodes=2: the script runs on each machine, not only on the first; `srun` in it starts that machine's share. SLURM_NODEID tells them apart; host names of the others are not known
        - line 11: --output=logs/%x_%j.out: output is kept at the centre: `jw logs JOB`
        - line 12: --error=logs/%x_%j.err: output is kept at the centre: `jw logs JOB`
        - line 13: --mail-type=END,FAIL is not honoured: no mail is sent: `jw wait JOB` ends when the job does
        - line 14: --mail-user=someone@example.org is not honoured: no mail is sent: `jw wait JOB` ends when the job does
        - line 19: #SBATCH: it stands behind the first command, where it counts for nothing, as with sbatch
    "#]],
    );
}

#[test]
fn an_array_of_single_cores() {
    let script = "#!/bin/sh\n#SBATCH -J sweep -a 0-99:10%4 -t 30 --mem-per-cpu=2G -c 2\n#SBATCH --exclude=bad[1-3] --comment='a b'\n./run\n";
    check(
        script,
        &["x.sh"],
        expect![[r#"
        {"name":"sweep","title":"sweep","labels":{"comment":"a b"}}
        array: {"at_once":4}
        network: {"open":true}
        resources: {"cores":"2","memory":"4GiB"}
        retries: 0
        run_time: "30m"
        tasks: 10
        time_limit: "30m"
          SBATCH_PER_NODE=1
          SLURM_ARRAY_TASK_COUNT=10
          SLURM_ARRAY_TASK_MAX=90
          SLURM_ARRAY_TASK_MIN=0
          SLURM_ARRAY_TASK_STEP=10
          SLURM_CLUSTER_NAME=jingwei
          SLURM_CPUS_ON_NODE=2
          SLURM_CPUS_PER_TASK=2
          SLURM_JOB_CPUS_PER_NODE=2
          SLURM_JOB_NAME=sweep
          SLURM_JOB_NUM_NODES=1
          SLURM_MEM_PER_NODE=4096
          SLURM_NNODES=1
          SLURM_NPROCS=1
          SLURM_NTASKS=1
          SLURM_TASKS_PER_NODE=1
        - line 3: --exclude=bad[1-3] is not honoured: Jingwei chooses the site, the site its machines: `regions` in a manifest names regions
    "#]],
    );
}

#[test]
fn the_command_line_counts_before_the_environment_and_that_before_the_script() {
    let script = "#!/bin/sh\n#SBATCH -t 10\n#SBATCH -p cpu\n#SBATCH --job-name=script\n";
    let asked = read(
        script,
        &["-t", "30", "x.sh"],
        &[("SBATCH_TIMELIMIT", "20"), ("SBATCH_JOB_NAME", "env"), ("SBATCH_PARTITION", "")],
    );
    expect![[r#"
        {"name":"env","title":"env"}
        network: {"open":true}
        resources: {"any_of":[{"flavor":"cpu"}],"cores":"1","memory":"1GiB"}
        retries: 0
        run_time: "30m"
        time_limit: "30m"
          SBATCH_PER_NODE=1
          SLURM_CLUSTER_NAME=jingwei
          SLURM_CPUS_ON_NODE=1
          SLURM_JOB_CPUS_PER_NODE=1
          SLURM_JOB_NAME=env
          SLURM_JOB_NUM_NODES=1
          SLURM_JOB_PARTITION=cpu
          SLURM_MEM_PER_NODE=1024
          SLURM_NNODES=1
          SLURM_NPROCS=1
          SLURM_NTASKS=1
          SLURM_TASKS_PER_NODE=1
    "#]]
    .assert_eq(&told(asked));
}

#[test]
fn every_way_to_write_an_option() {
    let count = |words: &[&str]| {
        read("#!/bin/sh\n", words, &[]).unwrap().order.spec.resources.cores.to_string()
    };
    for words in [
        &["-c", "4", "x"][..],
        &["-c4", "x"],
        &["--cpus-per-task=4", "x"],
        &["--cpus-per-task", "4", "x"],
        &["--cpus-per-t", "4", "x"],
        &["-Qc4", "x"],
    ] {
        assert_eq!(count(words), "4", "{words:?}");
    }
}

#[test]
fn what_is_behind_the_script_is_the_scripts() {
    let words = ["-J", "a", "job.sh", "-J", "b", "--x"].map(str::to_owned);
    let line = CommandLine::read(&words).unwrap();
    assert_eq!((line.script.as_deref(), line.arguments.len()), (Some("job.sh"), 3));
    assert_eq!(line.value("job-name"), Some("a"));
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_would_be_right() {
    let script = "#!/bin/bash\n#SBATCH --nodse=2\n#SBATCH --time=1h\n#SBATCH --gres=gpu:h100:2\n#SBATCH -Z\n#SBATCH 4\n#SBATCH --comment='x\n#SBATCH --array=3-1\n";
    check(
        script,
        &["--mem=lots", "x.sh"],
        expect![[r#"
            ! line 2: --nodse: sbatch has no such option: did you mean --nodes?
            ! line 3: --time: `1h` is not a time: use minutes, minutes:seconds, hours:minutes:seconds or days-hours:minutes:seconds
            ! line 4: --gres: no flavor has the GPU `h100`: there are a100, ascend-910b
            ! line 5: -Z: sbatch has no such option: see `jw sbatch --help`
            ! line 6: 4: not an option: sbatch takes only options here
            ! line 7: #SBATCH: a quote is not closed
            ! line 8: --array: `3-1` is not a list of indexes: use one as 0-15%4 or 1,3,5-9:2
            ! command line: --mem: `lots` is not an amount of memory: use one as 4000M or 16G
        "#]],
    );
    check(
        "#!/bin/bash\n",
        &["--project", "x", "x.sh"],
        expect![[r#"
        ! command line: --project: it is an option of jw: `jw --project ... sbatch`
    "#]],
    );
    check(
        "#!/bin/bash\n",
        &["-N"],
        expect![[r#"
        ! command line: --nodes: its value is missing
    "#]],
    );
    check(
        "echo hello\n",
        &["x.sh"],
        expect![[r#"
        ! line 1: script: the first line has to be #! and the path of an interpreter, as #!/bin/bash
    "#]],
    );
    check(
        "#!/bin/bash\r\necho hello\r\n",
        &["x.sh"],
        expect![[r#"
        ! line 1: script: it has the line ends of DOS (\r\n): sbatch takes those of UNIX (\n) only
    "#]],
    );
    check(
        "#!/bin/bash\n#SBATCH --wait=yes\n",
        &["x.sh"],
        expect![[r#"
        ! line 2: --wait: it takes no value
    "#]],
    );
    check(
        "#!/bin/bash\n#SBATCH hetjob\n",
        &["x.sh"],
        expect![[r#"
        ! line 2: hetjob: jobs of several unlike parts are not known: submit each part
    "#]],
    );
}

#[test]
fn everything_else_that_is_honoured() {
    let words = [
        "-W",
        "--parsable",
        "--nice=200",
        "--no-requeue",
        "--begin=now+1hour",
        "--deadline=2026-03-06T12:00",
        "-A",
        "ocean",
        "--container-image=docker://registry.example#team/image:1",
        "-C",
        "a100|910b",
        "--export=NONE,A,B=x=y,C",
        "-D",
        "/data",
        "--gpus-per-task=1",
        "-n2",
        "--time-min=10",
        "-t20",
        "--wrap=echo hi",
    ];
    expect![[r#"
        {"name":"wrap","project":"ocean","title":"wrap"}
        deadline: "2026-03-06T04:00:00Z"
        earliest: "+1h"
        exclusive: true
        image: "registry.example/team/image:1"
        network: {"open":true}
        priority: 3
        resources: {"accelerators":2,"any_of":[{"flavor":"a100x1"},{"flavor":"ascend"}],"cores":"2","memory":"2GiB"}
        retries: 0
        run_time: "10m"
        time_limit: "20m"
          A=1
          B=x=y
          SBATCH_PER_NODE=2
          SLURM_CLUSTER_NAME=jingwei
          SLURM_CPUS_ON_NODE=2
          SLURM_GPUS=2
          SLURM_GPUS_ON_NODE=2
          SLURM_JOB_ACCOUNT=ocean
          SLURM_JOB_CPUS_PER_NODE=2
          SLURM_JOB_NAME=wrap
          SLURM_JOB_NUM_NODES=1
          SLURM_MEM_PER_NODE=2048
          SLURM_NNODES=1
          SLURM_NPROCS=2
          SLURM_NTASKS=2
          SLURM_TASKS_PER_NODE=2
        - command line: --no-requeue: it never runs twice at once (`exclusive: true`); a run that was lost with its site is started again
        - command line: --ntasks=2: all tasks are put on one machine; --nodes=N spreads them over N, which `srun` in the script uses
        wait
        parsable
    "#]].assert_eq(&told(read("", &words, &[("A", "1"), ("HOME", "/h")])));
}

#[test]
fn machines_are_counted_as_sbatch_counts_them() {
    let shape = |words: &[&str]| {
        let words: Vec<&str> = words.iter().copied().chain(["x.sh"]).collect();
        let spec = read("#!/bin/sh\n", &words, &[]).unwrap().order.spec;
        let per_node = spec.env.get("SBATCH_PER_NODE").unwrap();
        format!(
            "{}x{} cores, {} gpus, {} per node",
            spec.tasks, spec.resources.cores, spec.resources.accelerators, per_node
        )
    };
    assert_eq!(shape(&["-n8"]), "1x8 cores, 0 gpus, 8 per node");
    assert_eq!(shape(&["-n8", "-N4"]), "4x2 cores, 0 gpus, 2 per node");
    assert_eq!(shape(&["-n2", "-N4"]), "2x1 cores, 0 gpus, 1 per node");
    assert_eq!(shape(&["-N2-4", "-c3"]), "2x3 cores, 0 gpus, 1 per node");
    assert_eq!(shape(&["-n5", "--ntasks-per-node=2"]), "3x2 cores, 0 gpus, 2 per node");
    assert_eq!(shape(&["-G8", "-N2", "--cpus-per-gpu=4"]), "2x16 cores, 4 gpus, 1 per node");
    assert_eq!(shape(&["--gpus=4", "--ntasks-per-gpu=2"]), "1x8 cores, 4 gpus, 8 per node");
    assert_eq!(shape(&["-a0-2", "-N2", "-n4"]), "3x4 cores, 0 gpus, 4 per node");
}

/// A row of the page for users.
fn row(opt: &options::Opt) -> String {
    let short = opt.short.map_or_else(String::new, |short| format!(", `-{short}`"));
    let (becomes, instead) = match opt.becomes {
        options::Becomes::This(text) => (text, ""),
        options::Becomes::Else(text) => ("said", text),
        options::Becomes::Lost(text) => ("**not honoured**", text),
    };
    format!("| `--{}`{short} | {becomes} | {instead} |\n", opt.long)
}

#[test]
fn the_page_for_users_has_the_table() {
    let page = include_str!("../../../../docs/compat.md");
    let table: String = options::OPTIONS.iter().map(row).collect();
    assert!(page.contains(&table), "docs/compat.md has to contain:\n{table}");
}

/// Real sbatch's own list, where it is installed: no option of it is missing here.
#[test]
fn no_option_of_sbatch_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("slurm.conf");
    std::fs::write(&conf, "ClusterName=x\nSlurmctldHost=localhost\n").unwrap();
    let help = match std::process::Command::new("sbatch")
        .arg("--help")
        .env("SLURM_CONF", &conf)
        .output()
    {
        Ok(help) => String::from_utf8_lossy(&help.stdout).into_owned(),
        Err(_) => return eprintln!("SKIPPED: there is no sbatch here"),
    };
    let is_letter = |c: char| c.is_ascii_lowercase() || c == '-';
    let words = help.split_whitespace().filter_map(|word| word.strip_prefix("--"));
    let names: Vec<&str> =
        words.map(|word| word.split(|c| !is_letter(c)).next().unwrap_or_default()).collect();
    assert!(names.len() > 60, "{help}");
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        assert!(options::OPTIONS.iter().any(|opt| opt.long == name), "--{name}");
    }
}

fn any_option() -> impl Strategy<Value = String> {
    let longs: Vec<String> =
        options::OPTIONS.iter().map(|opt| format!("--{}=", opt.long)).collect();
    (prop::sample::select(longs), "[ -~]{0,12}").prop_map(|(option, value)| option + &value)
}

proptest! {
    #[test]
    fn no_text_brings_it_down(lines in prop::collection::vec("(#SBATCH )?[ -~é]{0,40}", 0..8), words in prop::collection::vec("[ -~]{0,8}", 0..4)) {
        let script = format!("#!/bin/sh\n{}", lines.join("\n"));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let _any = told(read(&script, &words, &[]));
    }

    #[test]
    fn no_value_brings_it_down(option in any_option()) {
        let _any = told(read("#!/bin/sh\n", &[&option, "x.sh"], &[]));
    }

    /// What a script says is in the program as it stands, and never a word of the shell around it.
    #[test]
    fn what_becomes_a_job_is_valid_and_holds_the_script(body in "[ -~\n]{0,80}") {
        let script = format!("#!/bin/sh\n:\n{body}\n");
        let asked = read(&script, &["x.sh"], &[]).unwrap();
        prop_assert!(asked.order.spec.script.as_deref().unwrap().contains(&script));
        prop_assert!(asked.order.resource().spec.check().is_empty());
    }
}

#[test]
fn notes_that_are_lost_are_what_strict_refuses() {
    let asked =
        read("#!/bin/sh\n", &["-d", "afterok:1", "-o", "x", "--strict", "x.sh"], &[]).unwrap();
    let lost: Vec<bool> = asked.order.notes.iter().map(|note: &Note| note.lost).collect();
    assert_eq!((lost, asked.strict), (vec![true, false], true));
}
