//! What only the local driver does: real processes, sandboxes, limits, and supervisors that are killed.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use crate::site::{BOUND, Site, command, script};
use model::{ExitReason, SandboxLevel, TaskSpec};
use units::{Bytes, Cores, Span};

pub(crate) fn supervisor_of(site: &Site, spec: &TaskSpec) -> Option<i32> {
    let dir = site.options.state.join("tasks").join(spec.id.to_string()).canonicalize().ok()?;
    let wanted = ["shim", dir.to_str()?];
    numbers().find(|pid| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        words.get(1..3) == Some(&wanted.map(str::as_bytes)[..])
    })
}

fn numbers() -> impl Iterator<Item = i32> {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Processes that have this word among their arguments.
pub(crate) fn with_argument(word: &str) -> usize {
    let has = |pid: &i32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|argument| argument == word.as_bytes())
    };
    numbers().filter(has).count()
}

pub(crate) fn kill(pid: i32) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < BOUND, "never {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) fn groups_left(site: &Site) -> Vec<String> {
    let state = site.options.state.canonicalize().unwrap();
    let hash = state
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    let parents = ["memory/jingwei", "cpu/jingwei", "cpuacct/jingwei", "pids/jingwei", "jingwei"];
    let entries = parents
        .iter()
        .flat_map(|parent| fs::read_dir(Path::new("/sys/fs/cgroup").join(parent)))
        .flatten();
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.ends_with(&format!("@{hash:016x}"))).collect()
}

const LEVELS: [SandboxLevel; 4] = [
    SandboxLevel::NamespacesAndCgroup,
    SandboxLevel::Namespaces,
    SandboxLevel::Cgroup,
    SandboxLevel::Rlimit,
];

#[tokio::test(flavor = "multi_thread")]
async fn every_level_runs_and_is_told() {
    for level in LEVELS {
        let site = Site::at_best("local", level);
        let said = site.driver.sandbox();
        assert!(said >= level, "{said:?} is better than {level:?}");
        let hello = script(
            "hello",
            "#!/bin/sh\necho \"$JINGWEI_JOB $JINGWEI_TASK/$JINGWEI_TASKS $JINGWEI_ATTEMPT\"; id -u; touch here && ls\nexit 5\n",
        );
        let absent = command("absent", &["no-such-program", "; touch /share/injected"]);
        site.apply(1, &[&hello, &absent]).await;
        let end = site.end_of(&hello).await;
        let log = site.log(&hello).await;
        assert_eq!(end.exit.unwrap().code, Some(5), "{level:?}: {log}");
        assert_eq!(end.sandbox, Some(said));
        assert!(
            log.starts_with("test.hello 0/1 1\n65534\n") || !rustix::process::geteuid().is_root(),
            "{level:?}: {log}"
        );
        assert!(log.contains("here\n"), "{level:?}: {log}");
        let exit = site.exit_of(&absent).await;
        assert_eq!(exit.reason, ExitReason::NotStarted, "{level:?}: {exit:?}");
        assert!(exit.message.contains("no-such-program"), "{level:?}: {exit:?}");
        assert_eq!(groups_left(&site), Vec::<String>::new());
        assert!(!site.folder.path().join("share/injected").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_sees_only_its_own() {
    let site = Site::new("local");
    if site.driver.sandbox() > SandboxLevel::Namespaces {
        return;
    }
    let secret = site.folder.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let text = format!(
        "cat {} 2>&1; cat /etc/shadow 2>&1; ls /home /root 2>&1; ls /proc | grep -c '^[0-9]'; cat /proc/net/dev | grep -c :; env | sort; touch /usr/x 2>&1; exit 0",
        secret.display()
    );
    let mut look = script("look", &text);
    look.work.env.insert("GREETING".into(), "$(touch /share/injected) `id`".into());
    look.work.env.insert("JINGWEI_TASK".into(), "99".into());
    site.apply(1, &[&look]).await;
    assert_eq!(site.exit_of(&look).await.code, Some(0));
    let log = site.log(&look).await;
    assert!(!log.contains("secret\n") && !log.contains("root:"), "{log}");
    assert!(log.contains("GREETING=$(touch /share/injected) `id`"), "{log}");
    assert!(log.contains("JINGWEI_TASK=0\n"), "{log}");
    assert!(log.contains("Read-only file system"), "{log}");
    assert!(!log.contains("CARGO"), "{log}");
    assert!(!site.folder.path().join("share/injected").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_kept() {
    let site = Site::new("local");
    if site.driver.sandbox() != SandboxLevel::NamespacesAndCgroup {
        return;
    }
    let mut greedy = script("greedy", "x=a; while true; do x=$x$x$x$x; done");
    greedy.work.memory = Bytes::new(32 << 20);
    let mut slow = script("slow", "exec sleep 600");
    slow.work.time_limit = Some(Span::new(300));
    let mut busy = script("busy", "while true; do :; done");
    busy.work.cores = Cores::new(200);
    busy.work.time_limit = Some(Span::new(1_500));
    site.apply(1, &[&greedy, &slow, &busy]).await;
    let end = site.end_of(&greedy).await;
    assert_eq!(end.exit.as_ref().unwrap().reason, ExitReason::OutOfMemory, "{end:?}");
    assert!(end.usage.peak_memory <= Bytes::new(33 << 20), "{end:?}");
    let end = site.end_of(&slow).await;
    assert_eq!(end.exit.as_ref().unwrap().reason, ExitReason::TimeLimit, "{end:?}");
    let end = site.end_of(&busy).await;
    let wall = end.ended.unwrap().since(end.started.unwrap()).get();
    assert_eq!(end.exit.as_ref().unwrap().reason, ExitReason::TimeLimit, "{end:?}");
    assert!(
        end.usage.cpu.get() > 0 && end.usage.cpu.get() <= wall / 5 + 200,
        "{end:?} in {wall} ms"
    );
    assert!(!end.usage.energy.is_zero());
    assert_eq!(groups_left(&site), Vec::<String>::new());
}

/// The task appends a line when it starts; nothing may make it append two.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_supervisor_takes_its_task_along_and_nothing_runs_twice() {
    for level in LEVELS {
        let mut site = Site::at_best("local", level);
        let word = format!("6{}", std::process::id());
        let text = format!("echo ran >> $JINGWEI_SHARE/ran; echo up; sleep {word} & wait");
        let task = script("victim", &text);
        site.apply(1, &[&task]).await;
        site.wrote(&task, "up").await;
        until("asleep", || with_argument(&word) > 0).await;
        kill(supervisor_of(&site, &task).unwrap());
        site.restart();
        site.apply(1, &[&task]).await;
        assert_eq!(site.exit_of(&task).await.reason, ExitReason::Lost, "{level:?}");
        assert_eq!(with_argument(&word), 0, "{level:?}");
        site.apply(2, &[&task]).await;
        assert_eq!(
            fs::read_to_string(site.folder.path().join("share/ran")).unwrap(),
            "ran\n",
            "{level:?}"
        );
        assert_eq!(groups_left(&site), Vec::<String>::new(), "{level:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_supervisors_run_a_task_once() {
    let site = Site::new("local");
    let task = script("once", "echo ran >> $JINGWEI_SHARE/ran; sleep 0.3");
    site.apply(1, &[&task]).await;
    let dir = site.options.state.join("tasks").join(task.id.to_string());
    let more: Vec<_> = (0..10)
        .map(|_| {
            std::process::Command::new(&site.options.shim).arg("shim").arg(&dir).spawn().unwrap()
        })
        .collect();
    for mut child in more {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(site.exit_of(&task).await.code, Some(0));
    assert_eq!(fs::read_to_string(site.folder.path().join("share/ran")).unwrap(), "ran\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_may_tidy_up_before_it_is_stopped() {
    for level in LEVELS {
        let site = Site::at_best("local", level);
        let task = script(
            "tidy",
            "trap 'echo tidied; exit 3' TERM\necho up\nwhile true; do sleep 0.05; done",
        );
        site.apply(1, &[&task]).await;
        site.wrote(&task, "up").await;
        site.apply(2, &[]).await;
        let exit = site.exit_of(&task).await;
        assert_eq!((exit.reason, exit.code), (ExitReason::Stopped, Some(3)), "{level:?}");
        assert!(site.log(&task).await.contains("tidied"), "{level:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_grows_while_it_runs() {
    let site = Site::new("local");
    let task = script("works", "while true; do :; done");
    site.apply(1, &[&task]).await;
    site.until("used", |it| {
        it.tasks.iter().any(|task| task.usage.cpu.get() > 0 && !task.usage.energy.is_zero())
    })
    .await;
    site.apply(2, &[]).await;
    site.end_of(&task).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_without_a_lease() {
    let site = Site::new("local");
    let task = script("late", "echo ran >> /share/ran");
    site.driver.renew(units::Time::from_millis(1)).await.unwrap();
    site.apply(1, &[&task]).await;
    let exit = site.exit_of(&task).await;
    assert_eq!(exit.reason, ExitReason::Fenced, "{exit:?}");
    assert!(!site.folder.path().join("share/ran").exists());
}

/// A folder that is removed takes its tasks along: what nobody knows of does not run.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_without_a_folder_ends() {
    let site = Site::new("local");
    let word = format!("7{}", std::process::id());
    let task = script("orphan", &format!("echo up; exec sleep {word}"));
    site.apply(1, &[&task]).await;
    site.wrote(&task, "up").await;
    until("asleep", || with_argument(&word) > 0).await;
    fs::remove_dir_all(site.options.state.join("tasks")).unwrap();
    until("ended", || with_argument(&word) == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_array_takes_turns() {
    let site = Site::new("local");
    let text = "set -e; mkdir /share/$JINGWEI_TASK; ls /share | wc -l; sleep 0.3; rmdir /share/$JINGWEI_TASK";
    let mut order = model::Assignment::from(script("array", text));
    order.tasks = model::Indexes::first(7);
    (order.work.of, order.work.at_once) = (7, Some(2));
    let target = drivers::Target::of(1, vec![order]);
    site.driver.apply(&target).await.unwrap();
    let all = |it: &drivers::Observed| it.tasks.iter().all(|it| it.phase == model::Phase::Ended);
    for task in site.until("all ended", all).await.tasks {
        let log = site.driver.logs(&task.id, 0, 100).await.unwrap();
        let at_once: u32 = String::from_utf8(log).unwrap().trim().parse().unwrap();
        assert!(at_once <= 2, "{at_once} at once");
        assert_eq!(task.exit.unwrap().code, Some(0));
    }
}
