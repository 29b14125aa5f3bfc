//! The table of endpoints: one line each, from which routes, `openapi.json` and the permission names follow.

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// What a request or answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    Nothing,
    /// JSON of the named wire type.
    Json(&'static str),
    /// Manifests: YAML or JSON, one or more documents.
    Manifests,
    /// CloudEvents in JSON, one or a batch.
    CloudEvents,
    /// Server-sent events, each an `Event`.
    Events,
    Text,
}

/// One endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// Stable name: the `operationId` and the action asked of the policy.
    pub id: &'static str,
    pub method: Method,
    /// With `{parameters}`.
    pub path: &'static str,
    pub summary: &'static str,
    /// Query parameters: name, JSON Schema type, meaning.
    pub query: &'static [(&'static str, &'static str, &'static str)],
    pub request: Body,
    pub answer: Body,
    /// Status on success.
    pub success: u16,
    /// May be called without a token.
    pub open: bool,
}

const LIMIT: (&str, &str, &str) =
    ("limit", "integer", "Most items on the page, 1 to 1000; 100 if left out.");
const CURSOR: (&str, &str, &str) = ("cursor", "string", "The cursor of the page before.");
const PROJECT: (&str, &str, &str) = ("project", "string", "Only of this project.");
const OF_JOB: (&str, &str, &str) = ("job", "string", "The job, as project.name.");
const TTL: (&str, &str, &str) =
    ("ttl", "string", "How long it is held, as 90s or 10m: 1s to 1h; 10m if left out.");

const WITHOUT: (&str, &str, &str) =
    ("without", "string", "Links, with commas between: as if they were cut.");

const fn get(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    query: &'static [(&'static str, &'static str, &'static str)],
    answer: Body,
) -> Endpoint {
    Endpoint {
        id,
        method: Method::Get,
        path,
        summary,
        query,
        request: Body::Nothing,
        answer,
        success: 200,
        open: false,
    }
}

const fn post(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    query: &'static [(&'static str, &'static str, &'static str)],
    request: Body,
    answer: Body,
    success: u16,
) -> Endpoint {
    Endpoint {
        id,
        method: Method::Post,
        path,
        summary,
        query,
        request,
        answer,
        success,
        open: false,
    }
}

const fn open(endpoint: Endpoint) -> Endpoint {
    Endpoint { open: true, ..endpoint }
}

const fn delete(endpoint: Endpoint) -> Endpoint {
    Endpoint { method: Method::Delete, success: 204, ..endpoint }
}

/// Every endpoint of the API.
pub const ENDPOINTS: &[Endpoint] = &[
    open(get("health", "/healthz", "The process is alive.", &[], Body::Text)),
    open(get("ready", "/readyz", "It leads, and its store answers.", &[], Body::Text)),
    open(get("openapi", "/openapi.json", "This description.", &[], Body::Text)),
    get("metrics", "/metrics", "Figures for Prometheus.", &[], Body::Text),
    get("whoami", "/v1/whoami", "Who the token speaks for.", &[], Body::Json("Whoami")),
    post(
        "apply",
        "/v1/apply",
        "Create or change all resources of the manifests, or none.",
        &[("dry_run", "boolean", "Check everything, change nothing.")],
        Body::Manifests,
        Body::Json("ApplyAnswer"),
        200,
    ),
    get(
        "list",
        "/v1/resources/{kind}",
        "Resources of one kind, by name. Jobs have a list of their own.",
        &[LIMIT, CURSOR],
        Body::Json("Page_of_ResourceView"),
    ),
    get(
        "get",
        "/v1/resources/{kind}/{name}",
        "One resource. The ETag is its version.",
        &[],
        Body::Json("ResourceView"),
    ),
    delete(get(
        "delete",
        "/v1/resources/{kind}/{name}",
        "Remove a resource that no other refers to. Honours If-Match.",
        &[],
        Body::Nothing,
    )),
    post(
        "submit",
        "/v1/jobs",
        "Submit one job.",
        &[("unique_name", "boolean", "Add a short random suffix to the name if it is taken.")],
        Body::Manifests,
        Body::Json("JobView"),
        201,
    ),
    get(
        "list-jobs",
        "/v1/jobs",
        "Jobs, newest first.",
        &[
            LIMIT,
            CURSOR,
            PROJECT,
            ("state", "string", "Only in these states, comma-separated."),
            ("site", "string", "Only placed at this site."),
            ("name", "string", "Only names that start so."),
        ],
        Body::Json("Page_of_JobSummary"),
    ),
    get(
        "get-job",
        "/v1/jobs/{job}",
        "One job with its decision. The ETag is its version.",
        &[],
        Body::Json("JobView"),
    ),
    delete(get("delete-job", "/v1/jobs/{job}", "Forget a job that has ended.", &[], Body::Nothing)),
    post(
        "cancel",
        "/v1/jobs/{job}/cancel",
        "Stop a job. Honours If-Match.",
        &[],
        Body::Nothing,
        Body::Json("JobView"),
        202,
    ),
    get(
        "job-events",
        "/v1/jobs/{job}/events",
        "All that has happened to a job, oldest first.",
        &[LIMIT, CURSOR],
        Body::Json("Page_of_Event"),
    ),
    get(
        "logs",
        "/v1/jobs/{job}/logs",
        "What the tasks wrote.",
        &[
            ("task", "integer", "Only of the task with this number."),
            ("after", "string", "The cursor of the answer before."),
            ("wait_ms", "integer", "Wait so long for something new, at most 30000."),
        ],
        Body::Json("Logs"),
    ),
    post(
        "plan",
        "/v1/plan",
        "What would happen to a job if it were submitted now. Changes nothing.",
        &[],
        Body::Manifests,
        Body::Json("PlanAnswer"),
        200,
    ),
    get(
        "plan-all",
        "/v1/plan",
        "All jobs that wait or can still move, planned anew together, with a bound that is proved. Changes nothing.",
        &[],
        Body::Json("PlanAllAnswer"),
    ),
    get(
        "offers",
        "/v1/offers",
        "What every owner has to sell now, and at what price.",
        &[
            ("flavor", "string", "Only of this flavor."),
            ("region", "string", "Only in this region."),
            ("owner", "string", "Only of this organization."),
        ],
        Body::Json("Offers"),
    ),
    post(
        "quote",
        "/v1/quotes",
        "Hold everything that a job needs for a while, at a price. The name gets a suffix if it is taken.",
        &[TTL],
        Body::Manifests,
        Body::Json("JobView"),
        201,
    ),
    get(
        "list-quotes",
        "/v1/quotes",
        "Quotes that are open, and orders that have not ended, by name.",
        &[LIMIT, CURSOR, PROJECT],
        Body::Json("Page_of_JobView"),
    ),
    post(
        "order",
        "/v1/quotes/{job}/order",
        "Buy what was quoted: it runs in what is held, or sooner where that costs no more. Again changes nothing.",
        &[],
        Body::Nothing,
        Body::Json("JobView"),
        200,
    ),
    post(
        "refresh",
        "/v1/quotes/{job}/refresh",
        "Hold an open quote for longer; where its place cannot wait, planned anew.",
        &[TTL],
        Body::Nothing,
        Body::Json("JobView"),
        200,
    ),
    post(
        "withdraw",
        "/v1/quotes/{job}/withdraw",
        "Give an open quote back, or take an open bid back. Again changes nothing.",
        &[],
        Body::Nothing,
        Body::Json("JobView"),
        200,
    ),
    post(
        "bid",
        "/v1/bids",
        "Bid for a job: it runs if a clearing gives it a place for no more than the price. The name gets a suffix if it is taken.",
        &[
            ("price", "string", "The most that is paid for the whole job, as 120CNY."),
            (
                "until",
                "string",
                "Until when it stands, as +6h or a time: 30 days at most; +24h if left out.",
            ),
        ],
        Body::Manifests,
        Body::Json("JobView"),
        201,
    ),
    get(
        "list-bids",
        "/v1/bids",
        "Bids that are open, and jobs that won and have not ended, by name.",
        &[LIMIT, CURSOR, PROJECT],
        Body::Json("Page_of_JobView"),
    ),
    get(
        "list-clearings",
        "/v1/clearings",
        "Clearings of the market, newest first: what was paid for pools in slots, and how near that is to the best.",
        &[LIMIT, CURSOR],
        Body::Json("Page_of_ClearingView"),
    ),
    get(
        "watch",
        "/v1/watch",
        "Events as they happen. Resumes after Last-Event-ID.",
        &[
            PROJECT,
            ("kind", "string", "Only of this kind."),
            ("subject", "string", "Only of this name; of a job project.name."),
            ("after", "integer", "As Last-Event-ID. Left out: from now on."),
        ],
        Body::Events,
    ),
    get(
        "bill",
        "/v1/bill",
        "What was charged.",
        &[
            PROJECT,
            ("job", "string", "Only of this job."),
            ("provider", "string", "Only what this organization is paid."),
            ("by", "string", "job, project, provider or kind."),
            ("charges", "boolean", "With every single charge."),
        ],
        Body::Json("Bill"),
    ),
    get(
        "list-charges",
        "/v1/charges",
        "Every single charge, oldest first.",
        &[
            LIMIT,
            CURSOR,
            PROJECT,
            ("job", "string", "Only of this job."),
            ("provider", "string", "Only what this organization is paid."),
            ("month", "string", "Only what was charged in this month in UTC, as 2026-03."),
        ],
        Body::Json("Page_of_ChargeRecord"),
    ),
    get(
        "invoice",
        "/v1/invoice",
        "What a project owes for a month.",
        &[PROJECT, ("month", "string", "In UTC, as 2026-03; the present one if left out.")],
        Body::Json("Invoice"),
    ),
    get(
        "top",
        "/v1/top",
        "How full everything is now, or was.",
        &[("at", "string", "A time in the past, as 2026-03-01T08:00:00Z.")],
        Body::Json("Top"),
    ),
    get(
        "policies",
        "/v1/policies",
        "The rules in force, as they are written.",
        &[],
        Body::Json("Policies"),
    ),
    get(
        "denials",
        "/v1/denials",
        "What was denied lately, to whom, by which rule; newest first, since this server started.",
        &[],
        Body::Json("Denials"),
    ),
    get(
        "count-jobs",
        "/v1/job-counts",
        "How many jobs there are in each state.",
        &[PROJECT],
        Body::Json("JobCounts"),
    ),
    get(
        "reach",
        "/v1/network/reach",
        "How far every place is from one.",
        &[("from", "string", "A site or node."), WITHOUT],
        Body::Json("Reach"),
    ),
    get(
        "round-trips",
        "/v1/network/round-trips",
        "How far sites are from each other.",
        &[WITHOUT],
        Body::Json("RoundTrips"),
    ),
    get(
        "resilience",
        "/v1/network/resilience",
        "How well the network withstands failures: every link and place fails once.",
        &[WITHOUT],
        Body::Json("Resilience"),
    ),
    get(
        "ways",
        "/v1/network/ways",
        "The ways between two places that are worth having, and which one a job takes that starts now.",
        &[
            ("from", "string", "A site or node."),
            ("to", "string", "Another one."),
            ("bandwidth", "string", "What has to be free, as 10Gbit/s; left out: anything."),
            ("latency", "string", "One way, at most, as 20ms; left out: any."),
            WITHOUT,
        ],
        Body::Json("Ways"),
    ),
    get(
        "flows",
        "/v1/network/flows",
        "What moves over the network now, as it is held: paths of jobs at their sites, data on its way.",
        &[],
        Body::Json("Flows"),
    ),
    get(
        "site-energy",
        "/v1/energy",
        "What electricity costs and emits at a site, before now and after.",
        &[
            ("place", "string", "A site."),
            ("back_h", "integer", "Hours before now, 0 to 168; 24 if left out."),
            ("ahead_h", "integer", "Hours after now, 0 to 168; 48 if left out."),
        ],
        Body::Json("SiteEnergy"),
    ),
    get(
        "energy-report",
        "/v1/energy/report",
        "Energy and carbon by job, project, site or time, hour by hour where asked for.",
        &[
            ("from", "string", "A full hour, as 2026-03-01T00:00:00Z; left out: 30 days ago."),
            ("to", "string", "A full hour, at most 366 days later; left out: the next one."),
            ("by", "string", "job, project, site, month or year."),
            PROJECT,
            ("job", "string", "Only of this job."),
            ("site", "string", "Only at this site."),
            ("hours", "boolean", "Hour by hour too."),
        ],
        Body::Json("EnergyReport"),
    ),
    get(
        "signals",
        "/v1/energy/signals",
        "What is known of a site's electricity hour by hour: carbon, price, the grid's carbon-free share, the meter.",
        &[
            ("place", "string", "A site."),
            ("from", "string", "A time; left out: a week ago."),
            ("to", "string", "A time, at most 366 days later; left out: in a week."),
        ],
        Body::Json("Page_of_SignalSeries"),
    ),
    post(
        "upload-signals",
        "/v1/sites/{site}/signals",
        "Points of a series of a site. What is known better already stays.",
        &[],
        Body::Json("SignalUpload"),
        Body::Nothing,
        204,
    ),
    get(
        "dispatch",
        "/v1/sites/{site}/dispatch",
        "How a site is supplied over the coming 48 hours at the least cost, by the jobs that are placed there.",
        &[("island_h", "integer", "Hours without the grid, 0 to 48; left out: none.")],
        Body::Json("DispatchView"),
    ),
    get(
        "demand-responses",
        "/v1/energy/demand-response",
        "Requests to draw less that came in the last two days, and what was delivered.",
        &[("place", "string", "A site.")],
        Body::Json("Page_of_DemandView"),
    ),
    post(
        "demand-response",
        "/v1/sites/{site}/demand-response",
        "A signed request to draw less for a while: flexible work gives way at once.",
        &[],
        Body::Json("DemandRequest"),
        Body::Json("DemandView"),
        201,
    ),
    get(
        "list-certificates",
        "/v1/certificates",
        "Certificates of green electricity, newest first.",
        &[
            LIMIT,
            CURSOR,
            ("owner", "string", "Only of this organization."),
            ("open", "boolean", "Only with something left."),
        ],
        Body::Json("Page_of_Certificate"),
    ),
    post(
        "order-certificates",
        "/v1/certificates",
        "Issue, split, transfer, match or cancel certificates.",
        &[],
        Body::Json("CertificateOrder"),
        Body::Json("CertificateAnswer"),
        200,
    ),
    post(
        "create-token",
        "/v1/tokens",
        "Make a token.",
        &[],
        Body::Json("NewToken"),
        Body::Json("NewTokenAnswer"),
        201,
    ),
    get(
        "list-tokens",
        "/v1/tokens",
        "All tokens by name, without their secrets.",
        &[LIMIT, CURSOR],
        Body::Json("Page_of_TokenView"),
    ),
    delete(get("delete-token", "/v1/tokens/{name}", "End a token.", &[], Body::Nothing)),
    get(
        "list-accounts",
        "/v1/accounts",
        "All accounts of the ledger, with what they have.",
        &[LIMIT, CURSOR],
        Body::Json("Page_of_AccountView"),
    ),
    get(
        "get-account",
        "/v1/accounts/{account}",
        "An account with what came and went, newest first.",
        &[LIMIT, CURSOR],
        Body::Json("AccountStory"),
    ),
    post(
        "deposit",
        "/v1/deposits",
        "Book money that came in for an account, or went out. Once for each id.",
        &[],
        Body::Json("NewDeposit"),
        Body::Json("TransactionView"),
        200,
    ),
    post(
        "reverse",
        "/v1/reversals",
        "Undo a transaction by its opposite, once.",
        &[],
        Body::Json("NewReversal"),
        Body::Json("TransactionView"),
        200,
    ),
    post(
        "settle",
        "/v1/settlements",
        "Make one amount of what each organization has earned and owes.",
        &[("dry_run", "boolean", "Compute everything, move nothing.")],
        Body::Nothing,
        Body::Json("Settlement"),
        200,
    ),
    get(
        "list-usage",
        "/v1/usage",
        "Usage events of a job, in the order in which they came.",
        &[LIMIT, CURSOR, OF_JOB],
        Body::Json("Page_of_UsageRecord"),
    ),
    post(
        "send-usage",
        "/v1/usage",
        "Usage events of a site's or a project's meters, all or none; each is taken once.",
        &[],
        Body::CloudEvents,
        Body::Json("UsageAnswer"),
        200,
    ),
    get(
        "list-readings",
        "/v1/readings",
        "What both sides metered of a job, line by line, and what is charged.",
        &[OF_JOB],
        Body::Json("Page_of_LineReading"),
    ),
    get(
        "list-disputes",
        "/v1/disputes",
        "Charges that their two sides metered differently, newest first.",
        &[
            LIMIT,
            CURSOR,
            PROJECT,
            ("job", "string", "Only of this job."),
            ("state", "string", "Only these: open, provider, consumer or agreed."),
        ],
        Body::Json("Page_of_Dispute"),
    ),
    post(
        "resolve-dispute",
        "/v1/resolutions",
        "Give what a dispute holds to one of its sides, once.",
        &[],
        Body::Json("NewResolution"),
        Body::Json("Dispute"),
        200,
    ),
    post(
        "report",
        "/v1/sites/{site}/report",
        "An agent tells what its site has.",
        &[],
        Body::Json("AgentReport"),
        Body::Json("AgentReportAnswer"),
        200,
    ),
    get(
        "target",
        "/v1/sites/{site}/target",
        "What a site should run, as soon as it is newer than what the agent has.",
        &[
            ("generation", "integer", "The newest that the agent has; -1 for none."),
            ("wait_ms", "integer", "Wait so long for a newer one, at most 30000; then 204."),
        ],
        Body::Json("Target"),
    ),
    post(
        "upload-logs",
        "/v1/sites/{site}/logs",
        "An agent sends what its tasks wrote.",
        &[],
        Body::Json("LogUpload"),
        Body::Nothing,
        204,
    ),
    get("edges", "/v1/edges", "All edges, with what they measured last.", &[], Body::Json("Edges")),
    get(
        "services",
        "/v1/services",
        "All services, where their new flows are led and why.",
        &[],
        Body::Json("Services"),
    ),
    post(
        "join-edge",
        "/v1/edges/{edge}/join",
        "A gateway becomes an edge. The token ends with it.",
        &[],
        Body::Json("JoinEdge"),
        Body::Json("JoinEdgeAnswer"),
        200,
    ),
    post(
        "edge-report",
        "/v1/edges/{edge}/report",
        "An edge tells what it measured.",
        &[],
        Body::Json("EdgeReport"),
        Body::Json("EdgeReportAnswer"),
        200,
    ),
    get(
        "edge-target",
        "/v1/edges/{edge}/target",
        "What an edge should do, as soon as it is newer than what it has.",
        &[
            ("generation", "integer", "The newest that it has; -1 for none."),
            ("wait_ms", "integer", "Wait so long for a newer one, at most 30000; then 204."),
        ],
        Body::Json("EdgeTarget"),
    ),
];

/// The endpoint with this id.
#[must_use]
pub fn endpoint(id: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.id == id)
}
