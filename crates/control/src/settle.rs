//! The end of a period: what each organization has earned, owes and is owed becomes one amount.

use std::collections::BTreeMap;

use api::{Problem, Settlement, SettlementRow};
use market::ledger::{Bound, POSTINGS_MOST, Posting, Transaction};
use model::{AccountId, Holder, Name, OrganizationSpec, Purpose};
use units::{Money, Time};

use crate::{Control, money::refused};

impl Control {
    /// Moves what every organization's accounts come to into its account `settlement:NAME`: what it earned, less the
    /// platform's fee, and what it and its projects owe where they are billed later. Prepaid accounts and those with a
    /// credit limit stay as they are. Again, with nothing between, it moves nothing.
    ///
    /// # Errors
    /// A sum is beyond what an account can have; nothing is moved then.
    pub fn settle_accounts(&mut self, dry_run: bool, now: Time) -> Result<Settlement, Problem> {
        let world = self.planner.world();
        let mut projects: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for (project, spec) in &world.projects {
            projects.entry(&spec.organization).or_default().push(project);
        }
        let due = |(name, spec)| self.due(name, spec, projects.remove(name).unwrap_or_default());
        let due: Vec<Due> = world.organizations.iter().map(due).collect();
        let mut book = self.book.clone();
        let mut rows = Vec::new();
        for due in due {
            let transaction = self.settlement_of(&due, now)?;
            if let Some(transaction) = &transaction {
                book.post(transaction.clone()).map_err(refused)?;
            }
            let account = AccountId::new(Holder::Settlement(due.organization.clone()));
            rows.push(SettlementRow {
                owed: book.account(&account).map(|it| it.balance).unwrap_or_default(),
                organization: due.organization,
                earned: due.earned,
                fee: due.fee,
                spent: due.spent,
                net: due.net,
                transaction: transaction.filter(|_| !dry_run).map(|it| it.id().to_owned()),
            });
        }
        if !dry_run {
            self.book = book;
            let nothing = serde_json::Value::Null;
            let moved = rows.iter().filter(|it| it.transaction.is_some()).count();
            let message = format!("{moved} organizations");
            let platform = "platform";
            // Also so that the next settlement has other ids.
            self.event(model::Kind::Organization, platform, "settled", message, nothing, now);
        }
        Ok(Settlement { at: now, dry_run, rows })
    }

    fn due(&self, name: &Name, spec: &OrganizationSpec, projects: Vec<&Name>) -> Due {
        let free = |holder: Holder| {
            let id = AccountId::new(holder);
            let account = self.book.account(&id).filter(|it| it.bound == Bound::Free)?;
            (!account.balance.is_zero()).then_some((id, account.balance))
        };
        let debtors =
            projects.into_iter().filter_map(|project| free(Holder::Project(project.clone())));
        let debts: Vec<_> = free(Holder::Organization(name.clone()))
            .into_iter()
            .chain(debtors)
            // The others' turn is the next settlement.
            .take(POSTINGS_MOST - 3)
            .collect();
        let earned = free(Holder::Owner(name.clone())).map(|(_, it)| it).unwrap_or_default();
        let fee = spec.fee.of(earned.max(Money::ZERO));
        let spent = debts.iter().fold(Money::ZERO, |sum, (_, it)| sum.saturating_sub(*it));
        let net = earned.saturating_sub(fee).saturating_sub(spent);
        Due { organization: name.clone(), earned, fee, spent, net, debts }
    }

    fn settlement_of(&self, due: &Due, now: Time) -> Result<Option<Transaction>, Problem> {
        let posting = |holder, amount| Posting { account: AccountId::new(holder), amount };
        let back = |amount: Money| Money::ZERO.saturating_sub(amount);
        let mut postings = vec![
            posting(Holder::Owner(due.organization.clone()), back(due.earned)),
            posting(Holder::Platform, due.fee),
            posting(Holder::Settlement(due.organization.clone()), due.net),
        ];
        let cleared =
            due.debts.iter().map(|(id, it)| Posting { account: id.clone(), amount: back(*it) });
        postings.extend(cleared);
        postings.retain(|it| !it.amount.is_zero());
        if postings.is_empty() {
            return Ok(None);
        }
        let id = format!("settlement/{}/{}", due.organization, self.next_seq);
        Transaction::new(id, Purpose::Settlement, now, postings).map(Some).map_err(refused)
    }
}

/// What one organization's accounts come to.
struct Due {
    organization: Name,
    earned: Money,
    fee: Money,
    /// By it and its projects, where they are billed later.
    spent: Money,
    net: Money,
    /// The accounts behind `spent`.
    debts: Vec<(AccountId, Money)>,
}
