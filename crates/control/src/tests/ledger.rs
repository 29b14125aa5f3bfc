//! The ledger as it is on disk, and whether it holds together: computed anew from the entries, by plain sums.

use std::collections::BTreeMap;

use api::JobView;
use market::ledger::{Account, Bound, Entry, HoldChange, Transaction};
use model::{AccountId, JobKey};
use units::Money;

#[derive(Debug, Default)]
pub(super) struct Ledger {
    bounds: BTreeMap<AccountId, Bound>,
    pub(super) transactions: BTreeMap<String, Transaction>,
    pub(super) holds: BTreeMap<(JobKey, AccountId), Money>,
}

impl Ledger {
    pub(super) fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Open { account, bound } => drop(self.bounds.insert(account, bound)),
            Entry::Post(it) => {
                let old = self.transactions.insert(it.id().to_owned(), *it);
                assert_eq!(old, None, "an id is used once");
            }
            Entry::Hold(HoldChange { job, account, before, after }) => {
                let place = (job, account);
                assert_eq!(self.holds.remove(&place).unwrap_or_default(), before, "{place:?}");
                if !after.is_zero() {
                    self.holds.insert(place, after);
                }
            }
        }
    }

    /// Balance and holds, by account.
    fn sums(&self) -> BTreeMap<AccountId, (i64, i64)> {
        let mut sums: BTreeMap<AccountId, (i64, i64)> =
            self.bounds.keys().map(|id| (id.clone(), (0, 0))).collect();
        for posting in self.transactions.values().flat_map(Transaction::postings) {
            sums.get_mut(&posting.account).expect("it was opened").0 += posting.amount.get();
        }
        for ((_, account), amount) in &self.holds {
            sums.get_mut(account).expect("it was opened").1 += amount.get();
        }
        sums
    }

    /// What `jw ledger verify` looks at.
    pub(super) fn check(&self, jobs: &BTreeMap<JobKey, JobView>) {
        let sums = self.sums();
        assert_eq!(sums.values().map(|(balance, _)| balance).sum::<i64>(), 0);
        for (id, (balance, held)) in &sums {
            if let Bound::Credit(credit) = self.bounds[id] {
                assert!(balance - held >= -credit.get(), "{id}: {balance} less {held}");
            }
        }
        for ((job, account), amount) in &self.holds {
            let status = &jobs[job].status;
            let is_bid = status.state == model::JobState::Bidding;
            let has_place = !status.state.is_final() && (is_bid || status.decision.is_some());
            assert!(has_place, "{job} is {} and holds {amount} of {account}", status.state);
        }
    }

    pub(super) fn accounts(&self) -> Vec<(AccountId, Account)> {
        let account = |(id, (balance, held)): (AccountId, (i64, i64))| {
            let (balance, held) = (Money::new(balance), Money::new(held));
            let bound = self.bounds[&id];
            (id, Account { bound, balance, held })
        };
        self.sums().into_iter().map(account).collect()
    }

    pub(super) fn holds(&self) -> Vec<(JobKey, AccountId, Money)> {
        let holds = self.holds.iter();
        holds.map(|((job, account), amount)| (job.clone(), account.clone(), *amount)).collect()
    }

    pub(super) fn balance(&self, account: &str) -> i64 {
        self.sums().get(&account.parse().unwrap()).map_or(0, |it| it.0)
    }

    pub(super) fn held(&self, account: &str) -> i64 {
        self.sums().get(&account.parse().unwrap()).map_or(0, |it| it.1)
    }
}
