//! What the store counts beside the jobs is what a count of the jobs would give.

use std::{collections::BTreeMap, sync::Arc};

use crate::databases::Database;
use crate::world::*;
use api::{BillGroup, JobView};
use model::{JobKey, JobState, LineKind};
use proptest::prelude::*;
use store::{BillFilter, JobFilter, Store, Write};

/// One step of a random history: which job, what becomes of it, whether the batch ends.
type Step = (usize, usize, bool);

/// Turns steps into writes that follow each other, and keeps what should be stored.
fn write(known: &mut BTreeMap<JobKey, JobView>, (at_job, fate, _): Step) -> Vec<Write> {
    let key = key(&format!("{}.j{at_job}", ["demo", "other"][at_job % 2]));
    let Some(job) = known.get(&key).cloned() else {
        let job = job(&key.to_string());
        known.insert(key, job.clone());
        return vec![Write::NewJob(Arc::new(job))];
    };
    let Some(state) = JobState::ALL.get(fate) else {
        known.remove(&key);
        return vec![Write::DeleteJob(key)];
    };
    let later = next(&job, *state, ["gui-an", "wuhu"].get(fate % 3).copied());
    known.insert(key.clone(), later.clone());
    let amount = i64::try_from(fate).unwrap() - 3;
    let charge = charge(&key.to_string(), LineKind::Compute, Some("east"), amount);
    vec![Write::UpdateJob(Arc::new(later)), Write::Charges(vec![charge])]
}

async fn tell(store: &Store, steps: &[Step]) {
    let term = store.lead("one", at(0), TTL, true).await.unwrap();
    let mut known = BTreeMap::new();
    let mut batch = Vec::new();
    for step in steps {
        batch.extend(write(&mut known, *step));
        if step.2 {
            store.commit(term, at(1), TTL, &std::mem::take(&mut batch)).await.unwrap();
        }
    }
    store.commit(term, at(1), TTL, &batch).await.unwrap();
    check_jobs(store, &known).await;
    check_bill(store).await;
}

async fn check_jobs(store: &Store, known: &BTreeMap<JobKey, JobView>) {
    let mut counts: BTreeMap<JobState, u64> = BTreeMap::new();
    let mut of_demo = counts.clone();
    for job in known.values() {
        assert_eq!(store.job(&job.key).await.unwrap(), *job);
        *counts.entry(job.status.state).or_default() += 1;
        if job.key.project.as_str() == "demo" {
            *of_demo.entry(job.status.state).or_default() += 1;
        }
    }
    assert_eq!(store.job_counts().await.unwrap(), counts);
    assert_eq!(store.project_counts(&name("demo")).await.unwrap(), of_demo);
    let listed = store.jobs(&JobFilter::default(), None, 1_000).await.unwrap().items;
    assert_eq!(listed.len(), known.len());
    let live = store.unfinished_jobs(None, 1_000).await.unwrap().items;
    assert_eq!(live.len(), known.values().filter(|job| !job.status.state.is_final()).count());
}

async fn check_bill(store: &Store) {
    let charges = store.charges(&BillFilter::default(), 10_000).await.unwrap();
    let right: i64 = charges.iter().map(|charge| charge.line.amount.get()).sum();
    for by in [BillGroup::Job, BillGroup::Project, BillGroup::Provider, BillGroup::Kind] {
        let rows = store.bill(&BillFilter::default(), by).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.total.get()).sum::<i64>(), right, "{by:?}");
        assert_eq!(rows.iter().map(|row| row.charges).sum::<u64>(), charges.len() as u64, "{by:?}");
    }
}

fn told_to(database: impl Future<Output = Option<Database>>, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if let Some(database) = database.await {
            tell(&database.store, steps).await;
            database.drop().await;
        }
    });
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..12_usize, 0..13_usize, any::<bool>()), 0..120)
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn counters_are_right_after_any_history(steps in history()) {
        told_to(async { Some(Database::sqlite_memory().await) }, &steps);
    }
}

proptest! {
    #![proptest_config(cases(6))]

    #[test]
    fn counters_are_right_on_a_server_too(steps in history()) {
        told_to(Database::postgres(), &steps);
    }
}
