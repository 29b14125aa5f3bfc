//! What handlers ask of the engine, and what it answers.

use api::{
    AgentReport, AgentReportAnswer, ApplyAnswer, CertificateAnswer, DemandRequest, DemandView,
    DispatchView, Dispute, EdgeReport, EdgeReportAnswer, Edges, Flows, GivenUsage, JobView,
    JoinEdge, JoinEdgeAnswer, NewDeposit, NewResolution, NewReversal, Offers, Page, PlanAnswer,
    Services, Settlement, SignalUpload, SiteEnergy, SoFar, TokenView, Top, TransactionView,
    UsageAnswer,
};
use control::OfferFilter;
use model::{CertificateOrder, JobKey, Kind, Name, Resource, Signal};
use planner::{Net, batch::Joint};
use serde::Serialize;
use units::{Money, Span, Time, When};

/// One request that changes something, or that needs the planner's view of now.
#[derive(Debug, Clone)]
pub enum Command {
    /// All or none.
    Apply {
        resources: Vec<Resource>,
        dry_run: bool,
        /// Who asks.
        by: Option<Name>,
    },
    /// One resource of kind Job.
    Submit {
        job: Box<Resource>,
        unique_name: bool,
        /// Who asks.
        by: Option<Name>,
    },
    Cancel {
        job: JobKey,
        if_match: Option<i64>,
    },
    DeleteJob {
        job: JobKey,
        if_match: Option<i64>,
    },
    Delete {
        kind: Kind,
        name: Name,
        if_match: Option<i64>,
    },
    Plan {
        job: Box<Resource>,
    },
    PlanAll,
    Top,
    TopAt {
        at: Time,
        jobs: Vec<JobView>,
    },
    Net,
    SoFar {
        job: JobKey,
    },
    SiteEnergy {
        site: Name,
        back: Span,
        ahead: Span,
    },
    Dispatch {
        site: Name,
        island: Option<Span>,
    },
    Report {
        site: Name,
        report: Box<AgentReport>,
    },
    /// `by` is the token that ends with it, where it is good for one join only, and `view` the one that begins.
    JoinEdge {
        edge: Name,
        join: Box<JoinEdge>,
        by: Option<Name>,
        view: Box<TokenView>,
    },
    EdgeReport {
        edge: Name,
        report: Box<EdgeReport>,
    },
    Edges,
    Services,
    /// What moves over the network now.
    Flows,
    Power(PowerCommand),
    Market(MarketCommand),
    /// `hash` is the lower-case hex SHA-256 of the secret.
    CreateToken {
        hash: String,
        view: Box<TokenView>,
    },
    DeleteToken {
        name: Name,
    },
    Deposit(NewDeposit),
    Reverse(NewReversal),
    Settle {
        dry_run: bool,
    },
    /// Of form and signature that are right.
    Usage {
        events: Vec<GivenUsage>,
    },
    Resolve {
        new: NewResolution,
        /// Who asks.
        by: Name,
    },
}

/// What is about electricity.
#[derive(Debug, Clone)]
pub enum PowerCommand {
    Signals {
        site: Name,
        upload: Box<SignalUpload>,
    },
    Demand {
        site: Name,
        request: Box<DemandRequest>,
    },
    Demands {
        site: Name,
    },
    /// A feed cannot be read.
    FeedFailed {
        site: Name,
        signal: Signal,
        why: String,
    },
    Certificates {
        order: Box<CertificateOrder>,
        /// Who asks.
        who: Name,
    },
}

/// What is offered, quoted and ordered.
#[derive(Debug, Clone)]
pub enum MarketCommand {
    Offers(OfferFilter),
    Quote {
        job: Box<Resource>,
        ttl: Span,
        /// Who asks.
        by: Option<Name>,
    },
    Quotes {
        project: Option<Name>,
        after: Option<JobKey>,
        limit: usize,
    },
    Bid {
        job: Box<Resource>,
        price: Money,
        until: Option<When>,
        /// Who asks.
        by: Option<Name>,
    },
    Bids {
        project: Option<Name>,
        after: Option<JobKey>,
        limit: usize,
    },
    Order {
        job: JobKey,
    },
    Refresh {
        job: JobKey,
        ttl: Span,
    },
    Withdraw {
        job: JobKey,
    },
}

impl From<MarketCommand> for Command {
    fn from(command: MarketCommand) -> Self {
        Self::Market(command)
    }
}

impl From<PowerCommand> for Command {
    fn from(command: PowerCommand) -> Self {
        Self::Power(command)
    }
}

/// The answer to a [`Command`], durable before it is given.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    Applied(ApplyAnswer),
    Job(Box<JobView>),
    Plan(Box<PlanAnswer>),
    /// To be solved; never seen outside.
    #[serde(skip_serializing)]
    Joint(Box<Joint>),
    Top(Top),
    /// To be looked at; never seen outside.
    #[serde(skip_serializing)]
    Net(Box<Net>),
    Flows(Flows),
    SoFar(Option<SoFar>),
    SiteEnergy(SiteEnergy),
    Dispatch(Box<DispatchView>),
    Report(AgentReportAnswer),
    Joined(JoinEdgeAnswer),
    EdgeReport(EdgeReportAnswer),
    Edges(Edges),
    Services(Services),
    Token(TokenView),
    Transaction(TransactionView),
    Settled(Settlement),
    Usage(UsageAnswer),
    Dispute(Box<Dispute>),
    Certificates(CertificateAnswer),
    Demand(Box<DemandView>),
    Demands(Page<DemandView>),
    Offers(Offers),
    Jobs(Page<JobView>),
    Nothing,
    /// The request came before with the same key: this is what was answered then.
    Replayed {
        status: u16,
        body: serde_json::Value,
    },
}

/// A request that must take effect at most once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// Who asked: keys of different callers do not meet.
    pub principal: String,
    /// The Idempotency-Key, 1 to 128 visible ASCII characters.
    pub key: String,
    /// Hash of method, path and body: the same key with another one is refused.
    pub fingerprint: String,
    /// The HTTP status that goes with a successful answer.
    pub status: u16,
}
