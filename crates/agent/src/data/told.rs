//! What the centre is told of the data at the site.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
};

use api::{DataReport, Kept};
use units::Bytes;

use super::Data;

/// Contents in a report, at most.
const CONTENTS_MOST: usize = 10_000;

/// How much of the news was told.
#[derive(Debug, Default)]
pub(crate) struct DataTold {
    news: u64,
    report: Option<DataReport>,
}

impl DataTold {
    pub(crate) fn has_news(&self, data: Option<&Arc<Data>>) -> bool {
        data.is_some_and(|data| {
            data.storage().is_some() && data.news.load(Ordering::Acquire) != self.news
        })
    }

    /// What is to be told: all of it if `whole` or if anything changed.
    pub(crate) fn next(&self, data: Option<&Arc<Data>>, whole: bool) -> Option<(u64, DataReport)> {
        let data = data?;
        let news = data.news.load(Ordering::Acquire);
        let report = data.report()?;
        let is_new = whole || news != self.news || self.report.as_ref() != Some(&report);
        is_new.then_some((news, report))
    }

    pub(crate) fn told(&mut self, next: Option<(u64, DataReport)>) {
        if let Some((news, report)) = next {
            *self = Self { news, report: Some(report) };
        }
    }
}

impl Data {
    fn report(&self) -> Option<DataReport> {
        let storage = self.storage()?;
        let fetches = self.fetches();
        let jobs = self.jobs();
        let of_fetches = fetches.all.values().map(|it| it.wanted.get());
        let wanted: u64 = of_fetches.chain(jobs.all.values().map(|it| it.now.wanted)).sum();
        // What is here and not laid out yet counts once it is.
        let unfinished: BTreeSet<_> = fetches.all.keys().collect();
        let kept = storage.kept().into_iter().filter(|(content, _)| !unfinished.contains(content));
        let kept = kept.map(|(content, kept)| Kept {
            content,
            size: Bytes::new(kept.size),
            last_used: kept.last_used,
        });
        Some(DataReport {
            quota: storage.quota().map(Bytes::new),
            used: Bytes::new(storage.used()),
            wanted: Bytes::new(wanted),
            contents: kept.take(CONTENTS_MOST).collect(),
            fetching: fetches.told(),
            saved: jobs.all.values().flat_map(|job| job.saved.iter().cloned()).collect(),
        })
    }
}
