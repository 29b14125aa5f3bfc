//! Wire types of the ledger.

use model::{AccountId, JobKey, Name, Purpose};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use units::{Money, Time};

use crate::Page;

/// An account as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountView {
    pub account: AccountId,
    pub balance: Money,
    /// What jobs that are not over may still take.
    pub held: Money,
    /// How far balance less holds may be below zero; none where there is no bound: what is owed is asked for later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Money>,
    /// What can be taken from it now; none where there is no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Money>,
}

/// An account with what came and went, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountStory {
    #[serde(flatten)]
    pub account: AccountView,
    pub entries: Page<AccountEntry>,
}

/// What one transaction did to one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountEntry {
    /// The transaction's id.
    pub transaction: String,
    pub at: Time,
    pub purpose: Purpose,
    /// Whose work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobKey>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Below zero: taken from it.
    pub amount: Money,
}

/// A transaction: its postings sum to zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransactionView {
    pub id: String,
    pub at: Time,
    pub purpose: Purpose,
    /// Whose work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobKey>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    pub postings: Vec<PostingView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostingView {
    pub account: AccountId,
    pub amount: Money,
}

/// Money that came in for an account, or went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeposit {
    /// Not `deposits`.
    pub account: AccountId,
    /// Below zero: paid out.
    pub amount: Money,
    /// The payment's own number, so that it is booked once: 1 to 200 visible ASCII characters.
    pub id: String,
    /// For people, at most 400 bytes.
    #[serde(default)]
    pub note: String,
}

/// Undoes a transaction by its opposite. Once: again is no error and changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReversal {
    /// The id of what is to be undone.
    pub transaction: String,
    /// Why, at most 400 bytes.
    pub note: String,
}

/// What a settlement moved, or would move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settlement {
    pub at: Time,
    pub dry_run: bool,
    /// One an organization.
    pub rows: Vec<SettlementRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SettlementRow {
    pub organization: Name,
    /// As owner of what others used, since the last settlement.
    pub earned: Money,
    /// Of that, what the platform keeps.
    pub fee: Money,
    /// By it and its projects, where they have no account and are billed later.
    pub spent: Money,
    /// Earned, less fee and spent.
    pub net: Money,
    /// All that it is to be paid now, or is to pay where it is below zero.
    pub owed: Money,
    /// None where there was nothing to move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
}
