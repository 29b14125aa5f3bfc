//! An edge's two conversations with the centre: it fetches its target and tells what it measures. It only dials out.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{PoisonError, mpsc},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use api::{EdgeReport, MeasuredPath, PathQuality};
use client::{BackOff, Client, TARGET_LOST, TARGET_WAIT};
use model::Name;
use network::cats::trigger::{Sender, Threshold};
use tokio::time::Instant;
use units::{Span, Time};

use super::{
    EdgeError, Seen,
    join::Joined,
    report,
    worker::{Shown, Told, Window, Worker},
};

/// Between two looks at what is measured, and two files for `jw edge status`.
const LOOK: Duration = Duration::from_millis(100);
const FILES: u32 = 5;
const ANSWER_MOST: Duration = Duration::from_secs(5);
/// Sign of life before the centre has said how long a lease is.
const FIRST_BEAT: Duration = Duration::from_secs(1);
/// What is told at once: a fifth and half a millisecond of the round trip, a millisecond of jitter, a per cent of loss.
const NEWS: [Threshold; 3] = [
    Threshold { relative: 0.2, absolute: 0.5 },
    Threshold { relative: 0.5, absolute: 1.0 },
    Threshold { relative: 0.0, absolute: 0.01 },
];
/// Figures of a path at least so often, so that slow drift is told too; they come with the sign of life anyway.
const SILENCE: Span = Span::new(60_000);

/// Serves as an edge until `shutdown`, then takes away all that it made. An unreachable centre is no error: it is tried
/// again for ever, and the last target goes on.
///
/// # Errors
/// The kernel cannot be used: it needs root.
pub async fn follow(joined: Joined, shutdown: impl Future<Output = ()>) -> Result<(), EdgeError> {
    let (private, _) = joined.folder.key()?;
    let client = joined.server.client(joined.folder.token()?)?;
    let worker = Worker::new(private)?;
    let window = worker.window();
    let (tell, told) = mpsc::channel();
    let mut working = tokio::task::spawn_blocking(move || worker.run(&told));
    let mut generation = -1;
    if let Some(target) = joined.folder.target() {
        generation = target.generation;
        let _gone = tell.send(Told::Target(Box::new(target)));
    }
    let ended = tokio::select! {
        () = targets(&joined, &client, generation, &tell) => None,
        () = reports(&joined.name, &client, &window, &tell) => None,
        done = &mut working => Some(done),
        () = shutdown => None,
    };
    drop(tell);
    let done = match ended {
        Some(done) => done,
        None => working.await,
    };
    report::remove(&report::file(&joined.name))?;
    done.unwrap_or_else(|error| Err(EdgeError::Kernel(error.to_string())))
}

async fn targets(joined: &Joined, client: &Client, accepted: i64, tell: &mpsc::Sender<Told>) {
    // Whatever it had before, it is told again: an earlier life may have stopped halfway.
    let (mut asked_from, mut accepted) = (-1, accepted);
    let mut back_off = BackOff::new();
    loop {
        let asked = std::time::Instant::now();
        let fetched = client.edge_target(&joined.name, asked_from, TARGET_WAIT);
        match tokio::time::timeout(TARGET_LOST, fetched).await {
            Ok(Ok(Some(target))) if target.generation < accepted => {
                tracing::warn!(got = target.generation, have = accepted, "refused an old target");
                asked_from = accepted;
                tokio::time::sleep(back_off.pause()).await;
            }
            Ok(Ok(Some(target))) => {
                (asked_from, accepted) = (target.generation, target.generation);
                if let Err(error) = joined.folder.set_target(&target) {
                    tracing::warn!(%error, "the target is not kept for the next start");
                }
                let _gone = tell.send(Told::Target(Box::new(target)));
                let _gone = tell.send(Told::Contact);
                back_off.reset();
            }
            Ok(Ok(None)) => {
                let _gone = tell.send(Told::Contact);
                tokio::time::sleep(back_off.pause_after_nothing(asked)).await;
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "no target");
                tokio::time::sleep(back_off.pause()).await;
            }
            Err(_) => tracing::warn!("no answer to the question for a target"),
        }
    }
}

async fn reports(name: &Name, client: &Client, window: &Window, tell: &mpsc::Sender<Told>) {
    let began = Instant::now();
    let mut news = News::default();
    let (mut back_off, mut beat) = (BackOff::new(), FIRST_BEAT);
    let (mut due, mut not_before) = (began, began);
    for turn in 0_u32.. {
        tokio::time::sleep(LOOK).await;
        let shown = window.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if turn.is_multiple_of(FILES) {
            let seen = Seen::new(name.clone(), began.elapsed(), shown.reports.clone());
            if let Err(error) = report::write(&report::file(name), &seen) {
                tracing::debug!(%error, "not shown to this machine");
            }
        }
        let now = Instant::now();
        if now < not_before || !(news.are_there(&shown) || now >= due) {
            continue;
        }
        let told = written(shown);
        match tokio::time::timeout(ANSWER_MOST, client.edge_report(name, &told)).await {
            Ok(Ok(answer)) => {
                let _gone = tell.send(Told::Contact);
                beat = Duration::from_millis((answer.lease.get() / 4).max(50)).min(FIRST_BEAT);
                back_off.reset();
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the centre was not told");
                (news, not_before) = (News::default(), Instant::now() + back_off.pause());
            }
            Err(_) => {
                tracing::warn!("no answer to a report");
                news = News::default();
            }
        }
        due = now + beat;
    }
}

fn written(shown: Shown) -> EdgeReport {
    let Shown { generation, fault, paths, flows, ways, .. } = shown;
    EdgeReport { generation, fault, paths, flows, ways }
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// What was told last, and what of it has changed enough.
#[derive(Default)]
struct News {
    state: Option<(i64, Option<String>)>,
    paths: BTreeMap<(Name, Name), PathNews>,
}

struct PathNews {
    is_up: bool,
    classes: Vec<String>,
    figures: Sender<3>,
}

impl News {
    /// Whether there are any; if so they count as told.
    fn are_there(&mut self, shown: &Shown) -> bool {
        let state = Some((shown.generation, shown.fault.clone()));
        let mut is_new = self.state != state;
        self.state = state;
        let now = Time::from_millis(i64::try_from(since_1970().as_millis()).unwrap_or(i64::MAX));
        for path in &shown.paths {
            is_new |= self.is_new(path, now);
        }
        let is_there = |key: &(Name, Name)| {
            shown.paths.iter().any(|it| (&it.peer, &it.network) == (&key.0, &key.1))
        };
        self.paths.retain(|key, _| is_there(key));
        is_new
    }

    fn is_new(&mut self, path: &MeasuredPath, now: Time) -> bool {
        let key = (path.peer.clone(), path.network.clone());
        let known = self.paths.entry(key).or_insert_with(|| PathNews {
            is_up: false,
            classes: Vec::new(),
            figures: Sender::new(NEWS, SILENCE),
        });
        let is_up = path.quality.is_some();
        let mut is_new = known.is_up != is_up || known.classes != path.classes;
        (known.is_up, known.classes) = (is_up, path.classes.clone());
        if let Some(PathQuality { round_trip, jitter, loss }) = path.quality {
            let ms = |it: units::Delay| it.get() as f64 / 1e6;
            is_new |=
                known.figures.sends(now, [ms(round_trip), ms(jitter), loss.get() as f64 / 1e6]);
        }
        is_new
    }
}
