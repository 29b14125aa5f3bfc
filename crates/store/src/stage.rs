//! A batch before it is written: checked, and each thing's changes folded into the last.
//!
//! A job that is submitted, planned and dispatched within one batch is written once, as it is at the end. The
//! versions in between must follow each other without a gap.

use std::collections::BTreeMap;

use api::{ClearingView, DataReport, Event, JobView, ResourceView, SiteStatus};
use model::{Charge, JobKey, Kind, Name};
use serde::Serialize;

use crate::{StoreError, Write, ledger::write::Folded, steering::Statuses};

/// The longest document of one thing, in bytes: a job with 10,000 tasks takes some 5 MB.
const DOCUMENT_MOST: usize = 16 << 20;

/// The changes of one thing, folded.
#[derive(Debug)]
pub(crate) struct Change<'a, T> {
    /// The version that has to be stored; none: nothing may be.
    pub(crate) expected: Option<i64>,
    pub(crate) last: &'a T,
    /// What does not change after birth: a job's metadata and spec come from here.
    pub(crate) first: &'a T,
    pub(crate) documents: Documents,
}

/// The texts of the long columns.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    pub(crate) metadata: String,
    pub(crate) spec: String,
    pub(crate) status: String,
}

/// What can be written together.
#[derive(Debug, Default)]
pub(crate) struct Stage<'a> {
    pub(crate) resources: BTreeMap<(Kind, &'a Name), Change<'a, ResourceView>>,
    pub(crate) sites: BTreeMap<&'a Name, String>,
    pub(crate) site_data: BTreeMap<&'a Name, String>,
    pub(crate) jobs: BTreeMap<&'a JobKey, Change<'a, JobView>>,
    /// New jobs in the order of their submission.
    pub(crate) born: Vec<&'a JobKey>,
}

#[derive(Debug)]
pub(crate) enum Step<'a> {
    Put(Stage<'a>),
    DeleteResource(Kind, &'a Name),
    DeleteJob(&'a JobKey),
}

/// All of a batch.
#[derive(Debug, Default)]
pub(crate) struct Batch<'a> {
    steps: Vec<Step<'a>>,
    stage: Stage<'a>,
    births: i64,
    events: Vec<&'a Event>,
    charges: Vec<&'a Charge>,
    ledger: Folded<'a>,
    tokens: Vec<&'a Write>,
    energy: Vec<&'a Write>,
    clearings: Vec<&'a ClearingView>,
    usage: Vec<&'a Write>,
    answers: Vec<&'a Write>,
    steering: Statuses<'a>,
}

impl<'a> Batch<'a> {
    pub(crate) fn of(writes: &'a [Write]) -> Result<Self, StoreError> {
        let mut batch = Self::default();
        for write in writes {
            batch.add(write)?;
        }
        batch.close_stage()?;
        batch.check_events()?;
        Ok(batch)
    }

    fn add(&mut self, write: &'a Write) -> Result<(), StoreError> {
        match write {
            Write::PutResource(view) => self.stage.put_resource(view)?,
            Write::Site { site, status } => self.stage.put_site(site, status)?,
            Write::SiteData { site, data } => self.stage.put_site_data(site, data)?,
            Write::NewJob(view) => self.stage.new_job(view)?,
            Write::UpdateJob(view) => self.stage.update_job(view)?,
            Write::DeleteResource { kind, name } => {
                self.steering.remove(&(*kind, name));
                self.delete(Step::DeleteResource(*kind, name))?
            }
            Write::DeleteJob(key) => self.delete(Step::DeleteJob(key))?,
            Write::Event(event) => self.events.push(event),
            Write::Charges(charges) => {
                self.charges.extend(charges.iter().filter(|charge| charge.line.kind.is_billed()))
            }
            Write::Ledger(entry) => self.ledger.add(entry)?,
            Write::Edge { edge, status } => {
                let text = document("edge status", edge, status)?;
                self.steering.insert((Kind::Edge, edge), text);
            }
            Write::Service { service, status } => {
                let text = document("service status", service, status)?;
                self.steering.insert((Kind::Service, service), text);
            }
            Write::Token { .. } | Write::DeleteToken(_) => self.tokens.push(write),
            Write::EnergyUse(_)
            | Write::Signals { .. }
            | Write::Demand(_)
            | Write::Certificates { .. } => self.energy.push(write),
            Write::Clearing(view) => self.clearings.push(view),
            Write::Usage(_) | Write::Dispute(_) => self.usage.push(write),
            Write::Answer { .. } => self.answers.push(write),
        }
        Ok(())
    }

    /// What was staged before a deletion is written before it.
    fn delete(&mut self, step: Step<'a>) -> Result<(), StoreError> {
        self.close_stage()?;
        self.steps.push(step);
        Ok(())
    }

    fn close_stage(&mut self) -> Result<(), StoreError> {
        let mut stage = std::mem::take(&mut self.stage);
        if stage.is_empty() {
            return Ok(());
        }
        stage.write_documents()?;
        self.births += to_int(stage.born.len());
        self.steps.push(Step::Put(stage));
        Ok(())
    }

    /// Within a batch they must rise too.
    fn check_events(&self) -> Result<(), StoreError> {
        let mut pairs = self.events.iter().zip(self.events.iter().skip(1));
        let Some((before, event)) = pairs.find(|(before, event)| event.seq <= before.seq) else {
            return Ok(());
        };
        let key = event.seq.to_string();
        Err(StoreError::Conflict {
            what: "event",
            key,
            expected: Some(event.seq - 1),
            found: Some(before.seq),
        })
    }

    pub(crate) fn steps(&self) -> &[Step<'a>] {
        &self.steps
    }

    pub(crate) const fn births(&self) -> i64 {
        self.births
    }

    pub(crate) fn events(&self) -> &[&'a Event] {
        &self.events
    }

    /// First and last; above and below everything if there are none.
    pub(crate) fn event_range(&self) -> (i64, i64) {
        let first = self.events.first().map_or(i64::MAX, |event| event.seq);
        let last = self.events.last().map_or(i64::MIN, |event| event.seq);
        (first, last)
    }

    pub(crate) fn charges(&self) -> &[&'a Charge] {
        &self.charges
    }

    pub(crate) fn charge_count(&self) -> i64 {
        to_int(self.charges.len())
    }

    pub(crate) const fn ledger(&self) -> &Folded<'a> {
        &self.ledger
    }

    pub(crate) const fn steering(&self) -> &Statuses<'a> {
        &self.steering
    }

    pub(crate) fn tokens(&self) -> &[&'a Write] {
        &self.tokens
    }

    pub(crate) fn energy(&self) -> &[&'a Write] {
        &self.energy
    }

    pub(crate) fn clearings(&self) -> &[&'a ClearingView] {
        &self.clearings
    }

    pub(crate) fn usage(&self) -> &[&'a Write] {
        &self.usage
    }

    pub(crate) fn usage_count(&self) -> i64 {
        crate::usage::count(&self.usage)
    }

    pub(crate) fn answers(&self) -> &[&'a Write] {
        &self.answers
    }
}

impl<'a> Stage<'a> {
    fn is_empty(&self) -> bool {
        self.resources.is_empty()
            && self.sites.is_empty()
            && self.site_data.is_empty()
            && self.jobs.is_empty()
    }

    fn put_resource(&mut self, view: &'a ResourceView) -> Result<(), StoreError> {
        let key = (view.kind, &view.metadata.name);
        let expected = (view.version > 1).then_some(view.version - 1);
        let Some(change) = self.resources.get_mut(&key) else {
            self.resources.insert(key, Change::new(expected, view));
            return Ok(());
        };
        follows(view.kind.as_str(), &view.metadata.name, expected, change.last.version)?;
        change.last = view;
        Ok(())
    }

    fn put_site(&mut self, site: &'a Name, status: &SiteStatus) -> Result<(), StoreError> {
        self.sites.insert(site, document("site status", site, status)?);
        Ok(())
    }

    fn put_site_data(&mut self, site: &'a Name, data: &DataReport) -> Result<(), StoreError> {
        self.site_data.insert(site, document("site data", site, data)?);
        Ok(())
    }

    fn new_job(&mut self, view: &'a JobView) -> Result<(), StoreError> {
        if let Some(change) = self.jobs.get(&view.key) {
            follows("job", &view.key, None, change.last.version)?;
        }
        self.jobs.insert(&view.key, Change::new(None, view));
        self.born.push(&view.key);
        Ok(())
    }

    fn update_job(&mut self, view: &'a JobView) -> Result<(), StoreError> {
        let expected = Some(view.version - 1);
        let Some(change) = self.jobs.get_mut(&view.key) else {
            self.jobs.insert(&view.key, Change::new(expected, view));
            return Ok(());
        };
        follows("job", &view.key, expected, change.last.version)?;
        change.last = view;
        Ok(())
    }

    /// Only of what is left after folding.
    fn write_documents(&mut self) -> Result<(), StoreError> {
        for ((_, name), change) in &mut self.resources {
            change.documents.metadata = document("resource", name, &change.last.metadata)?;
            change.documents.spec = document("resource", name, &change.last.spec)?;
        }
        for (key, change) in &mut self.jobs {
            change.documents.status = document("job", key, &change.last.status)?;
            if change.expected.is_none() {
                change.documents.metadata = document("job", key, &change.first.metadata)?;
                change.documents.spec = document("job", key, &change.first.spec)?;
            }
        }
        Ok(())
    }
}

impl<'a, T> Change<'a, T> {
    fn new(expected: Option<i64>, view: &'a T) -> Self {
        Self { expected, last: view, first: view, documents: Documents::default() }
    }
}

/// Whether a change comes right after the one before it in the same batch.
fn follows(
    what: &'static str,
    key: &impl ToString,
    expected: Option<i64>,
    before: i64,
) -> Result<(), StoreError> {
    if expected == Some(before) {
        return Ok(());
    }
    Err(StoreError::Conflict { what, key: key.to_string(), expected, found: Some(before) })
}

/// As JSON, within bounds.
pub(crate) fn document(
    what: &'static str,
    key: &impl ToString,
    value: &impl Serialize,
) -> Result<String, StoreError> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Corrupt {
        what,
        key: key.to_string(),
        detail: error.to_string(),
    })?;
    check_size(what, text.len())?;
    Ok(text)
}

pub(crate) fn check_size(what: &'static str, size: usize) -> Result<(), StoreError> {
    if size <= DOCUMENT_MOST {
        return Ok(());
    }
    Err(StoreError::TooLarge { what, size: size as u64, most: DOCUMENT_MOST as u64 })
}

pub(crate) fn to_int(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
