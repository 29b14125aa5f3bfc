//! One method for each endpoint, in the order of `api::ENDPOINTS`.

use std::{collections::BTreeMap, time::Duration};

use api::{
    AccountStory, AccountView, AgentReport, AgentReportAnswer, ApplyAnswer, Bill,
    CertificateAnswer, ChargeRecord, ClearingView, CloudEvent, DemandRequest, DemandView,
    DispatchView, Dispute, DisputeState, EdgeReport, EdgeReportAnswer, EdgeTarget, Edges,
    EnergyReport, Event, Invoice, JobSummary, JobView, JoinEdge, JoinEdgeAnswer, LineReading,
    LogUpload, Logs, NewDeposit, NewResolution, NewReversal, NewToken, NewTokenAnswer, Offers,
    Page, PlanAllAnswer, PlanAnswer, ResourceView, Services, Settlement, SignalSeries,
    SignalUpload, Target, TokenView, Top, TransactionView, UsageAnswer, UsageRecord, Whoami,
};
use model::{AccountId, Certificate, CertificateOrder, JobKey, Kind, Name};
use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use units::{Money, Month, Span, Time, When};

use crate::{
    BillQuery, ChargesQuery, Client, ClientError, EnergyQuery, JobQuery, LogQuery, Watch,
    WatchQuery,
    query::{Pairs, page},
};

/// Most items on a page.
const PAGE: u32 = 1_000;
/// The longest that a call can ask the server to wait.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// All pages of a list, one after the other.
///
/// # Errors
/// A page cannot be had.
pub async fn every<T>(
    mut ask: impl AsyncFnMut(Option<&str>) -> Result<Page<T>, ClientError>,
) -> Result<Vec<T>, ClientError> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = ask(cursor.as_deref()).await?;
        all.extend(page.items);
        // A cursor that does not move would keep us here for ever.
        if page.cursor.is_none() || page.cursor == cursor {
            return Ok(all);
        }
        cursor = page.cursor;
    }
}

fn millis(wait: Duration) -> String {
    wait.min(LONGEST_WAIT).as_millis().to_string()
}

fn flag(name: &'static str, is_set: bool) -> Pairs {
    if is_set { vec![(name, "true".to_owned())] } else { Pairs::new() }
}

fn time_to_live(ttl: Option<Span>) -> Pairs {
    ttl.into_iter().map(|ttl| ("ttl", ttl.to_string())).collect()
}

/// # Errors
/// Each method: [`ClientError`], whose variants say what to do.
impl Client {
    /// The text at a path as "/metrics" or "/openapi.json".
    pub async fn raw(&self, path: &str) -> Result<String, ClientError> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        self.text(self.get(&parts, &Pairs::new())).await.map(|(_, text)| text)
    }

    pub async fn whoami(&self) -> Result<Whoami, ClientError> {
        self.json(self.get(&["v1", "whoami"], &Pairs::new())).await
    }

    /// Creates or changes all resources of the manifests, or none.
    pub async fn apply(&self, text: &str, dry_run: bool) -> Result<ApplyAnswer, ClientError> {
        self.json(self.post(&["v1", "apply"], &flag("dry_run", dry_run)).manifests(text)).await
    }

    /// Resources of one kind, all of them.
    pub async fn all_resources(&self, kind: Kind) -> Result<Vec<ResourceView>, ClientError> {
        every(async |cursor| self.resources(kind, cursor, Some(PAGE)).await).await
    }

    /// What is said of all of one kind, by name. One that cannot be read is of a newer server: it is left out.
    pub async fn specs<T: DeserializeOwned>(
        &self,
        kind: Kind,
    ) -> Result<BTreeMap<Name, T>, ClientError> {
        let views = self.all_resources(kind).await?.into_iter();
        let spec = |view: ResourceView| {
            Some((view.metadata.name, serde_json::from_value(view.spec).ok()?))
        };
        Ok(views.filter_map(spec).collect())
    }

    pub async fn resources(
        &self,
        kind: Kind,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ResourceView>, ClientError> {
        self.json(self.get(&["v1", "resources", kind.plural()], &page(cursor, limit))).await
    }

    pub async fn resource(&self, kind: Kind, name: &Name) -> Result<ResourceView, ClientError> {
        self.json(self.get(&["v1", "resources", kind.plural(), name.as_str()], &Pairs::new())).await
    }

    /// With a version: only if it is still that.
    pub async fn delete_resource(
        &self,
        kind: Kind,
        name: &Name,
        version: Option<i64>,
    ) -> Result<(), ClientError> {
        let call = self.delete(&["v1", "resources", kind.plural(), name.as_str()]);
        self.text(call.if_match(version)).await.map(drop)
    }

    /// `unique_name` adds a short random suffix if the name is taken.
    pub async fn submit(&self, text: &str, unique_name: bool) -> Result<JobView, ClientError> {
        self.json(self.post(&["v1", "jobs"], &flag("unique_name", unique_name)).manifests(text))
            .await
    }

    pub async fn jobs(&self, query: &JobQuery) -> Result<Page<JobSummary>, ClientError> {
        self.json(self.get(&["v1", "jobs"], &query.pairs())).await
    }

    pub async fn job(&self, job: &JobKey) -> Result<JobView, ClientError> {
        self.json(self.get(&["v1", "jobs", &job.to_string()], &Pairs::new())).await
    }

    /// Forgets a job that has ended.
    pub async fn delete_job(&self, job: &JobKey, version: Option<i64>) -> Result<(), ClientError> {
        self.text(self.delete(&["v1", "jobs", &job.to_string()]).if_match(version)).await.map(drop)
    }

    /// Stops a job. With a version: only if it is still that.
    pub async fn cancel(&self, job: &JobKey, version: Option<i64>) -> Result<JobView, ClientError> {
        let call = self.post(&["v1", "jobs", &job.to_string(), "cancel"], &Pairs::new());
        self.json(call.if_match(version)).await
    }

    /// All that has happened to a job, oldest first.
    pub async fn job_events(
        &self,
        job: &JobKey,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Event>, ClientError> {
        self.json(self.get(&["v1", "jobs", &job.to_string(), "events"], &page(cursor, limit))).await
    }

    pub async fn logs(&self, job: &JobKey, query: &LogQuery) -> Result<Logs, ClientError> {
        self.json(self.get(&["v1", "jobs", &job.to_string(), "logs"], &query.pairs())).await
    }

    /// What would happen to a job if it were submitted now.
    pub async fn plan(&self, text: &str) -> Result<PlanAnswer, ClientError> {
        self.json(self.post(&["v1", "plan"], &Pairs::new()).manifests(text)).await
    }

    /// What all jobs that wait or can still move would get if they were planned anew together.
    pub async fn plan_all(&self) -> Result<PlanAllAnswer, ClientError> {
        self.json(self.get(&["v1", "plan"], &Pairs::new())).await
    }

    /// What every owner has to sell now; of each kind the one named, if one is.
    pub async fn offers(
        &self,
        flavor: Option<&Name>,
        region: Option<&Name>,
        owner: Option<&Name>,
    ) -> Result<Offers, ClientError> {
        let all = [("flavor", flavor), ("region", region), ("owner", owner)].into_iter();
        let pairs = all.filter_map(|(name, it)| Some((name, it?.to_string()))).collect();
        self.json(self.get(&["v1", "offers"], &pairs)).await
    }

    /// Holds all that a job needs, at a price, for a while; 10 minutes if nothing is said.
    pub async fn quote(&self, text: &str, ttl: Option<Span>) -> Result<JobView, ClientError> {
        self.json(self.post(&["v1", "quotes"], &time_to_live(ttl)).manifests(text)).await
    }

    /// Open quotes, and orders that have not ended.
    pub async fn quotes(
        &self,
        project: Option<&Name>,
        cursor: Option<&str>,
    ) -> Result<Page<JobView>, ClientError> {
        self.of_project(&["v1", "quotes"], project, cursor).await
    }

    /// A page of what is of one project, or of all.
    async fn of_project(
        &self,
        path: &[&str],
        project: Option<&Name>,
        cursor: Option<&str>,
    ) -> Result<Page<JobView>, ClientError> {
        let project = project.map(|it| ("project", it.to_string()));
        let pairs = page(cursor, Some(PAGE)).into_iter().chain(project).collect();
        self.json(self.get(path, &pairs)).await
    }

    /// Buys what was quoted.
    pub async fn order(&self, quote: &JobKey) -> Result<JobView, ClientError> {
        let path = ["v1", "quotes", &quote.to_string(), "order"];
        self.json(self.post(&path, &Pairs::new())).await
    }

    /// Holds an open quote for longer.
    pub async fn refresh(&self, quote: &JobKey, ttl: Option<Span>) -> Result<JobView, ClientError> {
        let path = ["v1", "quotes", &quote.to_string(), "refresh"];
        self.json(self.post(&path, &time_to_live(ttl))).await
    }

    /// Gives an open quote back.
    pub async fn withdraw(&self, quote: &JobKey) -> Result<JobView, ClientError> {
        let path = ["v1", "quotes", &quote.to_string(), "withdraw"];
        self.json(self.post(&path, &Pairs::new())).await
    }

    /// Bids for a job: the most that is paid for it, and until when that stands; a day if nothing is said.
    pub async fn bid(
        &self,
        text: &str,
        price: Money,
        until: Option<When>,
    ) -> Result<JobView, ClientError> {
        let until = until.map(|it| ("until", it.to_string()));
        let pairs = [("price", price.to_string())].into_iter().chain(until).collect();
        self.json(self.post(&["v1", "bids"], &pairs).manifests(text)).await
    }

    /// Open bids, and jobs that won and have not ended.
    pub async fn bids(
        &self,
        project: Option<&Name>,
        cursor: Option<&str>,
    ) -> Result<Page<JobView>, ClientError> {
        self.of_project(&["v1", "bids"], project, cursor).await
    }

    /// Clearings of the market, newest first.
    pub async fn clearings(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ClearingView>, ClientError> {
        self.json(self.get(&["v1", "clearings"], &page(cursor, limit))).await
    }

    /// Events as they happen, after the one with this number; from now on if none. To go on after the stream has
    /// ended, give [`Watch::last_event_id`].
    pub async fn watch(
        &self,
        query: &WatchQuery,
        last_event_id: Option<i64>,
    ) -> Result<Watch, ClientError> {
        let mut call = self.get(&["v1", "watch"], &query.pairs());
        call = call.header(reqwest::header::ACCEPT, "text/event-stream");
        if let Some(id) = last_event_id {
            call = call
                .header(reqwest::header::HeaderName::from_static("last-event-id"), &id.to_string());
        }
        Ok(Watch::new(self.clone(), self.stream(&call).await?, last_event_id))
    }

    pub async fn bill(&self, query: &BillQuery) -> Result<Bill, ClientError> {
        self.json(self.get(&["v1", "bill"], &query.pairs())).await
    }

    /// Every single charge, a page at a time.
    pub async fn charges(
        &self,
        query: &ChargesQuery,
        cursor: Option<&str>,
    ) -> Result<Page<ChargeRecord>, ClientError> {
        let pairs = [query.pairs(), page(cursor, Some(PAGE))].concat();
        self.json(self.get(&["v1", "charges"], &pairs)).await
    }

    /// What a project owes for a month; for the present one if none is given.
    pub async fn invoice(
        &self,
        project: Option<&Name>,
        month: Option<Month>,
    ) -> Result<Invoice, ClientError> {
        let query = ChargesQuery { project: project.cloned(), month, ..ChargesQuery::default() };
        self.json(self.get(&["v1", "invoice"], &query.pairs())).await
    }

    /// A page of all accounts.
    pub async fn accounts(&self, cursor: Option<&str>) -> Result<Page<AccountView>, ClientError> {
        self.json(self.get(&["v1", "accounts"], &page(cursor, Some(PAGE)))).await
    }

    /// An account with its newest entries, at most 1,000.
    pub async fn account(
        &self,
        id: &AccountId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<AccountStory, ClientError> {
        self.json(self.get(&["v1", "accounts", &id.to_string()], &page(cursor, Some(limit)))).await
    }

    /// Books a payment, once for each id.
    pub async fn deposit(&self, new: &NewDeposit) -> Result<TransactionView, ClientError> {
        self.json(self.post(&["v1", "deposits"], &Pairs::new()).body(new)?).await
    }

    /// Undoes a transaction, once.
    pub async fn reverse(&self, new: &NewReversal) -> Result<TransactionView, ClientError> {
        self.json(self.post(&["v1", "reversals"], &Pairs::new()).body(new)?).await
    }

    /// Sends usage events; each is taken once.
    pub async fn send_usage(&self, events: &[CloudEvent]) -> Result<UsageAnswer, ClientError> {
        self.json(self.post(&["v1", "usage"], &Pairs::new()).body(&events)?).await
    }

    /// A page of a job's usage events.
    pub async fn usage(
        &self,
        job: &JobKey,
        cursor: Option<&str>,
    ) -> Result<Page<UsageRecord>, ClientError> {
        let of_job = vec![("job", job.to_string())];
        let pairs = [of_job, page(cursor, Some(PAGE))].concat();
        self.json(self.get(&["v1", "usage"], &pairs)).await
    }

    /// What both sides metered of a job, line by line.
    pub async fn readings(&self, job: &JobKey) -> Result<Page<LineReading>, ClientError> {
        let pairs = vec![("job", job.to_string())];
        self.json(self.get(&["v1", "readings"], &pairs)).await
    }

    /// A page of disputes: of a project, of a job, or in one state.
    pub async fn disputes(
        &self,
        project: Option<&Name>,
        job: Option<&JobKey>,
        state: Option<DisputeState>,
        cursor: Option<&str>,
    ) -> Result<Page<Dispute>, ClientError> {
        let mut pairs = page(cursor, Some(PAGE));
        pairs.extend(project.map(|it| ("project", it.to_string())));
        pairs.extend(job.map(|it| ("job", it.to_string())));
        pairs.extend(state.map(|it| ("state", it.to_string())));
        self.json(self.get(&["v1", "disputes"], &pairs)).await
    }

    /// Gives what a dispute holds to one of its sides.
    pub async fn resolve(&self, new: &NewResolution) -> Result<Dispute, ClientError> {
        self.json(self.post(&["v1", "resolutions"], &Pairs::new()).body(new)?).await
    }

    pub async fn settle(&self, dry_run: bool) -> Result<Settlement, ClientError> {
        self.json(self.post(&["v1", "settlements"], &flag("dry_run", dry_run))).await
    }

    /// How full everything is now, or was at a time in the past.
    pub async fn top(&self, at: Option<Time>) -> Result<Top, ClientError> {
        let pairs = at.map(|at| ("at", at.to_string())).into_iter().collect();
        self.json(self.get(&["v1", "top"], &pairs)).await
    }

    /// Energy and carbon, summed up as asked.
    pub async fn energy_report(&self, query: &EnergyQuery) -> Result<EnergyReport, ClientError> {
        self.json(self.get(&["v1", "energy", "report"], &query.pairs())).await
    }

    /// What is known of a site's electricity hour by hour.
    pub async fn signals(&self, site: &Name) -> Result<Page<SignalSeries>, ClientError> {
        let query = vec![("place", site.to_string())];
        self.json(self.get(&["v1", "energy", "signals"], &query)).await
    }

    pub async fn upload_signals(
        &self,
        site: &Name,
        upload: &SignalUpload,
    ) -> Result<(), ClientError> {
        let call = self.post(&["v1", "sites", site.as_str(), "signals"], &Pairs::new());
        self.text(call.body(upload)?).await.map(drop)
    }

    pub async fn demand(
        &self,
        site: &Name,
        request: &DemandRequest,
    ) -> Result<DemandView, ClientError> {
        let call = self.post(&["v1", "sites", site.as_str(), "demand-response"], &Pairs::new());
        self.json(call.body(request)?).await
    }

    pub async fn demands(&self, site: &Name) -> Result<Page<DemandView>, ClientError> {
        let query = vec![("place", site.to_string())];
        self.json(self.get(&["v1", "energy", "demand-response"], &query)).await
    }

    /// How a site is supplied over the coming 48 hours; without the grid for `island_h` of them.
    pub async fn dispatch(
        &self,
        site: &Name,
        island_h: Option<u8>,
    ) -> Result<DispatchView, ClientError> {
        let query: Vec<_> = island_h.map(|it| ("island_h", it.to_string())).into_iter().collect();
        self.json(self.get(&["v1", "sites", site.as_str(), "dispatch"], &query)).await
    }

    /// Certificates, newest first.
    pub async fn certificates(
        &self,
        owner: Option<&Name>,
        open: bool,
        cursor: Option<&str>,
    ) -> Result<Page<Certificate>, ClientError> {
        let mut query = page(cursor, None);
        query.extend(owner.map(|owner| ("owner", owner.to_string())));
        query.extend(flag("open", open));
        self.json(self.get(&["v1", "certificates"], &query)).await
    }

    pub async fn order_certificates(
        &self,
        order: &CertificateOrder,
    ) -> Result<CertificateAnswer, ClientError> {
        self.json(self.post(&["v1", "certificates"], &Pairs::new()).body(order)?).await
    }

    /// The only time that the token itself is shown.
    pub async fn create_token(&self, token: &NewToken) -> Result<NewTokenAnswer, ClientError> {
        self.json(self.post(&["v1", "tokens"], &Pairs::new()).body(token)?).await
    }

    pub async fn tokens(&self) -> Result<Page<TokenView>, ClientError> {
        self.json(self.get(&["v1", "tokens"], &Pairs::new())).await
    }

    pub async fn delete_token(&self, name: &Name) -> Result<(), ClientError> {
        self.text(self.delete(&["v1", "tokens", name.as_str()])).await.map(drop)
    }

    /// Sent once: the next report says the same and more.
    pub async fn report(
        &self,
        site: &Name,
        report: &AgentReport,
    ) -> Result<AgentReportAnswer, ClientError> {
        let call = self.post(&["v1", "sites", site.as_str(), "report"], &Pairs::new());
        self.json(call.body(report)?.once()).await
    }

    /// What the site should run if that is newer than `generation` (-1: any); none if nothing newer came within
    /// `wait`, at most 30 s. Sent once: the agent asks again anyway.
    pub async fn target(
        &self,
        site: &Name,
        generation: i64,
        wait: Duration,
    ) -> Result<Option<Target>, ClientError> {
        self.newer(&["v1", "sites", site.as_str(), "target"], generation, wait).await
    }

    async fn newer<T: DeserializeOwned>(
        &self,
        path: &[&str],
        generation: i64,
        wait: Duration,
    ) -> Result<Option<T>, ClientError> {
        let query = vec![("generation", generation.to_string()), ("wait_ms", millis(wait))];
        let call = self.get(path, &query);
        let (status, text) = self.text(call.once()).await?;
        if status == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| self.not_understood(status, error.to_string()))
    }

    /// A gateway becomes the edge that the token names. Sent once: who gets no answer asks who it is.
    pub async fn join_edge(
        &self,
        edge: &Name,
        join: &JoinEdge,
    ) -> Result<JoinEdgeAnswer, ClientError> {
        let call = self.post(&["v1", "edges", edge.as_str(), "join"], &Pairs::new());
        self.json(call.body(join)?.once()).await
    }

    /// Sent once: the next report says the same and more.
    pub async fn edge_report(
        &self,
        edge: &Name,
        report: &EdgeReport,
    ) -> Result<EdgeReportAnswer, ClientError> {
        let call = self.post(&["v1", "edges", edge.as_str(), "report"], &Pairs::new());
        self.json(call.body(report)?.once()).await
    }

    /// As [`Client::target`], of an edge.
    pub async fn edge_target(
        &self,
        edge: &Name,
        generation: i64,
        wait: Duration,
    ) -> Result<Option<EdgeTarget>, ClientError> {
        self.newer(&["v1", "edges", edge.as_str(), "target"], generation, wait).await
    }

    pub async fn edges(&self) -> Result<Edges, ClientError> {
        self.json(self.get(&["v1", "edges"], &Pairs::new())).await
    }

    pub async fn services(&self) -> Result<Services, ClientError> {
        self.json(self.get(&["v1", "services"], &Pairs::new())).await
    }

    pub async fn upload_logs(&self, site: &Name, logs: &LogUpload) -> Result<(), ClientError> {
        let call = self.post(&["v1", "sites", site.as_str(), "logs"], &Pairs::new());
        self.text(call.body(logs)?).await.map(drop)
    }
}
