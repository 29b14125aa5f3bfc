//! Accounts of the ledger: whose money it is.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use units::{Money, Share, Time};

use crate::{Invalid, Name};

/// Whose account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// What a project has to spend; below zero: what it owes.
    Project(Name),
    /// What an organization has to spend for all its projects.
    Organization(Name),
    /// What an organization has earned.
    Owner(Name),
    /// What is left of a voucher's budget.
    Voucher(Name),
    /// What an organization is to be paid since its last settlement; below zero: what it is to pay.
    Settlement(Name),
    /// What a project has paid and disputes: nobody's until that is resolved.
    Disputed(Name),
    /// What the platform has earned, and what nobody else is named for.
    Platform,
    /// What came in from outside, as a debt: below zero as long as more came in than went out.
    Deposits,
}

/// Three letters of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// What all prices are in.
    pub const CNY: Self = Self(*b"CNY");
}

/// An account, written `project:demo`, `platform`; `owner:lab@USD` where it is not in yuan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId {
    pub holder: Holder,
    pub currency: Currency,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an account: write project:NAME, organization:NAME, owner:NAME, voucher:NAME, settlement:NAME, \
     disputed:NAME, platform or deposits, and @ with three capitals where it is not in CNY"
)]
pub struct InvalidAccount(pub String);

impl AccountId {
    /// In yuan.
    #[must_use]
    pub const fn new(holder: Holder) -> Self {
        Self { holder, currency: Currency::CNY }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl FromStr for Currency {
    type Err = InvalidAccount;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [a, b, c] if text.bytes().all(|it| it.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(InvalidAccount(text.chars().take(80).collect())),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(name) => write!(f, "project:{name}"),
            Self::Organization(name) => write!(f, "organization:{name}"),
            Self::Owner(name) => write!(f, "owner:{name}"),
            Self::Voucher(name) => write!(f, "voucher:{name}"),
            Self::Settlement(name) => write!(f, "settlement:{name}"),
            Self::Disputed(name) => write!(f, "disputed:{name}"),
            Self::Platform => f.write_str("platform"),
            Self::Deposits => f.write_str("deposits"),
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.currency {
            Currency::CNY => self.holder.to_string(),
            other => format!("{}@{other}", self.holder),
        };
        f.pad(&text)
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccount;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || InvalidAccount(text.chars().take(80).collect());
        let (whose, currency) = match text.split_once('@') {
            Some((whose, currency)) => (whose, currency.parse().map_err(|_| wrong())?),
            None => (text, Currency::CNY),
        };
        let holder = match whose.split_once(':') {
            None if whose == "platform" => Holder::Platform,
            None if whose == "deposits" => Holder::Deposits,
            Some((kind, name)) => {
                named(kind, name.parse().map_err(|_| wrong())?).ok_or_else(wrong)?
            }
            None => return Err(wrong()),
        };
        Ok(Self { holder, currency })
    }
}

fn named(kind: &str, name: Name) -> Option<Holder> {
    Some(match kind {
        "project" => Holder::Project(name),
        "organization" => Holder::Organization(name),
        "owner" => Holder::Owner(name),
        "voucher" => Holder::Voucher(name),
        "settlement" => Holder::Settlement(name),
        "disputed" => Holder::Disputed(name),
        _ => return None,
    })
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccount;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.to_string()
    }
}

impl JsonSchema for AccountId {
    fn schema_name() -> Cow<'static, str> {
        "AccountId".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "minLength": 8, "maxLength": 80,
            "pattern": "^(platform|deposits|(project|organization|owner|voucher|settlement|disputed):[a-z0-9]([a-z0-9-]*[a-z0-9])?)(@[A-Z]{3})?$",
            "description": "project:NAME, organization:NAME, owner:NAME, voucher:NAME, settlement:NAME, disputed:NAME, platform or deposits.",
        })
    }
}

/// What a transaction of the ledger is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// What a job used.
    Charge,
    /// Money that came in, or went out.
    Deposit,
    /// Undoes another.
    Reversal,
    /// A voucher's budget.
    Voucher,
    /// What organizations owe each other, made one amount for each.
    Settlement,
    /// A part of a charge that its two sides metered differently: held, or given to one of them.
    Dispute,
}

impl Purpose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Deposit => "deposit",
            Self::Reversal => "reversal",
            Self::Voucher => "voucher",
            Self::Settlement => "settlement",
            Self::Dispute => "dispute",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A prepaid account, or one with a credit limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    /// How far it may go below zero, zero or more; left out: not at all.
    #[serde(default)]
    pub credit: Money,
}

/// A share of what jobs cost, paid by who issues it (算力券).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VoucherSpec {
    /// Of a job's price, more than 0 % and at most 100 %.
    pub covers: Share,
    /// All that it ever pays. It is the issuer's money, set aside.
    pub budget: Money,
    /// From then on it pays for no new place; left out: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Time>,
    /// Only for these projects; left out, and `organizations` too: for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<Name>,
    /// Only for projects of these organizations, or of `projects`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<Name>,
}

impl VoucherSpec {
    /// Whether it takes part in a place for a job of the project, which belongs to the organization.
    #[must_use]
    pub fn pays_for(&self, project: &Name, organization: Option<&Name>, now: Time) -> bool {
        let is_open = self.projects.is_empty() && self.organizations.is_empty();
        let of_scope = self.projects.contains(project)
            || organization.is_some_and(|it| self.organizations.contains(it));
        (is_open || of_scope) && self.expires.is_none_or(|expires| now < expires)
    }

    pub(crate) fn check(&self, name: &Name, wrong: &mut Vec<Invalid>) {
        if !(1..=1_000_000).contains(&self.covers.get()) {
            let message = format!(
                "{} is not a part of a price: use more than 0% and at most 100%",
                self.covers
            );
            wrong.push(Invalid::new(format!("spec.vouchers.{name}.covers"), message));
        }
        if self.budget < Money::ZERO {
            let message = format!("{} is negative: a budget is zero or more", self.budget);
            wrong.push(Invalid::new(format!("spec.vouchers.{name}.budget"), message));
        }
        if self.projects.len() + self.organizations.len() > SCOPE_MOST {
            let message = format!("more than {SCOPE_MOST} projects and organizations");
            wrong.push(Invalid::new(format!("spec.vouchers.{name}.projects"), message));
        }
    }
}

/// Names that a voucher is for.
const SCOPE_MOST: usize = 1_000;
