//! What a site says of itself: its engine, and the pools that it publishes.

use std::collections::BTreeMap;

use api::{AgentReport, Capabilities, FoundPool, SiteAbout};
use model::{Admission, FlavorSpec, JobKey, Kind, Metadata, Name, PoolSpec, Rates, Resource, Spec};
use planner::Abilities;
use units::{Bytes, HourPrice, Time};

use crate::{Change, Control, jobs::Stop};

/// The label of pools that follow what an agent finds.
const PUBLISHED: &str = "published-by";

impl Control {
    /// Takes what a report says of the site itself.
    pub(crate) fn take_about(&mut self, name: &Name, report: &AgentReport, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        let before = site.status.clone();
        if site.status.engine_away.is_some() != report.engine_away.is_some() {
            site.status.engine_away.clone_from(&report.engine_away);
            site.engine_away_since = report.engine_away.as_ref().map(|_| now);
        }
        if let Some(about) = &report.about {
            let SiteAbout { engine, sandbox, can, storage, measured, .. } = about.clone();
            let known = site.status.clone();
            site.status = api::SiteStatus { engine, sandbox, can, storage, measured, ..known };
        }
        if said(&site.status) == said(&before) {
            self.publish(name, report, now);
            return;
        }
        let status = site.status.clone();
        self.planner.set_online(name, status.online && status.engine_away.is_none());
        self.note_abilities(name, &status);
        self.note_storage(name, &status, now);
        self.look_at_all();
        self.note_engine(name, before.engine_away.as_deref(), status.engine_away.as_deref(), now);
        self.out.push(Change::Site { site: name.clone(), status });
        self.publish(name, report, now);
    }

    /// What tasks can be given there.
    pub(crate) fn note_abilities(&mut self, name: &Name, status: &api::SiteStatus) {
        let written = self.planner.world().sites.get(name).and_then(|it| it.storage.as_deref());
        let data = status.can.data && written.is_some_and(|it| is_same_place(it, status));
        let Capabilities { containers, fences, .. } = status.can;
        self.planner.set_abilities(name, Abilities { containers, data, fences });
    }

    /// An agent that keeps data elsewhere than others look for it.
    fn note_storage(&mut self, name: &Name, status: &api::SiteStatus, now: Time) {
        let written = self.planner.world().sites.get(name).and_then(|it| it.storage.clone());
        let Some(kept) = status.storage.as_ref() else { return };
        let message = match written {
            Some(written) if is_same_place(&written, status) => return,
            Some(written) => format!("its agent keeps data in {kept}, its manifest says {written}"),
            None => format!("its agent keeps data in {kept}, its manifest has no `storage`"),
        };
        let nothing = serde_json::Value::Null;
        self.event(Kind::Site, name.as_str(), "storage-differs", message, nothing, now);
    }

    fn note_engine(&mut self, name: &Name, before: Option<&str>, after: Option<&str>, now: Time) {
        let (what, message) = match (before, after) {
            (None, Some(reason)) => ("engine-away", reason),
            (Some(_), None) => ("engine-back", ""),
            _ => return,
        };
        let nothing = serde_json::Value::Null;
        self.event(Kind::Site, name.as_str(), what, message.to_owned(), nothing, now);
    }

    /// Makes the pools be what the site found. A pool of the same name that an operator made is left alone.
    fn publish(&mut self, site: &Name, report: &AgentReport, now: Time) {
        let Some(about) = report.about.as_ref().filter(|about| !about.pools.is_empty()) else {
            return;
        };
        let rates = self.planner.world().sites.get(site).and_then(|it| it.rates.clone());
        let rates = rates.unwrap_or_default();
        let found = about.pools.iter().filter_map(|pool| self.published(site, pool, &rates));
        let resources: Vec<Resource> = found.flatten().collect();
        // The same name twice in one text would be the same resource twice.
        let resources: BTreeMap<(Kind, Name), Resource> = resources
            .into_iter()
            .map(|it| ((it.spec.kind(), it.metadata.name.clone()), it))
            .collect();
        let resources: Vec<Resource> = resources.into_values().collect();
        if let Err(problem) = self.apply(resources, &BTreeMap::new(), false, now) {
            let nothing = serde_json::Value::Null;
            self.event(Kind::Site, site.as_str(), "not-published", problem.detail, nothing, now);
        }
    }

    /// A pool, and its flavor where there is none yet; nothing if an operator describes it, or the name is too long.
    fn published(&self, site: &Name, pool: &FoundPool, rates: &Rates) -> Option<Vec<Resource>> {
        let mut flavor = pool.flavor.clone();
        flavor.power = flavor.power.max(units::Power::new(1));
        let flavor_name = self.flavor_name(site, &flavor)?;
        let name: Name = format!("{site}-{}", pool.name).parse().ok()?;
        let old = self.resources.get(&(Kind::Pool, name.clone()));
        if old.is_some_and(|old| !old.metadata.labels.contains_key(PUBLISHED)) {
            return None;
        }
        let old = self.planner.world().pools.get(&name);
        let spec = PoolSpec {
            site: site.clone(),
            flavor: flavor_name.clone(),
            units: pool.units.max(1),
            units_per_node: Some(pool.units_per_node.clamp(1, pool.units.max(1))),
            price: old.map_or_else(|| price(&flavor, rates), |old| old.price),
        };
        let labels = BTreeMap::from([(PUBLISHED.to_owned(), site.to_string())]);
        let metadata = |name| Metadata { name, project: None, title: None, labels: labels.clone() };
        let mut resources = vec![Resource { metadata: metadata(name), spec: Spec::Pool(spec) }];
        if !self.planner.world().flavors.contains_key(&flavor_name) {
            let spec = Spec::Flavor(flavor);
            resources.push(Resource { metadata: metadata(flavor_name), spec });
        }
        Some(resources)
    }

    /// By what one unit is, so that the same unit has the same name everywhere: "a100-8c-64g", "x86-64-1c-2g".
    fn flavor_name(&self, site: &Name, flavor: &FlavorSpec) -> Option<Name> {
        let cores = flavor.cores.get().div_ceil(1_000);
        let memory = flavor.memory.get().div_ceil(1 << 30);
        let what = match &flavor.accelerator {
            Some(it) if it.count > 1 => format!("{}x{}", it.model, it.count),
            Some(it) => it.model.to_string(),
            None => serde_json::to_value(flavor.arch).ok()?.as_str()?.replace('_', "-"),
        };
        let name: Name = format!("{what}-{cores}c-{memory}g").parse().ok()?;
        let is_other = |it: &FlavorSpec| {
            let size = |it: &FlavorSpec| (it.cores, gibibytes(it.memory), it.accelerator.clone());
            size(it) != size(flavor)
        };
        let taken = self.planner.world().flavors.get(&name).is_some_and(is_other);
        if taken { format!("{site}-{name}").parse().ok() } else { Some(name) }
    }

    /// Jobs at sites that are to be empty go elsewhere: drained ones, and those whose maintenance has begun.
    pub(crate) fn empty_drained(&mut self, now: Time) {
        let drained = self.planner.world().sites.iter();
        let drained = drained.filter(|(_, spec)| spec.admission == Admission::Drained);
        let names: Vec<Name> = drained.map(|(name, _)| name.clone()).collect();
        for name in names {
            self.move_away(&name, "is drained", now);
        }
    }

    /// Finds when the next maintenance begins.
    pub(crate) fn note_window(&mut self) {
        self.note_supply();
        let windows = self.planner.world().sites.values().flat_map(|site| &site.maintenance);
        let from = windows.map(|window| window.from).filter(|from| *from > self.windows_from);
        self.next_window = from.min();
    }

    pub(crate) fn clear_maintained(&mut self, now: Time) {
        if self.next_window.is_none_or(|at| at > now) {
            return;
        }
        let before = std::mem::replace(&mut self.windows_from, now);
        self.note_window();
        let begun = |window: &&model::Maintenance| before < window.from && window.from <= now;
        let sites = self.planner.world().sites.iter();
        let names: Vec<Name> = sites
            .filter(|(_, spec)| spec.maintenance.iter().any(|it| begun(&it) && now < it.to))
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            self.move_away(&name, "is maintained", now);
        }
    }

    fn move_away(&mut self, site: &Name, why: &str, now: Time) {
        let placed = self.jobs.values().filter(|live| live.site() == Some(site));
        let placed: Vec<(JobKey, bool)> = placed
            .map(|live| (live.view.key.clone(), live.view.status.state.is_at_site()))
            .collect();
        for (key, at_site) in placed {
            if at_site {
                self.stop(&key, Stop::Replan);
            } else {
                self.replan(&key, &format!("site {site} {why}"), now);
            }
        }
    }
}

/// What a report may change of a site's status.
fn said(it: &api::SiteStatus) -> impl PartialEq + '_ {
    (&it.engine_away, &it.engine, &it.sandbox, it.can, &it.storage, &it.measured)
}

/// What the manifest says, and what the agent does, if it says.
fn is_same_place(written: &str, status: &api::SiteStatus) -> bool {
    let kept = status.storage.as_deref().unwrap_or(written);
    kept.trim_end_matches('/') == written.trim_end_matches('/')
}

const fn gibibytes(memory: Bytes) -> u64 {
    memory.get().div_ceil(1 << 30)
}

/// Of one unit.
fn price(flavor: &FlavorSpec, rates: &Rates) -> HourPrice {
    let cores = i64::try_from(flavor.cores.get()).unwrap_or(i64::MAX);
    let of_cores = rates.core.get().saturating_mul(cores) / 1_000;
    let of_accelerators = flavor.accelerator.as_ref().map_or(0, |it| {
        let each = rates.accelerators.get(&it.model).unwrap_or(&rates.accelerator);
        each.get().saturating_mul(it.count.into())
    });
    HourPrice::new(of_cores.saturating_add(of_accelerators))
}
