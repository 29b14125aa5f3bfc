//! The ledger in each database: what is written adds up, what may not be is refused, what was tampered with is named.

use std::sync::Arc;

use market::ledger::{Bound, Entry, HoldChange, Posting, Transaction};
use model::{AccountId, JobState, Purpose};
use store::{Store, StoreError, Write};
use units::Money;

use crate::{
    databases::{each, lead, new, write},
    world::{TTL, at, job, key, next},
};

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn open(account: &str, credit: Option<i64>) -> Write {
    let bound = credit.map_or(Bound::Free, |it| Bound::Credit(Money::new(it)));
    Write::Ledger(Entry::Open { account: id(account), bound })
}

fn post(name: &str, postings: &[(&str, i64)]) -> Write {
    let posting = |(account, amount): &(&str, i64)| Posting {
        account: id(account),
        amount: Money::new(*amount),
    };
    let postings = postings.iter().map(posting).collect();
    let made = Transaction::new(name.to_owned(), Purpose::Charge, at(3), postings).unwrap();
    Write::Ledger(Entry::Post(Box::new(made.with_note("a note").of_job(key("p.j")))))
}

fn hold(of: &str, account: &str, before: i64, after: i64) -> Write {
    let (before, after) = (Money::new(before), Money::new(after));
    Write::Ledger(Entry::Hold(HoldChange { job: key(of), account: id(account), before, after }))
}

async fn balances(store: &Store) -> String {
    let accounts = store.accounts(None, 100).await.unwrap().items;
    let told =
        accounts.iter().map(|it| format!("{} {}-{}", it.account, it.balance.get(), it.held.get()));
    told.collect::<Vec<_>>().join(", ")
}

async fn refused(store: &Store, term: i64, writes: &[Write]) -> StoreError {
    let before = balances(store).await;
    let error = store.commit(term, at(2), TTL, writes).await.unwrap_err();
    assert_eq!(balances(store).await, before, "nothing of it was written: {error}");
    error
}

/// A job that holds a place.
async fn placed(store: &Store, term: i64, of: &str) {
    let view = next(&job(of), JobState::Held, Some("site-1"));
    write(store, term, &[new(of), Write::UpdateJob(Arc::new(view))]).await;
}

#[tokio::test]
async fn what_is_written_adds_up_and_stays() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        placed(store, term, "p.j").await;
        let begin = [
            open("project:p", Some(10)),
            open("owner:o", None),
            open("platform", None),
            open("deposits", None),
            post("in", &[("project:p", 100), ("deposits", -100)]),
            hold("p.j", "project:p", 0, 60),
        ];
        write(store, term, &begin).await;
        // In one batch a hold may become postings: only what it comes to counts.
        let charge = [
            hold("p.j", "project:p", 60, 0),
            post("c1", &[("project:p", -50), ("owner:o", 49), ("platform", 1)]),
            hold("p.j", "project:p", 0, 60),
        ];
        write(store, term, &charge).await;
        assert_eq!(
            balances(store).await,
            "deposits -100-0, owner:o 49-0, platform 1-0, project:p 50-60"
        );
        database.reopen().await;
        let store = &database.store;
        let view = store.account(&id("project:p")).await.unwrap();
        assert_eq!((view.available, view.credit), (Some(Money::ZERO), Some(Money::new(10))));
        let story = store.account_story(&id("project:p"), None, 1).await.unwrap();
        let next = store
            .account_story(&id("project:p"), story.entries.cursor.as_deref(), 9)
            .await
            .unwrap();
        let told =
            |it: &api::AccountEntry| format!("{} {} {}", it.transaction, it.amount.get(), it.note);
        let told: Vec<String> =
            story.entries.items.iter().chain(&next.entries.items).map(told).collect();
        assert_eq!(told, ["c1 -50 a note", "in 100 a note"]);
        assert_eq!(next.entries.cursor, None);
        let c1 = store.transaction("c1").await.unwrap().unwrap();
        assert_eq!((c1.postings().len(), c1.job().cloned()), (3, Some(key("p.j"))));
        assert_eq!(store.transaction("c2").await.unwrap(), None);
        assert_eq!(
            store.all_holds().await.unwrap(),
            [(key("p.j"), id("project:p"), Money::new(60))]
        );
        let found = store.verify_ledger().await.unwrap();
        assert!(found.holds, "{found:?}");
        assert_eq!(
            (found.accounts, found.transactions, found.entries, found.job_holds),
            (4, 2, 5, 1)
        );
    })
    .await;
}

#[tokio::test]
async fn no_account_goes_below_its_bound_whatever_the_writer_thinks() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let all = [open("project:p", Some(5)), open("voucher:v", Some(0)), open("platform", None)];
        write(store, term, &all).await;
        let spend = |name: &str, from: &str, n: i64| post(name, &[(from, -n), ("platform", n)]);
        for wrong in [
            vec![spend("a", "project:p", 6)],
            vec![spend("a", "voucher:v", 1)],
            vec![hold("p.j", "project:p", 0, 6)],
            // All that came before it in the batch goes with it.
            vec![spend("a", "project:p", 3), spend("b", "project:p", 3)],
            vec![spend("a", "project:p", 5), open("project:p", Some(4))],
        ] {
            let error = refused(store, term, &wrong).await;
            assert!(matches!(error, StoreError::Overdrawn { .. }), "{error:?}");
        }
        write(store, term, &[spend("a", "project:p", 5)]).await;
        write(store, term, &[open("project:p", Some(9)), spend("b", "project:p", 4)]).await;
        // A new bound and what makes it right, in any order.
        let back = post("in", &[("project:p", 9), ("platform", -9)]);
        write(store, term, &[open("project:p", Some(0)), back]).await;
        let most = market::ledger::BALANCE_MOST;
        write(
            store,
            term,
            &[open("owner:o", None), post("most", &[("owner:o", most), ("platform", -most)])],
        )
        .await;
        let error =
            refused(store, term, &[post("more", &[("owner:o", most), ("platform", -most)])]).await;
        assert!(
            matches!(error, StoreError::Overdrawn { .. } | StoreError::Database { .. }),
            "{error:?}"
        );
        let unknown = [post("x", &[("owner:nobody", 1), ("owner:o", -1)])];
        let error = refused(store, term, &unknown).await;
        assert!(matches!(error, StoreError::NotFound { .. }), "{error:?}");
        let again = refused(store, term, &[post("a", &[("owner:o", -1), ("platform", 1)])]).await;
        assert!(matches!(again, StoreError::Database { .. }), "an id is used once: {again:?}");
        assert!(store.verify_ledger().await.unwrap().holds);
    })
    .await;
}

#[tokio::test]
async fn a_hold_goes_on_from_where_it_was() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        placed(store, term, "p.j").await;
        write(store, term, &[open("project:p", Some(100)), hold("p.j", "project:p", 0, 7)]).await;
        write(store, term, &[hold("p.j", "project:p", 7, 9)]).await;
        for wrong in [
            vec![hold("p.j", "project:p", 7, 0)],
            vec![hold("p.j", "project:p", 7, 8)],
            vec![hold("p.j", "project:p", 9, 1), hold("p.j", "project:p", 2, 1)],
        ] {
            let error = refused(store, term, &wrong).await;
            assert!(matches!(error, StoreError::Conflict { what: "hold", .. }), "{error:?}");
        }
        assert!(store.verify_ledger().await.unwrap().holds);
        write(store, term, &[hold("p.j", "project:p", 9, 0)]).await;
        assert_eq!(balances(store).await, "project:p 0-0");
    })
    .await;
}

#[tokio::test]
async fn what_was_tampered_with_is_named() {
    each(async |database| {
        if !database.lasts() {
            return;
        }
        let store = &database.store;
        let term = lead(store).await;
        placed(store, term, "p.j").await;
        let begin = [open("project:p", Some(52)), open("platform", None), hold("p.j", "project:p", 0, 7)];
        write(store, term, &begin).await;
        let posts: Vec<Write> = (1..=9).map(|n| post(&format!("t{n}"), &[("project:p", -n), ("platform", n)])).collect();
        write(store, term, &posts).await;
        let rules = async |how: &str, back: &str| {
            database.run(how).await;
            let found = store.verify_ledger().await.unwrap();
            database.run(back).await;
            assert!(!found.holds, "{how}");
            let told = found.violations.iter().map(|it| format!("{} {}: {}", it.rule, it.subject, it.detail));
            told.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            rules("UPDATE ledger_posting SET amount = -4 WHERE id = 5", "UPDATE ledger_posting SET amount = -3 WHERE id = 5").await,
            "unbalanced t3: its postings sum to -0.000000001 CNY, not to zero; \
             balance project:p: its balance is -0.000000045, its entries sum to -0.000000046; \
             below_zero project:p: -0.000000046 less holds of 0.000000007, with a credit of 0.000000052"
        );
        assert_eq!(
            rules("UPDATE ledger_account SET balance = balance + 1 WHERE id = 'platform'", "UPDATE ledger_account SET balance = balance - 1 WHERE id = 'platform'").await,
            "balance platform: its balance is 0.000000046, its entries sum to 0.000000045"
        );
        assert_eq!(
            rules("UPDATE ledger_hold SET amount = 8", "UPDATE ledger_hold SET amount = 7").await,
            "held project:p: 0.000000007 is held, its holds sum to 0.000000008; \
             below_zero project:p: -0.000000045 less holds of 0.000000008, with a credit of 0.000000052"
        );
        assert_eq!(
            rules("UPDATE job SET live = 0, state = 'failed'", "UPDATE job SET live = 1, state = 'held'").await,
            "hold p.j: it holds money of project:p, and the job is failed and has no place"
        );
        let foreign = ["UPDATE ledger_posting SET currency = 'USD' WHERE seq = 1", "UPDATE ledger_posting SET currency = 'CNY'"];
        let foreign = rules(foreign[0], foreign[1]).await;
        assert!(foreign.starts_with("postings posting 1: "), "{foreign}");
        let gone = rules("DELETE FROM ledger_transaction WHERE id = 't2'", "SELECT 1").await;
        assert!(gone.contains("postings posting 3: it is of no transaction,"), "{gone}");
        assert!(gone.contains("transactions speak of 16 postings, there are 18"), "{gone}");
        // Read by anyone, while it is being written.
        let reader = Store::open_to_read(&database.url).await.unwrap();
        assert!(!reader.verify_ledger().await.unwrap().holds);
        reader.close().await;
    })
    .await;
}

#[tokio::test]
async fn reading_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/no.db", folder.path().display());
    assert!(matches!(Store::open_to_read(&url).await, Err(StoreError::BadUrl { .. })));
    assert!(folder.path().read_dir().unwrap().next().is_none());
    std::fs::write(folder.path().join("no.db"), "").unwrap();
    assert!(matches!(Store::open_to_read(&url).await, Err(StoreError::Older { found: 0, .. })));
}

#[tokio::test]
async fn the_measurement_leaves_a_ledger_that_adds_up() {
    each(async |database| {
        let bench =
            store::LedgerBench { entries: 30, accounts: 20, batch: 7, transactions: 50, reads: 9 };
        let speed = bench.run(&database.store).await.unwrap();
        assert!(speed.verified && speed.postings_per_s > 0.0, "{speed:?}");
        assert_eq!((speed.entries, speed.accounts), (30 + 2 * 56, 22));
        assert!(bench.run(&database.store).await.is_err(), "only where nothing is");
    })
    .await;
}
