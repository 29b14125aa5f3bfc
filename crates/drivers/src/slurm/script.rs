//! What runs on the cluster's nodes: bash, with nothing of the customer's in it. Program and environment are files of
//! their own beside it.
//!
//! Times, lease and exit are written with builtins. The program's shell holds the write end of a pipe; reading from it
//! waits for the end and wakes up now and then to look at the lease and the time limit.

use std::path::Path;

use model::{Program, Work};
use units::Span;

/// How often a running task looks at the lease.
const LOOK_S: u32 = 5;

/// A word that the shell takes as it is.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Said as late as can be: it makes bash load a language, which takes as long as its start. Scripts that name their
/// interpreter have it in their environment instead.
pub(crate) const LANGUAGE: &str = "export LANG=\"${LANG:-C.UTF-8}\"; ";

/// The program as a file that can be executed.
pub(crate) fn program(work: &Work) -> String {
    match &work.program {
        Program::Script(text) if text.starts_with("#!") => text.clone(),
        Program::Script(text) => format!("#!/bin/sh\n{LANGUAGE}{text}"),
        Program::Command(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            format!("#!/bin/sh\n{LANGUAGE}exec {}\n", words.join(" "))
        }
    }
}

/// The environment as a file to be sourced. Keys are checked where jobs come in, and again here.
pub(crate) fn environment(pairs: impl Iterator<Item = (String, String)>) -> String {
    let is_word = |key: &str| {
        key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && key.chars().next().is_some_and(|c| !c.is_ascii_digit())
    };
    let lines = pairs.filter(|(key, _)| is_word(key));
    lines.map(|(key, value)| format!("export {key}={}\n", quoted(&value))).collect()
}

/// What a task's script has to know.
#[derive(Debug)]
pub(crate) struct Task<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) lease: &'a Path,
    /// Its number, where neither an array nor a gang says it.
    pub(crate) index: Option<u32>,
    pub(crate) time_limit: Option<Span>,
    /// Between asking it to end at its limit and ending it.
    pub(crate) grace: Span,
}

/// Ends of a script by itself, for who has nothing but Slurm's word: it ran before, or cannot write.
pub(crate) const NOT_RUN: i32 = 121;

/// One task. Starts and ends are lines in a file that all tasks of a node share: short lines that are added whole.
pub(crate) fn task(task: &Task<'_>) -> String {
    let number = match task.index {
        Some(index) => index.to_string(),
        None => "${SLURM_ARRAY_TASK_ID:-${SLURM_PROCID:-0}}".to_owned(),
    };
    let folder = quoted(&task.folder.to_string_lossy());
    let lease = quoted(&task.lease.to_string_lossy());
    let (limit, grace) = (task.time_limit.map_or(0, Span::get), task.grace.get());
    format!(
        r#"#!/bin/bash
D={folder} LEASE={lease} T={number} LIMIT={limit} GRACE={grace} UNTIL=0 OVER=0
O=$D/out
E="$D/told/${{SLURMD_NODENAME:-node}}"
set -C
{{ : >"$O/$T.log"; }} 2>/dev/null || exit {NOT_RUN}
set +C
exec >>"$O/$T.log" 2>&1 </dev/null
now() {{ local t=$EPOCHREALTIME; NOW=${{t%[.,]*}}${{t#*[.,]}}; NOW=${{NOW:0:13}}; }}
ended() {{
    local f=()
    read -r -a f </proc/$$/stat
    now
    printf 'e %s %s %s %s %s\n' "$T" "$NOW" "$1" "$2" "$((f[15] + f[16]))" >>"$E"
}}
fenced() {{
    [ -e "$LEASE" ] || return 1
    local until=
    read -r until <"$LEASE" || return 1
    now
    [ -n "$until" ] && [ "$NOW" -gt "$until" ]
}}
look() {{
    fenced && {{ ended fenced 0; kill -KILL 0; }}
    now
    [ "$UNTIL" -gt 0 ] && [ "$NOW" -ge "$UNTIL" ] || return 0
    [ "$OVER" = 0 ] || {{ ended limit 0; kill -KILL 0; }}
    OVER=1 UNTIL=$((NOW + GRACE))
    kill -TERM 0
}}
nap() {{
    W={LOOK_S}
    [ "$UNTIL" -gt 0 ] || return 0
    now
    local left=$((UNTIL - NOW))
    [ $left -gt 0 ] || left=1
    [ $left -ge {LOOK_S}000 ] || printf -v W '%d.%03d' $((left / 1000)) $((left % 1000))
}}
fenced && {{ ended fenced 0; exit 0; }}
now
printf 's %s %s\n' "$T" "$NOW" >>"$E"
[ "$LIMIT" = 0 ] || UNTIL=$((NOW + LIMIT))
trap : TERM INT HUP
cd "$D/work" || {{ ended failed 0; exit 1; }}
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin JINGWEI_TASK="$T"
# Its code comes through the pipe: a bash may lose the status of what it does not run in the foreground.
exec 8< <(
    trap : TERM INT HUP
    set -- "$D/program"
    exec 9>&2 2>/dev/null
    . "$D/env"
    "$1" >&9 2>&1 9>&-
    printf '%s\n' $?
)
P=$! C=
while :; do
    nap
    read -r -t $W -u 8 C
    [ $? -gt 128 ] || break
    look
done
wait "$P" 2>/dev/null
[ -n "$C" ] || C=137
if [ "$OVER" = 0 ]; then ended exited $C; else ended limit $C; fi
exit $C
"#
    )
}

/// The batch script of a gang: all tasks as one step, which ends when one of them fails.
pub(crate) fn gang(folder: &Path, tasks: usize) -> String {
    let task = quoted(&folder.join("task").to_string_lossy());
    format!(
        "#!/bin/bash\nexport PATH=/usr/local/bin:/usr/bin:/bin\nexec srun --ntasks={tasks} --kill-on-bad-exit=1 --quiet {task}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_leaves_its_quotes() {
        assert_eq!(quoted("a'; rm -rf / #"), r"'a'\''; rm -rf / #'");
        let pairs = [("A", "$(id) `id`"), ("B C", "x"), ("1A", "x")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(environment(pairs.into_iter()), "export A='$(id) `id`'\n");
    }
}
