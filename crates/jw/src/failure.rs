//! Everything that can end a command early: its exit code, and what people read on stderr.

use api::{Problem, ProblemKind};
use client::ClientError;
use model::{Alternative, Candidate, Invalid};

use crate::{
    format::Clock,
    table::{Cell, Look, Style, Table, column},
};

/// Exit codes, as `--help` and the manual page say them.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
    0  done
    1  the job failed, or a job waited for ended otherwise or is not there
    2  wrong usage, or a file that cannot be read or written
    3  the server cannot be reached or cannot answer
    4  not permitted, or no valid token
    5  there is no such thing
    6  conflict: it exists, is in use, or was changed meanwhile
    7  a manifest or a field is wrong
    8  the order cannot be met, or paid for
  124  the time to wait is over
  130  interrupted

`jw run` ends with the exit code of the job's first failed task.";

/// Why a command ends before it is done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server's answer, or the same said here before asking it.
    Problem(Box<Problem>),
    /// What is wrong in which manifest file.
    Manifest {
        file: String,
        errors: Vec<Invalid>,
    },
    /// Nobody answers, or not in time: it may do so when asked again.
    Unreachable(String),
    /// Something answers that is not understood.
    Fault(String),
    Usage(String),
    /// All is said already; only the code is left.
    Code(u8),
    Timeout(String),
    Interrupted,
    /// Nobody reads stdout any more: not a fault.
    Closed,
}

impl Failure {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Usage(format!("cannot {doing} {}: {error}", path.display()))
    }

    pub(crate) fn problem(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem::new(kind, detail)))
    }

    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.is(ProblemKind::NotFound))
    }

    /// The server may answer when asked again.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Problem(problem) => {
                problem.is(ProblemKind::Busy) || problem.is(ProblemKind::Unavailable)
            }
            Self::Unreachable(_) => true,
            _ => false,
        }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Problem(problem) => problem_code(problem),
            Self::Manifest { .. } => 7,
            Self::Unreachable(_) | Self::Fault(_) => 3,
            Self::Usage(_) => 2,
            Self::Code(code) => *code,
            Self::Timeout(_) => 124,
            Self::Interrupted => 130,
            Self::Closed => 0,
        }
    }

    /// What goes to stderr; empty where nothing is left to say.
    pub(crate) fn render(&self, clock: &Clock, color: bool) -> String {
        match self {
            Self::Problem(problem) => render_problem(problem, clock, color),
            Self::Manifest { file, errors } => {
                let count = if errors.len() == 1 {
                    "1 error".to_owned()
                } else {
                    format!("{} errors", errors.len())
                };
                error_line(&format!("{file}: {count}"), color) + &render_fields(errors)
            }
            Self::Unreachable(text)
            | Self::Fault(text)
            | Self::Usage(text)
            | Self::Timeout(text) => error_line(text, color),
            Self::Interrupted => error_line("interrupted", color),
            Self::Code(_) | Self::Closed => String::new(),
        }
    }
}

fn problem_code(problem: &Problem) -> u8 {
    let kind = ProblemKind::ALL
        .into_iter()
        .find(|kind| problem.is(*kind))
        .unwrap_or(ProblemKind::Internal);
    match kind {
        ProblemKind::Malformed | ProblemKind::Invalid | ProblemKind::TooLarge => 7,
        ProblemKind::Unauthenticated | ProblemKind::Denied => 4,
        ProblemKind::NotFound | ProblemKind::Gone | ProblemKind::QuoteExpired => 5,
        ProblemKind::Exists
        | ProblemKind::Conflict
        | ProblemKind::VersionMismatch
        | ProblemKind::InUse
        | ProblemKind::KeyReused => 6,
        ProblemKind::Infeasible | ProblemKind::InsufficientFunds => 8,
        ProblemKind::Busy | ProblemKind::Unavailable | ProblemKind::Internal => 3,
    }
}

fn error_line(text: &str, color: bool) -> String {
    format!("{} {text}\n", Style::Bad.paint("error:", color))
}

fn render_fields(errors: &[Invalid]) -> String {
    errors.iter().map(|error| format!("  {error}\n")).collect()
}

fn render_problem(problem: &Problem, clock: &Clock, color: bool) -> String {
    let detail = match problem.errors.as_slice() {
        // The detail of a problem with fields repeats the first of them.
        [] => problem.detail.as_str(),
        _ => problem.title.as_str(),
    };
    let mut out = error_line(detail, color) + &render_fields(&problem.errors);
    if problem.is(ProblemKind::Unauthenticated) {
        out.push_str("  give a token in JW_TOKEN, or its file by --token-file\n");
    }
    if let Some(rule) = &problem.rule {
        out.push_str(&format!("  by rule: {rule}\n"));
    }
    if !problem.candidates.is_empty() {
        out.push_str(&refusals(&problem.candidates).text(Look {
            wide: false,
            headers: true,
            color,
        }));
    }
    if let Some(alternative) = &problem.alternative {
        out.push_str(&nearest(alternative, clock));
        out.push('\n');
    }
    out
}

/// Each site with the rule that refuses it.
pub(crate) fn refusals(candidates: &[Candidate]) -> Table {
    let mut table = Table::new([column("SITE"), column("POOL"), column("RULE"), column("WHY")]);
    for candidate in candidates {
        let (rule, why) = match &candidate.refused {
            Some(refusal) => {
                (Cell::new(refusal.rule).style(Style::Bad), refusal.detail.as_str().into())
            }
            None => (Cell::none(), Cell::none()),
        };
        let pool = Cell::option(candidate.pool.as_ref());
        table.push(candidate.site.as_str(), vec![Cell::new(&candidate.site), pool, rule, why]);
    }
    table
}

/// The smallest change that would make an order possible.
pub(crate) fn nearest(it: &Alternative, clock: &Clock) -> String {
    format!(
        "nearest that would do: set {} to {} ({}, start {}, done {}, {})",
        it.field,
        it.value,
        it.site,
        clock.time(it.start),
        clock.time(it.delivered),
        it.total.human()
    )
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Problem(problem) => Self::Problem(problem),
            ClientError::Refused(text) => Self::Usage(text),
            ClientError::Answer { .. } => Self::Fault(error.to_string()),
            ClientError::Unreachable { .. } | ClientError::TooSlow { .. } => {
                Self::Unreachable(error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use model::{Refusal, Rule};

    use super::*;

    fn refused(site: &str, rule: Rule, detail: &str) -> Candidate {
        Candidate {
            site: site.parse().unwrap(),
            pool: None,
            start: None,
            total: None,
            score: None,
            lines: Vec::new(),
            refused: Some(Refusal::new(rule, detail)),
        }
    }

    fn shown(failure: &Failure) -> String {
        let clock = Clock::fixed("2026-03-01T04:00:00Z", 8);
        format!("{}exit {}\n", failure.render(&clock, false), failure.code())
    }

    #[test]
    fn an_infeasible_order_shows_every_rule_and_the_way_out() {
        let mut problem = Problem::new(ProblemKind::Infeasible, "no site can meet the order");
        problem.candidates = vec![
            refused("horinger", Rule::Deadline, "ends 14:00:00 at the earliest"),
            refused("gui-an", Rule::Size, "needs 64 units, the largest pool has 32"),
        ];
        problem.alternative = Some(Alternative {
            field: "spec.deadline".into(),
            value: "+6h".into(),
            site: "horinger".parse().unwrap(),
            start: "2026-03-01T05:00:00Z".parse().unwrap(),
            delivered: "2026-03-01T06:30:00Z".parse().unwrap(),
            total: "3.25CNY".parse().unwrap(),
        });
        expect![[r#"
            error: no site can meet the order
            SITE      POOL  RULE      WHY
            horinger  -     deadline  ends 14:00:00 at the earliest
            gui-an    -     size      needs 64 units, the largest pool has 32
            nearest that would do: set spec.deadline to +6h (horinger, start 13:00:00, done 14:30:00, 3.25 CNY)
            exit 8
        "#]]
        .assert_eq(&shown(&Failure::Problem(Box::new(problem))));
    }

    #[test]
    fn each_wrong_field_has_its_line() {
        let errors = vec![
            Invalid::new("spec.pue", "a PUE of 0.9 cannot be: use 1 to 5"),
            Invalid::new("line 7", "unknown field `sript`"),
        ];
        expect![[r#"
            error: A field is wrong
              spec.pue: a PUE of 0.9 cannot be: use 1 to 5
              line 7: unknown field `sript`
            exit 7
            error: job.yaml: 2 errors
              spec.pue: a PUE of 0.9 cannot be: use 1 to 5
              line 7: unknown field `sript`
            exit 7
        "#]]
        .assert_eq(
            &(shown(&Failure::Problem(Box::new(Problem::invalid(errors.clone()))))
                + &shown(&Failure::Manifest { file: "job.yaml".into(), errors })),
        );
    }

    #[test]
    fn a_denial_names_its_rule() {
        let mut problem = Problem::new(ProblemKind::Denied, "`reader` may not cancel demo.hello");
        problem.rule = Some("viewers-only-read".into());
        expect![[r#"
            error: `reader` may not cancel demo.hello
              by rule: viewers-only-read
            exit 4
        "#]]
        .assert_eq(&shown(&Failure::Problem(Box::new(problem))));
    }

    #[test]
    fn every_kind_of_problem_has_a_documented_exit_code() {
        let mut lines: Vec<String> = ProblemKind::ALL
            .into_iter()
            .map(|kind| format!("{} {}", Failure::problem(kind, "x").code(), kind.code()))
            .collect();
        lines.sort();
        expect![[r#"
            3 busy
            3 internal
            3 unavailable
            4 denied
            4 unauthenticated
            5 gone
            5 not-found
            5 quote-expired
            6 conflict
            6 exists
            6 in-use
            6 key-reused
            6 version-mismatch
            7 invalid
            7 malformed
            7 too-large
            8 infeasible
            8 insufficient-funds"#]]
        .assert_eq(&lines.join("\n"));
        let others = [
            Failure::usage("x"),
            Failure::Unreachable("x".into()),
            Failure::Timeout("x".into()),
            Failure::Interrupted,
        ];
        for code in others.iter().map(Failure::code).chain([0, 1, 4, 5, 6, 7, 8]) {
            assert!(
                EXIT_CODES.lines().any(|line| line.trim_start().starts_with(&format!("{code} "))),
                "{code}"
            );
        }
    }
}
