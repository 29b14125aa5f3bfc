//! Data in the life of jobs and sites: what jobs need and leave, and where it is.
//!
//! `orders` is what each site is told to fetch and to drop, `told` what sites say.

use std::collections::{BTreeMap, BTreeSet};

use ::data::Catalogue;
use model::{Content, DatasetSpec, Input, JobKey, JobSpec, Kind, Metadata, Name, Resource, Spec};
use units::{Bytes, DataPrice, Span, Time};

use crate::{Control, jobs::Live};

mod orders;
mod told;

pub(crate) use orders::Orders;

/// The label of datasets that a job left behind: which.
const LEFT_BY: &str = "left-by";

/// What is kept of data beside jobs and sites, so that a report about one site looks at nothing of the others.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// Which site has which content.
    catalogue: Catalogue,
    /// Live jobs that have inputs by content, or checkpoints.
    jobs: BTreeSet<JobKey>,
    /// Those of them that have a place, by site.
    placed: BTreeMap<Name, BTreeSet<JobKey>>,
    /// Live jobs that speak of a content: of their checkpoint, or of what they run on.
    claims: BTreeMap<Content, BTreeSet<JobKey>>,
    /// Datasets that speak of it.
    datasets: BTreeMap<Content, BTreeSet<Name>>,
    /// Datasets that a site should hold.
    wanted: BTreeMap<Name, BTreeSet<Name>>,
    /// Sites that are looked at before the round ends.
    dirty: BTreeSet<Name>,
}

impl Book {
    fn add_dataset(&mut self, name: &Name, spec: &DatasetSpec) {
        let Some(content) = &spec.content else { return };
        self.datasets.entry(content.clone()).or_default().insert(name.clone());
        for site in &spec.replicas {
            self.wanted.entry(site.clone()).or_default().insert(name.clone());
        }
        self.dirty.extend(spec.replicas.iter().cloned());
    }

    fn remove_dataset(&mut self, name: &Name, spec: &DatasetSpec) {
        let Some(content) = &spec.content else { return };
        remove_from(&mut self.datasets, content, name);
        for site in &spec.replicas {
            remove_from(&mut self.wanted, site, name);
        }
        self.dirty.extend(self.catalogue.holders(content).cloned());
    }

    fn is_named(&self, content: &Content) -> bool {
        self.datasets.contains_key(content) || self.claims.contains_key(content)
    }
}

fn remove_from<K: Ord, V: Ord>(map: &mut BTreeMap<K, BTreeSet<V>>, key: &K, value: &V) {
    let Some(set) = map.get_mut(key) else { return };
    set.remove(value);
    if set.is_empty() {
        map.remove(key);
    }
}

impl Control {
    /// The datasets of an order that sites keep by content.
    pub(crate) fn inputs(&self, spec: &JobSpec) -> Vec<Input> {
        let datasets = &self.planner.world().datasets;
        let input = |name: &Name| {
            Some(Input { name: name.clone(), content: datasets.get(name)?.content.clone()? })
        };
        spec.inputs.iter().filter_map(|it| input(&it.dataset)).collect()
    }

    /// What has to be at its site before a job starts there; of one that is there, what it runs on.
    fn needs(&self, live: &Live) -> BTreeSet<Content> {
        let status = &live.view.status;
        let (inputs, from) = if status.state.is_at_site() {
            (status.inputs.clone(), status.resumed.clone())
        } else {
            let saved = status.checkpoint.as_ref().map(|it| it.content.clone());
            (self.inputs(&live.view.spec), saved)
        };
        inputs.into_iter().map(|it| it.content).chain(from).collect()
    }

    fn has_data(&self, spec: &JobSpec) -> bool {
        spec.checkpoint.is_some() || !self.inputs(spec).is_empty()
    }

    /// Notes a live job that has data, with its place and with what it speaks of.
    pub(crate) fn note_data(&mut self, key: &JobKey) {
        let Some(live) = self.jobs.get(key).filter(|live| self.has_data(&live.view.spec)) else {
            return;
        };
        let site = live.site().cloned();
        self.data.jobs.insert(key.clone());
        if let Some(site) = site {
            self.data.placed.entry(site.clone()).or_default().insert(key.clone());
            self.data.dirty.insert(site);
        }
        self.claim(key);
    }

    /// It loses its place: what it needed there may go.
    pub(crate) fn data_leaves(&mut self, key: &JobKey) {
        let site = self.jobs.get(key).filter(|_| self.data.jobs.contains(key));
        let Some(site) = site.and_then(Live::site).cloned() else { return };
        remove_from(&mut self.data.placed, &site, key);
        self.data.dirty.insert(site);
    }

    /// It has ended and is forgotten.
    pub(crate) fn forget_data(&mut self, key: &JobKey, live: &Live) {
        for content in &live.claims {
            remove_from(&mut self.data.claims, content, key);
            self.data.dirty.extend(self.data.catalogue.holders(content).cloned());
        }
        self.data.jobs.remove(key);
    }

    /// Brings up to date what a job speaks of.
    pub(crate) fn claim(&mut self, key: &JobKey) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        let status = &live.view.status;
        let checkpoint = status.checkpoint.as_ref().map(|it| it.content.clone());
        let inputs = status.inputs.iter().map(|it| it.content.clone());
        let claims: BTreeSet<Content> =
            inputs.chain(checkpoint).chain(status.resumed.clone()).collect();
        let before = std::mem::replace(&mut live.claims, claims.clone());
        for content in before.difference(&claims) {
            remove_from(&mut self.data.claims, content, key);
        }
        for content in claims {
            self.data.claims.entry(content).or_default().insert(key.clone());
        }
    }

    /// Of what a placed job needs, what its site does not report.
    pub(crate) fn missing_data(&self, key: &JobKey) -> BTreeSet<Content> {
        let live = self.jobs.get(key).filter(|_| self.data.jobs.contains(key));
        let Some((live, site)) = live.and_then(|live| Some((live, live.site()?))) else {
            return BTreeSet::new();
        };
        let has = |content: &Content| self.data.catalogue.has(site, content);
        self.needs(live).into_iter().filter(|it| !has(it)).collect()
    }

    /// What its site is told is looked at again before the round ends.
    pub(crate) fn look_at_data(&mut self, key: &JobKey) {
        let site = self.jobs.get(key).filter(|_| self.data.jobs.contains(key));
        self.data.dirty.extend(site.and_then(Live::site).cloned());
    }

    pub(crate) fn look_at_sites(&mut self, sites: Vec<Name>) {
        self.data.dirty.extend(sites);
    }

    /// The world changed: everything is noted anew.
    pub(crate) fn note_all_data(&mut self) {
        let catalogue = std::mem::take(&mut self.data.catalogue);
        let dirty = std::mem::take(&mut self.data.dirty);
        self.data = Book { catalogue, dirty, ..Book::default() };
        self.data.dirty.extend(self.sites.keys().cloned());
        for (name, spec) in &self.planner.world().datasets {
            self.data.add_dataset(name, spec);
        }
        let keys: Vec<JobKey> = self.jobs.keys().cloned().collect();
        for key in keys {
            if let Some(live) = self.jobs.get_mut(&key) {
                live.claims.clear();
            }
            self.note_data(&key);
        }
        let sites = self.sites.iter().map(|(name, site)| (name.clone(), site.status.clone()));
        let sites: Vec<_> = sites.collect();
        for (site, status) in sites {
            self.note_abilities(&site, &status);
        }
    }

    fn keeps_data(&self, site: &Name) -> bool {
        self.planner.world().sites.get(site).is_some_and(|it| it.storage.is_some())
    }

    /// What an attempt left as its result, by its site's last word.
    fn saved_result(&self, live: &Live) -> Option<(Content, Bytes)> {
        let site = self.sites.get(live.site()?)?;
        site.saved.get(&(live.view.key.clone(), live.view.status.attempt)).cloned()
    }

    /// Makes what a job left a dataset: where it is, and where the job wanted it.
    pub(crate) fn keep_result(&mut self, key: &JobKey, now: Time) -> Result<(), String> {
        let Some(live) = self.jobs.get(key) else { return Ok(()) };
        let result = live.view.spec.result.as_ref();
        let Some((result, name)) = result.and_then(|it| Some((it, it.dataset.clone()?))) else {
            return Ok(());
        };
        if let Some(wrong) = self.foreign_result(&key.project, &live.view.spec) {
            return Err(wrong.message);
        }
        let (content, size) = self.saved_result(live).ok_or("its site saved no result")?;
        let to = Some(&result.to).filter(|it| live.site() != Some(it));
        let replicas: Vec<Name> = live.site().into_iter().chain(to).cloned().collect();
        let project = self.planner.world().projects.get(&key.project);
        let organization = project.ok_or("its project is gone")?.organization.clone();
        let (content, price) = (Some(content), DataPrice::ZERO);
        let spec = DatasetSpec { size, replicas, content, price, organization };
        let labels = BTreeMap::from([(LEFT_BY.to_owned(), key.to_string())]);
        let metadata = Metadata { name, project: None, title: None, labels };
        self.put_dataset(metadata, spec, now);
        Ok(())
    }

    /// One dataset, without looking at the rest of the world.
    fn put_dataset(&mut self, metadata: Metadata, spec: DatasetSpec, now: Time) {
        let name = metadata.name.clone();
        if let Some(old) = self.planner.world().datasets.get(&name) {
            self.data.remove_dataset(&name, &old.clone());
        }
        self.data.add_dataset(&name, &spec);
        self.planner.put_dataset(&name, spec.clone());
        self.put_resource(Resource { metadata, spec: Spec::Dataset(spec) }, now);
        self.look_again = true;
    }

    /// Whether a job left it, and no operator has made it theirs.
    pub(crate) fn is_left_by_a_job(&self, dataset: &Name) -> bool {
        let known = self.resources.get(&(Kind::Dataset, dataset.clone()));
        known.is_some_and(|view| view.metadata.labels.contains_key(LEFT_BY))
    }

    /// A saved state that cannot be had: the job begins again.
    pub(crate) fn forget_checkpoint(&mut self, key: &JobKey, why: &str, now: Time) {
        let Some(live) = self.jobs.get_mut(key) else { return };
        live.view.status.progress.worked = Span::ZERO;
        if live.view.status.checkpoint.take().is_some() {
            self.changed.insert(key.clone());
            self.claim(key);
            let message = format!("begins again from its beginning: {why}");
            let nothing = serde_json::Value::Null;
            self.event(Kind::Job, &key.to_string(), "checkpoint-lost", message, nothing, now);
        }
    }
}
