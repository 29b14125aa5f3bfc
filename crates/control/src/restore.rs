//! From what is durable back to a running control: the same at every cut.

use std::collections::BTreeMap;

use api::{DemandView, EdgeStatus, JobView, ResourceView, ServiceStatus, SiteStatus};
use compute::recognise::Run;
use market::ledger::{Account, Book};
use model::{AccountId, JobKey, JobState, Kind, Name, Reading, Resource, Signal, SignalPoint};
use planner::World;
use units::{Money, Time};

use crate::{Control, jobs::Live, pauses::expected, sites::Site, world};

/// Everything durable that control has to know.
#[derive(Debug, Default)]
pub struct Durable {
    pub resources: Vec<ResourceView>,
    pub sites: BTreeMap<Name, SiteStatus>,
    /// Every job that is not final.
    pub jobs: Vec<JobView>,
    pub edges: BTreeMap<Name, EdgeStatus>,
    pub services: BTreeMap<Name, ServiceStatus>,
    /// Charged so far, by project.
    pub spent: BTreeMap<Name, Money>,
    /// Runs that ended well, oldest first: run times are estimated from them.
    pub runs: Vec<Run>,
    /// Of the ledger.
    pub accounts: Vec<(AccountId, Account)>,
    /// What jobs may still take of them.
    pub holds: Vec<(JobKey, AccountId, Money)>,
    /// Points of sites' series, those that are kept at hand.
    pub signals: Vec<(Name, Signal, SignalPoint)>,
    /// Demand-response requests of the last two days.
    pub calls: Vec<DemandView>,
    /// What was metered of jobs that are not final.
    pub readings: Vec<(JobKey, Reading)>,
    /// Of the newest event.
    pub last_seq: i64,
}

/// What is stored cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrupt {
    pub what: String,
    pub reason: String,
}

impl std::fmt::Display for Corrupt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stored {} cannot be read: {}", self.what, self.reason)
    }
}

impl std::error::Error for Corrupt {}

impl Control {
    /// Goes on from what is durable. Sites that were online get a whole lease from now, because nobody knows when
    /// they were last answered; every site gets a new generation, so that no target of before can win.
    ///
    /// # Errors
    /// Something stored is not of a form this version knows.
    pub fn restore(&mut self, durable: Durable, now: Time) -> Result<(), Corrupt> {
        self.next_seq = durable.last_seq + 1;
        self.spent = durable.spent;
        self.book = Book::restored(durable.accounts, durable.holds);
        self.estimates.learn_all(&durable.runs);
        self.restore_steering(durable.edges, durable.services, now);
        self.restore_world(durable.resources, now)?;
        self.restore_sites(durable.sites, now);
        self.restore_signals(durable.signals, now);
        self.restore_calls(durable.calls);
        self.restore_readings(durable.readings);
        let mut jobs = durable.jobs;
        // What runs takes its place first.
        jobs.sort_by_key(|job| (!job.status.state.is_at_site(), job.key.clone()));
        for view in jobs {
            self.restore_job(view, now);
        }
        self.note_all_data();
        self.look_at_all();
        Ok(())
    }

    fn restore_world(&mut self, resources: Vec<ResourceView>, now: Time) -> Result<(), Corrupt> {
        let mut world = World::default();
        for view in resources {
            let resource = typed(&view)?;
            world::put(&mut world, &resource);
            self.put_steering(&resource.metadata.name, &resource.spec, now);
            self.resources.insert((view.kind, view.metadata.name.clone()), view);
        }
        self.planner.set_world(world);
        self.note_window();
        Ok(())
    }

    fn restore_sites(&mut self, mut statuses: BTreeMap<Name, SiteStatus>, now: Time) {
        let names: Vec<Name> = self.planner.world().sites.keys().cloned().collect();
        for name in names {
            let mut status = statuses.remove(&name).unwrap_or_default();
            if status.online {
                status.last_seen = Some(now);
            }
            self.planner.set_online(&name, status.online && status.engine_away.is_none());
            self.planner.set_shut(&name, status.damped_until.is_some());
            self.note_abilities(&name, &status);
            let data = status.data.take();
            let mut site = Site::new(status);
            site.data = data.map(|it| *it);
            if !site.status.online {
                // Nobody knows when it was last answered.
                site.fenced_at = Some(now.after(self.settings.keep).after(self.settings.margin));
            }
            site.engine_away_since = site.status.engine_away.is_some().then_some(now);
            // Whatever it was told to drop before may be gone.
            site.sure_from = site.change(&name, &mut self.retargeted);
            self.sites.insert(name.clone(), site);
            self.know_contents(&name);
        }
        self.note_wakes();
    }

    fn restore_job(&mut self, view: JobView, now: Time) {
        let key = view.key.clone();
        let state = view.status.state;
        let decision = view.status.decision.clone();
        let site = decision.as_ref().map(|decision| decision.site.clone());
        let generation =
            site.as_ref().and_then(|site| self.generation(site)).unwrap_or_default() + 1;
        let live = Live::new(view, false, generation);
        let is_cancelling = live.view.status.cancelling;
        let waiting = live.waiting_key();
        if live.view.status.quote.is_some() {
            self.quoted.insert(key.clone());
        }
        if live.view.status.bid.is_some() {
            self.bids.insert(key.clone());
        }
        self.jobs.insert(key.clone(), live);
        self.note_data(&key);
        if let Some(live) = self.jobs.get(&key) {
            self.steering.note_job(&live.view);
        }
        match (state, decision) {
            (JobState::Dispatched | JobState::Running, Some(decision)) => {
                self.restore_at_site(&key, &decision, is_cancelling, now);
            }
            (JobState::Bidding, _) => self.note_bid(&key, now),
            (JobState::Quoted, Some(decision)) => self.restore_quoted(&key, &decision, now),
            (JobState::Held | JobState::Staging, Some(decision)) => {
                self.restore_held(&key, &decision, now)
            }
            _ => {
                let retry_at = self.jobs.get(&key).and_then(|live| live.view.status.retry_at);
                self.waiting.insert(waiting);
                self.set_timer(&key, retry_at);
            }
        }
    }

    fn restore_at_site(
        &mut self,
        key: &JobKey,
        decision: &model::Decision,
        is_cancelling: bool,
        now: Time,
    ) {
        // It runs there whatever the books say.
        let Some(live) = self.jobs.get(key) else { return };
        let (left, pause_at) = (expected(&live.view.status), live.pause_at());
        let pause_at = pause_at.filter(|_| live.view.status.state == JobState::Running);
        let over = live.view.status.progress.intervals;
        self.planner.adopt(key, &decision.rest(over));
        self.note_place(key, left);
        if let Some(site) = self.sites.get_mut(&decision.site) {
            site.jobs.insert(key.clone());
        }
        self.note_told(key);
        if is_cancelling {
            self.stop(key, crate::jobs::Stop::Cancel);
        } else {
            let late = now.after(self.settings.hold_ttl).max(decision.end);
            self.set_timer(key, Some(pause_at.map_or(late, |at| at.max(now))));
        }
    }

    fn restore_held(&mut self, key: &JobKey, decision: &model::Decision, now: Time) {
        let Some(live) = self.jobs.get(key) else { return };
        let (left, over) = (expected(&live.view.status), live.view.status.progress.intervals);
        self.note_place(key, left);
        if self.planner.hold(key, &decision.rest(over)).is_err() {
            self.replan(key, "its place is gone", now);
            return;
        }
        if over == 0 {
            self.held.insert((decision.start, key.clone()));
        }
        self.set_timer(key, Some(now));
    }
}

/// A stored resource as the noun it is.
fn typed(view: &ResourceView) -> Result<Resource, Corrupt> {
    let spec = spec_of(view.kind, view.spec.clone()).map_err(|error| Corrupt {
        what: format!("{} {}", view.kind.as_str().to_ascii_lowercase(), view.metadata.name),
        reason: error.to_string(),
    })?;
    Ok(Resource { metadata: view.metadata.clone(), spec })
}

fn spec_of(kind: Kind, value: serde_json::Value) -> Result<model::Spec, serde_json::Error> {
    use model::Spec;
    use serde_json::from_value;
    Ok(match kind {
        Kind::Organization => Spec::Organization(from_value(value)?),
        Kind::Project => Spec::Project(from_value(value)?),
        Kind::Node => Spec::Node(from_value(value)?),
        Kind::Flavor => Spec::Flavor(from_value(value)?),
        Kind::Site => Spec::Site(from_value(value)?),
        Kind::Pool => Spec::Pool(from_value(value)?),
        Kind::Link => Spec::Link(from_value(value)?),
        Kind::Dataset => Spec::Dataset(from_value(value)?),
        Kind::Edge => Spec::Edge(from_value(value)?),
        Kind::Service => Spec::Service(from_value(value)?),
        Kind::Job => Spec::Job(from_value(value)?),
    })
}
