//! The loop that reads the sites' feeds and hands what is new to the engine.

use std::{collections::BTreeMap, time::Duration};

use api::{Problem, SignalUpload};
use drivers::signals::{Client, client, read};
use energy::signals::{KEPT, POINTS_MOST};
use model::{Feed, Kind, Name, Quality, SignalPoint, SiteSpec};
use units::Time;

use crate::{Engine, PowerCommand, clock};

/// Between two looks at what is due.
const LOOK: Duration = Duration::from_secs(2);
/// Most characters of a failure.
const WHY_MOST: usize = 300;

/// One feed, and what was taken from it.
#[derive(Debug)]
struct Reading {
    due: Time,
    taken: BTreeMap<Time, (i64, Quality)>,
}

/// Reads feeds for ever.
pub(crate) async fn run(engine: Engine) {
    let client = client();
    let mut readings: BTreeMap<(Name, usize), (Feed, Reading)> = BTreeMap::new();
    loop {
        follow(&engine, &mut readings).await;
        let now = clock::now();
        for ((site, _), (feed, reading)) in readings.iter_mut().filter(|(_, it)| it.1.due <= now) {
            reading.due = now.after(feed.every);
            if let Err(why) = take(&engine, &client, site, feed, reading).await {
                tracing::warn!(%site, signal = %feed.signal, %why, "a feed gave nothing");
                let why = why.chars().take(WHY_MOST).collect();
                let command =
                    PowerCommand::FeedFailed { site: site.clone(), signal: feed.signal, why };
                drop(engine.run(command.into(), None).await);
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The feeds of the world as it is now; one that was changed begins anew.
async fn follow(engine: &Engine, readings: &mut BTreeMap<(Name, usize), (Feed, Reading)>) {
    let mut found = BTreeMap::new();
    let Ok(sites) = engine.store().all_of(Kind::Site).await else { return };
    for view in sites {
        let spec: Option<SiteSpec> = serde_json::from_value(view.spec).ok();
        let feeds = spec.and_then(|spec| spec.electricity).map(|it| it.feeds).unwrap_or_default();
        for (at, feed) in feeds.into_iter().enumerate() {
            found.insert((view.metadata.name.clone(), at), feed);
        }
    }
    readings.retain(|key, (feed, _)| found.get(key).is_some_and(|it| it == feed));
    for (key, feed) in found {
        let new = || (feed, Reading { due: Time::MIN, taken: BTreeMap::new() });
        readings.entry(key).or_insert_with(new);
    }
}

/// What is new since the last reading.
async fn take(
    engine: &Engine,
    client: &Client,
    site: &Name,
    feed: &Feed,
    reading: &mut Reading,
) -> Result<(), String> {
    let key = feed.key_from.as_ref().map(|name| {
        std::env::var(name).map_err(|_| format!("the environment has no variable {name}"))
    });
    let key = key.transpose()?;
    let points = read(feed, key.as_deref(), client).await.map_err(|error| error.to_string())?;
    let oldest = clock::now().before(KEPT);
    let is_new = |it: &SignalPoint| {
        it.hour >= oldest && reading.taken.get(&it.hour) != Some(&(it.value, it.quality))
    };
    let new: Vec<SignalPoint> = points.into_iter().filter(is_new).collect();
    let source = feed.from.split('?').next().unwrap_or_default().chars().take(200);
    let source: String = source.collect();
    for points in new.chunks(POINTS_MOST) {
        let upload =
            SignalUpload { signal: feed.signal, source: source.clone(), points: points.to_vec() };
        let command = PowerCommand::Signals { site: site.clone(), upload: Box::new(upload) };
        engine.run(command.into(), None).await.map_err(said)?;
    }
    reading.taken.retain(|hour, _| *hour >= oldest);
    reading.taken.extend(new.iter().map(|it| (it.hour, (it.value, it.quality))));
    Ok(())
}

fn said(problem: Problem) -> String {
    let errors: Vec<String> = problem.errors.iter().map(|it| it.message.clone()).collect();
    if errors.is_empty() { problem.detail } else { errors.join("; ") }
}
