//! Sites as control sees them: when they were last heard, what they should run, and in which generation.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use api::{DataReport, JobView, SiteStatus, Target};
use model::{
    Assignment, Checkpoint, Content, Decision, JobKey, JobSpec, JobState, JobStatus, Kind, Name,
    Phase, Program, Work,
};
use units::{Bytes, Cores, Power, Span, Time};

use crate::{Change, Control, Settings, data::Orders, jobs::Live};

/// Of one job's tasks, by attempt and number.
pub(crate) type Phases = BTreeMap<(u32, u32), Phase>;

/// One site.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    pub(crate) status: SiteStatus,
    pub(crate) instance: String,
    /// Jobs dispatched or running there.
    pub(crate) jobs: BTreeSet<JobKey>,
    /// Jobs and attempts whose tasks the site may forget once it has this generation.
    pub(crate) leaving: BTreeMap<(JobKey, u32), i64>,
    /// Every task that it has, by its reports. None: nothing is known, the next report has to be whole.
    pub(crate) known: Option<BTreeMap<JobKey, Phases>>,
    /// The generation that its last report spoke of.
    pub(crate) reported: i64,
    /// Whether it has the tasks that it was told of was last looked at by this generation.
    pub(crate) checked: i64,
    /// It is lost, and by then it has stopped its exclusive jobs too.
    pub(crate) fenced_at: Option<Time>,
    /// Since when its engine cannot be asked.
    pub(crate) engine_away_since: Option<Time>,
    /// When it was lost, of late.
    pub(crate) losses: Vec<Time>,
    /// What it is told of data.
    pub(crate) orders: Orders,
    /// The data there, by its last report of it, without `saved`.
    pub(crate) data: Option<DataReport>,
    /// It may still delete what it was told to drop before this generation.
    pub(crate) sure_from: i64,
    /// The generation that its last report in this life of ours spoke of.
    pub(crate) heard: i64,
    pub(crate) data_looked: Time,
    /// Results that it has saved, by job and attempt.
    pub(crate) saved: BTreeMap<(JobKey, u32), (Content, Bytes)>,
}

/// Losses within this time count together; from so many on a site is damped, first for so long.
const FLAPPING_OVER: Span = Span::seconds(600);
const FLAPPING_FROM: u32 = 3;
const FLAPPING_PAUSE: Span = Span::seconds(30);

impl Site {
    pub(crate) fn new(status: SiteStatus) -> Self {
        Self { status, ..Self::default() }
    }

    /// Notes among the sites of this round that the target changes; the generation it will have.
    pub(crate) fn change(&self, name: &Name, round: &mut BTreeSet<Name>) -> i64 {
        if !round.contains(name) {
            round.insert(name.clone());
        }
        self.status.generation + 1
    }

    pub(crate) fn lost_at(&self, settings: &Settings) -> Option<Time> {
        let seen = self.status.last_seen.filter(|_| self.status.online)?;
        Some(seen.after(settings.lease).after(settings.margin))
    }

    pub(crate) fn engine_lost_at(&self, settings: &Settings) -> Option<Time> {
        self.engine_away_since.map(|since| since.after(settings.engine_patience))
    }

    /// When time alone changes something here.
    pub(crate) fn next_wake(&self, settings: &Settings) -> Option<Time> {
        let damped = self.status.damped_until;
        let times = [self.lost_at(settings), self.engine_lost_at(settings), self.fenced_at, damped];
        times.into_iter().flatten().min()
    }
}

impl Control {
    /// Closes the round: sites whose target changed get their next generation.
    pub(crate) fn close_generations(&mut self) {
        for name in std::mem::take(&mut self.retargeted) {
            let Some(site) = self.sites.get_mut(&name) else { continue };
            site.status.generation += 1;
            self.out.push(Change::Site { site: name, status: site.status.clone() });
        }
    }

    /// The generation a site's target has; `None` for an unknown site.
    #[must_use]
    pub fn generation(&self, site: &Name) -> Option<i64> {
        self.sites.get(site).map(|site| site.status.generation)
    }

    /// The whole set of what a site should have.
    #[must_use]
    pub fn target(&self, site: &Name) -> Option<Target> {
        let Orders { fetch, drop } = self.sites.get(site)?.orders.clone();
        let (generation, assignments) = self.assignments(site)?;
        let assignments = assignments.into_iter().map(Arc::unwrap_or_clone).collect();
        let drop = drop.into_iter().collect();
        Some(Target { fetch, drop, ..Target::of(generation, assignments) })
    }

    /// What a site should run, in order of job, and in which generation; `None` for an unknown site.
    #[must_use]
    pub fn assignments(&self, site: &Name) -> Option<(i64, Vec<Arc<Assignment>>)> {
        let site = self.sites.get(site)?;
        let jobs = site.jobs.iter().filter_map(|key| self.jobs.get(key));
        let told = jobs.filter(|live| live.stopping.is_none()).filter_map(|it| it.told.clone());
        Some((site.status.generation, told.collect()))
    }

    /// Notes what the site of a job is told of it: the same as long as the attempt and the world are.
    pub(crate) fn note_told(&mut self, key: &JobKey) {
        let told = self.jobs.get(key).and_then(|live| self.assignment(live)).map(Arc::new);
        if let Some(live) = self.jobs.get_mut(key) {
            live.told = told;
        }
    }

    /// The same of all jobs that are at a site.
    pub(crate) fn note_all_told(&mut self) {
        let keys: Vec<JobKey> = self.sites.values().flat_map(|it| &it.jobs).cloned().collect();
        keys.iter().for_each(|key| self.note_told(key));
    }

    fn assignment(&self, live: &Live) -> Option<Assignment> {
        let JobView { key, spec, status, .. } = &*live.view;
        let decision = status.decision.as_ref()?;
        Some(Assignment {
            job: key.clone(),
            attempt: status.attempt,
            tasks: live.tasks(),
            work: self.work(spec, status, decision),
        })
    }

    fn work(&self, spec: &JobSpec, status: &JobStatus, decision: &Decision) -> Work {
        let choice = spec.resources.any_of.iter().find(|choice| choice.flavor == decision.flavor);
        let flavor = self.planner.world().flavors.get(&decision.flavor);
        let power = flavor
            .map_or(Power::ZERO, |it| it.power.saturating_mul(decision.units_per_task.into()));
        let cores = choice.and_then(|it| it.cores).unwrap_or(spec.resources.cores);
        let accelerators =
            choice.and_then(|it| it.accelerators).unwrap_or(spec.resources.accelerators);
        let model = flavor.and_then(|it| it.accelerator.as_ref()).map(|it| it.model.clone());
        Work {
            program: match &spec.script {
                Some(script) => Program::Script(script.clone()),
                None => Program::Command(spec.command.clone()),
            },
            env: spec.env.clone(),
            of: spec.tasks,
            at_once: spec.array.map(|_| decision.units / decision.units_per_task.max(1)),
            cores: cores.max(Cores::new(1)),
            memory: choice.and_then(|it| it.memory).unwrap_or(spec.resources.memory),
            accelerators,
            pool: decision.pool.clone(),
            flavor: decision.flavor.clone(),
            accelerator: model.filter(|_| accelerators > 0),
            image: spec.image.clone(),
            grace: spec.grace.or(spec.checkpoint.map(|_| Checkpoint::GRACE)),
            inputs: status.inputs.clone(),
            result: spec.result.as_ref().is_some_and(|it| it.dataset.is_some()),
            checkpoint: spec.checkpoint.map(|it| it.every),
            resume: status.resumed.clone(),
            owner: status.owner.clone(),
            open_network: spec.network.open,
            time_limit: spec.time_limit,
            power,
        }
    }

    /// Brings forward when sites are looked at, to what is due at one.
    pub(crate) fn note_wake(&mut self, name: &Name) {
        let due = self.sites.get(name).and_then(|site| site.next_wake(&self.settings));
        self.sites_due = self.sites_due.into_iter().chain(due).min();
    }

    pub(crate) fn note_wakes(&mut self) {
        let due = self.sites.values().filter_map(|site| site.next_wake(&self.settings));
        self.sites_due = due.min();
    }

    /// What follows from silence.
    pub(crate) fn watch_sites(&mut self, now: Time) {
        if self.sites_due.is_none_or(|at| at > now) {
            return;
        }
        let settings = self.settings;
        let due = |site: &Site| site.next_wake(&settings).is_some_and(|at| at <= now);
        let names: Vec<Name> =
            self.sites.iter().filter(|(_, site)| due(site)).map(|(name, _)| name.clone()).collect();
        for name in names {
            self.watch_site(&name, now);
        }
        self.note_wakes();
    }

    fn watch_site(&mut self, name: &Name, now: Time) {
        let settings = self.settings;
        let Some(site) = self.sites.get_mut(name) else { return };
        let is_past = |at: Option<Time>| at.is_some_and(|at| at <= now);
        if is_past(site.status.damped_until) {
            self.end_damping(name, now);
        } else if is_past(site.fenced_at) {
            site.fenced_at = None;
            self.replan_all_at(name, true, now);
        } else if is_past(site.engine_lost_at(&settings)) {
            site.engine_away_since = None;
            self.replan_all_at(name, true, now);
        } else {
            let seen = site.status.last_seen.unwrap_or(now);
            site.fenced_at = Some(seen.after(settings.keep).after(settings.margin));
            site.known = None;
            self.set_online(name, false, now);
            self.damp(name, now);
            self.replan_all_at(name, false, now);
        }
    }

    /// A site that comes and goes takes nothing new for a while, longer each time.
    fn damp(&mut self, name: &Name, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        site.losses.retain(|at| now.since(*at) < FLAPPING_OVER);
        site.losses.push(now);
        let losses = u32::try_from(site.losses.len()).unwrap_or(u32::MAX);
        let Some(doublings) = losses.checked_sub(FLAPPING_FROM) else { return };
        let until = now.after(FLAPPING_PAUSE.saturating_mul(1 << doublings.min(5)));
        site.status.damped_until = Some(until);
        let status = site.status.clone();
        self.planner.set_shut(name, true);
        self.out.push(Change::Site { site: name.clone(), status });
        let message =
            format!("lost {losses} times within {FLAPPING_OVER}: nothing new until {until}");
        self.event(Kind::Site, name.as_str(), "damped", message, serde_json::Value::Null, now);
    }

    fn end_damping(&mut self, name: &Name, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        site.status.damped_until = None;
        let status = site.status.clone();
        self.planner.set_shut(name, false);
        self.look_at_all();
        self.out.push(Change::Site { site: name.clone(), status });
        self.event(
            Kind::Site,
            name.as_str(),
            "undamped",
            String::new(),
            serde_json::Value::Null,
            now,
        );
    }

    pub(crate) fn set_online(&mut self, name: &Name, online: bool, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        if site.status.online == online {
            return;
        }
        site.status.online = online;
        let status = site.status.clone();
        self.planner.set_online(name, online && status.engine_away.is_none());
        self.look_at_all();
        // Copies there can be counted on no more, or again.
        let dropping = self.sites.iter().filter(|(_, site)| !site.orders.drop.is_empty());
        let dropping: Vec<Name> = dropping.map(|(name, _)| name.clone()).collect();
        self.look_at_sites(dropping);
        self.out.push(Change::Site { site: name.clone(), status });
        let what = if online { "online" } else { "offline" };
        self.event(Kind::Site, name.as_str(), what, String::new(), serde_json::Value::Null, now);
    }

    /// Jobs placed at a lost site look for another: all, or those that may run there and elsewhere at once.
    fn replan_all_at(&mut self, name: &Name, all: bool, now: Time) {
        let may_go = |live: &&Live| {
            live.site() == Some(name)
                && (all || !live.view.spec.exclusive || !live.view.status.state.is_at_site())
        };
        let keys: Vec<JobKey> =
            self.jobs.values().filter(may_go).map(|live| live.view.key.clone()).collect();
        for key in keys {
            self.lost(&key, name, now);
        }
    }

    /// A job that site after site is lost with may be what brings them down.
    fn lost(&mut self, key: &JobKey, site: &Name, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let ran = live.view.status.state.is_at_site();
        live.view.status.losses += u32::from(ran);
        let losses = live.view.status.losses;
        if ran && losses >= self.settings.most_losses {
            let reason = format!(
                "quarantined: {losses} runs in a row were lost with their site, last {site}"
            );
            self.finish(key, JobState::Failed, &reason, now);
        } else {
            self.replan(key, &format!("site {site} was lost"), now);
        }
    }

    /// All sites.
    #[must_use]
    pub fn site_names(&self) -> Vec<Name> {
        self.sites.keys().cloned().collect()
    }

    /// How many sites report.
    #[must_use]
    pub fn online_sites(&self) -> usize {
        self.sites.values().filter(|site| site.status.online).count()
    }

    /// Forgets capacity of the past.
    pub fn trim(&mut self, now: Time) {
        self.planner.trim(now);
    }

    /// How many live jobs are in each state.
    #[must_use]
    pub fn live_counts(&self) -> BTreeMap<JobState, u64> {
        let mut counts = BTreeMap::new();
        for live in self.jobs.values() {
            *counts.entry(live.view.status.state).or_default() += 1;
        }
        counts
    }
}
