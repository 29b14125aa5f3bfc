//! The processes of the machine, as `/proc` tells them.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use units::{Bytes, Span};

/// In the environment of what is started for a task: its folder.
pub(crate) const MARK: &str = "JINGWEI_FOLDER";
/// `/proc` counts processor time in hundredths of a second on every Linux (`USER_HZ`).
const TICK_MS: u64 = 10;

#[derive(Debug, Clone, Copy)]
struct Process {
    pid: i32,
    parent: i32,
    /// Dead, its parent has not asked yet.
    zombie: bool,
    /// Own, and of children that are gone.
    cpu: Span,
}

/// Of what `/proc/PID/stat` says; fields as in proc(5). The name in brackets may hold anything, so all counts from
/// its last bracket.
fn parse(pid: i32, stat: &str) -> Option<Process> {
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let ticks: u64 = (11..=14).filter_map(number).sum();
    let parent = fields.get(1)?.parse().ok()?;
    Some(Process {
        pid,
        parent,
        zombie: fields.first() == Some(&"Z"),
        cpu: Span::new(ticks * TICK_MS),
    })
}

fn numbers() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn process(pid: i32) -> Option<Process> {
    parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Children, their children, and so on.
fn under(root: i32) -> Vec<Process> {
    let all: Vec<Process> = numbers().filter_map(process).collect();
    let mut inside = BTreeSet::from([root]);
    loop {
        let before = inside.len();
        let more: Vec<i32> =
            all.iter().filter(|it| inside.contains(&it.parent)).map(|it| it.pid).collect();
        inside.extend(more);
        if inside.len() == before {
            break;
        }
    }
    all.into_iter().filter(|it| it.pid != root && inside.contains(&it.pid)).collect()
}

fn me() -> i32 {
    rustix::process::getpid().as_raw_nonzero().get()
}

/// What this process has started that lives.
pub(crate) fn mine() -> Vec<i32> {
    under(me()).into_iter().filter(|it| !it.zombie).map(|it| it.pid).collect()
}

pub(crate) fn send(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, signal);
    }
}

/// Processor time of all that this process has started, and the memory they have now.
pub(crate) fn usage() -> (Span, Bytes) {
    let (mut cpu, mut memory) = (children_gone(), 0);
    for process in under(me()) {
        cpu = cpu.saturating_add(process.cpu);
        memory += resident(process.pid);
    }
    (cpu, Bytes::new(memory))
}

/// Processor time of children that have been waited for.
fn children_gone() -> Span {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').skip(13).take(2);
    Span::new(fields.filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * TICK_MS)
}

/// Bytes.
fn resident(pid: i32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|text| text.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0)
        << 10
}

/// Ends what a supervisor that was killed has left of a task, and waits until it is gone, at most 2 s.
pub(crate) fn end_left_behind(folder: &Path) {
    let until = Instant::now() + Duration::from_secs(2);
    loop {
        let left = marked(folder);
        if left.is_empty() || Instant::now() > until {
            return;
        }
        left.into_iter().for_each(|pid| send(pid, Signal::KILL));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn marked(folder: &Path) -> Vec<i32> {
    let mark = format!("{MARK}={}", folder.display());
    let has_mark = |pid: &i32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes())
    };
    numbers().filter(|pid| *pid != me()).filter(has_mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_name_with_brackets() {
        let line = "42 (a) b (c) S 7 42 42 0 -1 4194304 1 0 0 0 10 20 30 40 20 0 1 0 5";
        let found = parse(42, line).unwrap();
        assert_eq!(
            (found.pid, found.parent, found.zombie, found.cpu),
            (42, 7, false, Span::new(1_000))
        );
    }
}
