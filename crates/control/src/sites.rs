//! Sites as control sees them: when they were last heard, what they should run, and in which generation.

use std::collections::{BTreeMap, BTreeSet};

use api::{SiteStatus, Target};
use model::{JobKey, JobState, Kind, Name, Program, TaskId, TaskSpec};
use units::{Cores, Power, Time};

use crate::{Change, Control, Settings, jobs::Live};

/// One site.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    pub(crate) status: SiteStatus,
    pub(crate) instance: String,
    /// Jobs dispatched or running there.
    pub(crate) jobs: BTreeSet<JobKey>,
    /// Tasks that the site may forget once it has this generation.
    pub(crate) leaving: BTreeMap<TaskId, i64>,
    /// The target changed in this round.
    dirty: bool,
}

impl Site {
    pub(crate) fn new(status: SiteStatus) -> Self {
        Self { status, ..Self::default() }
    }

    /// Notes that the target changes in this round; the generation it will have.
    pub(crate) const fn change(&mut self) -> i64 {
        self.dirty = true;
        self.status.generation + 1
    }

    pub(crate) fn change_if_online(&mut self) -> Option<i64> {
        self.status.online.then(|| self.change())
    }

    pub(crate) fn lost_at(&self, settings: &Settings) -> Option<Time> {
        let seen = self.status.last_seen.filter(|_| self.status.online)?;
        Some(seen.after(settings.lease).after(settings.margin))
    }
}

impl Control {
    /// Closes the round: sites whose target changed get their next generation.
    pub(crate) fn close_generations(&mut self) {
        for (name, site) in &mut self.sites {
            if std::mem::take(&mut site.dirty) {
                site.status.generation += 1;
                self.out.push(Change::Site { site: name.clone(), status: site.status.clone() });
            }
        }
    }

    /// The generation a site's target has; `None` for an unknown site.
    #[must_use]
    pub fn generation(&self, site: &Name) -> Option<i64> {
        self.sites.get(site).map(|site| site.status.generation)
    }

    /// The whole set of tasks that a site should have.
    #[must_use]
    pub fn target(&self, site: &Name) -> Option<Target> {
        let site = self.sites.get(site)?;
        let jobs = site.jobs.iter().filter_map(|key| self.jobs.get(key));
        let tasks = jobs
            .filter(|live| live.stopping.is_none())
            .flat_map(|live| self.task_specs(live))
            .collect();
        Some(Target { generation: site.status.generation, tasks })
    }

    fn task_specs(&self, live: &Live) -> Vec<TaskSpec> {
        let spec = &live.view.spec;
        let Some(decision) = &live.view.status.decision else { return Vec::new() };
        let choice = spec.resources.any_of.iter().find(|choice| choice.flavor == decision.flavor);
        let flavor = self.planner.world().flavors.get(&decision.flavor);
        let power = flavor
            .map_or(Power::ZERO, |it| it.power.saturating_mul(decision.units_per_task.into()));
        let program = match &spec.script {
            Some(script) => Program::Script(script.clone()),
            None => Program::Command(spec.command.clone()),
        };
        let task = |id: TaskId| TaskSpec {
            id,
            program: program.clone(),
            env: spec.env.clone(),
            of: spec.tasks,
            cores: choice
                .and_then(|it| it.cores)
                .unwrap_or(spec.resources.cores)
                .max(Cores::new(1)),
            memory: choice.and_then(|it| it.memory).unwrap_or(spec.resources.memory),
            accelerators: choice
                .and_then(|it| it.accelerators)
                .unwrap_or(spec.resources.accelerators),
            open_network: spec.network.open,
            time_limit: spec.time_limit,
            power,
        };
        crate::task_ids(live).map(task).collect()
    }

    /// Sites that were silent for longer than their lease: their work is fenced there by now.
    pub(crate) fn lose_silent_sites(&mut self, now: Time) {
        let settings = self.settings;
        let lost = self
            .sites
            .iter()
            .filter(|(_, site)| site.lost_at(&settings).is_some_and(|at| at <= now));
        let lost: Vec<Name> = lost.map(|(name, _)| name.clone()).collect();
        for name in lost {
            self.set_online(&name, false, now);
            self.replan_all_at(&name, now);
        }
    }

    pub(crate) fn set_online(&mut self, name: &Name, online: bool, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        if site.status.online == online {
            return;
        }
        site.status.online = online;
        let status = site.status.clone();
        self.planner.set_online(name, online);
        self.look_again = true;
        self.out.push(Change::Site { site: name.clone(), status });
        let what = if online { "online" } else { "offline" };
        self.event(Kind::Site, name.as_str(), what, String::new(), serde_json::Value::Null, now);
    }

    /// Every job placed at a lost site looks for another.
    fn replan_all_at(&mut self, name: &Name, now: Time) {
        let placed = self.jobs.values().filter(|live| live.site() == Some(name));
        let keys: Vec<JobKey> = placed.map(|live| live.view.key.clone()).collect();
        for key in keys {
            self.replan(&key, &format!("site {name} was lost"), now);
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
