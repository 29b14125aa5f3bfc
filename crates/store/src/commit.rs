//! One batch of writes: all of it durable, or none of it.

use std::{sync::Arc, time::Duration};

use api::{
    ClearingView, DataReport, DemandView, Dispute, EdgeStatus, Event, JobView, ResourceView,
    ServiceStatus, SiteStatus, TokenView,
};
use market::ledger::Entry;
use model::{
    Certificate, CertificateEvent, Charge, EnergyUse, JobKey, Kind, Metered, Name, Signal,
    SignalPoint,
};
use sqlx::AnyConnection;
use units::{Money, Span, Time};

use crate::{
    Store, StoreError, answers,
    bulk::Bulk,
    certificates, charges, clearings,
    connect::Backend,
    energy,
    error::failed,
    events, jobs, leader, ledger, resources, sites,
    sql::within,
    stage::{Batch, Step},
    steering, tokens, usage,
};

pub(crate) const DURING: &str = "commit";
/// How long a commit may take.
pub(crate) const MOST: Duration = Duration::from_secs(60);

/// One thing to write. Within a batch, later ones see earlier ones.
#[derive(Debug, Clone)]
pub enum Write {
    /// At version 1 it must not exist; else the stored version must be one less. Its `status` is not written.
    PutResource(ResourceView),
    /// With a site's status. No fault if there is none.
    DeleteResource {
        kind: Kind,
        name: Name,
    },
    /// It must not exist. Any version is taken.
    NewJob(Arc<JobView>),
    /// Status and version; the stored version must be one less. Metadata and spec stay as they were.
    UpdateJob(Arc<JobView>),
    /// With its logs; its events and charges stay. No fault if there is none.
    DeleteJob(JobKey),
    /// `seq` must be above that of every event before.
    Event(Event),
    /// Lines of a kind that is not billed are left out.
    Charges(Vec<Charge>),
    /// Transactions need new ids and accounts that are open; a hold goes on from where it was.
    Ledger(Entry),
    /// What is written of this attempt already stays as it was.
    EnergyUse(EnergyUse),
    /// What is known better already stays.
    Signals {
        site: Name,
        signal: Signal,
        source: String,
        at: Time,
        points: Vec<SignalPoint>,
    },
    Demand(Box<DemandView>),
    /// What is written of its number already stays.
    Clearing(Box<ClearingView>),
    /// With what each comes to. None may be there already.
    Usage(Vec<(Metered, Option<Money>)>),
    /// As it stands now.
    Dispute(Box<Dispute>),
    /// What happened to certificates, in order, and those that it made or changed as they are then.
    Certificates {
        /// Who ordered it.
        who: String,
        at: Time,
        events: Vec<CertificateEvent>,
        certificates: Vec<Certificate>,
    },
    /// Its `data` is not written.
    Site {
        site: Name,
        status: SiteStatus,
    },
    SiteData {
        site: Name,
        data: Box<DataReport>,
    },
    Edge {
        edge: Name,
        status: EdgeStatus,
    },
    Service {
        service: Name,
        status: ServiceStatus,
    },
    /// `hash` and name must be new.
    Token {
        hash: String,
        view: TokenView,
    },
    /// No fault if there is none.
    DeleteToken(Name),
    /// The first answer to a key stands.
    Answer {
        principal: String,
        key: String,
        fingerprint: String,
        status: u16,
        body: String,
        at: Time,
    },
}

/// The statements over many rows, made once.
#[derive(Debug)]
pub(crate) struct Statements {
    pub(crate) find_jobs: Bulk,
    pub(crate) insert_jobs: Bulk,
    pub(crate) update_jobs: Bulk,
    pub(crate) count_jobs: Bulk,
    pub(crate) find_resources: Bulk,
    pub(crate) put_resources: Bulk,
    pub(crate) put_sites: Bulk,
    pub(crate) put_site_data: Bulk,
    pub(crate) insert_events: Bulk,
    pub(crate) insert_charges: Bulk,
    pub(crate) add_totals: Bulk,
    pub(crate) add_accounts: Bulk,
    pub(crate) change_accounts: Bulk,
    pub(crate) add_transactions: Bulk,
    pub(crate) add_postings: Bulk,
    pub(crate) add_holds: Bulk,
    pub(crate) change_holds: Bulk,
    pub(crate) end_holds: Bulk,
    pub(crate) insert_answers: Bulk,
    pub(crate) insert_logs: Bulk,
    pub(crate) insert_energy: Bulk,
    pub(crate) put_signals: Bulk,
    pub(crate) insert_usage: Bulk,
    pub(crate) add_usage: Bulk,
}

impl Statements {
    pub(crate) fn new(backend: Backend) -> Self {
        let bulk = |(head, columns, tail)| Bulk::new(backend, DURING, head, columns, tail);
        Self {
            find_jobs: bulk(jobs::FIND),
            insert_jobs: bulk(jobs::INSERT),
            update_jobs: bulk(jobs::UPDATE),
            count_jobs: bulk(jobs::COUNT),
            find_resources: bulk(resources::FIND),
            put_resources: bulk(resources::PUT),
            put_sites: bulk(sites::PUT),
            put_site_data: bulk(sites::PUT_DATA),
            insert_events: bulk(events::INSERT),
            insert_charges: bulk(charges::INSERT),
            add_totals: bulk(charges::ADD),
            add_accounts: bulk(ledger::write::ADD_ACCOUNTS),
            change_accounts: bulk(ledger::write::CHANGE_ACCOUNTS),
            add_transactions: bulk(ledger::write::ADD_TRANSACTIONS),
            add_postings: bulk(ledger::write::ADD_POSTINGS),
            add_holds: bulk(ledger::write::ADD_HOLDS),
            change_holds: bulk(ledger::write::CHANGE_HOLDS),
            end_holds: bulk(ledger::write::END_HOLDS),
            insert_answers: bulk(answers::INSERT),
            insert_logs: bulk(crate::logs::INSERT),
            insert_energy: bulk(energy::INSERT),
            put_signals: bulk(energy::PUT_SIGNALS),
            insert_usage: bulk(usage::INSERT),
            add_usage: bulk(usage::ADD),
        }
    }
}

impl Store {
    /// Writes all or nothing in one transaction, fenced by `term`, and prolongs the term to `now + ttl`, even with no
    /// writes. What it has acknowledged is on disk.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] if another leads by now; [`StoreError::Conflict`] if a stored version is not the one
    /// that a write expects; [`StoreError::Overdrawn`]; [`StoreError::TooLarge`]. After [`StoreError::Database`] or
    /// [`StoreError::Unreachable`] it is not known whether the batch was written: read again.
    pub async fn commit(
        &self,
        term: i64,
        now: Time,
        ttl: Span,
        writes: &[Write],
    ) -> Result<(), StoreError> {
        let batch = Batch::of(writes)?;
        within(MOST, DURING, Box::pin(self.write(term, now, ttl, &batch))).await
    }

    async fn write(
        &self,
        term: i64,
        now: Time,
        ttl: Span,
        batch: &Batch<'_>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin(DURING).await?;
        let numbers = leader::renew(&mut tx, term, now.after(ttl), batch).await?;
        let mut next_job = numbers.job - batch.births() + 1;
        for step in batch.steps() {
            self.step(&mut tx, step, now, &mut next_job).await?;
        }
        let all = &self.statements;
        steering::put(&mut tx, batch.steering()).await?;
        tokens::write(&mut tx, batch.tokens()).await?;
        events::insert(&mut tx, all, batch.events()).await?;
        let first_charge = numbers.charge - batch.charge_count() + 1;
        charges::insert(&mut tx, all, batch.charges(), first_charge, now).await?;
        let first_posting = numbers.posting - batch.ledger().postings() + 1;
        ledger::write::write(&mut tx, all, batch.ledger(), first_posting).await?;
        energy::write(&mut tx, all, batch.energy()).await?;
        certificates::write(&mut tx, batch.energy()).await?;
        clearings::write(&mut tx, batch.clearings()).await?;
        let first_usage = numbers.usage - batch.usage_count() + 1;
        usage::write(&mut tx, all, batch.usage(), first_usage, now).await?;
        answers::insert(&mut tx, all, batch.answers()).await?;
        tx.commit().await.map_err(failed(DURING))
    }

    async fn step(
        &self,
        tx: &mut AnyConnection,
        step: &Step<'_>,
        now: Time,
        next_job: &mut i64,
    ) -> Result<(), StoreError> {
        let all = &self.statements;
        match step {
            Step::Put(stage) => {
                resources::put(tx, all, stage).await?;
                sites::put(tx, all, stage).await?;
                jobs::put(tx, all, stage, now, next_job).await
            }
            Step::DeleteResource(kind, name) => {
                if *kind == Kind::Site {
                    energy::forget_site(tx, name).await?;
                }
                resources::delete(tx, *kind, name).await
            }
            Step::DeleteJob(key) => jobs::delete(tx, all, key).await,
        }
    }
}
