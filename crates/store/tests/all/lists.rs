//! Lists of jobs: what is in them, in which order, in which pages.

use std::sync::Arc;

use model::JobState;
use store::{JobFilter, Store, StoreError, Write};

use crate::databases::{each, keys, lead, new, update, write};
use crate::world::*;

/// Forty jobs over two projects, two sites and four states.
pub(crate) async fn populate(store: &Store, term: i64) {
    let states = [JobState::Running, JobState::Succeeded, JobState::Held, JobState::Submitted];
    for n in 0..40 {
        let project = if n % 2 == 0 { "demo" } else { "other" };
        let first = job(&format!("{project}.{}-{n:02}", if n < 20 { "train" } else { "web" }));
        let site = ["gui-an", "wuhu"][n % 3 % 2];
        let later = next(&first, states[n % 4], Some(site));
        write(store, term, &[Write::NewJob(Arc::new(first)), update(&later)]).await;
    }
}

#[tokio::test]
async fn lists_show_what_the_filter_says_newest_first() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        populate(store, term).await;
        let all = store.jobs(&JobFilter::default(), None, 1_000).await.unwrap().items;
        assert_eq!((all.len(), all[0].key.to_string()), (40, "other.web-39".to_owned()));
        for states in [
            vec![],
            vec![JobState::Held],
            vec![JobState::Running, JobState::Submitted, JobState::Running],
        ] {
            for project in [None, Some(name("demo"))] {
                for site in [None, Some(name("wuhu"))] {
                    for prefix in
                        [None, Some("train"), Some("web-3"), Some("nothing"), Some("Not a name")]
                    {
                        let prefix = prefix.map(str::to_owned);
                        let (states, project, site) =
                            (states.clone(), project.clone(), site.clone());
                        let filter = JobFilter { states, project, site, name: prefix };
                        let right = all.iter().filter(|job| matches(&filter, job));
                        let right: Vec<String> = right.map(|job| job.key.to_string()).collect();
                        assert_eq!(keys(store, &filter).await, right, "{filter:?}");
                    }
                }
            }
        }
    })
    .await;
}

fn matches(filter: &JobFilter, job: &api::JobSummary) -> bool {
    (filter.states.is_empty() || filter.states.contains(&job.state))
        && filter.project.as_ref().is_none_or(|project| *project == job.key.project)
        && filter.site.as_ref().is_none_or(|site| Some(site) == job.site.as_ref())
        && filter.name.as_ref().is_none_or(|prefix| job.key.name.as_str().starts_with(prefix))
}

#[tokio::test]
async fn pages_hold_still_while_jobs_come_in() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        populate(store, term).await;
        for filter in [
            JobFilter::default(),
            JobFilter { project: Some(name("demo")), ..JobFilter::default() },
            JobFilter { name: Some("t".to_owned()), ..JobFilter::default() },
        ] {
            let right = keys(store, &filter).await;
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = store.jobs(&filter, cursor.as_deref(), 7).await.unwrap();
                seen.extend(page.items.iter().map(|job| job.key.to_string()));
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
                write(
                    store,
                    term,
                    &[new(&format!(
                        "demo.t-new-{}",
                        keys(store, &JobFilter::default()).await.len()
                    ))],
                )
                .await;
            }
            assert_eq!(seen, right, "{filter:?}");
        }
        let tampered = ["", "zz", "6a3", "6a3a78", "723a31", "６ａ", &"6a".repeat(1_000)];
        for cursor in tampered {
            let error = store.jobs(&JobFilter::default(), Some(cursor), 7).await.unwrap_err();
            assert!(matches!(error, StoreError::BadCursor { .. }), "{cursor}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn unfinished_jobs_come_oldest_first() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        populate(store, term).await;
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = store.unfinished_jobs(cursor.as_deref(), 8).await.unwrap();
            assert!(page.items.iter().all(|job| !job.status.state.is_final() && job.version == 2));
            seen.extend(page.items.iter().map(|job| job.key.name.to_string()));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        let right = (0..40).filter(|n| n % 4 != 1);
        let right: Vec<_> =
            right.map(|n| format!("{}-{n:02}", if n < 20 { "train" } else { "web" })).collect();
        assert_eq!(seen, right);
    })
    .await;
}

#[tokio::test]
async fn jobs_at_a_time_had_started_and_had_not_ended() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let ran = [("p.early", 10, Some(20)), ("p.long", 10, Some(50)), ("p.now", 30, None)];
        let writes: Vec<Write> = ran
            .into_iter()
            .map(|(name, started, ended)| {
                let state = if ended.is_some() { JobState::Succeeded } else { JobState::Running };
                let mut job = next(&job(name), state, Some("site-1"));
                job.status.started = Some(at(started));
                job.status.ended = ended.map(at);
                Write::NewJob(Arc::new(job))
            })
            .chain([Write::NewJob(Arc::new(job("p.waits")))])
            .collect();
        write(store, term, &writes).await;
        for (seconds, right) in [
            (5, vec![]),
            (10, vec!["early", "long"]),
            (20, vec!["long"]),
            (40, vec!["now", "long"]),
            (60, vec!["now"]),
        ] {
            let jobs = store.jobs_at(at(seconds), 100).await.unwrap();
            let names: Vec<String> = jobs.iter().map(|job| job.key.name.to_string()).collect();
            assert_eq!(names, right, "at {seconds}");
        }
    })
    .await;
}

#[tokio::test]
async fn succeeded_jobs_come_newest_first() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        populate(store, term).await;
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = store.succeeded_jobs(cursor.as_deref(), 3).await.unwrap();
            assert!(page.items.iter().all(|job| job.status.state == JobState::Succeeded));
            seen.extend(page.items.iter().map(|job| job.key.name.to_string()));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        let right = (0..40).rev().filter(|n| n % 4 == 1);
        let right: Vec<_> =
            right.map(|n| format!("{}-{n:02}", if n < 20 { "train" } else { "web" })).collect();
        assert_eq!(seen, right);
    })
    .await;
}

/// More names than are looked through at once, the asked-for ones among the newest and then long ago.
#[tokio::test]
async fn many_names_are_found_wherever_they_are() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let named = |first: usize, count: usize, word: &str| {
            (first..first + count).map(|n| new(&format!("demo.{word}-{n:05}"))).collect::<Vec<_>>()
        };
        write(store, term, &named(0, 2_100, "old")).await;
        write(store, term, &named(2_100, 5_100, "young")).await;
        for project in [None, Some(name("demo"))] {
            for states in [vec![], vec![JobState::Submitted, JobState::Running]] {
                for (word, newest) in [("old", 2_099), ("young", 7_199)] {
                    let (states, project) = (states.clone(), project.clone());
                    let filter =
                        JobFilter { states, project, site: None, name: Some(word.to_owned()) };
                    let right: Vec<_> =
                        (0..50).map(|n| format!("demo.{word}-{:05}", newest - n)).collect();
                    let page = store.jobs(&filter, None, 50).await.unwrap();
                    assert_eq!(
                        page.items.iter().map(|job| job.key.to_string()).collect::<Vec<_>>(),
                        right
                    );
                    let then = store.jobs(&filter, page.cursor.as_deref(), 1).await.unwrap();
                    assert_eq!(
                        then.items[0].key.to_string(),
                        format!("demo.{word}-{:05}", newest - 50)
                    );
                }
            }
        }
    })
    .await;
}
