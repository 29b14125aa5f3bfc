//! All rivals in one world, and how fast an ingress decides.

use std::time::Instant;

use network::cats::{edge::Edge, flows::Flows, selector::Policy};
use serde::Serialize;
use units::Time;

use super::{
    Setup,
    rival::Rival,
    run::{Outcome, classifier, run, tuple},
    world::{Arrival, World},
};
use crate::SimError;

/// How one rival did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    pub rival: Rival,
    pub flows: usize,
    /// From a flow's first packet to its answer.
    pub mean_ms: f64,
    pub p99_ms: f64,
    /// Mean delay above the oracle's, in percent of that.
    pub excess_delay_pct: f64,
    /// Packets that met a cut path or a gone instance.
    pub sent_again: u64,
    /// Flows that never got through.
    pub given_up: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub setup: Setup,
    pub services: usize,
    pub sites: usize,
    /// Simulated.
    pub length_s: f64,
    /// New flows decided in a second on one core, by the clock: classifier, hash, table of flows and share.
    pub decisions_per_s: f64,
    pub excess_delay_pct: f64,
    /// From a flow's first packet to its answer.
    pub mean_ms: f64,
    pub oracle_mean_ms: f64,
    /// Flows sent elsewhere while their instance could be used.
    pub moved_against_affinity: u64,
    /// Flows that lost their instance.
    pub moved_forced: u64,
    /// New flows that had no room in an ingress's table.
    pub unkept: u64,
    /// Times that the shares of a service were changed, for all ingresses.
    pub share_moves: u64,
    /// Slots of 1,024 in each ingress's share that changed hands, in sum.
    pub slot_moves: u64,
    /// Paths left for better ones.
    pub path_moves: u64,
    /// Metrics that agents sent, and those that they would have sent without thresholds.
    pub updates_sent: u64,
    pub updates_looked_at: u64,
    pub rivals: Vec<Standing>,
}

/// Runs every rival in one world; all but the rate of decisions follows from the setup.
///
/// # Errors
/// A figure of the setup is out of range.
pub fn bench(setup: Setup, policy: Policy) -> Result<Report, SimError> {
    let world = World::new(setup)?;
    let mut outcomes = Vec::new();
    for rival in Rival::ALL {
        let outcome = run(&world, rival, policy).map_err(|it| SimError::Asked(it.to_string()))?;
        outcomes.push((rival, outcome));
    }
    let of_oracle = outcomes.iter().find(|(rival, _)| *rival == Rival::Oracle);
    let least_ms = of_oracle.map_or(f64::NAN, |(_, it)| mean_ms(it));
    let rivals = outcomes.iter().map(|(rival, it)| standing(*rival, it, least_ms)).collect();
    let Some((_, ours)) = outcomes.iter().find(|(rival, _)| *rival == Rival::Ours) else {
        return Err(SimError::Asked("there is no rival to measure".to_owned()));
    };
    Ok(Report {
        setup,
        services: world.service_s.len(),
        sites: world.sites.len(),
        length_s: world.length_s,
        decisions_per_s: decisions_per_s(&world, &ours.edges),
        excess_delay_pct: excess(mean_ms(ours), least_ms),
        mean_ms: mean_ms(ours),
        oracle_mean_ms: least_ms,
        moved_against_affinity: ours.against_affinity,
        moved_forced: ours.forced,
        unkept: ours.unkept,
        share_moves: ours.moves.shares,
        slot_moves: ours.moves.slots,
        path_moves: ours.moves.paths,
        updates_sent: ours.sent,
        updates_looked_at: ours.looks,
        rivals,
    })
}

fn standing(rival: Rival, outcome: &Outcome, least_ms: f64) -> Standing {
    let mut delays = outcome.delays_ns.clone();
    delays.sort_unstable();
    let p99 = delays.get(delays.len() * 99 / 100).copied().unwrap_or(0);
    Standing {
        rival,
        flows: delays.len(),
        mean_ms: mean_ms(outcome),
        p99_ms: p99 as f64 / 1e6,
        excess_delay_pct: excess(mean_ms(outcome), least_ms),
        sent_again: outcome.again,
        given_up: outcome.given_up,
    }
}

fn excess(ms: f64, least_ms: f64) -> f64 {
    (ms / least_ms - 1.0) * 100.0
}

fn mean_ms(outcome: &Outcome) -> f64 {
    let sum: u128 = outcome.delays_ns.iter().map(|it| u128::from(*it)).sum();
    sum as f64 / outcome.delays_ns.len().max(1) as f64 / 1e6
}

/// New flows in one round of the measurement, at most.
const FLOWS: usize = 1 << 19;
const ROUNDS: usize = 5;

/// The median of some rounds, each with flows that are new to the ingress that has most of them.
fn decisions_per_s(world: &World, edges: &[Edge]) -> f64 {
    let classifier = classifier(world.service_s.len());
    let arrivals: Vec<Arrival> = world.arrivals().take(FLOWS).collect();
    let node = arrivals.first().map_or(0, |it| it.node);
    let Some(table) = edges.get(node as usize).map(Edge::table) else { return 0.0 };
    let packets: Vec<_> = arrivals.iter().map(tuple).collect();
    let now = Time::from_millis(0);
    let mut rates: Vec<f64> = (0..ROUNDS as u64)
        .map(|round| {
            let flows = Flows::new(2 * FLOWS, 60_000);
            let mut edge = Edge::new(flows, round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            // The first table of an edge is never an old one.
            edge.install(table.clone(), now).expect("a first table");
            let began = Instant::now();
            let steered = packets.iter().filter(|it| edge.steer(&classifier, it, now).is_ok());
            let count = std::hint::black_box(steered.count());
            count as f64 / began.elapsed().as_secs_f64().max(1e-9)
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    rates.get(ROUNDS / 2).copied().unwrap_or(0.0)
}
