//! Data in the life of jobs and sites: what each site is told to fetch and to drop, and what jobs leave behind.

use std::collections::{BTreeMap, BTreeSet};

use api::{AgentReport, DataReport, Fetch, Fetching, JobFolder, Kept, SavedFolder, Source};
use data::{Claims, Copy};
use model::{
    Content, DatasetSpec, Input, JobKey, JobSpec, JobState, Kind, Metadata, Name, Resource, Saved,
    Spec,
};
use serde_json::json;
use units::{Bandwidth, Bytes, DataPrice, Time};

use crate::{Change, Control, jobs::Live, reports::Skew, sites::Site};

/// The label of datasets that a job left behind: which.
const LEFT_BY: &str = "left-by";

/// What a site is told of data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Orders {
    pub(crate) fetch: Vec<Fetch>,
    pub(crate) drop: BTreeSet<Content>,
}

/// Something that has to be at a site.
#[derive(Debug, Clone)]
struct Want {
    size: Bytes,
    rate: Option<Bandwidth>,
    /// The replica that was decided for.
    from: Option<Name>,
}

type Wants = BTreeMap<Content, Want>;

impl Control {
    /// The datasets of a job that sites keep by content.
    pub(crate) fn inputs(&self, spec: &JobSpec) -> Vec<Input> {
        let datasets = &self.planner.world().datasets;
        let input = |name: &Name| {
            Some(Input { name: name.clone(), content: datasets.get(name)?.content.clone()? })
        };
        spec.inputs.iter().filter_map(|it| input(&it.dataset)).collect()
    }

    /// What has to be at its site before a job starts there.
    fn needs(&self, live: &Live) -> BTreeSet<Content> {
        let inputs = self.inputs(&live.view.spec).into_iter().map(|it| it.content);
        let status = &live.view.status;
        let resume = if status.state.is_at_site() {
            status.resumed.clone()
        } else {
            status.checkpoint.as_ref().map(|it| it.content.clone())
        };
        inputs.chain(resume).collect()
    }

    /// Whether the life of a job has anything to do with data that is moved.
    fn has_data(&self, spec: &JobSpec) -> bool {
        spec.checkpoint.is_some() || !self.inputs(spec).is_empty()
    }

    /// Notes a new job that has.
    pub(crate) fn note_data(&mut self, key: &JobKey) {
        if self.jobs.get(key).is_some_and(|live| self.has_data(&live.view.spec)) {
            self.with_data.insert(key.clone());
        }
    }

    /// Of what a placed job needs, what its site does not report.
    pub(crate) fn missing_data(&self, key: &JobKey) -> BTreeSet<Content> {
        let live = self.jobs.get(key).filter(|_| self.with_data.contains(key));
        let Some((live, site)) = live.and_then(|live| Some((live, live.site()?))) else {
            return BTreeSet::new();
        };
        self.needs(live).into_iter().filter(|it| !self.catalogue.has(site, it)).collect()
    }

    /// What a site is told of data has to be looked at again before the round ends.
    pub(crate) fn look_at_data(&mut self, key: &JobKey) {
        if !self.with_data.contains(key) {
            return;
        }
        let site = self.jobs.get(key).and_then(Live::site).cloned();
        self.data_dirty.extend(site);
    }

    /// The same of every site.
    pub(crate) fn look_at_all_data(&mut self) {
        let keeps = |site: &&Name| {
            self.planner.world().sites.get(*site).is_some_and(|it| it.storage.is_some())
        };
        self.data_dirty = self.sites.keys().filter(keeps).cloned().collect();
        self.with_data = self
            .jobs
            .iter()
            .filter(|(_, live)| self.has_data(&live.view.spec))
            .map(|(key, _)| key.clone())
            .collect();
    }

    /// Closes the round: sites whose data is to change are told.
    pub(crate) fn arrange_data(&mut self) {
        while let Some(site) = self.data_dirty.pop_first() {
            let orders = self.orders(&site);
            if let Some(known) = self.sites.get_mut(&site).filter(|it| it.orders != orders) {
                let gone: Vec<Content> =
                    orders.drop.difference(&known.orders.drop).cloned().collect();
                known.orders = orders;
                known.change();
                if !gone.is_empty() {
                    self.know_contents(&site);
                }
            }
        }
    }

    fn orders(&self, site: &Name) -> Orders {
        let Some(report) = self.sites.get(site).and_then(|it| it.status.data.as_deref()) else {
            return Orders::default();
        };
        let wants = self.wants(site);
        let has = |content: &Content| {
            report.contents.binary_search_by_key(&content, |it| &it.content).is_ok()
        };
        let fetch = wants.iter().filter(|(content, _)| !has(content));
        let fetch = fetch.map(|(content, want)| self.fetch(site, content, want)).collect();
        Orders { fetch, drop: self.leaving(site, report, &wants) }
    }

    /// What the datasets want to be there, and the jobs that wait for it.
    fn wants(&self, site: &Name) -> Wants {
        let at_leisure = Some(self.planner.policy().transfer_bandwidth);
        let mut wants = Wants::new();
        for dataset in self.planner.world().datasets.values() {
            if let Some(content) =
                dataset.content.as_ref().filter(|_| dataset.replicas.contains(site))
            {
                let want = Want { size: dataset.size, rate: at_leisure, from: None };
                wants.insert(content.clone(), want);
            }
        }
        for live in self.placed_at(site) {
            if live.view.status.state == JobState::Staging {
                wants.extend(self.wants_of(live));
            }
        }
        wants
    }

    /// At the bandwidth that is held for it, from the replica that was decided for.
    fn wants_of(&self, live: &Live) -> Wants {
        let decision = live.view.status.decision.as_ref();
        let transfers = decision.map(|it| it.transfers.as_slice()).unwrap_or_default();
        let want = |name: &Name, size: Bytes| {
            let transfer = transfers.iter().find(|it| it.dataset.as_ref() == Some(name));
            let rate = transfer.map(|it| it.path.bandwidth).filter(|rate| !rate.is_zero());
            Want { size, rate, from: transfer.map(|it| it.path.from.clone()) }
        };
        let sizes = &self.planner.world().datasets;
        let inputs = self
            .inputs(&live.view.spec)
            .into_iter()
            .filter_map(|it| Some((it.content, want(&it.name, sizes.get(&it.name)?.size))));
        let saved = live.view.status.checkpoint.as_ref();
        let saved = saved.map(|it| (it.content.clone(), want(&Name::of_checkpoint(), it.size)));
        inputs.chain(saved).collect()
    }

    fn placed_at<'a>(&'a self, site: &'a Name) -> impl Iterator<Item = &'a Live> {
        let jobs = self.with_data.iter().filter_map(|key| self.jobs.get(key));
        jobs.filter(move |live| live.site() == Some(site))
    }

    fn fetch(&self, site: &Name, content: &Content, want: &Want) -> Fetch {
        let sites = &self.planner.world().sites;
        let held = self.catalogue.holders(content);
        let named = self.named_at(content);
        let mut names: Vec<&Name> = want.from.iter().chain(held).chain(named).collect();
        let mut seen = BTreeSet::new();
        names.retain(|name| *name != site && seen.insert((*name).clone()));
        let source = |name: &Name| {
            Some(Source { site: name.clone(), storage: sites.get(name)?.storage.clone()? })
        };
        Fetch {
            content: content.clone(),
            size: want.size,
            from: names.into_iter().filter_map(source).collect(),
            rate: want.rate,
        }
    }

    /// Sites that are said to hold it, whether they report it or not.
    fn named_at<'a>(&'a self, content: &'a Content) -> impl Iterator<Item = &'a Name> {
        let datasets = self.planner.world().datasets.values();
        let of_datasets = datasets
            .filter(move |it| it.content.as_ref() == Some(content))
            .flat_map(|it| &it.replicas);
        let jobs = self.with_data.iter().filter_map(|key| self.jobs.get(key));
        let saved = jobs.filter_map(|live| live.view.status.checkpoint.as_ref());
        of_datasets.chain(saved.filter(move |it| it.content == *content).flat_map(|it| &it.at))
    }

    fn leaving(&self, site: &Name, report: &DataReport, wants: &Wants) -> BTreeSet<Content> {
        let Some(now) = self.sites.get(site).and_then(|it| it.status.last_seen) else {
            return BTreeSet::new();
        };
        let copy = |it: &Kept| Copy {
            content: it.content.clone(),
            size: it.size,
            last_used: it.last_used,
        };
        let copies: Vec<Copy> = report.contents.iter().map(copy).collect();
        let used = self.placed_at(site).flat_map(|live| self.needs(live));
        let pinned: BTreeSet<Content> = wants.keys().cloned().chain(used).collect();
        let elsewhere =
            copies.iter().map(|it| &it.content).filter(|it| self.is_elsewhere(site, it));
        let claims = Claims {
            pinned: &pinned,
            named: &self.named(),
            elsewhere: &elsewhere.cloned().collect(),
        };
        data::leaving(&copies, &claims, report.wanted, now)
    }

    /// A site that reports has it too.
    fn is_elsewhere(&self, site: &Name, content: &Content) -> bool {
        let online = |name: &Name| self.sites.get(name).is_some_and(|it| it.status.online);
        self.catalogue.holders(content).any(|name| name != site && online(name))
    }

    /// What datasets and jobs speak of.
    fn named(&self) -> BTreeSet<Content> {
        let datasets = self.planner.world().datasets.values().filter_map(|it| it.content.clone());
        let jobs = self.with_data.iter().filter_map(|key| self.jobs.get(key));
        let saved = jobs.flat_map(|live| {
            let status = &live.view.status;
            let checkpoint = status.checkpoint.as_ref().map(|it| it.content.clone());
            checkpoint.into_iter().chain(status.resumed.clone())
        });
        datasets.chain(saved).collect()
    }

    /// Takes what a report says of data.
    pub(crate) fn take_data(&mut self, name: &Name, report: &AgentReport, now: Time) {
        let Some((told, site)) = report.data.as_ref().zip(self.sites.get_mut(name)) else { return };
        let mut data = told.clone();
        let clock = Skew::of(report, now);
        data.contents.iter_mut().for_each(|it| it.last_used = clock.ours(it.last_used));
        data.contents.sort_by(|a, b| a.content.cmp(&b.content));
        let saved = std::mem::take(&mut data.saved);
        let before = site.status.data.replace(Box::new(data.clone()));
        let is_same = |it: &DataReport| {
            (it.quota, it.contents.iter().map(|it| &it.content).collect::<Vec<_>>())
                == (data.quota, data.contents.iter().map(|it| &it.content).collect())
        };
        if !before.as_deref().is_some_and(is_same) {
            let status = site.status.clone();
            self.out.push(Change::Site { site: name.clone(), status });
        }
        site.saved = results(&saved);
        for folder in saved.iter().filter(|it| it.folder == JobFolder::Checkpoint) {
            self.take_checkpoint(name, folder, now);
        }
        self.data_dirty.insert(name.clone());
        self.know_contents(name);
        self.arrived_at(name, now);
    }

    /// What a site reports and has not been told to drop counts as a copy.
    pub(crate) fn know_contents(&mut self, name: &Name) {
        let Some(site) = self.sites.get(name) else { return };
        let kept = site.status.data.iter().flat_map(|it| &it.contents).map(|it| it.content.clone());
        let kept = kept.filter(|it| !site.orders.drop.contains(it)).collect();
        for content in self.catalogue.set(name, &kept) {
            let holders: BTreeSet<Name> = self.catalogue.holders(&content).cloned().collect();
            self.planner.set_copies(&content, holders);
            self.look_again = true;
            let waits = |site: &Site| site.orders.fetch.iter().any(|it| it.content == content);
            let sites = self.sites.iter().filter(|(_, site)| waits(site));
            let waiting: Vec<Name> = sites.map(|(name, _)| name.clone()).collect();
            self.data_dirty.extend(waiting);
        }
    }

    /// Jobs whose data is all there go on.
    fn arrived_at(&mut self, site: &Name, now: Time) {
        let staging = self.placed_at(site);
        let staging = staging.filter(|live| live.view.status.state == JobState::Staging);
        let keys = staging.map(|live| live.view.key.clone());
        let ready: Vec<JobKey> = keys.filter(|key| self.missing_data(key).is_empty()).collect();
        for key in ready {
            self.advance(&key, now);
        }
    }

    /// Of the attempt that counts, from where that runs: a lost site can commit nothing.
    fn take_checkpoint(&mut self, site: &Name, folder: &SavedFolder, now: Time) {
        let Some(live) = self.jobs.get_mut(&folder.job) else { return };
        let status = &live.view.status;
        let is_known = status.checkpoint.as_ref().is_some_and(|it| it.content == folder.content);
        if live.site() != Some(site)
            || !status.state.is_at_site()
            || status.attempt != folder.attempt
            || live.view.spec.checkpoint.is_none()
            || is_known
        {
            return;
        }
        let SavedFolder { content, size, time, .. } = folder.clone();
        let saved = Saved { content, size, at: vec![site.clone()], time: time.min(now) };
        live.view.status.checkpoint = Some(saved);
        self.changed.insert(folder.job.clone());
        let data = json!({ "site": site, "content": folder.content, "size": folder.size });
        let message = format!("{} saved at {site}", folder.size.human());
        self.event(Kind::Job, &folder.job.to_string(), "checkpoint", message, data, now);
    }

    /// What an attempt left as its result, by its site's last word.
    pub(crate) fn saved_result(&self, live: &Live) -> Option<(Content, Bytes)> {
        let site = self.sites.get(live.site()?)?;
        site.saved.get(&(live.view.key.clone(), live.view.status.attempt)).cloned()
    }

    /// Makes what a job left a dataset: where it is, and where the job wanted it.
    pub(crate) fn keep_result(&mut self, key: &JobKey, now: Time) -> Result<(), String> {
        let Some(live) = self.jobs.get(key) else { return Ok(()) };
        let Some((result, name)) =
            live.view.spec.result.as_ref().and_then(|it| Some((it, it.dataset.clone()?)))
        else {
            return Ok(());
        };
        let (content, size) = self.saved_result(live).ok_or("its site saved no result")?;
        let keeps = |site: &Name| {
            self.planner.world().sites.get(site).is_some_and(|it| it.storage.is_some())
        };
        let to = Some(&result.to).filter(|it| keeps(it) && live.site() != Some(it));
        let replicas: Vec<Name> = live.site().into_iter().chain(to).cloned().collect();
        let organization = self.planner.world().projects.get(&key.project);
        let organization = organization.ok_or("its project is gone")?.organization.clone();
        let spec = DatasetSpec {
            size,
            replicas,
            content: Some(content),
            price: DataPrice::ZERO,
            organization,
        };
        let labels = BTreeMap::from([(LEFT_BY.to_owned(), key.to_string())]);
        let metadata = Metadata { name, project: None, title: None, labels };
        let dataset = Resource { metadata, spec: Spec::Dataset(spec) };
        let done = self.apply(vec![dataset], &BTreeMap::new(), false, now);
        done.map(|_| ()).map_err(|problem| problem.detail)
    }

    /// Data that should be there by now and is not: why, as its site says.
    pub(crate) fn stuck_on(&self, key: &JobKey) -> Option<(Content, String)> {
        let site = self.sites.get(self.jobs.get(key)?.site()?)?;
        let missing = self.missing_data(key);
        let fetching = site.status.data.iter().flat_map(|it| &it.fetching);
        let stuck = |it: &Fetching| Some((it.content.clone(), it.error.clone()?));
        fetching.filter(|it| missing.contains(&it.content)).find_map(stuck)
    }

    /// A saved state that cannot be had: the job begins again.
    pub(crate) fn forget_checkpoint(&mut self, key: &JobKey, why: &str, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        if live.view.status.checkpoint.take().is_some() {
            self.changed.insert(key.clone());
            let message = format!("begins again from its beginning: {why}");
            let nothing = serde_json::Value::Null;
            self.event(Kind::Job, &key.to_string(), "checkpoint-lost", message, nothing, now);
        }
    }
}

type Results = BTreeMap<(JobKey, u32), (Content, Bytes)>;

fn results(saved: &[SavedFolder]) -> Results {
    let results = saved.iter().filter(|it| it.folder == JobFolder::Result);
    results.map(|it| ((it.job.clone(), it.attempt), (it.content.clone(), it.size))).collect()
}
