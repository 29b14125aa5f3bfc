//! Usage events of both sides, and disputes over them, told to a grid that checks the ledger after every commit.

use std::collections::BTreeMap;

use api::{
    CloudEvent, Dispute, DisputeState, GivenUsage, JobView, NewResolution, Problem, ProblemKind,
    USAGE_LATE, UsageAnswer, UsageRecord,
};
use model::{Charge, JobKey, LineKind, Reading, Side};
use proptest::prelude::*;
use serde_json::{Value, json};
use units::{Money, Span, Time};

use super::grid::{Disk, Grid, WORLD, key};
use crate::UsageKnown;

impl Disk {
    /// Sums of the events of some jobs.
    pub(super) fn readings(&self, of: impl Fn(&JobView) -> bool) -> Vec<(JobKey, Reading)> {
        let mut sums = BTreeMap::new();
        for (it, _) in self.metered.iter().filter(|(it, _)| of(&self.jobs[&it.job])) {
            *sums.entry((it.job.clone(), it.line(), it.side)).or_insert(0) += it.quantity;
        }
        let sums = sums.into_iter();
        sums.map(|((job, line, side), quantity)| (job, Reading { line, side, quantity })).collect()
    }

    /// What is held for open disputes is what the accounts for it have.
    pub(super) fn check_disputes(&self) {
        let mut held: BTreeMap<String, i64> = BTreeMap::new();
        for it in self.disputes.values() {
            assert!(it.amount >= Money::ZERO && it.amount <= it.charged, "{it:?}");
            *held.entry(format!("disputed:{}", it.job.project)).or_default() += it.held().get();
        }
        for (account, held) in held {
            assert_eq!(self.ledger.balance(&account), held, "{account}");
        }
    }

    fn known(&self, job: &JobKey) -> UsageKnown {
        let ended = self.jobs.get(job).filter(|job| job.status.state.is_final());
        UsageKnown {
            view: ended.cloned(),
            charges: self.charges.iter().filter(|it| it.job == *job).cloned().collect(),
            readings: self
                .readings(|view| view.key == *job)
                .into_iter()
                .map(|(_, reading)| reading)
                .collect(),
            disputes: self.disputes.values().filter(|it| it.job == *job).cloned().collect(),
        }
    }
}

impl Grid {
    /// As the engine does with what the store knows.
    fn usage(&mut self, events: &[Value]) -> Result<UsageAnswer, Problem> {
        let given: Vec<GivenUsage> = events
            .iter()
            .map(|it| serde_json::from_value::<CloudEvent>(it.clone()).unwrap().given(0).unwrap())
            .collect();
        let stored: Vec<UsageRecord> = (1..)
            .zip(&self.disk.metered)
            .map(|(number, (metered, rated))| UsageRecord {
                number,
                received: self.now,
                metered: metered.clone(),
                rated: *rated,
            })
            .collect();
        let known = given.iter().map(|it| (it.job.clone(), self.disk.known(&it.job))).collect();
        let done = self.control.usage(&given, &stored, &known, self.now);
        self.commit();
        done
    }

    fn resolve(&mut self, dispute: i64, side: Side) -> Result<Dispute, Problem> {
        let dispute = self.disk.disputes[&dispute].clone();
        let charge = self.disk.ledger.transactions[&dispute.charge].clone();
        let new = NewResolution { dispute: dispute.id, side, note: "looked at it".into() };
        let by = "boss".parse().unwrap();
        let done = self.control.resolve(&new, &dispute, &charge, &by, self.now);
        self.commit();
        done
    }

    fn until_ended(&mut self, job: &JobKey) {
        for _ in 0..600 {
            if self.state(job).is_final() {
                return;
            }
            self.step();
        }
        panic!("{job} is {}", self.state(job));
    }

    fn charge_of(&self, kind: LineKind) -> Charge {
        self.disk.charges.iter().find(|it| it.line.kind == kind).cloned().unwrap()
    }

    fn all_charged(&self) -> i64 {
        self.disk.charges.iter().map(|it| it.line.amount.get()).sum()
    }
}

fn event(id: &str, source: &str, quantity: u64, (start, end): (Time, Time)) -> Value {
    json!({
        "specversion": "1.0", "type": "jingwei.usage.v1", "id": id, "source": source, "subject": "p.j",
        "data": { "meter": "compute", "quantity": quantity, "start": start, "end": end },
    })
}

/// What the consumer metered of the run that is charged.
fn consumer(grid: &Grid, id: &str, quantity: u64) -> Value {
    let charge = grid.charge_of(LineKind::Compute);
    event(id, "/projects/p", quantity, (charge.start, charge.end))
}

/// A job that costs something.
fn started() -> (Grid, JobKey) {
    let mut grid = Grid::new(&WORLD.replace("0.1CNY/h", "100CNY/h"));
    grid.step();
    grid.task_time = Span::seconds(60);
    let spec = "command: [work], run_time: 60s, resources: {cores: 1}";
    let job = grid
        .submit(&format!("kind: Job\nmetadata: {{name: j, project: p}}\nspec: {{{spec}}}\n"))
        .unwrap();
    (grid, job)
}

fn ended() -> (Grid, JobKey, u64, i64) {
    let (mut grid, job) = started();
    grid.until_ended(&job);
    let charge = grid.charge_of(LineKind::Compute);
    let (metered, amount) = (charge.metered.unwrap(), charge.line.amount.get());
    assert!(metered > 0 && amount >= 10_000_000, "{charge:?}");
    (grid, job, metered, amount)
}

#[test]
fn sides_that_agree_dispute_nothing() {
    let (mut grid, _, metered, amount) = ended();
    let told = grid.usage(&[consumer(&grid, "a", metered - metered / 100)]).unwrap();
    assert_eq!((told.taken, told.known, told.disputes.len()), (1, 0, 0));
    let off = told.rated.get() - (amount - amount / 100);
    assert!(off.abs() <= amount / metered.cast_signed() + 1, "{told:?}");
    assert_eq!(grid.disk.ledger.balance("project:p"), -grid.all_charged());
    // More than was charged is nobody's loss.
    let told = grid.usage(&[consumer(&grid, "b", metered)]).unwrap();
    assert_eq!((told.disputes.len(), grid.disk.disputes.len()), (0, 0));
}

#[test]
fn a_late_disagreement_holds_the_difference_alone() {
    let (mut grid, _, metered, amount) = ended();
    let owner = grid.disk.ledger.balance("owner:o");
    let told = grid.usage(&[consumer(&grid, "a", metered / 2)]).unwrap();
    let dispute = &told.disputes[0];
    let held = dispute.held().get();
    assert!((held - amount / 2).abs() <= 1, "{held} of {amount}");
    assert_eq!(grid.disk.ledger.balance("disputed:p"), held);
    assert_eq!(grid.disk.ledger.balance("owner:o"), owner - held);
    assert_eq!(grid.disk.ledger.balance("project:p"), -grid.all_charged(), "the rest is paid");
    // What comes later makes it less; where it agrees, it is over.
    let told = grid.usage(&[consumer(&grid, "b", metered / 4)]).unwrap();
    assert_eq!((told.disputes.len(), told.disputes[0].id), (1, dispute.id));
    assert!(told.disputes[0].held().get() < held);
    let told = grid.usage(&[consumer(&grid, "c", metered / 4)]).unwrap();
    assert_eq!(told.disputes[0].state, DisputeState::Agreed);
    assert_eq!(grid.disk.ledger.balance("disputed:p"), 0);
    assert_eq!(grid.disk.ledger.balance("owner:o"), owner);
    let told = &grid.disk.disputes[&dispute.id];
    assert_eq!(told.transactions.len(), 3, "each step is booked: {told:?}");
}

#[test]
fn what_was_metered_before_the_end_is_held_by_the_charge_itself() {
    let (mut grid, job) = started();
    grid.steps(40);
    let start = grid.disk.jobs[&job].status.started.unwrap();
    let told = grid.usage(&[event("a", "/projects/p", 1_000, (start, grid.now))]).unwrap();
    assert!(told.rated > Money::ZERO && told.disputes.is_empty(), "{told:?}");
    // Whether its server lives on or not.
    grid.restart_server();
    grid.until_ended(&job);
    let (id, dispute) = grid.disk.disputes.first_key_value().unwrap();
    let (id, held) = (*id, dispute.held().get());
    assert!(held > 0 && dispute.consumer == 1_000);
    assert_eq!(dispute.transactions, std::slice::from_ref(&dispute.charge));
    let charged = grid.all_charged();
    assert_eq!(grid.disk.ledger.balance("disputed:p"), held);
    assert_eq!(grid.disk.ledger.balance("project:p"), -charged);
    let undo = grid.disk.ledger.transactions[&dispute.charge].clone();
    assert!(grid.control.reverse(&undo, None, "", grid.now).is_err(), "it is disputed");
    let over = grid.resolve(id, Side::Consumer).unwrap();
    assert_eq!(over.state, DisputeState::Consumer);
    assert_eq!(grid.disk.ledger.balance("project:p"), -charged + held);
    assert_eq!(grid.disk.ledger.balance("disputed:p"), 0);
    assert_eq!(grid.all_charged(), charged - held, "the bill has it too");
    let back = grid.disk.charges.last().unwrap();
    assert_eq!((back.corrects, back.line.amount.get()), (Some(id), -held));
    // Said twice it is done once; the other way it is too late.
    assert_eq!(grid.resolve(id, Side::Consumer).unwrap(), over);
    assert!(grid.resolve(id, Side::Provider).unwrap_err().is(ProblemKind::Conflict));
    let told = grid.usage(&[consumer(&grid, "b", 1)]).unwrap();
    assert!(told.disputes.is_empty(), "what is resolved stays so");
}

#[test]
fn resolved_for_the_provider_it_is_paid() {
    let (mut grid, _, _, amount) = ended();
    let owner = grid.disk.ledger.balance("owner:o");
    let told = grid.usage(&[consumer(&grid, "a", 0)]).unwrap();
    assert_eq!(told.disputes[0].held().get(), amount, "nothing was metered: all of it");
    grid.resolve(told.disputes[0].id, Side::Provider).unwrap();
    assert_eq!(grid.disk.ledger.balance("owner:o"), owner);
    assert_eq!(grid.disk.ledger.balance("disputed:p"), 0);
}

#[test]
fn an_event_is_taken_once_and_never_changed() {
    let (mut grid, _, metered, _) = ended();
    let it = consumer(&grid, "a", metered);
    let told = grid.usage(&[it.clone(), it.clone()]).unwrap();
    assert_eq!((told.taken, told.known), (1, 1));
    let told = grid.usage(&[it]).unwrap();
    assert_eq!((told.taken, told.known, told.rated), (0, 1, Money::ZERO));
    let other = consumer(&grid, "a", metered - 1);
    let refused = grid.usage(&[consumer(&grid, "b", 1), other]).unwrap_err();
    assert!(refused.is(ProblemKind::Conflict), "{refused}");
    assert!(refused.detail.contains("came before with other content"), "{refused}");
    assert_eq!(grid.disk.metered.len(), 1, "all or none");
}

#[test]
fn clocks_that_are_ahead_and_what_is_too_late_are_refused() {
    let (mut grid, _, metered, _) = ended();
    let end = grid.charge_of(LineKind::Compute).end;
    let ahead = event("a", "/projects/p", 1, (end, grid.now.after(Span::seconds(301))));
    let refused = grid.usage(&[ahead]).unwrap_err();
    assert!(refused.to_string().contains("ahead of the clock"), "{refused}");
    let near = event("b", "/projects/p", metered, (end, grid.now.after(Span::seconds(299))));
    grid.usage(&[near]).unwrap();
    grid.now = grid.now.after(USAGE_LATE).after(Span::seconds(1));
    let late = consumer(&grid, "c", 0);
    let refused = grid.usage(&[late]).unwrap_err();
    assert!(refused.to_string().contains("too late"), "{refused}");
    let now = (end, grid.now);
    let told = grid.usage(&[event("d", "/projects/p", 0, now)]).unwrap();
    assert!(told.disputes.is_empty(), "a run that is long over is not disputed any more");
}

#[test]
fn a_sites_meter_lowers_a_charge_and_never_raises_it() {
    for (read, lowers) in [(500, true), (u64::MAX / 20, false)] {
        let (mut grid, job) = started();
        grid.steps(40);
        let status = &grid.disk.jobs[&job].status;
        let site = status.decision.as_ref().unwrap().site.clone();
        let span = (status.started.unwrap(), grid.now);
        let source = format!("/sites/{site}/meter-1");
        grid.usage(&[event("a", &source, read, span)]).unwrap();
        grid.until_ended(&job);
        let charge = grid.charge_of(LineKind::Compute);
        assert_eq!(charge.metered == Some(500), lowers, "{charge:?}");
        assert!(charge.metered.unwrap() <= 120_000, "{charge:?}");
    }
    let (mut grid, job) = started();
    grid.steps(40);
    let span = (grid.now, grid.now);
    let refused = grid.usage(&[event("a", "/sites/nowhere", 1, span)]).unwrap_err();
    assert!(refused.to_string().contains("is not at site `nowhere`"), "{refused}");
    let refused = grid.usage(&[event("a", "/projects/q", 1, span)]).unwrap_err();
    assert!(refused.to_string().contains("is not of project `q`"), "{refused}");
    grid.until_ended(&job);
}

#[test]
fn readings_of_nothing_that_is_charged_change_nothing() {
    let (mut grid, _, _, _) = ended();
    let mut it = consumer(&grid, "a", 5);
    it["data"]["meter"] = json!("data");
    let refused = grid.usage(&[it.clone()]).unwrap_err();
    assert!(refused.to_string().contains("has no line of data"), "{refused}");
    it["data"]["what"] = json!("some-dataset");
    let told = grid.usage(&[it]).unwrap();
    assert_eq!((told.taken, told.rated, told.disputes.len()), (1, Money::ZERO, 0));
    let most = 1_000_000_000_000_000_000;
    for at in 0..9 {
        grid.usage(&[consumer(&grid, &format!("m{at}"), most)]).unwrap();
    }
    let refused = grid.usage(&[consumer(&grid, "m9", most)]).unwrap_err();
    assert!(refused.is(ProblemKind::Conflict) && refused.detail.contains("2^63"), "{refused}");
    let line = |at: u32| {
        let mut it = consumer(&grid, &format!("w{at}"), 1);
        it["data"]["what"] = json!(format!("w{at}"));
        it
    };
    let many: Vec<Value> = (0..2_001).map(line).collect();
    let refused = grid.usage(&many).unwrap_err();
    assert!(refused.detail.contains("is metered in 2000 lines"), "{refused}");
    let mut nobody = consumer(&grid, "n", 1);
    nobody["subject"] = json!("p.nothing");
    assert!(grid.usage(&[nobody]).unwrap_err().is(ProblemKind::NotFound));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// In whatever order, however often and in whatever portions events come, before or after the charge or a restart,
    /// the same is disputed in the end, and no money is made or lost (the grid checks it after each commit).
    #[test]
    fn the_order_of_events_does_not_matter(
        parts in prop::collection::vec(0_u64..20_000, 1..6),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
        early in 0_usize..4,
        restart: bool,
    ) {
        let (mut grid, job) = started();
        grid.steps(40);
        let span = (grid.disk.jobs[&job].status.started.unwrap(), grid.now);
        let one = |at: usize| event(&format!("e{at}"), "/projects/p", parts[at], span);
        let told: Vec<usize> = order.iter().map(|it| it.index(parts.len())).collect();
        let (before, after) = told.split_at(early.min(told.len()));
        for at in before {
            grid.usage(&[one(*at)]).unwrap();
        }
        if restart {
            grid.restart_server();
        }
        grid.until_ended(&job);
        for at in after {
            grid.usage(&[one(*at)]).unwrap();
        }
        let mut seen: Vec<usize> = told.clone();
        seen.sort_unstable();
        seen.dedup();
        let sum: u64 = seen.iter().map(|at| parts[*at]).sum();
        let charge = grid.charge_of(LineKind::Compute);
        let due = market::usage::disputed(charge.line.amount, charge.metered.unwrap(), sum.into());
        let held: i64 = grid.disk.disputes.values().map(|it| it.held().get()).sum();
        prop_assert_eq!(held, due.get());
        prop_assert_eq!(grid.disk.metered.len(), seen.len());
        prop_assert_eq!(grid.disk.ledger.balance("project:p"), -grid.all_charged());
        let open: Vec<i64> = grid.disk.disputes.values().filter(|it| it.state == DisputeState::Open).map(|it| it.id).collect();
        for (at, id) in open.into_iter().enumerate() {
            let side = if at % 2 == 0 { Side::Consumer } else { Side::Provider };
            grid.resolve(id, side).unwrap();
        }
        prop_assert_eq!(grid.disk.ledger.balance("disputed:p"), 0);
        prop_assert_eq!(grid.disk.ledger.balance("project:p"), -grid.all_charged());
        prop_assert_eq!(key("p.j"), job);
    }
}
