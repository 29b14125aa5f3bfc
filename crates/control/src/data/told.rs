//! What sites say of data: contents that came and went, checkpoints, results, and why something does not come.

use std::collections::{BTreeMap, BTreeSet};

use api::{AgentReport, DataReport, Fetching, JobFolder, SavedFolder};
use model::{Content, JobKey, JobState, Kind, Name, Saved, Transfer};
use serde_json::json;
use units::{Bytes, Span, Time};

use crate::{Change, Control, jobs::Live, reports::Skew};

/// Rules that depend on time are looked at so often: where room is wanted, and else.
const LOOK_SOON: Span = Span::seconds(5);
const LOOK: Span = Span::seconds(60);

impl Control {
    /// Takes what a report says of data; a sign of life without any is a reason to look whether time alone has
    /// changed something.
    pub(crate) fn take_data(&mut self, name: &Name, report: &AgentReport, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        site.heard = report.generation;
        if let Some(told) = &report.data {
            self.take_data_report(name, told, Skew::of(report, now), now);
        }
        let Some(site) = self.sites.get_mut(name) else { return };
        let Some(data) = &site.data else { return };
        let pause = if data.wanted.is_zero() { LOOK } else { LOOK_SOON };
        if now.since(site.data_looked) >= pause || report.data.is_some() {
            site.data_looked = now;
            self.data.dirty.insert(name.clone());
        }
    }

    fn take_data_report(&mut self, name: &Name, told: &DataReport, clock: Skew, now: Time) {
        let Some(site) = self.sites.get_mut(name) else { return };
        let mut data = told.clone();
        data.contents.iter_mut().for_each(|it| it.last_used = clock.ours(it.last_used));
        data.contents.sort_by(|a, b| a.content.cmp(&b.content));
        let saved = std::mem::take(&mut data.saved);
        let names = |it: &DataReport| -> Vec<Content> {
            it.contents.iter().map(|it| it.content.clone()).collect()
        };
        let before = site.data.replace(data.clone());
        site.saved = results(&saved);
        if before.is_none_or(|it| it.quota != data.quota || names(&it) != names(&data)) {
            self.out.push(Change::SiteData { site: name.clone(), data: Box::new(data) });
        }
        for folder in saved.iter().filter(|it| it.folder == JobFolder::Checkpoint) {
            self.take_checkpoint(name, folder, now);
        }
        self.know_contents(name);
        self.arrived_at(name, now);
    }

    /// What a site reports and has not been told to drop counts as a copy.
    pub(crate) fn know_contents(&mut self, name: &Name) {
        let Some(site) = self.sites.get(name) else { return };
        let kept = site.data.iter().flat_map(|it| &it.contents).map(|it| it.content.clone());
        let kept = kept.filter(|it| !site.orders.drop.contains(it)).collect();
        for content in self.data.catalogue.set(name, &kept) {
            let holders: BTreeSet<Name> = self.data.catalogue.holders(&content).cloned().collect();
            self.planner.set_copies(&content, holders);
            self.look_again = true;
            let waits = |site: &crate::sites::Site| {
                site.orders.fetch.iter().any(|it| it.content == content)
            };
            let sites = self.sites.iter().filter(|(_, site)| waits(site));
            self.data.dirty.extend(sites.map(|(name, _)| name.clone()));
        }
    }

    /// Jobs whose data is all there go on; those that wait for more say what keeps it.
    fn arrived_at(&mut self, site: &Name, now: Time) {
        let staging = self.placed_at(site);
        let staging = staging.filter(|live| live.view.status.state == JobState::Staging);
        let keys: Vec<JobKey> = staging.map(|live| live.view.key.clone()).collect();
        for key in keys {
            let missing = self.missing_data(&key);
            if missing.is_empty() {
                self.advance(&key, now);
            }
            let error = |it: &Content| self.fetching(site, it)?.error.clone();
            let why = missing.iter().find_map(error).unwrap_or_default();
            self.tell_why(&key, &why);
        }
    }

    fn tell_why(&mut self, key: &JobKey, why: &str) {
        let live = self.jobs.get(key).map(|live| &live.view.status);
        if live.is_some_and(|it| it.state == JobState::Staging && it.reason != why) {
            self.set_state(key, JobState::Staging, why);
        }
    }

    /// Transfers for jobs that wait for their data, with what their sites report of it.
    pub(crate) fn data_on_its_way(&self) -> impl Iterator<Item = (&Transfer, Option<Bytes>)> {
        let sites = self.data.placed.keys();
        let waiting = sites.flat_map(|site| self.placed_at(site).map(move |live| (site, live)));
        let waiting = waiting.filter(|(_, it)| it.view.status.state == JobState::Staging);
        waiting.flat_map(move |(site, live)| {
            let decision = live.view.status.decision.as_ref();
            let all = decision.map(|it| it.transfers.as_slice()).unwrap_or_default();
            let inputs = all.iter().filter(|it| it.dataset.is_some() && !it.path.links.is_empty());
            inputs.map(move |it| (it, self.done(site, live, it)))
        })
    }

    fn done(&self, site: &Name, live: &Live, transfer: &Transfer) -> Option<Bytes> {
        let name = transfer.dataset.as_ref()?;
        let input = self.inputs(&live.view.spec).into_iter().find(|it| it.name == *name);
        let saved = live.view.status.checkpoint.as_ref().map(|it| it.content.clone());
        let content = input.map(|it| it.content).or(saved)?;
        self.fetching(site, &content).map(|it| it.done)
    }

    /// What a site said last of a content that it was told to fetch.
    pub(super) fn fetching(&self, site: &Name, content: &Content) -> Option<&Fetching> {
        let data = self.sites.get(site)?.data.as_ref()?;
        data.fetching.iter().find(|it| it.content == *content)
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
        self.claim(&folder.job);
        let data = json!({ "site": site, "content": folder.content, "size": folder.size });
        let message = format!("{} saved at {site}", folder.size.human());
        self.event(Kind::Job, &folder.job.to_string(), "checkpoint", message, data, now);
    }

    /// Data that should be there by now and is not: why, as its site says.
    pub(crate) fn stuck_on(&self, key: &JobKey) -> Option<(Content, String)> {
        let site = self.jobs.get(key)?.site()?;
        let why = |content: &Content| match self.fetching(site, content) {
            Some(fetching) => fetching.error.clone(),
            None => Some("its site does not bring it".to_owned()),
        };
        self.missing_data(key).into_iter().find_map(|it| Some((it.clone(), why(&it)?)))
    }
}

type Results = BTreeMap<(JobKey, u32), (Content, Bytes)>;

fn results(saved: &[SavedFolder]) -> Results {
    let results = saved.iter().filter(|it| it.folder == JobFolder::Result);
    results.map(|it| ((it.job.clone(), it.attempt), (it.content.clone(), it.size))).collect()
}
