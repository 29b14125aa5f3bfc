//! Accounts, holds and vouchers over the life of jobs. The grid checks the ledger after every commit.

use std::collections::BTreeMap;

use api::{NewDeposit, Problem, ProblemKind};
use model::{JobKey, JobState};
use units::{Money, Span};

use super::grid::{Grid, WORLD};

const YUAN: i64 = 1_000_000_000;

fn apply(grid: &mut Grid, manifest: &str) -> Result<(), Problem> {
    let resources = api::manifest::parse(manifest).unwrap();
    let done = grid.control.apply(resources, &BTreeMap::new(), false, grid.now);
    grid.commit();
    done.map(drop)
}

pub(super) fn project(grid: &mut Grid, more: &str) -> Result<(), Problem> {
    apply(grid, &format!("kind: Project\nmetadata: {{name: p}}\nspec: {{organization: o{more}}}\n"))
}

pub(super) fn organization(grid: &mut Grid, spec: &str) -> Result<(), Problem> {
    apply(grid, &format!("kind: Organization\nmetadata: {{name: o}}\nspec: {{{spec}}}\n"))
}

pub(super) fn deposit(
    grid: &mut Grid,
    id: &str,
    account: &str,
    amount: i64,
) -> Result<(), Problem> {
    let (account, amount) = (account.parse().unwrap(), Money::new(amount));
    let new = NewDeposit { account, amount, id: id.to_owned(), note: String::new() };
    let known = grid.disk.ledger.transactions.get(&crate::deposit_id(id)).cloned();
    let done = grid.control.deposit(&new, known.as_ref(), grid.now);
    grid.commit();
    done.map(drop)
}

fn submit(grid: &mut Grid, name: &str, more: &str) -> Result<JobKey, Problem> {
    let spec = format!("command: [work], run_time: 3s{more}");
    grid.submit(&format!("kind: Job\nmetadata: {{name: {name}, project: p}}\nspec: {{{spec}}}\n"))
}

/// A grid whose project has an account with so much in it.
fn with_account(amount: i64) -> Grid {
    let mut grid = Grid::new(WORLD);
    grid.step();
    project(&mut grid, ", account: {}").unwrap();
    if amount != 0 {
        deposit(&mut grid, "first", "project:p", amount).unwrap();
    }
    grid
}

fn charged(grid: &Grid) -> i64 {
    grid.disk.charges.iter().map(|it| it.line.amount.get()).sum()
}

#[test]
fn a_place_is_held_and_paid_and_the_rest_comes_back() {
    let mut grid = with_account(YUAN);
    let job = submit(&mut grid, "j", "").unwrap();
    let total = grid.disk.jobs[&job].status.decision.as_ref().unwrap().total.get();
    assert!(total > 0);
    assert_eq!(grid.disk.ledger.held("project:p"), total);
    grid.until_final(&job);
    assert_eq!(grid.state(&job), JobState::Succeeded);
    let paid = charged(&grid);
    assert!(paid > 0);
    assert_eq!(grid.disk.ledger.balance("project:p"), YUAN - paid);
    let owners = grid.disk.ledger.balance("owner:o") + grid.disk.ledger.balance("platform");
    assert_eq!(owners, paid);
    assert_eq!(
        (grid.disk.ledger.balance("deposits"), grid.disk.ledger.held("project:p")),
        (-YUAN, 0)
    );
    let named = grid.disk.charges.iter().filter(|it| it.line.provider.is_some());
    assert_eq!(
        grid.disk.ledger.balance("owner:o"),
        named.map(|it| it.line.amount.get()).sum::<i64>()
    );
}

#[test]
fn without_enough_money_an_order_is_refused_with_what_is_needed() {
    let mut grid = with_account(0);
    let refused = submit(&mut grid, "j", "").unwrap_err();
    assert!(refused.is(ProblemKind::InsufficientFunds) && refused.status == 402, "{refused:?}");
    assert!(
        refused.detail.contains(
            "`project:p` has 0CNY left: balance 0CNY, held for jobs 0CNY, credit 0CNY; deposit"
        ),
        "{refused}"
    );
    assert!(grid.disk.jobs.is_empty());
    project(&mut grid, ", account: {credit: 1CNY}").unwrap();
    let job = submit(&mut grid, "j", "").unwrap();
    grid.until_final(&job);
    assert_eq!(grid.disk.ledger.balance("project:p"), -charged(&grid));
    let refused = project(&mut grid, ", account: {}").unwrap_err();
    assert!(
        refused.detail.starts_with("spec.account.credit: account `project:p` does not suffice"),
        "{refused}"
    );
}

#[test]
fn without_an_account_a_project_owes_what_it_used() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    let job = submit(&mut grid, "j", "").unwrap();
    assert!(grid.disk.ledger.holds().is_empty());
    grid.until_final(&job);
    assert!(charged(&grid) > 0);
    assert_eq!(grid.disk.ledger.balance("project:p"), -charged(&grid));
}

#[test]
fn projects_without_an_account_spend_that_of_their_organization() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    organization(&mut grid, "account: {}").unwrap();
    assert!(submit(&mut grid, "j", "").is_err());
    deposit(&mut grid, "d", "organization:o", YUAN).unwrap();
    let job = submit(&mut grid, "j", "").unwrap();
    assert!(grid.disk.ledger.held("organization:o") > 0);
    grid.until_final(&job);
    assert_eq!(grid.disk.ledger.balance("organization:o"), YUAN - charged(&grid));
    assert_eq!(grid.disk.ledger.balance("project:p"), 0);
}

#[test]
fn what_ends_without_a_run_leaves_no_hold() {
    let mut grid = with_account(YUAN);
    let job = submit(&mut grid, "j", "").unwrap();
    assert!(grid.disk.ledger.held("project:p") > 0);
    grid.control.cancel(&job, None, grid.now).unwrap();
    grid.commit();
    grid.until_final(&job);
    assert_eq!(grid.disk.ledger.held("project:p"), 0);
    assert_eq!(grid.disk.ledger.balance("project:p"), YUAN - charged(&grid));
}

#[test]
fn a_run_is_never_charged_more_than_its_account_could_hold() {
    let probe = {
        let mut grid = with_account(YUAN);
        let job = submit(&mut grid, "j", "").unwrap();
        grid.disk.jobs[&job].status.decision.as_ref().unwrap().total.get()
    };
    // Enough for what was decided, and the run takes a hundred times as long.
    let mut grid = with_account(probe);
    grid.task_time = Span::seconds(300);
    let job = submit(&mut grid, "j", "").unwrap();
    grid.steps(2_000);
    grid.until_final(&job);
    let status = &grid.disk.jobs[&job].status;
    assert_eq!((status.state, status.attempt), (JobState::Failed, 1), "{}", status.reason);
    assert!(status.reason.starts_with("funds"), "{}", status.reason);
    assert_eq!(charged(&grid), probe, "all of it, and no more");
    assert_eq!((status.cost.get(), grid.disk.ledger.balance("project:p")), (probe, 0));
}

#[test]
fn a_job_that_lost_its_place_waits_for_money_and_goes_on_when_some_comes() {
    let mut grid = with_account(0);
    project(&mut grid, ", account: {credit: 0.001CNY}").unwrap();
    let site = grid.sites.keys().next().unwrap().clone();
    grid.sites.get_mut(&site).unwrap().fails_first = [0].into();
    for site in grid.sites.values_mut() {
        site.fails_first = [0].into();
    }
    let job = submit(&mut grid, "j", ", retries: 3").unwrap();
    let held = grid.disk.ledger.held("project:p");
    // The credit shrinks to what is held: the first run takes it, the second has nothing.
    project(&mut grid, &format!(", account: {{credit: {}}}", Money::new(held))).unwrap();
    grid.steps(100);
    let status = &grid.disk.jobs[&job].status;
    assert_eq!(status.state, JobState::Submitted, "{}", grid.history("p.j"));
    assert!(status.reason.starts_with("funds: "), "{}", status.reason);
    let told = grid.history("p.j").matches("waiting").count();
    grid.steps(300);
    assert_eq!(grid.history("p.j").matches("waiting").count(), told, "it is said once");
    deposit(&mut grid, "more", "project:p", YUAN).unwrap();
    grid.steps(3);
    assert!(grid.disk.ledger.held("project:p") > 0);
    grid.until_final(&job);
    assert_eq!(grid.state(&job), JobState::Succeeded);
}

#[test]
fn a_deposit_is_booked_once_and_undone_once() {
    let mut grid = with_account(YUAN);
    deposit(&mut grid, "first", "project:p", YUAN).unwrap();
    assert_eq!(grid.disk.ledger.balance("project:p"), YUAN);
    let other = deposit(&mut grid, "first", "project:p", 2 * YUAN).unwrap_err();
    assert!(other.is(ProblemKind::Exists), "{other}");
    for (account, amount) in [
        ("project:nobody", 1),
        ("voucher:v", 1),
        ("deposits", 1),
        ("project:p", 0),
        ("project:p@USD", 1),
    ] {
        assert!(deposit(&mut grid, "x", account, amount).is_err(), "{account}");
    }
    let paid_out = deposit(&mut grid, "out", "project:p", -2 * YUAN).unwrap_err();
    assert!(paid_out.is(ProblemKind::InsufficientFunds), "{paid_out}");
    let job = submit(&mut grid, "j", "").unwrap();
    let first = grid.disk.ledger.transactions["deposit/first"].clone();
    let refused = grid.control.reverse(&first, None, "", grid.now).unwrap_err();
    assert!(refused.is(ProblemKind::InsufficientFunds), "a job holds some of it: {refused}");
    grid.control.cancel(&job, None, grid.now).unwrap();
    grid.until_final(&job);
    let spent = charged(&grid);
    deposit(&mut grid, "spent", "project:p", spent.max(1)).unwrap();
    let told = grid.control.reverse(&first, None, "typed wrongly", grid.now).unwrap();
    grid.commit();
    let known = grid.disk.ledger.transactions[&told.id].clone();
    assert_eq!(grid.control.reverse(&first, Some(&known), "again", grid.now).unwrap(), told);
    grid.commit();
    assert_eq!(grid.disk.ledger.balance("project:p"), spent.max(1) - spent);
}

const HALF: &str = "vouchers: {spring: {covers: 50%, budget: 0.0001CNY, projects: [p]}}";

#[test]
fn a_voucher_pays_its_share_and_never_beyond_its_budget() {
    let mut grid = with_account(YUAN);
    organization(&mut grid, HALF).unwrap();
    assert_eq!(
        (grid.disk.ledger.balance("voucher:spring"), grid.disk.ledger.balance("organization:o")),
        (100_000, -100_000)
    );
    let mut jobs = Vec::new();
    for at in 0..8 {
        jobs.push(submit(&mut grid, &format!("j{at}"), "").unwrap());
    }
    for job in &jobs {
        grid.until_final(job);
    }
    let left = grid.disk.ledger.balance("voucher:spring");
    let covered = 100_000 - left;
    assert!((0..100_000).contains(&left) && covered > 0, "{left}");
    assert_eq!(grid.disk.ledger.balance("project:p"), YUAN - charged(&grid) + covered);
    assert!(2 * covered <= charged(&grid) + 8, "half of each at most");
    // Applied again it adds nothing; a larger budget adds the difference; without it the rest comes back.
    organization(&mut grid, HALF).unwrap();
    assert_eq!(grid.disk.ledger.balance("voucher:spring"), left);
    organization(&mut grid, &HALF.replace("0.0001CNY", "0.0003CNY")).unwrap();
    assert_eq!(grid.disk.ledger.balance("voucher:spring"), left + 200_000);
    let less = organization(&mut grid, &HALF.replace("0.0001CNY", "0CNY")).unwrap_err();
    assert!(less.detail.starts_with("spec.vouchers.spring.budget: "), "{less}");
    organization(&mut grid, "").unwrap();
    assert_eq!(
        (grid.disk.ledger.balance("voucher:spring"), grid.disk.ledger.balance("organization:o")),
        (0, -covered)
    );
}

#[test]
fn a_voucher_is_funded_with_its_world_and_has_one_issuer() {
    let voucher = "spec: {vouchers: {v: {covers: 50%, budget: 2CNY}}}";
    let world = WORLD.replacen("spec: {}", voucher, 1);
    assert_ne!(world, WORLD);
    let mut grid = Grid::new(&world);
    assert_eq!(grid.disk.ledger.balance("voucher:v"), 2 * YUAN);
    let other = format!("kind: Organization\nmetadata: {{name: other}}\n{voucher}\n");
    let refused = apply(&mut grid, &other).unwrap_err();
    assert!(refused.detail.starts_with("spec.vouchers.v: `o` has issued"), "{refused}");
    let two = format!("{}---\n{}", other, other.replace("name: other", "name: third"))
        .replace("v:", "w:");
    let refused = apply(&mut grid, &two).unwrap_err();
    assert!(refused.detail.starts_with("spec.vouchers.w: two organizations"), "{refused}");
}

#[test]
fn a_voucher_that_is_expired_or_for_others_pays_nothing() {
    for other in ["expires: 2020-01-01T00:00:00Z", "projects: [q]", "organizations: [x]"] {
        let mut grid = with_account(YUAN);
        organization(
            &mut grid,
            &format!("vouchers: {{v: {{covers: 100%, budget: 1CNY, {other}}}}}"),
        )
        .unwrap();
        submit(&mut grid, "j", "").unwrap();
        assert_eq!(grid.disk.ledger.held("voucher:v"), 0, "{other}");
    }
}

#[test]
fn the_voucher_that_expires_first_pays_first() {
    let mut grid = with_account(YUAN);
    let all = "covers: 100%, budget: 1CNY";
    let vouchers = format!(
        "vouchers: {{a: {{{all}}}, b: {{{all}, expires: 2091-01-01T00:00:00Z}}, \
         c: {{{all}, expires: 2090-01-01T00:00:00Z}}}}"
    );
    organization(&mut grid, &vouchers).unwrap();
    submit(&mut grid, "j", "").unwrap();
    let held = ["a", "b", "c"].map(|it| grid.disk.ledger.held(&format!("voucher:{it}")) > 0);
    assert_eq!(held, [false, false, true], "c expires first, a never");
}

#[test]
fn killed_at_any_step_money_is_conserved() {
    for cut in 0..30 {
        let mut grid = with_account(YUAN);
        organization(&mut grid, HALF).unwrap();
        let jobs = ["a", "b", "c"].map(|name| submit(&mut grid, name, ", retries: 1").unwrap());
        for site in grid.sites.values_mut() {
            site.fails_first = [0].into();
        }
        for step in 0..400 {
            if step == cut {
                // Changes that were never committed, then death.
                let _ = grid.control.cancel(&jobs[0], None, grid.now);
                grid.restart_server();
            }
            grid.step();
        }
        for job in &jobs {
            grid.until_final(job);
        }
        assert!(grid.disk.ledger.holds().is_empty());
        let paid = YUAN - grid.disk.ledger.balance("project:p") + 100_000
            - grid.disk.ledger.balance("voucher:spring");
        assert_eq!(paid, charged(&grid), "cut at {cut}");
    }
}

#[test]
fn a_settlement_makes_one_amount_of_all_and_the_next_moves_nothing() {
    let mut grid = Grid::new(WORLD);
    grid.step();
    organization(&mut grid, "fee: 25%").unwrap();
    let job = submit(&mut grid, "j", "").unwrap();
    grid.until_final(&job);
    let (earned, owed) = (grid.disk.ledger.balance("owner:o"), charged(&grid));
    let before = grid.disk.ledger.balance("platform");
    grid.control.settle_accounts(true, grid.now).unwrap();
    grid.commit();
    assert_eq!(grid.disk.ledger.balance("owner:o"), earned, "a dry run moves nothing");
    let refused = |grid: &mut Grid, kind, name: &str| {
        grid.control.delete(kind, &name.parse().unwrap(), None, grid.now).unwrap_err().detail
    };
    let told = refused(&mut grid, model::Kind::Project, "p");
    assert!(told.starts_with("account `project:p` is not empty"), "{told}");
    for again in [false, true] {
        let settled = grid.control.settle_accounts(false, grid.now).unwrap();
        grid.commit();
        let row = settled.rows.iter().find(|it| it.organization.as_str() == "o").unwrap();
        assert_eq!(row.transaction.is_none(), again, "{row:?}");
        let fee = if again { 0 } else { (earned + 3) / 4 };
        assert!((row.fee.get() - fee).abs() <= 1, "{row:?}");
        assert_eq!(row.owed.get(), earned - grid.disk.ledger.balance("platform") + before - owed);
    }
    assert_eq!(
        (grid.disk.ledger.balance("owner:o"), grid.disk.ledger.balance("project:p")),
        (0, 0)
    );
    grid.control.delete(model::Kind::Project, &"p".parse().unwrap(), None, grid.now).unwrap();
    grid.commit();
}
