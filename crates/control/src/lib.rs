//! The life of everything: events in, changes out. Owns every life cycle of jobs and the view of every site.
//!
//! Pure: it is told the time, draws no random numbers and does no I/O. Whoever drives it (the server's engine, a
//! test under virtual time) calls a method, then [`Control::take_changes`], makes those durable, and only then
//! lets anyone see an effect. Knows nothing of databases, HTTP or how a site runs a task.

pub mod account;
mod accounts;
mod bids;
mod calls;
mod clearing;
mod data;
mod dispatch;
mod disputes;
mod edges;
mod estimates;
mod flows;
mod jobs;
mod life;
mod money;
mod net;
mod offers;
mod pauses;
mod placing;
mod publish;
mod quotes;
mod reports;
mod restore;
mod room;
mod settle;
mod signals;
mod sites;
mod together;
mod usage;
mod view;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use api::{
    ClearingView, DataReport, DemandView, Dispute, EdgeStatus, Event, JobView, ResourceView,
    ServiceStatus, SiteStatus,
};
use market::ledger::{Book, Entry};
use model::{Charge, EnergyUse, JobKey, Kind, Metered, Name, Signal, SignalPoint};
use planner::{Planner, Policy, World};
use units::{Money, Span, Time};

use crate::{estimates::Known, jobs::Live, sites::Site};
pub use accounts::deposit_id;
pub use bids::bid_ended_before;
pub use calls::REMEMBERED;
pub use clearing::Clearing;
pub use compute::recognise::Run;
pub use estimates::run_of;
pub use market::auction::Chosen;
pub use net::{reach, resilience, round_trips, ways};
pub use offers::OfferFilter;
pub use quotes::{TTL, ended_before, ordered_before, refused_after_its_end};
pub use restore::{Corrupt, Durable};
pub use together::plan_all;
pub use usage::{UsageKnown, line_readings};

/// Times and limits that govern lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// A site that is silent for so long is lost: its work starts elsewhere, and what it still says of it counts no
    /// more. Not so `exclusive` jobs.
    pub lease: Span,
    /// How much longer we wait in either case: clocks and messages on their way.
    pub margin: Span,
    /// How long a site lets work run without hearing from here; after that it stops it. So long, and the margin,
    /// `exclusive` jobs wait before they start elsewhere. At least the lease.
    pub keep: Span,
    /// An engine that its agent cannot ask for so long counts as lost with all that it runs.
    pub engine_patience: Span,
    /// Losses of a job in a row after which it is given up: it may be what brings sites down.
    pub most_losses: u32,
    /// A site that was told to run a job and does not show it for so long loses it again.
    pub hold_ttl: Span,
    /// A site that shows a job and does not start it for so long loses it too.
    pub start_patience: Span,
    /// First pause after a failed run; doubles with each failure up to 64 times this.
    pub retry_pause: Span,
    /// Jobs that are not final, at most.
    pub most_live_jobs: usize,
    /// Waiting or held jobs looked at again in one round.
    pub replans_per_round: usize,
    /// Runs of one job in all, whatever ended them.
    pub most_attempts: u32,
    /// Jobs are planned anew together this long after the last time, if places were given or freed since; up to 64
    /// times as long where it brought nothing.
    pub together_pause: Span,
    /// So many at once.
    pub together_most: usize,
    /// Open bids are cleared at whole multiples of this, counted from 1970.
    pub clearing_every: Span,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lease: Span::seconds(6),
            margin: Span::seconds(2),
            keep: Span::seconds(300),
            engine_patience: Span::seconds(120),
            most_losses: 5,
            hold_ttl: Span::seconds(60),
            start_patience: Span::minutes(30),
            retry_pause: Span::seconds(1),
            most_live_jobs: 1_000_000,
            replans_per_round: 128,
            most_attempts: 100,
            together_pause: Span::seconds(30),
            together_most: 64,
            clearing_every: Span::minutes(5),
        }
    }
}

/// What has to become durable, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    PutResource(Box<ResourceView>),
    DeleteResource {
        kind: Kind,
        name: Name,
    },
    NewJob(Arc<JobView>),
    UpdateJob(Arc<JobView>),
    /// Without its data.
    Site {
        site: Name,
        status: SiteStatus,
    },
    SiteData {
        site: Name,
        data: Box<DataReport>,
    },
    Edge {
        edge: Name,
        status: EdgeStatus,
    },
    Service {
        service: Name,
        status: ServiceStatus,
    },
    Charges(Vec<Charge>),
    Ledger(Entry),
    /// Of a run that has ended, however it did.
    EnergyUse(EnergyUse),
    Demand(Box<DemandView>),
    Clearing(Box<ClearingView>),
    /// With what each comes to.
    Usage(Vec<(Metered, Option<Money>)>),
    Dispute(Box<Dispute>),
    /// Points of a series of a site.
    Signals {
        site: Name,
        signal: Signal,
        source: String,
        at: Time,
        points: Vec<SignalPoint>,
    },
    Event(Event),
}

/// The state of the whole grid as control knows it.
#[derive(Debug)]
pub struct Control {
    settings: Settings,
    planner: Planner,
    resources: BTreeMap<(Kind, Name), ResourceView>,
    sites: BTreeMap<Name, Site>,
    signals: signals::Signals,
    dispatching: dispatch::Dispatching,
    calls: calls::Calls,
    readings: usage::Readings,
    /// Jobs that were charged in this round.
    charged_now: BTreeSet<JobKey>,
    /// Those whose target changed in this round.
    retargeted: BTreeSet<Name>,
    /// Nothing is due at a site before this: it grows later with each report and is brought up to date when it has come.
    sites_due: Option<Time>,
    /// Every job that is not final.
    jobs: BTreeMap<JobKey, Live>,
    /// Jobs that wait for a place, best first: 9 - priority, submitted, key.
    waiting: BTreeSet<(u8, Time, JobKey)>,
    /// Open quotes, and orders that have not ended.
    quoted: BTreeSet<JobKey>,
    /// Open bids, and jobs that won and have not ended.
    bids: BTreeSet<JobKey>,
    /// Those that are open.
    bidding: BTreeSet<JobKey>,
    last_clearing: Time,
    /// Where the last round through `waiting` stopped.
    waiting_from: Option<(u8, Time, JobKey)>,
    /// Jobs that hold a later start, by it.
    held: BTreeSet<(Time, JobKey)>,
    timers: BTreeSet<(Time, JobKey)>,
    /// Jobs whose tasks have gone on since they were written, and when that is due.
    unwritten: BTreeSet<(Time, JobKey)>,
    /// Something was freed or came back: it is worth looking at waiting jobs again.
    look_again: bool,
    last_round: Time,
    /// Pools in which something was given back since the last round.
    freed: BTreeSet<Name>,
    /// Besides, or instead, anything else may be better now: links, sites, the world.
    all_freed: bool,
    last_pull: Time,
    /// Times in a row that looking at held jobs helped nobody.
    pulled_in_vain: u32,
    /// Places were given or freed since all were planned together.
    mixed: bool,
    last_together: Time,
    /// Times in a row that planning together brought nothing.
    in_vain: u32,
    /// Charged so far, by project.
    spent: BTreeMap<Name, Money>,
    /// Expected of the live jobs that hold a decision, by project.
    expected: BTreeMap<Name, Money>,
    /// Accounts, and what jobs hold of them.
    book: Book,
    next_seq: i64,
    out: Vec<Change>,
    changed: BTreeSet<JobKey>,
    /// Interruptible jobs that hold a place.
    interruptible: BTreeSet<JobKey>,
    /// Whose jobs come in.
    speaker: Option<Name>,
    /// Maintenance that has begun is looked at up to here.
    windows_from: Time,
    /// When the next maintenance begins.
    next_window: Option<Time>,
    data: data::Book,
    estimates: Known,
    /// Some job waits until others have left their site.
    displacing: bool,
    steering: edges::Steering,
}

impl Control {
    /// An empty world.
    #[must_use]
    pub fn new(settings: Settings, policy: Policy) -> Self {
        Self {
            settings,
            planner: Planner::new(World::default(), policy),
            resources: BTreeMap::new(),
            sites: BTreeMap::new(),
            signals: signals::Signals::default(),
            dispatching: dispatch::Dispatching::default(),
            calls: BTreeMap::new(),
            readings: usage::Readings::new(),
            charged_now: BTreeSet::new(),
            retargeted: BTreeSet::new(),
            sites_due: None,
            jobs: BTreeMap::new(),
            waiting: BTreeSet::new(),
            quoted: BTreeSet::new(),
            bids: BTreeSet::new(),
            bidding: BTreeSet::new(),
            last_clearing: Time::MIN,
            waiting_from: None,
            held: BTreeSet::new(),
            timers: BTreeSet::new(),
            unwritten: BTreeSet::new(),
            look_again: false,
            last_round: Time::MIN,
            freed: BTreeSet::new(),
            all_freed: false,
            last_pull: Time::MIN,
            pulled_in_vain: 0,
            mixed: false,
            last_together: Time::MIN,
            in_vain: 0,
            spent: BTreeMap::new(),
            expected: BTreeMap::new(),
            book: Book::default(),
            next_seq: 1,
            out: Vec::new(),
            changed: BTreeSet::new(),
            interruptible: BTreeSet::new(),
            speaker: None,
            windows_from: Time::MIN,
            next_window: None,
            data: data::Book::default(),
            estimates: Known::default(),
            displacing: false,
            steering: edges::Steering::default(),
        }
    }

    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Everything that happened since the last call and must become durable together.
    ///
    /// A job that changed several times appears once, as it is now, one version higher.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.arrange_data();
        self.close_generations();
        self.charged_now.clear();
        let mut changes = Vec::with_capacity(self.out.len() + self.changed.len());
        for key in std::mem::take(&mut self.changed) {
            let Some(live) = self.jobs.get_mut(&key) else { continue };
            self.steering.note_job(&live.view);
            if !live.view.status.state.is_final() {
                changes.push(live.take_change());
            } else if let Some(live) = self.jobs.remove(&key) {
                self.quoted.remove(&key);
                self.bids.remove(&key);
                self.readings.remove(&key);
                self.forget_data(&key, &live);
                self.estimates.learn(&live.view);
                changes.push(live.into_change());
            }
        }
        changes.append(&mut self.out);
        changes.extend(self.book.take().into_iter().map(Change::Ledger));
        changes
    }

    /// When [`Control::tick`] may have something to do.
    #[must_use]
    pub fn next_wake(&self) -> Option<Time> {
        let timer = self.timers.first().map(|(time, _)| *time);
        let unwritten = self.unwritten.first().map(|(time, _)| *time);
        let rounds = [self.next_round(), self.next_together()];
        [
            timer,
            self.sites_due,
            self.next_window,
            unwritten,
            self.next_steering(),
            self.signals_due(),
            self.dispatch_due(),
            self.calls_due(),
            self.next_clearing(),
        ]
        .into_iter()
        .chain(rounds)
        .flatten()
        .min()
    }

    /// Time passes.
    pub fn tick(&mut self, now: Time) {
        self.watch_sites(now);
        self.watch_signals(now);
        self.watch_calls(now);
        self.watch_dispatch(now);
        self.clear_maintained(now);
        self.run_timers(now);
        self.write_progress(now);
        if self.next_round().is_some_and(|at| at <= now) {
            self.round(now);
        }
        if self.next_together().is_some_and(|at| at <= now) {
            self.plan_together(now);
        }
        self.tick_steering(now);
    }

    fn event(
        &mut self,
        kind: Kind,
        subject: &str,
        what: &str,
        message: String,
        data: serde_json::Value,
        now: Time,
    ) {
        let (seq, subject, what) = (self.next_seq, subject.to_owned(), what.to_owned());
        self.next_seq += 1;
        self.out.push(Change::Event(Event { seq, time: now, kind, subject, what, message, data }));
    }
}

#[cfg(test)]
mod tests;
