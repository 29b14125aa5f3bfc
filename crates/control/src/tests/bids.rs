//! Sealed bids under virtual time: cleared at one price, held, paid; money and capacity kept at every cut. The grid
//! clears when it is time and checks the ledger after every commit.

use api::{Problem, ProblemKind};
use model::{JobKey, JobState, LineKind};
use units::{HourPrice, Money, Span, When};

use super::{
    grid::{Grid, START, WORLD, key},
    money::project,
};

const YUAN: i64 = 1_000_000_000;

fn job(name: &str, more: &str) -> model::Resource {
    let time = if more.contains("run_time") { "" } else { ", run_time: 1h" };
    let text = format!(
        "kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{command: [work]{time}{more}}}\n"
    );
    api::manifest::parse(&text).unwrap().pop().unwrap()
}

fn bid_until(
    grid: &mut Grid,
    name: &str,
    price: i64,
    until: Option<When>,
    more: &str,
) -> Result<JobKey, Problem> {
    let done = grid.control.bid(job(name, more), Money::new(price), until, grid.now);
    grid.commit();
    done
}

fn bid(grid: &mut Grid, name: &str, price: i64, more: &str) -> Result<JobKey, Problem> {
    bid_until(grid, name, price, None, more)
}

/// A grid that is online, whose project has so much money.
fn grid(yuan: i64) -> Grid {
    let mut grid = Grid::new(WORLD);
    grid.step();
    project(&mut grid, &format!(", account: {{credit: {yuan}CNY}}")).unwrap();
    grid
}

/// To the next clearing, and through it.
fn clear(grid: &mut Grid) {
    grid.now = grid.control.next_clearing().unwrap();
    grid.control.clear_market(grid.now);
    grid.commit();
}

fn held(grid: &Grid) -> i64 {
    grid.disk.ledger.held("project:p")
}

fn total(grid: &Grid, key: &JobKey) -> i64 {
    grid.disk.jobs[key].status.decision.as_ref().unwrap().total.get()
}

/// All six units of the world for an hour that begins at once.
const ALL: &str = ", tasks: 4, resources: {cores: 1}, regions: {allow: [r-east]}, deadline: +80m";

#[test]
fn a_bid_waits_for_its_clearing_and_pays_the_posted_price_where_nobody_else_bids() {
    let mut grid = grid(5);
    let key = bid(&mut grid, "b", YUAN, "").unwrap();
    let status = grid.disk.jobs[&key].status.clone();
    assert_eq!((status.state, status.decision.is_none()), (JobState::Bidding, true));
    assert_eq!((held(&grid), grid.used_at(grid.now)), (YUAN, 0), "money is held, and nothing else");
    assert_eq!(grid.control.bids(None, None, 10).len(), 1);
    clear(&mut grid);
    assert_eq!(grid.state(&key), JobState::Held);
    let status = grid.disk.jobs[&key].status.clone();
    let decision = status.decision.unwrap();
    let posted: HourPrice = "0.1CNY/h".parse().unwrap();
    assert_eq!((decision.cleared, status.bid.unwrap().price.get()), (Some(posted), YUAN));
    assert_eq!((held(&grid), grid.used_at(decision.start)), (decision.total.get(), 1));
    let clearing = grid.disk.clearings.pop().unwrap();
    assert_eq!(status.bid.unwrap().won, Some(clearing.number));
    assert_eq!((clearing.bids, clearing.won, clearing.paid), (1, 1, decision.total));
    assert!(
        clearing.budget_balanced && clearing.rational && clearing.gap_pct < 0.1,
        "{clearing:?}"
    );
    assert_eq!((clearing.prices[0].price, clearing.prices[0].units), (posted, 1));
    grid.task_time = Span::seconds(3);
    grid.until_final(&key);
    assert_eq!(grid.state(&key), JobState::Succeeded);
    assert_eq!((held(&grid), grid.completed.len()), (0, 1));
    let history = grid.history("p.b");
    assert!(history.starts_with("submitted bid won planned held dispatched"), "{history}");
    assert!(grid.control.bids(None, None, 10).is_empty());
}

#[test]
fn of_two_who_race_for_the_last_units_the_one_that_bids_more_pays_what_the_other_bid() {
    let mut grid = grid(50);
    let low = bid(&mut grid, "low", 3 * YUAN, ALL).unwrap();
    let high = bid(&mut grid, "high", 9 * YUAN, ALL).unwrap();
    clear(&mut grid);
    assert_eq!((grid.state(&low), grid.state(&high)), (JobState::Bidding, JobState::Held));
    let paid = total(&grid, &high);
    assert!((3 * YUAN - 50..=3 * YUAN).contains(&paid), "{paid} {:?}", grid.disk.clearings);
    assert_eq!(held(&grid), paid + 3 * YUAN);
    let decision = grid.disk.jobs[&high].status.decision.clone().unwrap();
    let sum: i64 =
        decision.lines.iter().filter(|it| it.kind.is_billed()).map(|it| it.amount.get()).sum();
    assert_eq!(sum, paid, "the lines are the price");
    let cleared = decision.cleared.unwrap();
    let line = decision.lines.iter().find(|it| it.kind == LineKind::Compute).unwrap();
    assert_eq!((line.price.clone(), line.amount.get()), (cleared.to_string(), 4 * cleared.get()));
    let prices = &grid.disk.clearings[0].prices;
    assert!(prices.iter().all(|it| it.price >= it.posted && it.units == 4), "{prices:?}");
    // Its owner gets that price, and no more is charged, however it is measured.
    grid.task_time = Span::minutes(60);
    for _ in 0..400 {
        grid.now = grid.now.after(Span::seconds(10));
        grid.step();
    }
    grid.until_final(&high);
    assert_eq!(grid.state(&high), JobState::Succeeded, "{}", grid.history("p.high"));
    let of_high = grid.disk.charges.iter().filter(|it| it.job == high);
    let compute = of_high.clone().find(|it| it.line.kind == LineKind::Compute).unwrap();
    assert_eq!(compute.line.price, cleared.to_string());
    let charged: i64 = of_high.map(|it| it.line.amount.get()).sum();
    assert!(charged <= 9 * YUAN && charged > 2 * YUAN, "{charged}");
    assert_eq!(grid.disk.ledger.balance("owner:o"), charged);
}

#[test]
fn all_who_win_a_slot_pay_the_same_for_a_unit() {
    let mut grid = grid(100);
    let one = ", regions: {allow: [r-east]}, deadline: +80m";
    let bids: Vec<JobKey> =
        (1..=7).map(|at| bid(&mut grid, &format!("b-{at}"), at * YUAN, one).unwrap()).collect();
    clear(&mut grid);
    let won: Vec<&JobKey> = bids.iter().filter(|it| grid.state(it) == JobState::Held).collect();
    assert_eq!(won, bids[3..].iter().collect::<Vec<_>>(), "the four that bid most");
    let prices: Vec<_> = won
        .iter()
        .map(|it| grid.disk.jobs[*it].status.decision.as_ref().unwrap().cleared)
        .collect();
    assert!(prices.iter().all(|it| *it == prices[0]), "{prices:?}");
    let price = prices[0].unwrap().get();
    assert!((2 * YUAN..=3 * YUAN).contains(&price), "what the first loser bid: {price}");
    let clearing = grid.disk.clearings.pop().unwrap();
    let paid: i64 = won.iter().map(|it| total(&grid, it)).sum();
    assert_eq!((clearing.won, clearing.paid.get()), (4, paid));
    assert!(clearing.welfare <= clearing.bound && clearing.gap_pct < 0.01, "{clearing:?}");
}

#[test]
fn a_bid_that_could_go_anywhere_leaves_room_for_one_that_cannot() {
    let mut grid = grid(100);
    let anywhere = ", tasks: 2, resources: {cores: 1}, deadline: +80m";
    let flexible = bid(&mut grid, "flexible", 9 * YUAN, anywhere).unwrap();
    let east = bid(&mut grid, "east", 4 * YUAN, ALL).unwrap();
    clear(&mut grid);
    assert_eq!((grid.state(&flexible), grid.state(&east)), (JobState::Held, JobState::Held));
    let pool =
        |key: &JobKey| grid.disk.jobs[key].status.decision.as_ref().unwrap().pool.to_string();
    assert_eq!((pool(&flexible), pool(&east)), ("west-cpu".to_owned(), "east-cpu".to_owned()));
}

#[test]
fn losers_stay_and_get_their_money_back_when_their_time_is_over() {
    let mut grid = grid(50);
    let until = Some(When::After(Span::minutes(12)));
    let low = bid_until(&mut grid, "low", 2 * YUAN, until, ALL).unwrap();
    let high = bid(&mut grid, "high", 9 * YUAN, ALL).unwrap();
    clear(&mut grid);
    assert_eq!(grid.state(&low), JobState::Bidding);
    clear(&mut grid);
    assert_eq!(grid.state(&low), JobState::Bidding, "its place is taken");
    // Given back, the loser could win the next clearing, but its time is over in the same moment.
    grid.control.cancel(&high, None, grid.now).unwrap();
    grid.commit();
    grid.now = grid.disk.jobs[&low].status.bid.unwrap().until;
    grid.control.clear_market(grid.now);
    grid.control.tick(grid.now);
    grid.commit();
    assert_eq!((grid.state(&low), held(&grid)), (JobState::Expired, 0));
    assert!(grid.control.next_clearing().is_none());
}

#[test]
fn a_bid_of_the_posted_price_wins_and_one_below_is_refused_at_once() {
    let mut grid = grid(50);
    let planned = grid.control.plan(job("p", ""), grid.now).unwrap().outcome;
    let model::Outcome::Placed(decision) = planned else { panic!("{planned:?}") };
    let exact = decision.total.get();
    for price in [0, exact - 1] {
        let refused = bid(&mut grid, "low", price, "").unwrap_err();
        assert!(refused.is(ProblemKind::Infeasible), "{refused:?}");
        assert!(refused.detail.contains("spec.budget"), "it says what would do: {refused}");
    }
    assert!(grid.disk.jobs.is_empty() && held(&grid) == 0);
    let key = bid(&mut grid, "b", exact, "").unwrap();
    clear(&mut grid);
    assert_eq!((grid.state(&key), total(&grid, &key)), (JobState::Held, exact));
}

#[test]
fn what_cannot_be_a_bid_is_said() {
    let mut grid = grid(50);
    let huge = bid(&mut grid, "huge", 10 * YUAN, ", tasks: 99, resources: {cores: 1}").unwrap_err();
    assert!(huge.is(ProblemKind::Infeasible) && !huge.candidates.is_empty(), "{huge:?}");
    let long = bid(&mut grid, "long", 40 * YUAN, ", run_time: 25h").unwrap_err();
    assert!(long.is(ProblemKind::Infeasible) && long.detail.contains("a clearing plans"), "{long}");
    let poor = bid(&mut grid, "poor", 51 * YUAN, "").unwrap_err();
    assert!(poor.is(ProblemKind::InsufficientFunds), "{poor:?}");
    for (price, until, field) in [
        (-1, When::After(Span::hours(1)), "price"),
        (i64::MAX, When::After(Span::hours(1)), "price"),
        (YUAN, When::At(START), "until"),
        (YUAN, When::After(Span::hours(24 * 31)), "until"),
    ] {
        let refused = bid_until(&mut grid, "b", price, Some(until), "").unwrap_err();
        assert_eq!(refused.errors[0].field, field, "{refused}");
    }
    bid(&mut grid, "b", YUAN, "").unwrap();
    assert!(bid(&mut grid, "b", YUAN, "").unwrap_err().is(ProblemKind::Exists));
    assert_eq!((grid.disk.jobs.len(), held(&grid)), (1, YUAN));
}

#[test]
fn the_greatest_bids_do_not_overflow() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let most = 1_000_000_000_000_000_000;
    let rich = bid(&mut grid, "rich", most, ALL).unwrap();
    let richer = bid(&mut grid, "richer", most, ALL).unwrap();
    clear(&mut grid);
    assert_eq!((grid.state(&rich), grid.state(&richer)), (JobState::Held, JobState::Bidding));
    assert!(total(&grid, &rich) <= most && total(&grid, &rich) > 0);
}

#[test]
fn given_back_it_is_over_and_what_has_won_is_cancelled_as_a_job() {
    let mut grid = grid(50);
    let open = bid(&mut grid, "open", YUAN, "").unwrap();
    assert_eq!(grid.control.withdraw(&open, grid.now), Ok(true));
    grid.commit();
    assert_eq!((grid.state(&open), held(&grid)), (JobState::Cancelled, 0));
    assert_eq!(crate::ended_before(&grid.disk.jobs[&open]), Ok(()));
    let won = bid(&mut grid, "won", YUAN, "").unwrap();
    clear(&mut grid);
    let refused = grid.control.withdraw(&won, grid.now).unwrap_err();
    assert!(refused.is(ProblemKind::Conflict) && refused.detail.contains("cancel"), "{refused}");
    assert!(grid.control.order(&won, grid.now).unwrap_err().is(ProblemKind::Conflict));
    grid.control.cancel(&won, None, grid.now).unwrap();
    grid.commit();
    assert_eq!(
        (grid.state(&won), held(&grid), grid.used_at(grid.now.after(Span::minutes(1)))),
        (JobState::Cancelled, 0, 0)
    );
    let bidding = bid(&mut grid, "cancelled", YUAN, "").unwrap();
    grid.control.cancel(&bidding, None, grid.now).unwrap();
    grid.commit();
    assert_eq!((grid.state(&bidding), held(&grid)), (JobState::Cancelled, 0));
}

#[test]
fn who_runs_longer_than_was_bid_for_is_stopped_and_pays_what_was_bid() {
    let mut grid = grid(50);
    let key = bid(&mut grid, "b", YUAN / 4, "").unwrap();
    clear(&mut grid);
    grid.task_time = Span::hours(9);
    for _ in 0..600 {
        if grid.state(&key).is_final() {
            break;
        }
        grid.now = grid.now.after(Span::seconds(15));
        grid.step();
    }
    assert_eq!(grid.state(&key), JobState::Failed, "{}", grid.history("p.b"));
    let charged: i64 = grid.disk.charges.iter().map(|it| it.line.amount.get()).sum();
    assert!(charged > YUAN / 8 && charged <= YUAN / 4, "{charged}");
    assert!(grid.history("p.b").contains("out-of-funds"), "{}", grid.history("p.b"));
    assert_eq!(held(&grid), 0);
}

#[test]
fn cut_anywhere_bids_and_winners_are_what_they_were() {
    for cut in 0..5 {
        let mut grid = grid(50);
        let low = bid(&mut grid, "low", 3 * YUAN, ALL).unwrap();
        let high = bid(&mut grid, "high", 9 * YUAN, ALL).unwrap();
        let lost = grid.control.bid(job("lost", ""), Money::new(YUAN), None, grid.now).unwrap();
        if cut == 0 {
            grid.restart_server();
            assert!(!grid.disk.jobs.contains_key(&lost));
        } else {
            grid.commit();
            grid.control.withdraw(&lost, grid.now).unwrap();
            grid.commit();
        }
        assert_eq!(held(&grid), 12 * YUAN);
        grid.now = grid.control.next_clearing().unwrap();
        let opened = grid.control.open_clearing(grid.now).unwrap();
        if cut == 1 {
            grid.restart_server();
            assert_eq!((grid.control.bids(None, None, 9).len(), held(&grid)), (2, 12 * YUAN));
            clear(&mut grid);
        } else {
            grid.control.close_clearing(&opened, &opened.solve(), grid.now);
            if cut == 2 {
                // Of the clearing nothing was durable: nothing happened.
                grid.restart_server();
                assert_eq!((grid.state(&high), grid.disk.clearings.len()), (JobState::Bidding, 0));
                clear(&mut grid);
            }
            grid.commit();
        }
        let paid = total(&grid, &high);
        if cut >= 3 {
            grid.restart_server();
        }
        assert_eq!(
            (grid.state(&low), grid.state(&high)),
            (JobState::Bidding, JobState::Held),
            "{cut}"
        );
        assert_eq!((held(&grid), grid.disk.clearings.len()), (paid + 3 * YUAN, 1), "{cut}");
        let start = grid.disk.jobs[&high].status.decision.as_ref().unwrap().start;
        assert_eq!(grid.used_at(start), 4);
        grid.now = start.before(Span::seconds(1));
        grid.until_final(&high);
        assert_eq!(grid.state(&high), JobState::Succeeded);
        grid.control.withdraw(&low, grid.now).unwrap();
        grid.commit();
        assert_eq!((held(&grid), grid.completed.len()), (0, 4), "{cut}");
    }
}

#[test]
fn a_winner_whose_place_was_taken_meanwhile_stays_a_bid() {
    let mut grid = grid(50);
    let key = bid(&mut grid, "b", 9 * YUAN, ALL).unwrap();
    grid.now = grid.control.next_clearing().unwrap();
    let opened = grid.control.open_clearing(grid.now).unwrap();
    let spec = "command: [work], run_time: 1h, tasks: 4, resources: {cores: 1}, regions: {allow: [r-east]}";
    grid.submit(&format!("kind: Job\nmetadata: {{name: first}}\nspec: {{{spec}}}\n")).unwrap();
    grid.control.close_clearing(&opened, &opened.solve(), grid.now);
    grid.commit();
    assert_eq!(grid.state(&key), JobState::Bidding);
    let clearing = grid.disk.clearings.pop().unwrap();
    assert_eq!((clearing.bids, clearing.won, clearing.paid), (1, 0, Money::ZERO));
}

#[test]
fn limits() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    for at in 0..100 {
        bid(&mut grid, &format!("b-{at}"), YUAN, "").unwrap();
    }
    let refused = bid(&mut grid, "more", YUAN, "").unwrap_err();
    assert!(refused.is(ProblemKind::Busy), "{refused:?}");
    let pages =
        (grid.control.bids(None, None, 60), grid.control.bids(None, Some(&key("p.b-63")), 60));
    assert_eq!((pages.0.len(), pages.1[0].key.to_string()), (60, "p.b-64".to_owned()));
    assert!(grid.control.bids(Some(&super::grid::name("other")), None, 60).is_empty());
    clear(&mut grid);
    let won = grid.disk.clearings[0].won;
    assert!(won >= 18, "three places in each pool, and all the same bid: {won}");
}
