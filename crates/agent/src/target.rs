//! Fetches what the site should have, and has the driver make it so.

use std::{sync::Arc, time::Instant};

use api::Target;
use client::{BackOff, TARGET_LOST, TARGET_WAIT};
use drivers::DriverError;

use crate::{
    CentreError,
    data::{Data, Layouts},
    report::Site,
};

pub(crate) async fn run(site: Arc<Site>) {
    let mut taker = Taker {
        site,
        generation: ALL,
        accepted: None,
        layouts: Layouts::default(),
        back_off: BackOff::new(),
    };
    loop {
        taker.turn().await;
    }
}

/// Asks for the newest target, whichever that is.
const ALL: i64 = -1;

struct Taker {
    site: Arc<Site>,
    /// A newer one than that is asked for. At first all: whatever the driver has accepted before, it is told again,
    /// since an earlier life may have stopped halfway.
    generation: i64,
    /// The newest that the driver has accepted, if that is known.
    accepted: Option<i64>,
    layouts: Layouts,
    back_off: BackOff,
}

impl Taker {
    async fn turn(&mut self) {
        // What is started without a lease would be stopped at once.
        self.site.lease.valid().await;
        let asked = Instant::now();
        let fetched = tokio::select! {
            // It starts if the newest target still has it, and that may not be the one it was made for.
            () = self.layouts.one_more() => return self.generation = ALL,
            fetched = fetch(&self.site, self.generation) => fetched,
        };
        match fetched {
            Ok(Some(target)) if self.site.lease.is_valid() => match self.apply(&target).await {
                Ok(()) => {
                    self.generation = target.generation;
                    self.back_off.reset();
                }
                Err(known) => {
                    self.generation = known.unwrap_or(self.generation);
                    tokio::time::sleep(self.back_off.pause()).await;
                }
            },
            Ok(None) => tokio::time::sleep(self.back_off.pause_after_nothing(asked)).await,
            Ok(Some(_)) => self.back_off.reset(),
            Err(error) => {
                tracing::warn!(%error, "no target");
                tokio::time::sleep(self.back_off.pause()).await;
            }
        }
    }

    /// On failure, the generation that is accepted and newer, if that is why.
    async fn apply(&mut self, target: &Target) -> Result<(), Option<i64>> {
        let Some(data) = self.site.data.clone() else { return hand_over(&self.site, target).await };
        self.refuse_old(&data, target).await?;
        // Before the driver: whoever sees that it has this generation, sees also what else belongs to it.
        data.take(target);
        self.layouts.adjust(&data, target);
        let ready = data.ready(target);
        // After a failure it may have accepted it or not.
        self.accepted = None;
        hand_over(&self.site, &ready).await?;
        self.accepted = Some(target.generation);
        data.give(&ready);
        Ok(())
    }

    /// What a target of the past says of data is not taken either.
    async fn refuse_old(&mut self, data: &Data, target: &Target) -> Result<(), Option<i64>> {
        let have = match self.accepted {
            Some(have) => have,
            None => match self.site.driver.observe().await {
                Ok(observed) => *self.accepted.insert(observed.generation),
                Err(error) => {
                    tracing::warn!(%error, "what the driver has accepted is not known");
                    return Err(None);
                }
            },
        };
        if target.generation >= have {
            return Ok(());
        }
        data.refuse(have);
        Err(Some(too_old(target.generation, have)))
    }
}

fn too_old(got: i64, have: i64) -> i64 {
    tracing::warn!(got, have, "refused a target older than what was accepted");
    have
}

async fn fetch(site: &Site, generation: i64) -> Result<Option<Target>, CentreError> {
    let asked = site.centre.target(&site.name, generation, TARGET_WAIT);
    tokio::time::timeout(TARGET_LOST, asked)
        .await
        .unwrap_or_else(|_| Err(CentreError::Away("no answer".to_owned())))
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
        Err(DriverError::Stale { got, have }) => Err(Some(too_old(got, have))),
        Err(error) => {
            tracing::warn!(%error, "target not reached yet");
            Err(None)
        }
    }
}
