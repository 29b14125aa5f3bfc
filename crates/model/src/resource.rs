//! What every noun has in common: kind, metadata, spec.

use std::{collections::BTreeMap, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Bandwidth, Bytes, DataPrice, Delay, Loss, Money, Share};

use crate::{
    AccountSpec, Content, Coordinates, EdgeSpec, FlavorSpec, JobSpec, Name, PoolSpec, ServiceSpec,
    SiteSpec, VoucherSpec,
};

/// The kinds of resource, in the order in which they can refer to each other.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Kind {
    Organization,
    Project,
    Node,
    Flavor,
    Site,
    Pool,
    Link,
    Dataset,
    Edge,
    Service,
    Job,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Organization,
        Self::Project,
        Self::Node,
        Self::Flavor,
        Self::Site,
        Self::Pool,
        Self::Link,
        Self::Dataset,
        Self::Edge,
        Self::Service,
        Self::Job,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "Organization",
            Self::Project => "Project",
            Self::Node => "Node",
            Self::Flavor => "Flavor",
            Self::Site => "Site",
            Self::Pool => "Pool",
            Self::Link => "Link",
            Self::Dataset => "Dataset",
            Self::Edge => "Edge",
            Self::Service => "Service",
            Self::Job => "Job",
        }
    }

    /// As it stands in URLs and on the command line: "sites".
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Organization => "organizations",
            Self::Project => "projects",
            Self::Node => "nodes",
            Self::Flavor => "flavors",
            Self::Site => "sites",
            Self::Pool => "pools",
            Self::Link => "links",
            Self::Dataset => "datasets",
            Self::Edge => "edges",
            Self::Service => "services",
            Self::Job => "jobs",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    /// Reads "Site", "site" and "sites".
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.to_ascii_lowercase();
        let same =
            |kind: &&Self| kind.plural() == lower || kind.as_str().to_ascii_lowercase() == lower;
        Self::ALL.iter().find(same).copied().ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|kind| kind.plural()).collect();
            format!("`{text}` is not a kind: use one of {}", known.join(", "))
        })
    }
}

/// What a resource is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    pub name: Name,
    /// The project a job belongs to; other kinds have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Name>,
    /// For people, in any script: at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// At most 64, of at most 256 characters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// One noun of any kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    pub metadata: Metadata,
    pub spec: Spec,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Spec {
    Organization(OrganizationSpec),
    Project(ProjectSpec),
    Node(NodeSpec),
    Flavor(FlavorSpec),
    Site(SiteSpec),
    Pool(PoolSpec),
    Link(LinkSpec),
    Dataset(DatasetSpec),
    Edge(EdgeSpec),
    Service(ServiceSpec),
    Job(Box<JobSpec>),
}

/// A legal body that owns, uses or pays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSpec {
    /// Whom to ask: a mail address or telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// What its projects without an account of their own spend; left out: they are billed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountSpec>,
    /// Vouchers that it issues, at most 1,000. Their names are their own among all organizations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vouchers: BTreeMap<Name, VoucherSpec>,
    /// What the platform keeps of what it earns, at each settlement; left out: nothing.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub fee: Share,
    /// The tax that its prices include, 0% to 100%; left out: none. What was charged before keeps the rate of then.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub tax: Share,
}

/// Vouchers of one organization.
const VOUCHERS_MOST: usize = 1_000;

impl OrganizationSpec {
    fn check(&self, wrong: &mut Vec<Invalid>) {
        check_account(self.account.as_ref(), wrong);
        if self.fee > Share::new(1_000_000) {
            let message = format!("{} is more than everything: use 0% to 100%", self.fee);
            wrong.push(Invalid::new("spec.fee", message));
        }
        if self.tax > Share::new(1_000_000) {
            let message = format!("{} is more than the price itself: use 0% to 100%", self.tax);
            wrong.push(Invalid::new("spec.tax", message));
        }
        if self.vouchers.len() > VOUCHERS_MOST {
            wrong.push(Invalid::new("spec.vouchers", format!("more than {VOUCHERS_MOST}")));
        }
        self.vouchers.iter().for_each(|(name, voucher)| voucher.check(name, wrong));
    }
}

fn check_account(account: Option<&AccountSpec>, wrong: &mut Vec<Invalid>) {
    if let Some(account) = account.filter(|it| it.credit < Money::ZERO) {
        let message = format!("{} is negative: a credit is zero or more", account.credit);
        wrong.push(Invalid::new("spec.account.credit", message));
    }
}

/// What jobs are charged to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectSpec {
    /// Who pays.
    pub organization: Name,
    /// The most that all its jobs together may cost; left out: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation: Option<Money>,
    /// What its jobs spend, held when they get a place; left out: its organization's account, or, where that has none
    /// either, it is billed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountSpec>,
    /// Ed25519 public keys of its meters, in Base64; where there are any, usage events for it need a signature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub meters: Vec<String>,
}

/// A point of the network where no jobs run: a city, an exchange, a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeSpec {
    pub place: Coordinates,
    pub region: Name,
}

/// A connection between two sites or nodes, the same in both directions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// Two different sites or nodes.
    pub ends: [Name; 2],
    /// One way.
    pub delay: Delay,
    /// In each direction.
    pub capacity: Bandwidth,
    /// Of what passes, or of what could have passed where bandwidth is held.
    pub price: DataPrice,
    #[serde(default, skip_serializing_if = "is_usual")]
    pub jitter: Delay,
    #[serde(default, skip_serializing_if = "is_usual")]
    pub loss: Loss,
    /// Who owns the link and is paid for it.
    pub organization: Name,
    /// Out of service: nothing is put on it, and what was on it is planned anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub down: bool,
}

/// Data that jobs read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetSpec {
    pub size: Bytes,
    /// The sites that hold a whole copy. With `content`: that should hold one; it is brought there and stays there.
    #[schemars(length(min = 1, max = 256))]
    pub replicas: Vec<Name>,
    /// What it is, where sites keep it as chunks that can be moved and checked. Left out: only its size and place are
    /// known, and moving it is waited for, not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// What its owner asks for one read of it all, per gigabyte.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub price: DataPrice,
    /// Who owns the data and is paid for it.
    pub organization: Name,
}

/// One thing wrong with a resource: which field, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invalid {
    /// A path as "spec.pue".
    pub field: String,
    pub message: String,
}

impl Invalid {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl Spec {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Organization(_) => Kind::Organization,
            Self::Project(_) => Kind::Project,
            Self::Node(_) => Kind::Node,
            Self::Flavor(_) => Kind::Flavor,
            Self::Site(_) => Kind::Site,
            Self::Pool(_) => Kind::Pool,
            Self::Link(_) => Kind::Link,
            Self::Dataset(_) => Kind::Dataset,
            Self::Edge(_) => Kind::Edge,
            Self::Service(_) => Kind::Service,
            Self::Job(_) => Kind::Job,
        }
    }

    /// Everything wrong with this spec as it stands alone.
    #[must_use]
    pub fn check(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        match self {
            Self::Organization(organization) => organization.check(&mut wrong),
            Self::Project(project) => {
                check_account(project.account.as_ref(), &mut wrong);
                crate::usage::check_keys("spec.meters", &project.meters, &mut wrong);
            }
            Self::Node(node) if node.place.is_on_earth() => {}
            Self::Node(_) => {
                wrong.push(Invalid::new(
                    "spec.place",
                    "latitude is -90 to 90 and longitude -180 to 180 degrees",
                ));
            }
            Self::Flavor(flavor) => flavor.check(&mut wrong),
            Self::Site(site) => site.check(&mut wrong),
            Self::Pool(pool) => pool.check(&mut wrong),
            Self::Link(link) => link.check(&mut wrong),
            Self::Dataset(dataset) => dataset.check(&mut wrong),
            Self::Edge(edge) => edge.check(&mut wrong),
            Self::Service(service) => service.check(&mut wrong),
            Self::Job(job) => job.check(&mut wrong),
        }
        wrong
    }

    /// The resources this one speaks of: kind, name, and the field that names it.
    ///
    /// A link's end may be a site or a node; it is given as [`Kind::Node`].
    #[must_use]
    pub fn references(&self) -> Vec<(Kind, &Name, String)> {
        match self {
            Self::Organization(_) | Self::Node(_) | Self::Flavor(_) => Vec::new(),
            Self::Project(it) => {
                vec![(Kind::Organization, &it.organization, "spec.organization".into())]
            }
            Self::Site(it) => {
                vec![(Kind::Organization, &it.organization, "spec.organization".into())]
            }
            Self::Pool(it) => {
                vec![
                    (Kind::Site, &it.site, "spec.site".into()),
                    (Kind::Flavor, &it.flavor, "spec.flavor".into()),
                ]
            }
            Self::Link(it) => it.references(),
            Self::Dataset(it) => it.references(),
            Self::Edge(it) => it.references(),
            Self::Service(it) => it.references(),
            Self::Job(it) => it.references(),
        }
    }
}

impl Metadata {
    #[must_use]
    pub fn check(&self, kind: Kind) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if kind != Kind::Job && self.project.is_some() {
            wrong.push(Invalid::new(
                "metadata.project",
                format!("a {kind} belongs to no project: leave it out"),
            ));
        }
        if self.title.as_ref().is_some_and(|title| title.chars().count() > 120) {
            wrong.push(Invalid::new("metadata.title", "longer than 120 characters"));
        }
        let too_long = |text: &String| text.chars().count() > 256;
        if self.labels.len() > 64
            || self.labels.iter().any(|(key, value)| too_long(key) || too_long(value))
        {
            wrong.push(Invalid::new(
                "metadata.labels",
                "more than 64 labels, or one longer than 256 characters",
            ));
        }
        wrong
    }
}

impl LinkSpec {
    fn check(&self, wrong: &mut Vec<Invalid>) {
        let [a, b] = &self.ends;
        if a == b {
            wrong.push(Invalid::new(
                "spec.ends",
                format!("both ends are `{a}`: a link joins two places"),
            ));
        }
        if self.loss > Loss::new(1_000_000) {
            wrong.push(Invalid::new(
                "spec.loss",
                format!("{} is more than everything: use 0% to 100%", self.loss),
            ));
        }
        if self.price.get() < 0 {
            wrong.push(Invalid::new(
                "spec.price",
                format!("{} is negative: a price is zero or more", self.price),
            ));
        }
    }

    fn references(&self) -> Vec<(Kind, &Name, String)> {
        let [a, b] = &self.ends;
        vec![
            (Kind::Node, a, "spec.ends[0]".into()),
            (Kind::Node, b, "spec.ends[1]".into()),
            (Kind::Organization, &self.organization, "spec.organization".into()),
        ]
    }
}

impl DatasetSpec {
    fn check(&self, wrong: &mut Vec<Invalid>) {
        if self.replicas.is_empty() || self.replicas.len() > 256 {
            wrong.push(Invalid::new("spec.replicas", "name 1 to 256 sites that hold a copy"));
        }
        if let Some(twice) = first_repeated(&self.replicas) {
            wrong.push(Invalid::new("spec.replicas", format!("`{twice}` is named twice")));
        }
        if self.price.get() < 0 {
            wrong.push(Invalid::new(
                "spec.price",
                format!("{} is negative: a price is zero or more", self.price),
            ));
        }
    }

    fn references(&self) -> Vec<(Kind, &Name, String)> {
        let sites = self.replicas.iter().enumerate();
        let mut all: Vec<_> =
            sites.map(|(at, site)| (Kind::Site, site, format!("spec.replicas[{at}]"))).collect();
        all.push((Kind::Organization, &self.organization, "spec.organization".into()));
        all
    }
}

pub(crate) fn first_repeated(names: &[Name]) -> Option<&Name> {
    names
        .iter()
        .enumerate()
        .find(|(at, name)| names.iter().take(*at).any(|it| it == *name))
        .map(|(_, name)| name)
}

/// What is as when nothing is said is left out where it is written.
pub(crate) fn is_usual<T: Default + PartialEq>(it: &T) -> bool {
    *it == T::default()
}
