//! One story of the store, told to SQLite in a file, SQLite in memory, and PostgreSQL.

use std::sync::Arc;

use crate::databases::{Database, each, keys, lead, new, update, write};
use crate::lists::populate;
use crate::world::*;
use api::{BillGroup, SiteStatus};
use model::{JobState, Kind, LineKind};
use store::{BillFilter, EventFilter, JobFilter, Store, StoreError, Write};
use units::{Money, Span, Time};

#[tokio::test]
async fn only_one_leads() {
    each(async |database| {
        let store = &database.store;
        let first = lead(store).await;
        let led = store.lead("two", at(5), TTL, false).await.unwrap_err();
        assert_eq!(led.to_string(), format!("`one` leads until {}", at(10)));
        assert_eq!(lead(store).await, first + 1, "the same holder may begin again");
        write(store, first + 1, &[]).await;
        assert_eq!(store.leader().await.unwrap().until, at(11), "a commit prolongs the term");
        let second = store.lead("two", at(11), TTL, false).await.unwrap();
        let fenced = store.commit(first + 1, at(12), TTL, &[new("demo.a")]).await.unwrap_err();
        assert!(matches!(fenced, StoreError::Fenced { term } if term == first + 1), "{fenced}");
        assert!(matches!(store.job(&key("demo.a")).await, Err(StoreError::NotFound { .. })));
        let third = store.lead("three", at(12), TTL, true).await.unwrap();
        assert!(third > second);
        assert_eq!(store.leader().await.unwrap().holder, "three");
        store.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_job_comes_back_as_it_was_written() {
    each(async |database| {
        let term = lead(&database.store).await;
        let first = job("demo.a");
        let mut later = next(&first, JobState::Held, Some("gui-an"));
        later.spec.priority = 1;
        write(&database.store, term, &[new("demo.a"), update(&later)]).await;
        let kept = database.store.job(&first.key).await.unwrap();
        assert_eq!(
            (&kept.spec, &kept.metadata),
            (&first.spec, &first.metadata),
            "an update leaves the spec"
        );
        assert_eq!((&kept.status, kept.version), (&later.status, 2));
        let page = database.store.jobs(&JobFilter::default(), None, 10).await.unwrap();
        let summary = page.items.first().unwrap();
        assert_eq!((summary.site.as_ref(), summary.start), (Some(&name("gui-an")), Some(at(2))));
        assert_eq!(
            (summary.cost, summary.priority, summary.tasks),
            (Money::new(370_370_367), 7, 2)
        );
        assert_eq!(
            (summary.reason.as_str(), summary.title.as_deref()),
            ("now held", Some("训练 a model"))
        );
        let mut ended = next(&kept, JobState::Failed, None);
        ended.status.reason = "\0".repeat(2_000);
        ended.status.cost = Money::new(5);
        write(&database.store, term, &[update(&ended)]).await;
        assert_eq!(database.store.job(&first.key).await.unwrap().status, ended.status);
        let summary =
            database.store.jobs(&JobFilter::default(), None, 10).await.unwrap().items.remove(0);
        assert_eq!(
            (summary.cost, summary.site, summary.ended),
            (Money::new(5), None, Some(at(60)))
        );
        assert_eq!(summary.reason.chars().count(), 501);
    })
    .await;
}

#[tokio::test]
async fn a_quote_comes_back_as_it_was_until_it_is_over() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let mut quoted = next(&job("demo.a"), JobState::Quoted, Some("gui-an"));
        let quote = model::Quote {
            expires: at(600),
            total: Money::new(7),
            refreshed: 2,
            ordered: None,
            void: false,
        };
        quoted.status.quote = Some(quote);
        write(store, term, &[new("demo.a"), update(&quoted)]).await;
        assert_eq!(store.unfinished_jobs(None, 10).await.unwrap().items, [quoted.clone()]);
        let only = JobFilter { states: vec![JobState::Quoted], ..JobFilter::default() };
        assert_eq!(keys(store, &only).await, ["demo.a"]);
        let over = next(&quoted, JobState::Expired, None);
        write(store, term, &[update(&over)]).await;
        assert!(store.unfinished_jobs(None, 10).await.unwrap().items.is_empty());
        assert_eq!(store.job(&over.key).await.unwrap().status.quote, Some(quote));
    })
    .await;
}

#[tokio::test]
async fn a_write_that_does_not_follow_changes_nothing() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let first = job("demo.a");
        let second = next(&first, JobState::Planned, None);
        let third = next(&second, JobState::Held, Some("gui-an"));
        let put = |version| Write::PutResource(resource(Kind::Organization, "east", version));
        write(store, term, &[new("demo.a"), put(1)]).await;
        let refused: [&[Write]; 9] = [
            &[new("demo.b"), new("demo.a")],
            &[new("demo.b"), new("demo.b")],
            &[new("demo.b"), update(&third)],
            &[new("demo.b"), update(&second), update(&second)],
            &[new("demo.b"), update(&first)],
            &[new("demo.b"), update(&next(&job("demo.c"), JobState::Held, None))],
            &[new("demo.b"), put(1)],
            &[new("demo.b"), put(3)],
            &[new("demo.b"), put(2), put(2)],
        ];
        for writes in refused {
            let error = store.commit(term, at(1), TTL, writes).await.unwrap_err();
            assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
        }
        assert_eq!(keys(store, &JobFilter::default()).await, ["demo.a"]);
        let error = store.commit(term, at(1), TTL, &[update(&third)]).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "job `demo.a` is stored at version 1, but the write expects at version 2"
        );
        write(store, term, &[update(&second), put(2), update(&third), put(3)]).await;
        assert_eq!(store.job(&first.key).await.unwrap().version, 3);
        assert_eq!(store.resource(Kind::Organization, &name("east")).await.unwrap().version, 3);
    })
    .await;
}

#[tokio::test]
async fn deletions_take_effect_in_their_place() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let site = |version| Write::PutResource(resource(Kind::Site, "gui-an", version));
        let status = SiteStatus { online: true, generation: 4, ..SiteStatus::default() };
        let seen = Write::Site { site: name("gui-an"), status: status.clone() };
        write(
            store,
            term,
            &[new("demo.a"), Write::DeleteJob(key("demo.a")), new("demo.a"), site(1), seen],
        )
        .await;
        assert_eq!(store.resource(Kind::Site, &name("gui-an")).await.unwrap().status, Some(status));
        assert_eq!(store.job_counts().await.unwrap(), [(JobState::Submitted, 1)].into());
        let gone = Write::DeleteResource { kind: Kind::Site, name: name("gui-an") };
        write(
            store,
            term,
            &[Write::DeleteJob(key("demo.a")), gone, Write::DeleteJob(key("no.such"))],
        )
        .await;
        assert!(matches!(store.job(&key("demo.a")).await, Err(StoreError::NotFound { .. })));
        assert!(store.job_counts().await.unwrap().is_empty());
        assert!(store.site_statuses().await.unwrap().is_empty());
        let error = store.resource(Kind::Site, &name("gui-an")).await.unwrap_err();
        assert_eq!(error.to_string(), "Site `gui-an` does not exist");
    })
    .await;
}

#[tokio::test]
async fn resources_are_listed_by_name() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        // Languages sort a hyphen otherwise than bytes do.
        let names = ["a", "a-b", "a-c", "ab", "b"];
        let put =
            |kind| names.iter().rev().map(move |of| Write::PutResource(resource(kind, of, 1)));
        write(store, term, &put(Kind::Pool).chain(put(Kind::Link)).collect::<Vec<_>>()).await;
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.resources(Kind::Pool, cursor.as_deref(), 2).await.unwrap();
            seen.extend(page.items.iter().map(|item| item.metadata.name.to_string()));
            cursor = page.cursor;
            let Some(cursor) = &cursor else { break };
            let wrong = store.resources(Kind::Link, Some(cursor), 2).await.unwrap_err();
            assert!(matches!(wrong, StoreError::BadCursor { .. }), "{wrong}");
        }
        assert_eq!(seen, names);
        assert_eq!(store.all_resources().await.unwrap().len(), 10);
        assert_eq!(
            store.resource(Kind::Pool, &name("a-b")).await.unwrap(),
            resource(Kind::Pool, "a-b", 1)
        );
    })
    .await;
}

#[tokio::test]
async fn events_keep_their_order_and_numbers_never_return() {
    each(async |database| {
        let term = lead(&database.store).await;
        let store = &database.store;
        assert_eq!((store.first_seq().await.unwrap(), store.last_seq().await.unwrap()), (1, 0));
        let mut site = event(4, "gui-an", "online");
        (site.kind, site.data) = (Kind::Site, serde_json::Value::Null);
        let all = [
            event(1, "demo.a", "submitted"),
            event(2, "other.b", "submitted"),
            event(3, "demo.a", "held"),
            site,
        ];
        write(store, term, &all.clone().map(Write::Event)).await;
        assert_eq!(store.events(&EventFilter::default(), 10).await.unwrap(), all);
        let of = |filter: EventFilter| async move {
            let events = store.events(&filter, 10).await.unwrap();
            events.iter().map(|event| event.seq).collect::<Vec<_>>()
        };
        assert_eq!(of(EventFilter { after: 2, ..EventFilter::default() }).await, [3, 4]);
        assert_eq!(
            of(EventFilter { subject: Some("demo.a".into()), ..EventFilter::default() }).await,
            [1, 3]
        );
        assert_eq!(
            of(EventFilter { project: Some(name("other")), ..EventFilter::default() }).await,
            [2]
        );
        assert_eq!(of(EventFilter { kind: Some(Kind::Site), ..EventFilter::default() }).await, [4]);
        assert_eq!(
            of(EventFilter { kind: Some(Kind::Job), after: 1, ..EventFilter::default() }).await,
            [2, 3]
        );
        for seqs in [[4, 5], [6, 5], [5, 5]] {
            let again = seqs.map(|seq| Write::Event(event(seq, "demo.a", "again")));
            let error = store.commit(term, at(2), TTL, &again).await.unwrap_err();
            assert!(matches!(error, StoreError::Conflict { what: "event", .. }), "{error}");
        }
        assert_eq!(store.trim_events(3).await.unwrap(), 2);
        assert_eq!((store.first_seq().await.unwrap(), store.last_seq().await.unwrap()), (3, 4));
        assert_eq!(store.trim_events(1_000_000).await.unwrap(), 2);
        assert_eq!((store.first_seq().await.unwrap(), store.last_seq().await.unwrap()), (5, 4));
        database.reopen().await;
        assert_eq!(database.store.last_seq().await.unwrap(), 4, "also when no event is kept");
    })
    .await;
}

#[tokio::test]
async fn many_events_and_none_lost() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let writes: Vec<Write> =
            (1..=12_345).map(|seq| Write::Event(event(seq, "demo.a", "tick"))).collect();
        write(store, term, &writes).await;
        let mut after = 0;
        loop {
            let page = store
                .events(&EventFilter { after, ..EventFilter::default() }, 1_000)
                .await
                .unwrap();
            assert!(page.iter().zip(after + 1..).all(|(event, seq)| event.seq == seq));
            after += i64::try_from(page.len()).unwrap();
            if page.is_empty() {
                break;
            }
        }
        assert_eq!(after, 12_345);
        assert_eq!(store.trim_events(12_001).await.unwrap(), 12_000);
        assert_eq!(store.first_seq().await.unwrap(), 12_001);
    })
    .await;
}

#[tokio::test]
async fn the_bill_is_the_sum_of_the_charges() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let charges = vec![
            charge("demo.a", LineKind::Compute, Some("east"), 5_000_000_000),
            charge("demo.a", LineKind::Electricity, Some("grid"), 70),
            charge("demo.b", LineKind::Compute, Some("west"), -3),
            charge("other.a", LineKind::Carbon, None, 11),
            charge("other.a", LineKind::Waiting, None, 1_000),
        ];
        write(store, term, &[Write::Charges(charges.clone())]).await;
        write(store, term, &[Write::Charges(charges.clone()), Write::Charges(vec![])]).await;
        let bill = async |filter: BillFilter, by| {
            let rows = store.bill(&filter, by).await.unwrap();
            let row = |row: &api::BillRow| {
                assert_eq!(
                    row.by_kind.values().map(|money| money.get()).sum::<i64>(),
                    row.total.get()
                );
                (row.name.clone(), row.charges, row.total.get())
            };
            rows.iter()
                .map(row)
                .map(|(name, n, sum)| format!("{name} {n} {sum}"))
                .collect::<Vec<_>>()
        };
        let demo = BillFilter { project: Some(name("demo")), ..BillFilter::default() };
        let one = BillFilter { job: Some(key("demo.a")), ..BillFilter::default() };
        let paid = BillFilter { provider: Some(name("east")), ..BillFilter::default() };
        let by_job = ["demo.a 4 10000000140", "demo.b 2 -6", "other.a 2 22"];
        assert_eq!(bill(BillFilter::default(), BillGroup::Job).await, by_job);
        assert_eq!(
            bill(BillFilter::default(), BillGroup::Project).await,
            ["demo 6 10000000134", "other 2 22"]
        );
        let by_provider = [" 2 22", "east 2 10000000000", "grid 2 140", "west 2 -6"];
        assert_eq!(bill(BillFilter::default(), BillGroup::Provider).await, by_provider);
        let by_kind = ["carbon 2 22", "compute 4 9999999994", "electricity 2 140"];
        assert_eq!(bill(BillFilter::default(), BillGroup::Kind).await, by_kind);
        assert_eq!(
            bill(demo.clone(), BillGroup::Kind).await,
            ["compute 4 9999999994", "electricity 2 140"]
        );
        assert_eq!(bill(one, BillGroup::Provider).await, ["east 2 10000000000", "grid 2 140"]);
        assert_eq!(bill(paid.clone(), BillGroup::Job).await, ["demo.a 2 10000000000"]);
        let kept = store.charges(&BillFilter::default(), 100).await.unwrap();
        let billed = charges.iter().filter(|charge| charge.line.kind.is_billed());
        assert_eq!(kept, billed.clone().chain(billed).cloned().collect::<Vec<_>>());
        assert_eq!(store.charges(&demo, 2).await.unwrap(), kept[5..7], "the newest, newest last");

        let (mut paged, mut cursor) = (Vec::new(), None);
        loop {
            let all = BillFilter::default();
            let page = store.charge_page(&all, cursor.as_deref(), 3).await.unwrap();
            paged.extend(page.items);
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert!(paged.iter().map(|it| it.number).eq(1..=8), "each once, oldest first");
        assert!(paged.iter().map(|it| &it.charge).eq(&kept));
        let made = paged[0].charged;
        let during = |charged| BillFilter { charged: Some(charged), ..demo.clone() };
        let (now, later) = (
            during((made, made.after(Span::new(1)))),
            during((made.after(Span::new(1)), Time::MAX)),
        );
        assert_eq!(
            bill(now.clone(), BillGroup::Kind).await,
            bill(demo, BillGroup::Kind).await,
            "also where the totals of all times are not read"
        );
        assert_eq!(store.charge_page(&now, None, 100).await.unwrap().items.len(), 6);
        assert!(store.charge_page(&later, None, 100).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn tokens_are_found_by_their_hash() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let token_write = |hash: &str, of| Write::Token { hash: hash.to_owned(), view: token(of) };
        write(store, term, &[token_write("h1", "b"), token_write("h2", "a")]).await;
        assert_eq!(store.token("h1").await.unwrap(), Some(token("b")));
        assert_eq!(store.token("h3").await.unwrap(), None);
        assert_eq!(store.tokens().await.unwrap(), [token("a"), token("b")]);
        for again in [token_write("h1", "c"), token_write("h3", "b")] {
            let error = store.commit(term, at(1), TTL, &[again]).await.unwrap_err();
            assert!(matches!(error, StoreError::Conflict { what: "token", .. }), "{error}");
        }
        write(store, term, &[Write::DeleteToken(name("b")), token_write("h3", "b")]).await;
        assert_eq!(
            (store.token("h1").await.unwrap(), store.token("h3").await.unwrap()),
            (None, Some(token("b")))
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_answer_stands() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let answer = |who: &str, body: &str, at| Write::Answer {
            principal: who.to_owned(),
            key: "k".to_owned(),
            fingerprint: format!("f-{body}"),
            status: 201,
            body: body.to_owned(),
            at,
        };
        write(
            store,
            term,
            &[answer("me", "1", at(1)), answer("me", "2", at(1)), answer("you", "3", at(7))],
        )
        .await;
        write(store, term, &[answer("me", "4", at(9))]).await;
        let kept = store.answer("me", "k").await.unwrap().unwrap();
        assert_eq!((kept.fingerprint.as_str(), kept.status, kept.body.as_str()), ("f-1", 201, "1"));
        assert_eq!(store.answer("me", "other").await.unwrap(), None);
        assert_eq!(store.trim_answers(at(5)).await.unwrap(), 1);
        assert_eq!(store.answer("me", "k").await.unwrap(), None);
        assert!(store.answer("you", "k").await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_opening_again() {
    each(async |database| {
        let term = lead(&database.store).await;
        populate(&database.store, term).await;
        let before = database.store.jobs(&JobFilter::default(), None, 1_000).await.unwrap();
        database.reopen().await;
        assert_eq!(database.store.jobs(&JobFilter::default(), None, 1_000).await.unwrap(), before);
        let again = database.store.commit(term, at(2), TTL, &[new("demo.after")]).await;
        again.expect("a term outlives its connection");
        assert_eq!(
            database.store.jobs(&JobFilter::default(), None, 1).await.unwrap().items[0].key,
            key("demo.after")
        );
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    each(async |database| {
        if !database.lasts() {
            return;
        }
        for _ in 0..2 {
            Store::open(&database.url).await.expect("opening again changes nothing").close().await;
        }
        database.run("INSERT INTO migration (number) VALUES (999)").await;
        let error = Store::open(&database.url).await.unwrap_err();
        let known = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"));
        let known = known.unwrap().count();
        let said = format!(
            "the database is at step 999 and this program knows {known}: use a newer program"
        );
        assert_eq!(error.to_string(), said);
    })
    .await;
}

#[tokio::test]
async fn servers_that_start_together_take_turns() {
    let Some(database) = Database::postgres().await else { return };
    let again = || async { Store::open(&database.url).await.map(drop) };
    let (a, b, c) = tokio::join!(again(), again(), again());
    a.and(b).and(c).unwrap();
    database.drop().await;
}

#[tokio::test]
async fn a_wrong_address_is_told_without_its_password() {
    for url in
        ["", "mysql://u:secret@h/d", "postgres://u:secret@h:99999/d", "sqlite:///proc/none/x.db"]
    {
        let error = Store::open(url).await.unwrap_err();
        assert!(matches!(error, StoreError::BadUrl { .. }), "{url}: {error}");
        assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
    }
    let error = Store::open("postgres://u:secret@127.0.0.1:1/d").await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    assert!(!format!("{error:?} {error}").contains("secret"), "{error:?}");
}

#[tokio::test]
async fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let database = Database::sqlite_file().await;
    lead(&database.store).await;
    let path = database.url.trim_start_matches("sqlite://");
    let mode = |path: &str| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(path), mode(&format!("{path}-wal"))), (0o600, 0o600));
    assert_eq!(mode(path.trim_end_matches("/store.db")), 0o700);
}

#[tokio::test]
async fn extreme_times_and_sums_are_kept_or_refused() {
    each(async |database| {
        let store = &database.store;
        let term = lead(store).await;
        let mut first = job("demo.a");
        first.status.submitted = Time::MIN;
        first.status.ended = Some(Time::MAX);
        write(store, term, &[Write::NewJob(Arc::new(first.clone()))]).await;
        assert_eq!(store.job(&first.key).await.unwrap(), first);
        let most = || Write::Charges(vec![charge("demo.a", LineKind::Compute, None, i64::MAX)]);
        let error = store.commit(term, at(1), TTL, &[most(), most()]).await.unwrap_err();
        assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
        let mut long = event(1, "demo.a", "x");
        long.message = "x".repeat(17 << 20);
        let error = store.commit(term, at(1), TTL, &[Write::Event(long)]).await.unwrap_err();
        assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
    })
    .await;
}
