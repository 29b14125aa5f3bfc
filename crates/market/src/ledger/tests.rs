use std::collections::BTreeMap;

use model::{AccountId, Holder, JobKey, LineKind, PriceLine, Purpose};
use proptest::prelude::*;
use units::{Money, Share, Time};

use super::*;

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn job(n: u8) -> JobKey {
    format!("p.j{n}").parse().unwrap()
}

fn posting(account: &str, amount: i64) -> Posting {
    Posting { account: id(account), amount: Money::new(amount) }
}

fn transaction(name: &str, postings: &[(&str, i64)]) -> Result<Transaction, LedgerError> {
    let postings = postings.iter().map(|(account, amount)| posting(account, *amount)).collect();
    Transaction::new(name.to_owned(), Purpose::Deposit, Time::from_millis(0), postings)
}

fn said<T: std::fmt::Debug>(result: Result<T, LedgerError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn accounts_are_written_as_they_are_read() {
    for text in [
        "platform",
        "deposits",
        "project:demo",
        "owner:hub-nm@USD",
        "voucher:spring",
        "settlement:o",
    ] {
        assert_eq!(id(text).to_string(), text);
    }
    assert_eq!(id("platform@CNY").to_string(), "platform");
    for wrong in [
        "",
        "project",
        "project:",
        "project:A",
        "bank:x",
        "platform:x",
        "owner:x@usd",
        "owner:x@USDT",
    ] {
        assert!(wrong.parse::<AccountId>().is_err(), "{wrong}");
    }
}

#[test]
fn what_does_not_balance_is_no_transaction() {
    assert!(transaction("a", &[("project:p", -5), ("owner:o", 3), ("platform", 2)]).is_ok());
    assert_eq!(
        said(transaction("a", &[("project:p", -5), ("owner:o", 4)])),
        "the postings sum to -1 thousand-millionths of CNY, not to zero"
    );
    // Each currency by itself.
    assert!(transaction("a", &[("project:p", -5), ("owner:o@USD", 5)]).is_err());
    let both = [("project:p", -5), ("owner:o", 5), ("project:p@USD", -7), ("owner:o@USD", 7)];
    assert!(transaction("a", &both).is_ok());
    let most = i64::MAX;
    assert!(transaction("a", &[("project:p", most), ("owner:o", most), ("platform", 2)]).is_err());
    for wrong in [
        &[][..],
        &[("platform", 0)],
        &[("platform", 0), ("deposits", 0)],
        &[("platform", 1), ("platform", -1)],
    ] {
        assert!(matches!(transaction("a", wrong), Err(LedgerError::Form { .. })), "{wrong:?}");
    }
    for wrong in ["", "two words", &"x".repeat(TEXT_MOST + 1)] {
        assert!(transaction(wrong, &[("platform", 1), ("deposits", -1)]).is_err());
    }
}

#[test]
fn told_again_is_told_once_and_another_is_refused() {
    let first = transaction("a", &[("platform", 1), ("deposits", -1)]).unwrap();
    let same = transaction("a", &[("deposits", -1), ("platform", 1)]).unwrap();
    let other = transaction("a", &[("deposits", -2), ("platform", 2)]).unwrap();
    assert_eq!(again(&first, &same), Ok(()));
    assert_eq!(again(&first, &other), Err(LedgerError::IdTaken { id: "a".to_owned() }));
}

#[test]
fn a_mistake_is_put_right_once() {
    let mut book = Book::default();
    let first = transaction("a", &[("project:p", 7), ("deposits", -7)]).unwrap();
    book.post(first.clone()).unwrap();
    let back = first.reversal(Time::from_millis(1), "typed wrongly").unwrap();
    assert_eq!((back.id(), back.note()), ("reversal/a", "typed wrongly"));
    book.post(back.clone()).unwrap();
    assert!(book.accounts().all(|(_, it)| it.balance.is_zero()));
    assert_eq!(
        said(back.reversal(Time::from_millis(2), "")),
        "transaction `reversal/a` reverses another: it is not reversed itself"
    );
}

#[test]
fn an_account_never_gives_more_than_it_has() {
    let mut book = Book::default();
    let account = id("project:p");
    let yuan = 1_000_000_000;
    book.open(&account, Bound::Credit(Money::new(2 * yuan))).unwrap();
    book.post(transaction("in", &[("project:p", 5 * yuan), ("deposits", -5 * yuan)]).unwrap())
        .unwrap();
    book.hold(&job(1), &account, Money::new(6 * yuan)).unwrap();
    assert_eq!(
        said(book.hold(&job(2), &account, Money::new(2 * yuan))),
        "account `project:p` does not suffice: 2CNY is needed and 1CNY is there (balance 5CNY, held for jobs 6CNY, \
         credit 2CNY)"
    );
    let spent = transaction("out", &[("project:p", -2 * yuan), ("owner:o", 2 * yuan)]).unwrap();
    assert!(book.post(spent.clone()).is_err());
    // What is held is the job's own: given back it can be spent.
    book.release(&job(1));
    book.post(spent).unwrap();
    assert!(book.open(&account, Bound::Credit(Money::ZERO)).is_ok());
    assert!(
        book.post(
            transaction("more", &[("project:p", -4 * yuan), ("platform", 4 * yuan)]).unwrap()
        )
        .is_err()
    );
    assert!(matches!(
        book.hold(&job(1), &id("project:q"), Money::new(1)),
        Err(LedgerError::NoAccount { .. })
    ));
    let unknown = transaction("v", &[("voucher:v", -1), ("platform", 1)]).unwrap();
    assert!(matches!(book.post(unknown), Err(LedgerError::NoAccount { .. })));
}

#[test]
fn what_is_too_large_is_refused_and_nothing_is_lost() {
    let mut book = Book::default();
    let large = BALANCE_MOST;
    book.post(transaction("a", &[("platform", large), ("deposits", -large)]).unwrap()).unwrap();
    for amount in [1, 1_000_000_000_000_000_000] {
        let more = transaction("b", &[("platform", amount), ("deposits", -amount)]).unwrap();
        assert!(matches!(book.post(more), Err(LedgerError::TooLarge { .. })));
    }
    assert_eq!(book.account(&id("platform")).unwrap().balance, Money::new(large));
}

fn line(amount: i64) -> PriceLine {
    PriceLine {
        kind: LineKind::Compute,
        what: "x".parse().unwrap(),
        provider: None,
        quantity: String::new(),
        price: String::new(),
        amount: Money::new(amount),
    }
}

#[test]
fn a_bill_is_cut_to_what_there_is() {
    let cut_to = |lines: &[i64], most: i64| -> Vec<i64> {
        let lines = lines.iter().map(|it| line(*it)).collect();
        cut(lines, Money::new(most)).iter().map(|it| it.amount.get()).collect()
    };
    assert_eq!(cut_to(&[10, 20], 30), [10, 20]);
    assert_eq!(cut_to(&[10, 20], 10), [3, 7]);
    assert_eq!(cut_to(&[10, 20, -6], 12), [6, 12, -6]);
    assert_eq!(cut_to(&[10, -20], -30), [0, -20]);
    assert_eq!(cut_to(&[], 0), [0; 0]);
}

#[test]
fn shares_of_an_amount() {
    let of = |amount, millionths| Share::new(millionths).of(Money::new(amount)).get();
    assert_eq!([of(100, 500_000), of(101, 500_000), of(-101, 500_000)], [50, 51, -51]);
    assert_eq!([of(i64::MAX, 1_000_000), of(5, 9_000_000), of(5, 0)], [i64::MAX, 5, 0]);
    let even = split(Money::new(10), &[Money::new(1); 3]);
    assert_eq!(even, [4, 3, 3].map(Money::new));
    assert_eq!(split(Money::new(7), &[Money::ZERO; 2]), [7, 0].map(Money::new));
}

#[derive(Debug, Clone)]
enum Act {
    Post(u8, u8, i64),
    Hold(u8, u8, i64),
    Release(u8),
    Open(u8, Option<i64>),
}

fn act() -> impl Strategy<Value = Act> {
    let amount =
        prop_oneof![-50i64..50, Just(1_000_000_000_000_000_000), Just(i64::MAX), Just(i64::MIN)];
    prop_oneof![
        (0u8..5, 0u8..5, amount.clone()).prop_map(|(a, b, n)| Act::Post(a, b, n)),
        (0u8..4, 0u8..5, amount).prop_map(|(j, a, n)| Act::Hold(j, a, n)),
        (0u8..4).prop_map(Act::Release),
        (0u8..5, prop::option::of(0i64..40)).prop_map(|(a, c)| Act::Open(a, c)),
    ]
}

type Accounts = BTreeMap<AccountId, (Bound, i128, i128)>;
type Holds = BTreeMap<(JobKey, AccountId), i128>;

/// Everything computed anew from the entries alone, as slowly as can be.
fn replay(entries: &[Entry]) -> (Accounts, Holds) {
    let (mut accounts, mut holds) = (Accounts::new(), Holds::new());
    for entry in entries {
        match entry {
            Entry::Open { account, bound } => {
                accounts.entry(account.clone()).or_insert((*bound, 0, 0)).0 = *bound
            }
            Entry::Post(it) => {
                assert_eq!(
                    it.postings().iter().map(|it| i128::from(it.amount.get())).sum::<i128>(),
                    0
                );
                for posting in it.postings() {
                    accounts.get_mut(&posting.account).unwrap().1 +=
                        i128::from(posting.amount.get());
                }
            }
            Entry::Hold(it) => {
                let held = holds.entry((it.job.clone(), it.account.clone())).or_insert(0);
                assert_eq!(*held, i128::from(it.before.get()));
                *held = i128::from(it.after.get());
                accounts.get_mut(&it.account).unwrap().2 += *held - i128::from(it.before.get());
            }
        }
    }
    holds.retain(|_, amount| *amount != 0);
    (accounts, holds)
}

proptest! {
    #[test]
    fn money_is_conserved_and_no_bound_is_passed(acts in prop::collection::vec(act(), 0..60)) {
        let names = ["project:p", "project:q", "owner:o", "platform", "deposits"];
        let at = |n: u8| names[usize::from(n)];
        let mut book = Book::default();
        let mut entries = Vec::new();
        for (n, act) in acts.into_iter().enumerate() {
            let before = book.clone();
            let done = match act {
                Act::Post(a, b, amount) => transaction(&format!("t{n}"), &[(at(a), amount), (at(b), amount.saturating_neg())])
                    .and_then(|it| book.post(it)),
                Act::Hold(j, a, amount) => book.hold(&job(j), &id(at(a)), Money::new(amount)),
                Act::Release(j) => { book.release(&job(j)); Ok(()) }
                Act::Open(a, credit) => book.open(&id(at(a)), credit.map_or(Bound::Free, |it| Bound::Credit(Money::new(it)))),
            };
            let new = book.take();
            prop_assert!(done.is_ok() || new.is_empty());
            if done.is_err() {
                prop_assert!(before.accounts().eq(book.accounts()));
            }
            entries.extend(new);
            let (accounts, holds) = replay(&entries);
            prop_assert_eq!(accounts.len(), book.accounts().count());
            for (id, it) in book.accounts() {
                let (bound, balance, held) = accounts[id];
                prop_assert_eq!((bound, balance, held), (it.bound, i128::from(it.balance.get()), i128::from(it.held.get())));
                if let Bound::Credit(credit) = bound {
                    prop_assert!(balance - held >= -i128::from(credit.get()), "{} {:?}", id, it);
                }
            }
            prop_assert_eq!(accounts.values().map(|it| it.1).sum::<i128>(), 0);
            let mut held: Vec<_> = book.jobs().flat_map(|job| book.holds_of(job).map(|(id, n)| ((job.clone(), id.clone()), i128::from(n.get())))).collect();
            held.sort();
            prop_assert_eq!(held, holds.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn parts_sum_to_the_whole(total in 0..=i64::MAX, weights in prop::collection::vec(0..=i64::MAX, 1..9)) {
        let weights: Vec<Money> = weights.into_iter().map(Money::new).collect();
        let parts = split(Money::new(total), &weights);
        prop_assert_eq!(parts.iter().map(|it| i128::from(it.get())).sum::<i128>(), i128::from(total));
        let sum: i128 = weights.iter().map(|it| i128::from(it.get())).sum();
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = |part: i128| part * sum - i128::from(total) * i128::from(weight.get());
            prop_assert!(sum == 0 || exact(i128::from(part.get())).abs() < sum);
        }
    }
}

#[test]
fn holds_on_several_accounts_come_whole_or_not_at_all() {
    let mut book = Book::default();
    let (voucher, project) =
        (AccountId::new(Holder::Voucher("v".parse().unwrap())), id("project:p"));
    book.open(&voucher, Bound::Credit(Money::new(10))).unwrap();
    book.open(&project, Bound::Credit(Money::new(10))).unwrap();
    let parts = |a, b| [(voucher.clone(), Money::new(a)), (project.clone(), Money::new(b))];
    book.hold_all(&job(1), &parts(4, 4)).unwrap();
    assert!(book.hold_all(&job(1), &parts(5, 11)).is_err());
    assert_eq!(book.holds_of(&job(1)).map(|(_, it)| it.get()).collect::<Vec<_>>(), [4, 4]);
    book.hold_all(&job(1), &parts(10, 10)).unwrap();
    assert!(book.hold_all(&job(2), &parts(1, 0)).is_err());
}
