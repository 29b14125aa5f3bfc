//! What an ending means.

use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

use model::{Exit, ExitReason};

use super::folder::Stop;

/// All that is known when a program is gone.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// Of bubblewrap, or of the program itself.
    pub(crate) status: ExitStatus,
    /// Inside bubblewrap; and whether that came as far as the program.
    pub(crate) boxed: Option<bool>,
    /// Written by the last step before the program.
    pub(crate) failure: Option<String>,
    /// End of the log: where bubblewrap says why it failed.
    pub(crate) last_line: String,
    /// Processes ended because the memory limit was reached.
    pub(crate) out_of_memory: u64,
    /// We asked it to end.
    pub(crate) stop: Option<Stop>,
}

pub(crate) fn judge(facts: Facts) -> Exit {
    let (code, signal) = code_and_signal(facts.status, facts.boxed.is_some());
    let exit = |reason, message: String| Exit { reason, code, signal, message };
    if let Some(stop) = facts.stop {
        return exit(stop.reason, stop.message);
    }
    if let Some(message) = not_started(&facts.failure, facts.boxed, facts.status, &facts.last_line)
    {
        return Exit { reason: ExitReason::NotStarted, code: None, signal: None, message };
    }
    if facts.out_of_memory > 0 && code != Some(0) {
        return exit(ExitReason::OutOfMemory, "it took more memory than it asked for".to_owned());
    }
    match signal {
        Some(number) => exit(ExitReason::Signalled, format!("ended by signal {number}")),
        None => exit(ExitReason::Exited, String::new()),
    }
}

fn not_started(
    failure: &Option<String>,
    boxed: Option<bool>,
    status: ExitStatus,
    last: &str,
) -> Option<String> {
    if let Some(failure) = failure {
        return Some(failure.clone());
    }
    if boxed.is_none() && status.code() == Some(127) {
        // By setpriv, which is between us and the program where bubblewrap is not.
        return last
            .strip_prefix("setpriv: failed to execute ")
            .map(|what| format!("cannot be started: {what}"));
    }
    let setup_failed = boxed == Some(false) && status.code().is_some();
    setup_failed.then(|| match last.strip_prefix("bwrap: execvp ") {
        Some(what) => format!("cannot be started: {what}"),
        None => format!("the sandbox could not be set up: {last}"),
    })
}

/// Bubblewrap tells a signal as a shell does: 128 and its number.
fn code_and_signal(status: ExitStatus, boxed: bool) -> (Option<i32>, Option<i32>) {
    match (status.code(), status.signal()) {
        (Some(code @ 129..=192), _) if boxed => (None, Some(code - 128)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn facts(raw: i32) -> Facts {
        Facts {
            status: ExitStatus::from_raw(raw),
            boxed: Some(true),
            failure: None,
            last_line: String::new(),
            out_of_memory: 0,
            stop: None,
        }
    }

    fn show(facts: Facts) -> String {
        let Exit { reason, code, signal, message } = judge(facts);
        format!("{reason:?} {code:?} {signal:?} {message}\n")
    }

    #[test]
    fn endings() {
        let not_found = "bwrap: execvp nosuch: No such file or directory".to_owned();
        let fence = Stop { reason: ExitReason::Fenced, message: "no contact".into() };
        let no_such = "setpriv: failed to execute nosuch: No such file or directory".to_owned();
        let all = [
            show(facts(0)),
            show(facts(3 << 8)),
            show(facts(137 << 8)),
            show(Facts { boxed: None, ..facts(137 << 8) }),
            show(Facts { boxed: None, ..facts(9) }),
            show(Facts { out_of_memory: 1, ..facts(137 << 8) }),
            show(Facts { out_of_memory: 1, ..facts(0) }),
            show(Facts { stop: Some(fence), ..facts(9) }),
            show(Facts { boxed: Some(false), last_line: not_found, ..facts(1 << 8) }),
            show(Facts {
                boxed: Some(false),
                last_line: "bwrap: no space".into(),
                ..facts(1 << 8)
            }),
            show(Facts { boxed: None, last_line: no_such, ..facts(127 << 8) }),
            show(Facts { boxed: None, ..facts(127 << 8) }),
            show(Facts {
                boxed: None,
                failure: Some("`x` cannot be started: gone".into()),
                ..facts(127 << 8)
            }),
        ];
        expect![[r#"
            Exited Some(0) None 
            Exited Some(3) None 
            Signalled None Some(9) ended by signal 9
            Exited Some(137) None 
            Signalled None Some(9) ended by signal 9
            OutOfMemory None Some(9) it took more memory than it asked for
            Exited Some(0) None 
            Fenced None Some(9) no contact
            NotStarted None None cannot be started: nosuch: No such file or directory
            NotStarted None None the sandbox could not be set up: bwrap: no space
            NotStarted None None cannot be started: nosuch: No such file or directory
            Exited Some(127) None 
            NotStarted None None `x` cannot be started: gone
        "#]]
        .assert_eq(&all.concat());
    }
}
