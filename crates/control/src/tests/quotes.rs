//! Quotes and orders under virtual time: held, bought, given back, each exactly once. The grid checks the ledger after
//! every commit.

use api::{Problem, ProblemKind};
use model::{JobKey, JobState};
use units::{Money, Span};

use super::{
    grid::{Grid, WORLD, key},
    money::{organization, project},
};

const TTL: Span = Span::seconds(20);

fn job(name: &str, more: &str) -> model::Resource {
    let text = format!(
        "kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work], run_time: 3s{more}}}\n"
    );
    api::manifest::parse(&text).unwrap().pop().unwrap()
}

fn quote(grid: &mut Grid, name: &str, more: &str) -> Result<JobKey, Problem> {
    let done = grid.control.quote(job(name, more), TTL, grid.now);
    grid.commit();
    done
}

fn order(grid: &mut Grid, key: &JobKey) -> Result<bool, Problem> {
    let done = grid.control.order(key, grid.now);
    grid.commit();
    done
}

/// A grid that is online, whose project has so much money.
fn grid(yuan: i64) -> Grid {
    let mut grid = Grid::new(WORLD);
    grid.step();
    project(&mut grid, &format!(", account: {{credit: {yuan}CNY}}")).unwrap();
    grid
}

fn held(grid: &Grid) -> i64 {
    grid.disk.ledger.held("project:p")
}

#[test]
fn what_is_quoted_is_held_and_nothing_begins_before_it_expires() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    let status = grid.disk.jobs[&key].status.clone();
    let (quoted, decision) = (status.quote.unwrap(), status.decision.unwrap());
    assert_eq!((status.state, quoted.ordered), (JobState::Quoted, None));
    assert_eq!(quoted.expires, grid.now.after(TTL));
    assert!(decision.start.min(decision.staging_start) >= quoted.expires);
    assert_eq!((quoted.total, held(&grid)), (decision.total, decision.total.get()));
    assert_eq!(grid.used_at(decision.start), u64::from(decision.units));
    assert!(decision.bound.is_some(), "it has its certificate");
    grid.steps(50);
    assert_eq!(grid.state(&key), JobState::Quoted);
    assert_eq!(grid.control.quotes(None, None, 10).len(), 1);
}

#[test]
fn what_nobody_orders_is_given_back_to_the_last_fen() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    let start = grid.disk.jobs[&key].status.decision.as_ref().unwrap().start;
    grid.until_final(&key);
    assert_eq!(grid.state(&key), JobState::Expired);
    assert_eq!(grid.history("p.q"), "submitted quoted expired");
    assert!(grid.now <= grid.disk.jobs[&key].status.quote.unwrap().expires.after(Span::new(200)));
    assert_eq!((held(&grid), grid.used_at(start)), (0, 0));
    assert!(grid.control.quotes(None, None, 10).is_empty());
    assert!(grid.completed.is_empty() && grid.disk.charges.is_empty());
}

#[test]
fn an_order_runs_at_once_where_that_costs_no_more() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    let quoted = grid.disk.jobs[&key].status.quote.unwrap();
    grid.step();
    assert_eq!(order(&mut grid, &key), Ok(true));
    assert_eq!(order(&mut grid, &key), Ok(false), "once");
    grid.until_final(&key);
    let status = &grid.disk.jobs[&key].status;
    assert_eq!(status.state, JobState::Succeeded);
    assert!(status.ended.unwrap() < quoted.expires, "the price is the same: it does not wait");
    assert!(status.cost > Money::ZERO && status.cost <= quoted.total);
    assert_eq!((held(&grid), grid.completed.len()), (0, 1));
    assert_eq!(grid.history("p.q").matches("ordered").count(), 1);
    let problem = crate::ordered_before(&grid.disk.jobs[&key]);
    assert_eq!(problem, Ok(()), "ordered again after its end it is the same order");
}

#[test]
fn an_order_that_gains_little_by_it_starts_at_once_all_the_same() {
    let mut grid = grid(5);
    let text =
        "kind: Job\nmetadata: {name: long, project: p}\nspec: {command: [work], run_time: 1h}\n";
    let job = api::manifest::parse(text).unwrap().pop().unwrap();
    let key = grid.control.quote(job, TTL, grid.now).unwrap();
    grid.commit();
    let quoted = grid.disk.jobs[&key].status.quote.unwrap();
    order(&mut grid, &key).unwrap();
    let decision = grid.disk.jobs[&key].status.decision.clone().unwrap();
    assert_eq!(decision.start, grid.now);
    assert!(decision.total <= quoted.total);
    assert_eq!((grid.used_at(grid.now), held(&grid)), (1, decision.total.get()));
}

#[test]
fn too_late_an_order_is_refused() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    // The time has come, and control has not noticed yet.
    grid.now = grid.now.after(TTL);
    let late = order(&mut grid, &key).unwrap_err();
    assert!(late.is(ProblemKind::QuoteExpired) && late.status == 410, "{late:?}");
    grid.until_final(&key);
    let late = order(&mut grid, &key).unwrap_err();
    assert!(late.is(ProblemKind::NotFound), "control knows nothing of it any more: {late}");
    let told = crate::ordered_before(&grid.disk.jobs[&key]).unwrap_err();
    assert!(told.is(ProblemKind::QuoteExpired) && told.detail.contains("ask for a new one"));
    assert!(crate::refused_after_its_end(&grid.disk.jobs[&key]).is(ProblemKind::QuoteExpired));
    assert_eq!(grid.state(&key), JobState::Expired);
}

#[test]
fn of_two_who_want_the_last_units_one_gets_them() {
    let mut grid = grid(50);
    let all = ", deadline: +25s, tasks: 4, resources: {cores: 1}";
    let first = quote(&mut grid, "a", all).unwrap();
    let refused = quote(&mut grid, "b", all).unwrap_err();
    assert!(refused.is(ProblemKind::Infeasible), "{refused:?}");
    assert!(!grid.disk.jobs.contains_key(&key("p.b")), "nothing is left of it");
    assert_eq!(held(&grid), grid.disk.jobs[&first].status.quote.unwrap().total.get());
    // Given back, the other has it.
    assert_eq!(grid.control.withdraw(&first, grid.now), Ok(true));
    grid.commit();
    assert_eq!(grid.state(&first), JobState::Cancelled);
    assert_eq!(held(&grid), 0);
    let second = quote(&mut grid, "b", all).unwrap();
    order(&mut grid, &second).unwrap();
    let ordered = grid.control.withdraw(&second, grid.now).unwrap_err();
    assert!(ordered.is(ProblemKind::Conflict), "{ordered:?}");
    grid.commit();
    grid.until_final(&second);
    assert_eq!((grid.state(&second), grid.completed.len()), (JobState::Succeeded, 4));
}

#[test]
fn without_the_money_nothing_is_held() {
    let mut grid = grid(0);
    let refused = quote(&mut grid, "q", "").unwrap_err();
    assert!(refused.is(ProblemKind::InsufficientFunds), "{refused:?}");
    assert!(grid.disk.jobs.is_empty() && grid.used_at(grid.now.after(TTL)) == 0);
}

#[test]
fn a_refreshed_quote_is_held_longer_and_still_begins_after() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    let first = grid.disk.jobs[&key].status.quote.unwrap();
    grid.steps(50);
    grid.control.refresh(&key, TTL, grid.now).unwrap();
    grid.commit();
    let status = grid.disk.jobs[&key].status.clone();
    let (second, decision) = (status.quote.unwrap(), status.decision.unwrap());
    assert_eq!((second.expires, second.refreshed), (grid.now.after(TTL), 1));
    assert!(second.expires > first.expires && decision.start >= second.expires);
    assert_eq!(held(&grid), second.total.get());
    assert_eq!(grid.used_at(decision.start), 1);
    grid.steps(60);
    assert_eq!(grid.state(&key), JobState::Quoted, "the first expiry is forgotten");
    order(&mut grid, &key).unwrap();
    assert!(grid.control.refresh(&key, TTL, grid.now).unwrap_err().is(ProblemKind::Conflict));
    grid.until_final(&key);
    assert_eq!(grid.state(&key), JobState::Succeeded);
    assert_eq!(grid.used_at(decision.start), 0);
}

#[test]
fn what_cannot_be_refreshed_stays_as_it_was() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", ", deadline: +30s").unwrap();
    let before = grid.disk.jobs[&key].clone();
    grid.steps(60);
    let refused = grid.control.refresh(&key, Span::minutes(5), grid.now).unwrap_err();
    assert!(refused.is(ProblemKind::Infeasible), "{refused:?}");
    grid.commit();
    assert_eq!(grid.control.job(&key).unwrap().status, before.status);
    assert_eq!(held(&grid), before.status.quote.unwrap().total.get());
    let decision = before.status.decision.unwrap();
    assert_eq!(grid.used_at(decision.start), u64::from(decision.units));
    order(&mut grid, &key).unwrap();
    grid.until_final(&key);
    assert_eq!(grid.state(&key), JobState::Succeeded);
}

#[test]
fn the_price_quoted_is_paid_whatever_prices_are_then() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    let total = grid.disk.jobs[&key].status.quote.unwrap().total;
    order(&mut grid, &key).unwrap();
    for pool in ["east", "west"] {
        let dearer = format!(
            "kind: Pool\nmetadata: {{name: {pool}-cpu}}\nspec: {{site: {pool}, flavor: cpu, units: 2, price: 100CNY/h}}\n"
        );
        let dearer = api::manifest::parse(&dearer).unwrap();
        grid.control.apply(dearer, &std::collections::BTreeMap::new(), false, grid.now).unwrap();
        grid.commit();
    }
    grid.until_final(&key);
    assert_eq!(grid.state(&key), JobState::Succeeded);
    let charged: i64 = grid.disk.charges.iter().map(|it| it.line.amount.get()).sum();
    assert_eq!(charged, total.get(), "a hundred times dearer by now");
    assert_eq!(grid.disk.ledger.balance("project:p"), -charged);
}

#[test]
fn a_voucher_that_ends_before_the_order_still_pays_for_what_it_held() {
    let mut grid = grid(0);
    let ends = grid.now.after(Span::seconds(8));
    let voucher = format!("vouchers: {{v: {{covers: 100%, budget: 1CNY, expires: {ends}}}}}");
    organization(&mut grid, &voucher).unwrap();
    let keys = ["a", "b"].map(|name| quote(&mut grid, name, "").unwrap());
    while grid.now <= ends {
        grid.step();
    }
    assert!(order(&mut grid, &keys[0]).unwrap());
    assert_ne!(grid.state(&keys[0]), JobState::Submitted);
    grid.control.refresh(&keys[1], TTL, grid.now).unwrap();
    grid.commit();
    assert_eq!(grid.state(&keys[1]), JobState::Quoted);
    grid.until_final(&keys[0]);
    assert_eq!((grid.state(&keys[0]), held(&grid)), (JobState::Succeeded, 0));
    assert!(quote(&mut grid, "c", "").unwrap_err().is(ProblemKind::InsufficientFunds));
}

#[test]
fn a_manifest_that_was_only_quoted_is_not_applied_already() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    let apply = |grid: &mut Grid, ended: std::collections::BTreeMap<JobKey, api::JobView>| {
        let refused = grid.control.apply(vec![job("q", "")], &ended, false, grid.now).unwrap_err();
        assert!(refused.is(ProblemKind::Exists), "{refused}");
    };
    apply(&mut grid, std::collections::BTreeMap::new());
    grid.until_final(&key);
    let ended = [(key.clone(), grid.disk.jobs[&key].clone())].into();
    apply(&mut grid, ended);
}

#[test]
fn a_run_that_is_shorter_pays_its_part_at_most() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    order(&mut grid, &key).unwrap();
    let live = &grid.control.jobs[&key];
    let decision = live.view.status.decision.clone().unwrap();
    let start = decision.start;
    let of = |span: Span, factor: i64| {
        let price = grid.control.planner.price_run(
            &live.view.spec,
            &decision,
            start,
            start.after(span),
            None,
        );
        let dear = planner::Priced { total: Money::new(price.total.get() * factor), ..price };
        grid.control.at_quote(live, start, start.after(span), dear).total.get()
    };
    let whole = live.view.status.quote.unwrap().total.get();
    assert_eq!(of(Span::seconds(3), 100), whole);
    let third = of(Span::seconds(1), 100);
    assert!((whole / 3 - 2..=whole / 3 + 2).contains(&third), "{third} of {whole}");
    assert!(of(Span::seconds(6), 1) > whole, "time beyond costs what it costs");
}

#[test]
fn a_quote_ends_with_the_place_that_it_holds_and_an_order_finds_another() {
    let mut grid = grid(50);
    let open = quote(&mut grid, "open", "").unwrap();
    let bought = quote(&mut grid, "bought", "").unwrap();
    order(&mut grid, &bought).unwrap();
    let site = grid.disk.jobs[&open].status.decision.as_ref().unwrap().site.clone();
    grid.sites.get_mut(&site).unwrap().agent_up = false;
    grid.until_final(&open);
    assert_eq!(grid.state(&open), JobState::Expired);
    grid.until_final(&bought);
    assert_eq!(grid.state(&bought), JobState::Succeeded);
    assert_eq!(held(&grid), 0);
}

#[test]
fn cut_anywhere_the_next_server_holds_the_same() {
    for cut in 0..6 {
        let mut grid = grid(5);
        let (kept, bought) =
            (quote(&mut grid, "kept", "").unwrap(), quote(&mut grid, "bought", "").unwrap());
        // What is not committed is as if it had not been asked.
        let lost = grid.control.quote(job("lost", ""), TTL, grid.now).unwrap();
        if cut == 0 {
            grid.restart_server();
            assert!(!grid.disk.jobs.contains_key(&lost));
        } else {
            grid.commit();
            grid.control.withdraw(&lost, grid.now).unwrap();
            grid.commit();
        }
        if cut == 1 {
            grid.control.order(&bought, grid.now).unwrap();
            grid.restart_server();
            assert_eq!(grid.state(&bought), JobState::Quoted);
        }
        order(&mut grid, &bought).unwrap();
        let before: Vec<_> = [&kept, &bought].map(|key| grid.disk.jobs[key].status.clone()).into();
        if cut >= 2 {
            grid.restart_server();
        }
        let after: Vec<_> =
            [&kept, &bought].map(|key| grid.control.job(key).unwrap().status.quote).into();
        assert_eq!(after, before.iter().map(|it| it.quote).collect::<Vec<_>>());
        grid.steps(cut * 4);
        if cut >= 3 {
            grid.restart_server();
        }
        assert_eq!(grid.state(&kept), JobState::Quoted);
        assert_eq!(
            grid.control.quotes(None, None, 10).iter().filter(|it| it.key == kept).count(),
            1
        );
        grid.until_final(&kept);
        grid.until_final(&bought);
        assert_eq!(
            (grid.state(&kept), grid.state(&bought)),
            (JobState::Expired, JobState::Succeeded),
            "cut {cut}"
        );
        assert_eq!((held(&grid), grid.completed.len()), (0, 1), "cut {cut}");
    }
}

#[test]
fn a_quote_that_expired_while_no_server_ran_is_over() {
    let mut grid = grid(5);
    let key = quote(&mut grid, "q", "").unwrap();
    grid.now = grid.now.after(Span::minutes(5));
    grid.restart_server();
    assert!(order(&mut grid, &key).unwrap_err().is(ProblemKind::QuoteExpired));
    grid.step();
    assert_eq!((grid.state(&key), held(&grid)), (JobState::Expired, 0));
}

#[test]
fn limits() {
    let mut grid = grid(50);
    for ttl in [Span::ZERO, Span::new(999), Span::hours(2)] {
        let refused = grid.control.quote(job("q", ""), ttl, grid.now).unwrap_err();
        assert_eq!(refused.errors[0].field, "ttl", "{refused}");
    }
    for at in 0..100 {
        quote(&mut grid, &format!("q-{at}"), "").unwrap();
    }
    let refused = quote(&mut grid, "more", "").unwrap_err();
    assert!(refused.is(ProblemKind::Busy), "{refused:?}");
    let pages =
        (grid.control.quotes(None, None, 60), grid.control.quotes(None, Some(&key("p.q-63")), 60));
    assert_eq!((pages.0.len(), pages.1[0].key.to_string()), (60, "p.q-64".to_owned()));
    assert!(grid.control.quotes(Some(&super::grid::name("other")), None, 60).is_empty());
    let submitted =
        grid.submit("kind: Job\nmetadata: {name: s}\nspec: {command: [work]}\n").unwrap();
    assert!(order(&mut grid, &submitted).unwrap_err().is(ProblemKind::Conflict));
    assert!(order(&mut grid, &key("p.none")).unwrap_err().is(ProblemKind::NotFound));
}

#[test]
fn offers_follow_from_sites_and_what_is_held() {
    let mut grid = grid(5);
    let filter = crate::OfferFilter::default();
    let all = grid.control.offers(&filter, grid.now);
    let names: Vec<&str> = all.offers.iter().map(|it| it.pool.as_str()).collect();
    assert_eq!((names, all.currency.as_str()), (vec!["east-cpu", "west-cpu"], "CNY"));
    let east = &all.offers[0];
    assert_eq!((east.owner.as_str(), east.units, east.free, east.open), ("o", 4, 4, true));
    // 10 W x 1.2 for an hour: 12 Wh at 0.8 CNY/kWh, 7.2 g at 90 CNY/t, and 0.1 CNY.
    let hour = 100_000_000 + 9_600_000 + 648_000;
    assert_eq!((east.hour.get(), east.hour_least.get(), east.hour_most.get()), (hour, hour, hour));
    assert!(east.compute_hour.is_empty() && east.throughput_source.is_none());
    let west = crate::OfferFilter { region: Some(super::grid::name("r-west")), ..filter.clone() };
    assert_eq!(grid.control.offers(&west, grid.now).offers, all.offers[1..]);
    grid.submit("kind: Job\nmetadata: {name: s}\nspec: {command: [work], tasks: 4}\n").unwrap();
    let free = |grid: &Grid| grid.control.offers(&filter, grid.now).offers[0].free;
    assert_eq!(free(&grid), 0);
    grid.sites.values_mut().for_each(|site| site.agent_up = false);
    grid.steps(200);
    assert!(grid.control.offers(&filter, grid.now).offers.iter().all(|it| !it.open));
}
