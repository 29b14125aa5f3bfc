//! `plan verify`.

use std::path::Path;

use planner::joint::{
    Stored,
    certificate::{Certificate, check},
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
    let checked = check(&stored.problem, &stored.plan, &stored.prices);
    let verified = Verified {
        holds: checked.is_ok(),
        wrong: checked.as_ref().err().map(ToString::to_string),
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
    let verdict = verified.wrong.as_ref().map_or_else(
        || "The certificate holds.".to_owned(),
        |wrong| format!("The certificate does not hold: {wrong}"),
    );
    Page(vec![
        Section::Fields { title: None, fields },
        Section::Text { title: None, lines: vec![verdict] },
    ])
}
