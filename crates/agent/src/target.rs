//! Fetches what the site should have, and has the driver make it so.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use api::Target;
use drivers::DriverError;

use crate::{CentreError, clock::BackOff, report::Site};

/// How long the centre may keep the question.
const WAIT: Duration = Duration::from_secs(25);
/// Longer than that it is taken for lost.
const LOST: Duration = Duration::from_secs(32);
/// An empty answer that comes sooner is a centre that does not wait: do not ask at once again.
const TOO_SOON: Duration = Duration::from_millis(20);

pub(crate) async fn run(site: Arc<Site>) {
    let mut back_off = BackOff::new();
    // None: whatever the driver has accepted before, it is told again, since an earlier life may have stopped halfway.
    let mut generation = -1;
    loop {
        // What is started without a lease would be stopped at once.
        site.lease.valid().await;
        let asked = Instant::now();
        match fetch(&site, generation).await {
            Ok(Some(target)) if site.lease.is_valid() => match apply(&site, &target).await {
                Ok(()) => {
                    generation = target.generation;
                    back_off.reset();
                }
                Err(known) => {
                    generation = known.unwrap_or(generation);
                    tokio::time::sleep(back_off.next()).await;
                }
            },
            Ok(None) if asked.elapsed() < TOO_SOON => tokio::time::sleep(back_off.next()).await,
            Ok(_) => back_off.reset(),
            Err(error) => {
                tracing::warn!(%error, "no target");
                tokio::time::sleep(back_off.next()).await;
            }
        }
    }
}

async fn fetch(site: &Site, generation: i64) -> Result<Option<Target>, CentreError> {
    let asked = site.centre.target(&site.name, generation, WAIT);
    tokio::time::timeout(LOST, asked)
        .await
        .unwrap_or_else(|_| Err(CentreError::Away("no answer".to_owned())))
}

/// On failure, the generation that is accepted and newer, if that is why.
async fn apply(site: &Site, target: &Target) -> Result<(), Option<i64>> {
    let Some(data) = &site.data else { return hand_over(site, target).await };
    let (ready, all) = data.prepare(target).await;
    let applied = hand_over(site, &ready).await;
    if !matches!(applied, Err(Some(_))) {
        data.take(target);
    }
    // What is not ready is tried again with the whole target.
    applied.and(if all { Ok(()) } else { Err(None) })
}

async fn hand_over(site: &Site, target: &Target) -> Result<(), Option<i64>> {
    match site.driver.apply(target).await {
        Ok(()) => {
            tracing::debug!(
                generation = target.generation,
                assignments = target.assignments.len(),
                "target accepted"
            );
            Ok(())
        }
        Err(DriverError::Stale { got, have }) => {
            tracing::warn!(got, have, "refused a target older than what was accepted");
            Err(Some(have))
        }
        Err(error) => {
            tracing::warn!(%error, "target not reached yet");
            Err(None)
        }
    }
}
