//! `plan verify`.

use std::path::Path;

use planner::joint::{
    Stored,
    certificate::{Certificate, Invalid, judge},
};
use serde::Serialize;

use crate::{
    context::Context,
    failure::Failure,
    output::{Page, Section, Values},
    table::Cell,
};

/// What the check of a stored plan says.
#[derive(Debug, Serialize)]
struct Verified {
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
    /// The first twenty of all faults, each in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<String>,
    /// How many there are.
    fault_count: usize,
    jobs: usize,
    #[serde(flatten)]
    figures: Option<Figures>,
}

#[derive(Debug, Serialize)]
struct Figures {
    refused: usize,
    bound: f64,
    cost: f64,
    gap_pct: Option<f64>,
    bound_atoms: i128,
    cost_atoms: i128,
}

pub(crate) fn run(context: &Context, file: &Path) -> Result<(), Failure> {
    let text = sim::files::text(file)?;
    let stored: Stored = serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!("{}: not a stored plan: {error}", file.display()))
    })?;
    let checked = judge(&stored.problem, &stored.plan, &stored.prices);
    let faults = checked.as_ref().err().cloned().unwrap_or_default();
    let verified = Verified {
        holds: checked.is_ok(),
        wrong: faults.first.first().map(Invalid::to_string),
        faults: faults.first.iter().map(Invalid::to_string).collect(),
        fault_count: faults.count,
        jobs: stored.problem.jobs.len(),
        figures: checked.as_ref().ok().map(|it| figures(it, stored.problem.atoms)),
    };
    context.out.print(Values::One(&verified), |_| page(&verified))?;
    if verified.holds { Ok(()) } else { Err(Failure::Code(1)) }
}

fn figures(it: &Certificate, atoms: i128) -> Figures {
    let money = |value: i128| value as f64 / atoms as f64;
    Figures {
        refused: it.refused,
        bound: money(it.bound),
        cost: money(it.cost),
        gap_pct: it.gap_pct(),
        bound_atoms: it.bound,
        cost_atoms: it.cost,
    }
}

fn page(verified: &Verified) -> Page {
    let mut fields = vec![("jobs", Cell::new(verified.jobs))];
    if let Some(it) = &verified.figures {
        let gap = it.gap_pct.map_or_else(
            || "not known: the bound is not above zero".to_owned(),
            |gap| format!("at most {gap:.3} % above the cheapest possible"),
        );
        fields.extend([
            ("refused", Cell::new(it.refused)),
            ("cost", Cell::exact(format!("{:.4}", it.cost), it.cost)),
            ("bound", Cell::exact(format!("{:.4}", it.bound), it.bound)),
            ("gap", Cell::new(gap)),
        ]);
    }
    let lines = verdict(verified);
    Page(vec![Section::Fields { title: None, fields }, Section::Text { title: None, lines }])
}

/// Whether it holds, or everything that is wrong, as far as it is named.
fn verdict(verified: &Verified) -> Vec<String> {
    if verified.holds {
        return vec!["The certificate holds.".to_owned()];
    }
    let (count, named) = (verified.fault_count, verified.faults.len());
    let many = if count > named {
        format!("{count} faults, the first {named}")
    } else {
        format!("{count} faults")
    };
    let head = match verified.faults.as_slice() {
        [only] if count == 1 => return vec![format!("The certificate does not hold: {only}")],
        _ => format!("The certificate does not hold: {many}:"),
    };
    let faults = verified.faults.iter().map(|it| format!("  {it}"));
    std::iter::once(head).chain(faults).collect()
}
