//! What a site is told of data: what to fetch, from where, how fast; what may go.

use std::collections::{BTreeMap, BTreeSet};

use ::data::{Claims, Copy};
use api::{DataReport, Fetch, Kept, Source};
use model::{Content, JobState, Name};
use units::{Bandwidth, Bytes};

use crate::{Control, jobs::Live, sites::Site};

/// All that a site is told of data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    pub(crate) fetch: Vec<Fetch>,
    pub(crate) drop: BTreeSet<Content>,
}

/// Something that has to be at a site.
#[derive(Debug, Clone)]
struct Want {
    size: Bytes,
    /// None: as fast as it goes.
    rate: Option<Bandwidth>,
    /// The replica that was decided for.
    from: Option<Name>,
}

type Wants = BTreeMap<Content, Want>;

/// Whoever wants it faster.
fn add(wants: &mut Wants, content: Content, want: Want) {
    match wants.get_mut(&content) {
        Some(known) => {
            known.rate = known.rate.zip(want.rate).map(|(a, b)| a.max(b));
            known.from = want.from.or(known.from.take());
        }
        None => drop(wants.insert(content, want)),
    }
}

impl Control {
    /// Closes the round: sites whose data is to change are told.
    pub(crate) fn arrange_data(&mut self) {
        while let Some(name) = self.data.dirty.pop_first() {
            let orders = self.orders(&name);
            let Some(site) = self.sites.get_mut(&name).filter(|it| it.orders != orders) else {
                continue;
            };
            let generation = site.change(&name, &mut self.retargeted);
            if !site.orders.drop.is_subset(&orders.drop) {
                // It may be deleting just that: what it has is known once it has heard of this.
                site.sure_from = generation;
            }
            let drops_change = site.orders.drop != orders.drop;
            site.orders = orders;
            if drops_change {
                self.know_contents(&name);
            }
        }
    }

    fn orders(&self, name: &Name) -> Orders {
        let Some((site, report)) =
            self.sites.get(name).and_then(|it| Some((it, it.data.as_ref()?)))
        else {
            return Orders::default();
        };
        let wants = self.wants(name);
        let missing = wants.iter().filter(|(content, _)| !self.data.catalogue.has(name, content));
        let fetch = missing.map(|(content, want)| self.fetch(name, site, content, want)).collect();
        Orders { fetch, drop: self.leaving(name, site, report, &wants) }
    }

    /// What the datasets want to be there, and the jobs that wait for it.
    fn wants(&self, site: &Name) -> Wants {
        let at_leisure = Some(self.planner.policy().transfer_bandwidth);
        let mut wants = Wants::new();
        let datasets = &self.planner.world().datasets;
        for name in self.data.wanted.get(site).into_iter().flatten() {
            let Some(dataset) = datasets.get(name) else { continue };
            let want = Want { size: dataset.size, rate: at_leisure, from: None };
            wants.extend(dataset.content.clone().map(|content| (content, want)));
        }
        for live in self.placed_at(site) {
            if live.view.status.state == JobState::Staging {
                self.add_wants_of(live, &mut wants);
            }
        }
        wants
    }

    /// At the bandwidth that is held for it, from the replica that was decided for.
    fn add_wants_of(&self, live: &Live, wants: &mut Wants) {
        let decision = live.view.status.decision.as_ref();
        let transfers = decision.map(|it| it.transfers.as_slice()).unwrap_or_default();
        let want = |name: &Name, size: Bytes| {
            let transfer = transfers.iter().find(|it| it.dataset.as_ref() == Some(name));
            let rate = transfer.map(|it| it.path.bandwidth).filter(|rate| !rate.is_zero());
            Want { size, rate, from: transfer.map(|it| it.path.from.clone()) }
        };
        for input in self.inputs(&live.view.spec) {
            let size = self.planner.world().datasets.get(&input.name).map(|it| it.size);
            add(wants, input.content, want(&input.name, size.unwrap_or_default()));
        }
        if let Some(saved) = &live.view.status.checkpoint {
            add(wants, saved.content.clone(), want(&Name::of_checkpoint(), saved.size));
        }
    }

    /// Live jobs with data that have their place there.
    pub(super) fn placed_at<'a>(&'a self, site: &Name) -> impl Iterator<Item = &'a Live> {
        let keys = self.data.placed.get(site).into_iter().flatten();
        let jobs = keys.filter_map(|key| self.jobs.get(key));
        jobs.filter(|live| !live.view.status.state.is_final())
    }

    /// What was told stays as it is while it works: a new source is no reason to begin again.
    fn fetch(&self, name: &Name, site: &Site, content: &Content, want: &Want) -> Fetch {
        let sources = self.sources(name, content, want);
        let told = site.orders.fetch.iter().find(|it| it.content == *content);
        let fails = || self.fetching(name, content).is_some_and(|it| it.error.is_some());
        let holds = |told: &&Fetch| told.from.iter().any(|it| sources.contains(it));
        match told.filter(|told| told.rate == want.rate).filter(holds) {
            Some(told) if !fails() => told.clone(),
            _ => {
                Fetch { content: content.clone(), size: want.size, from: sources, rate: want.rate }
            }
        }
    }

    /// Best first: what was decided for, who reports it, who should have it.
    fn sources(&self, site: &Name, content: &Content, want: &Want) -> Vec<Source> {
        let sites = &self.planner.world().sites;
        let held = self.data.catalogue.holders(content);
        let mut names: Vec<&Name> = want.from.iter().chain(held).collect();
        names.extend(self.named_at(content));
        let mut seen = BTreeSet::new();
        names.retain(|name| *name != site && seen.insert((*name).clone()));
        let source = |name: &Name| {
            Some(Source { site: name.clone(), storage: sites.get(name)?.storage.clone()? })
        };
        names.into_iter().filter_map(source).collect()
    }

    /// Sites that are said to hold it, whether they report it or not.
    fn named_at(&self, content: &Content) -> Vec<&Name> {
        let datasets = self.data.datasets.get(content).into_iter().flatten();
        let datasets = datasets.filter_map(|name| self.planner.world().datasets.get(name));
        let jobs = self.data.claims.get(content).into_iter().flatten();
        let saved = jobs.filter_map(|key| self.jobs.get(key)?.view.status.checkpoint.as_ref());
        let saved = saved.filter(|it| it.content == *content).flat_map(|it| &it.at);
        datasets.flat_map(|it| &it.replicas).chain(saved).collect()
    }

    fn leaving(
        &self,
        name: &Name,
        site: &Site,
        report: &DataReport,
        wants: &Wants,
    ) -> BTreeSet<Content> {
        let Some(now) = site.status.last_seen else { return BTreeSet::new() };
        let copy = |it: &Kept| Copy {
            content: it.content.clone(),
            size: it.size,
            last_used: it.last_used,
        };
        let copies: Vec<Copy> = report.contents.iter().map(copy).collect();
        let used = self.placed_at(name).flat_map(|live| self.needs(live));
        let pinned: BTreeSet<Content> = wants.keys().cloned().chain(used).collect();
        let those = |is_so: &dyn Fn(&Content) -> bool| -> BTreeSet<Content> {
            copies.iter().map(|it| &it.content).filter(|it| is_so(it)).cloned().collect()
        };
        let named = those(&|content| self.data.is_named(content));
        let elsewhere = those(&|content| self.is_elsewhere(name, content));
        let claims = Claims { pinned: &pinned, named: &named, elsewhere: &elsewhere };
        ::data::leaving(&copies, &claims, report.wanted, now)
    }

    /// A copy that can be counted on: others can read it, its site reports, and has heard of every drop that was
    /// taken back.
    pub(crate) fn is_elsewhere(&self, site: &Name, content: &Content) -> bool {
        let is_sure = |name: &Name| {
            let sure = |it: &Site| it.status.online && it.heard >= it.sure_from;
            self.keeps_data(name) && self.sites.get(name).is_some_and(sure)
        };
        self.data.catalogue.holders(content).any(|name| name != site && is_sure(name))
    }
}
