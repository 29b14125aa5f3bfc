//! What runs on the cluster's nodes: bash, with nothing of the customer's in it. Program and environment are files of
//! their own beside it.
//!
//! It costs no process but the program's own: times, lease and exit are written with builtins. The program holds the
//! write end of a pipe; reading from it waits for the program and wakes up now and then to look at the lease.

use std::path::Path;

use model::{Program, Work};

/// How often a running task looks at the lease.
const LOOK_S: u32 = 5;

/// A word that the shell takes as it is.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The program as a file that can be executed.
pub(crate) fn program(work: &Work) -> String {
    match &work.program {
        Program::Script(text) if text.starts_with("#!") => text.clone(),
        Program::Script(text) => format!("#!/bin/sh\n{text}"),
        Program::Command(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            format!("#!/bin/sh\nexec {}\n", words.join(" "))
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

/// One task. `index`: its number, where neither an array nor a gang says it.
pub(crate) fn task(folder: &Path, lease: &Path, index: Option<u32>) -> String {
    let number = match index {
        Some(index) => index.to_string(),
        None => "${SLURM_ARRAY_TASK_ID:-${SLURM_PROCID:-0}}".to_owned(),
    };
    let (folder, lease) = (quoted(&folder.to_string_lossy()), quoted(&lease.to_string_lossy()));
    format!(
        r#"#!/bin/bash
D={folder}
O=$D/out
LEASE={lease}
T={number}
exec >>"$O/$T.log" 2>&1 </dev/null
now() {{ local t=$EPOCHREALTIME; NOW=${{t%[.,]*}}${{t#*[.,]}}; NOW=${{NOW:0:13}}; }}
ended() {{ now; {{ printf '%s %s %s\n' "$1" "$2" "$NOW"; times; }} >"$O/$T.exit"; }}
fenced() {{
    [ -e "$LEASE" ] || return 1
    local until=
    read -r until <"$LEASE" || return 1
    now
    [ -n "$until" ] && [ "$NOW" -gt "$until" ]
}}
[ ! -e "$O/$T.start" ] || exit 0
now; printf '%s %s\n' "$NOW" "$SLURMD_NODENAME" >"$O/$T.start"
fenced && {{ ended fenced 0; exit 0; }}
trap : TERM INT HUP
cd "$D/work" || {{ ended failed 0; exit 1; }}
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin LANG=C.UTF-8 JINGWEI_TASK="$T"
exec 8< <(trap - TERM INT HUP; . "$D/env"; exec 9>&1 >>"$O/$T.log"; exec "$D/program")
P=$!
while :; do
    read -r -t {LOOK_S} -u 8 _
    [ $? -gt 128 ] || break
    kill -0 "$P" 2>/dev/null || break
    fenced && {{ ended fenced 0; kill -KILL 0; }}
done
# The program may have closed the pipe and live on.
n=0
while kill -0 "$P" 2>/dev/null; do
    [ $((n += 1)) -lt 500 ] || sleep 1
    fenced && {{ ended fenced 0; kill -KILL 0; }}
done
wait "$P"; C=$?
while [ $C -gt 128 ] && kill -0 "$P" 2>/dev/null; do wait "$P"; C=$?; done
ended exited $C
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
