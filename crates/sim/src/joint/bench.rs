//! One instance, planned in every way there is, and measured.

use std::{path::Path, time::Instant};

use planner::joint::{
    Effort, Plan, Prices, Problem, Stored,
    certificate::{Invalid, check},
    online::{Markup, Online},
    solve,
};
use serde::Serialize;

use super::{Rule, arrivals, rolling};
use crate::{SimError, files};

/// What came of it. Costs are in the instance's money.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub rule: Rule,
    /// Of the batch plan, by the certificate.
    pub cost: f64,
    /// No plan costs less, by the certificate.
    pub bound: f64,
    /// By how much the batch plan can be above the cheapest possible, in percent of the bound.
    pub gap_pct: f64,
    /// Jobs that the batch plan refuses.
    pub refused: usize,
    /// Wall time of the batch.
    pub batch_s: f64,
    /// Wall time of checking it.
    pub check_s: f64,
    /// Jobs decided one by one as they arrive, on one thread.
    pub decisions_per_s: f64,
    /// By how much the cost is above the batch's when jobs are known only once they have arrived and all that have
    /// not begun are planned anew each hour.
    pub online_excess_pct: f64,
    /// The same when the decision on arrival is final.
    pub arrival_excess_pct: f64,
    pub peak_rss_mib: f64,
}

/// Plans an instance in batch, as time goes by, and on arrival; `dump` is where the instance, the batch plan and its
/// prices go.
///
/// # Errors
/// There is no such instance, or the dump cannot be written.
pub fn bench(rule: &Rule, effort: &Effort, dump: Option<&Path>) -> Result<Report, SimError> {
    let problem = rule.problem()?;
    let began = Instant::now();
    let solved = solve(&problem, effort).map_err(wrong)?;
    let batch_s = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let certificate = check(&problem, &solved.plan, &solved.prices).map_err(wrong)?;
    let check_s = began.elapsed().as_secs_f64();
    let money = |atoms: i128| atoms as f64 / problem.atoms as f64;
    let (cost, bound) = (money(certificate.cost), money(certificate.bound));
    let excess = |other: f64| (other - cost) / cost * 100.0;
    let (arrival_cost, decisions_per_s) = arrive(&problem)?;
    let again = Effort { threads: effort.threads, attempts: 32, ..Effort::quick() };
    let online = rolling(&problem, &again).map_err(wrong)?;
    let online_cost = money(check(&problem, &online, &Prices::zero(&problem)).map_err(wrong)?.cost);
    if let Some(path) = dump {
        let (plan, prices) = (solved.plan, solved.prices);
        files::write_json(path, &Stored { problem, plan, prices })?;
    }
    Ok(Report {
        rule: *rule,
        cost,
        bound,
        gap_pct: certificate.gap_pct().unwrap_or(0.0),
        refused: certificate.refused,
        batch_s,
        check_s,
        decisions_per_s,
        online_excess_pct: excess(online_cost),
        arrival_excess_pct: excess(arrival_cost),
        peak_rss_mib: peak_rss_mib(),
    })
}

/// What all jobs cost when each is decided for good as it arrives, and how many that makes in a second.
fn arrive(problem: &Problem) -> Result<(f64, f64), SimError> {
    let mut online = Online::new(problem, Markup::default()).map_err(wrong)?;
    let order = arrivals(problem);
    let mut plan = Plan { jobs: vec![Vec::new(); problem.jobs.len()] };
    let began = Instant::now();
    for id in &order {
        if let (Some(job), Some(into)) = (problem.jobs.get(*id), plan.jobs.get_mut(*id)) {
            into.extend(online.decide(job).piece);
        }
    }
    let took = began.elapsed().as_secs_f64();
    let certificate = check(problem, &plan, &Prices::zero(problem)).map_err(wrong)?;
    Ok((certificate.cost as f64 / problem.atoms as f64, order.len() as f64 / took.max(1e-9)))
}

fn wrong(invalid: Invalid) -> SimError {
    SimError::Asked(format!("the plan does not pass its check: {invalid}"))
}

/// The most memory that this process ever had, in MiB; zero where the system does not say.
fn peak_rss_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
