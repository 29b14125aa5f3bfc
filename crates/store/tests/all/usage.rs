//! Usage events and disputes in each database.

use api::{Dispute, DisputeState};
use market::ledger::{Bound, Entry, Posting, Transaction};
use model::{JobState, LineKind, Metered, Purpose, Side};
use std::sync::Arc;
use store::{DisputeFilter, Write};
use units::Money;

use crate::{
    databases::{each, lead, new, write},
    world::{TTL, at, charge, job, key, next},
};

fn event(id: &str, side: Side, quantity: u64) -> (Metered, Option<Money>) {
    let metered = Metered {
        source: "/projects/p".to_owned(),
        id: id.to_owned(),
        side,
        job: key("p.j"),
        attempt: 1,
        subject: "p.j".to_owned(),
        meter: LineKind::Compute,
        what: "pool-1".parse().unwrap(),
        quantity,
        start: at(2),
        end: at(602),
        signed: id == "b",
    };
    (metered, (id != "c").then(|| Money::new(7)))
}

fn dispute(id: i64, state: DisputeState, amount: i64) -> Dispute {
    Dispute {
        id,
        state,
        job: key("p.j"),
        attempt: 1,
        kind: LineKind::Compute,
        what: "pool-1".parse().unwrap(),
        provider: None,
        metered: 10,
        consumer: 5,
        charged: Money::new(100),
        tax: units::Share::ZERO,
        amount: Money::new(amount),
        start: at(2),
        end: at(602),
        opened: at(700),
        resolved: None,
        by: None,
        note: String::new(),
        charge: "c".to_owned(),
        transactions: Vec::new(),
    }
}

#[tokio::test]
async fn events_are_kept_once_and_summed() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let held = next(&job("p.j"), JobState::Held, Some("site-1"));
        write(store, term, &[new("p.j"), Write::UpdateJob(Arc::new(held))]).await;
        let most = 1_000_000_000_000_000_000;
        let first = vec![event("a", Side::Consumer, most), event("b", Side::Provider, 0)];
        write(store, term, &[Write::Usage(first.clone())]).await;
        let second = vec![event("c", Side::Consumer, 5), event("d", Side::Consumer, most)];
        write(
            store,
            term,
            &[
                Write::Charges(vec![charge("p.j", LineKind::Compute, None, 9)]),
                Write::Usage(second),
            ],
        )
        .await;
        // The same name again is refused with all that came with it.
        let again = vec![event("e", Side::Consumer, 1), event("a", Side::Consumer, 1)];
        assert!(store.commit(term, at(3), TTL, &[Write::Usage(again)]).await.is_err());
        database.reopen().await;
        let store = &database.store;
        let names = |ids: &[&str]| -> Vec<(String, String)> {
            ids.iter().map(|id| ("/projects/p".to_owned(), (*id).to_owned())).collect()
        };
        let mut known = store.usage_known(&names(&["a", "x", "b"])).await.unwrap();
        known.sort_by_key(|it| it.number);
        let expected: Vec<_> = first.into_iter().collect();
        let found: Vec<_> = known.iter().map(|it| (it.metered.clone(), it.rated)).collect();
        assert_eq!(found, expected);
        assert_eq!(known.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2]);
        assert!(store.usage_known(&[]).await.unwrap().is_empty());
        let page = store.usage(&key("p.j"), None, 3).await.unwrap();
        let rest = store.usage(&key("p.j"), page.cursor.as_deref(), 3).await.unwrap();
        let ids: Vec<_> =
            page.items.iter().chain(&rest.items).map(|it| it.metered.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "d"]);
        assert_eq!((page.items[2].rated, rest.cursor), (None, None));
        let mut of = store.usage_of(&[key("p.j"), key("p.x")]).await.unwrap();
        assert_eq!(of.len(), 1);
        let of = of.remove(&key("p.j")).unwrap();
        let mut sums: Vec<_> = of.readings.iter().map(|it| (it.side, it.quantity)).collect();
        sums.sort_unstable();
        assert_eq!(sums, [(Side::Provider, 0), (Side::Consumer, 2 * most + 5)]);
        assert_eq!(of.charges, [charge("p.j", LineKind::Compute, None, 9)]);
        let live = store.live_readings().await.unwrap();
        assert_eq!(live.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_disputed_is_what_its_account_has() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let post = |id: &str, amount: i64| {
            let posting = |account: &str, amount| Posting {
                account: account.parse().unwrap(),
                amount: Money::new(amount),
            };
            let postings = vec![posting("disputed:p", amount), posting("platform", -amount)];
            let made = Transaction::new(id.to_owned(), Purpose::Dispute, at(3), postings).unwrap();
            Write::Ledger(Entry::Post(Box::new(made)))
        };
        let open = |account: &str, bound| {
            Write::Ledger(Entry::Open { account: account.parse().unwrap(), bound })
        };
        let all = [
            open("disputed:p", Bound::Credit(Money::ZERO)),
            open("platform", Bound::Free),
            post("d1", 50),
            Write::Dispute(Box::new(dispute(1, DisputeState::Open, 30))),
            Write::Dispute(Box::new(dispute(2, DisputeState::Open, 20))),
        ];
        write(store, term, &all).await;
        assert!(store.verify_ledger().await.unwrap().holds);
        let of = |state| DisputeFilter { state, ..DisputeFilter::default() };
        let page = store.disputes(&of(None), None, 1).await.unwrap();
        assert_eq!(page.items[0].id, 2, "newest first");
        let rest = store.disputes(&of(None), page.cursor.as_deref(), 9).await.unwrap();
        assert_eq!((rest.items.len(), rest.cursor), (1, None));
        // Resolved in the ledger and not in the list, it is found.
        write(store, term, &[post("d2", -20)]).await;
        let found = store.verify_ledger().await.unwrap();
        let rules: Vec<_> =
            found.violations.iter().map(|it| (it.rule, it.subject.as_str())).collect();
        assert_eq!(rules, [("dispute", "disputed:p")]);
        write(store, term, &[Write::Dispute(Box::new(dispute(2, DisputeState::Provider, 20)))])
            .await;
        assert!(store.verify_ledger().await.unwrap().holds);
        assert_eq!(
            store.disputes(&of(Some(DisputeState::Open)), None, 9).await.unwrap().items.len(),
            1
        );
        assert_eq!(store.dispute(2).await.unwrap().unwrap().state, DisputeState::Provider);
        assert_eq!(store.dispute(3).await.unwrap(), None);
        let project = DisputeFilter { project: Some("q".parse().unwrap()), ..of(None) };
        assert!(store.disputes(&project, None, 9).await.unwrap().items.is_empty());
    })
    .await;
}
