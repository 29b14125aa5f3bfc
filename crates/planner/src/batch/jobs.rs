//! An order as a job of a joint problem.

use std::collections::BTreeMap;

use model::{Decision, Name};
use units::Money;

use super::{ATOMS_PER_NANO, Movable, world::Frame};
use crate::{
    Planner,
    ask::{Ask, Need},
    climb::too_small,
    index::Pool,
    joint::{Home, Job, Need as RowNeed, Offer, Problem, Shape},
    moves,
    scan::Context,
    screen::{MS_PER_HOUR, front, slack},
};

/// What changing a place costs, as a part of the score of the place held: plans do not thrash for less.
const MOVE_PART: i64 = 200;

/// What changing the place of a job costs that holds one.
#[must_use]
pub fn move_price(held: &Decision) -> Money {
    Money::new(held.score.get().max(0) / MOVE_PART)
}

/// The job, and the part of its score that no plan changes, in atoms. None if no pool can take it.
pub(super) fn compile(
    planner: &Planner,
    (frame, most_pools): (&Frame, usize),
    problem: &Problem,
    ask: &Ask<'_>,
    job: &Movable<'_>,
) -> Option<(Job, i128)> {
    let horizon = i64::from(frame.slots) * frame.slot;
    let (earliest_ms, last) = (frame.ms(ask.earliest), frame.ms(ask.latest));
    if ask.hopeless.is_some() || job.order.resume.is_some() || ask.has_pauses() {
        return None;
    }
    let needs = needs(planner, frame, ask);
    let longest = needs.iter().map(|need| need.run_ms).max()?;
    let narrowest = needs.iter().map(|need| need.units).min()?;
    let latest_ms = last.saturating_add(longest);
    let latest_ms = ask.deadline.map_or(latest_ms, |it| latest_ms.min(frame.ms(it)));
    let mut offers = offers(planner, frame, ask, job, &needs);
    cheapest(problem, ask, &needs, &mut offers, most_pools, job.held.is_some());
    if offers.is_empty() || latest_ms > horizon {
        return None;
    }
    let hourly = i128::from(planner.policy.waiting_price.get()) * i128::from(narrowest);
    let waiting = ask.goal.time.saturating_mul(hourly) * (ATOMS_PER_NANO / MS_PER_HOUR);
    let waited = i128::from(ask.earliest.since(ask.waiting_from).get());
    let mut row = Job {
        needs,
        pools: Some(offers),
        earliest_ms,
        latest_ms,
        shape: Shape::Rigid,
        weights: vec![weight(ask.goal.cost), weight(ask.goal.carbon)],
        waiting: weight(waiting),
        home: ask.user.map(|node| Home {
            node,
            bandwidth: i64::try_from(ask.bandwidth.get()).unwrap_or(i64::MAX),
            delay_most_us: None,
        }),
        refusal: 0,
    };
    row.refusal = refusal(problem, &row);
    // The rounding of its lines may take off so much.
    let rounding = slack(&ask.goal).saturating_mul(ATOMS_PER_NANO);
    Some((row, waiting.saturating_mul(waited).saturating_sub(rounding)))
}

fn weight(value: i128) -> i64 {
    i64::try_from(value.max(0)).unwrap_or(i64::MAX)
}

/// What it needs of each class of pools that is large enough.
fn needs(planner: &Planner, frame: &Frame, ask: &Ask<'_>) -> Vec<RowNeed> {
    let need = |(class, pool): (&u32, &Pool)| {
        let need: Need = (*ask.needs.get(pool.flavor as usize)?).ok()?.within(pool.units);
        if too_small(pool.sizes(), &need).is_some() {
            return None;
        }
        let units = i64::try_from(need.units).ok()?;
        Some((
            *class,
            RowNeed { class: *class, units, run_ms: i64::try_from(need.run.get()).ok()? },
        ))
    };
    let needs: BTreeMap<u32, RowNeed> =
        frame.classes.iter().zip(&planner.index.pools).filter_map(need).collect();
    needs.into_values().collect()
}

/// The pools whose sites may take it, with the least that moving its data there can cost.
fn offers(
    planner: &Planner,
    frame: &Frame,
    ask: &Ask<'_>,
    job: &Movable<'_>,
    needs: &[RowNeed],
) -> Vec<Offer> {
    let index = &planner.index;
    let cx = Context::new(index, &planner.policy, ask);
    let floors: Vec<Option<i128>> = (0..)
        .zip(&index.sites)
        .map(|(id, site)| {
            let is_open = front(&cx, id, site).is_open;
            is_open.then(|| moves::floor(&cx, id).ok()).flatten()
        })
        .collect();
    let held: Option<&Name> = job.held.map(|it| &it.pool);
    let moving = job.held.map_or(0, |it| i128::from(move_price(it).get()));
    let offer = |(id, class): (u32, &u32)| {
        let pool = index.pool(id)?;
        needs.binary_search_by_key(class, |need| need.class).ok()?;
        let floor = (*floors.get(pool.site as usize)?)?.saturating_mul(ask.goal.cost);
        let stays = held.is_none_or(|held| *held == pool.name);
        let nano = floor.max(0).saturating_add(if stays { 0 } else { moving });
        let fixed = nano.saturating_mul(ATOMS_PER_NANO);
        Some(Offer { pool: id, fixed, earliest_ms: 0 })
    };
    (0..).zip(&frame.classes).filter_map(offer).collect()
}

/// Keeps the offers that can be cheapest, and the one held: it is the first whose use costs no move.
fn cheapest(
    problem: &Problem,
    ask: &Ask<'_>,
    needs: &[RowNeed],
    offers: &mut Vec<Offer>,
    most: usize,
    is_held: bool,
) {
    if offers.len() <= most {
        return;
    }
    let stays = offers.iter().map(|offer| offer.fixed).min().filter(|_| is_held);
    let least = |offer: &Offer| {
        let pool = problem.pools.get(offer.pool as usize);
        let need = pool.and_then(|pool| needs.iter().find(|need| need.class == pool.class));
        let (Some(pool), Some(need)) = (pool, need) else { return i128::MAX };
        let rate = |row: usize| pool.rates.get(row).and_then(|it| it.iter().min()).copied();
        let rate = |row: usize| i128::from(rate(row).unwrap_or_default());
        let work = i128::from(need.units).saturating_mul(need.run_ms.into());
        let hourly =
            ask.goal.cost.saturating_mul(rate(0)) + ask.goal.carbon.saturating_mul(rate(1));
        hourly.saturating_mul(work).saturating_add(offer.fixed)
    };
    let key = |offer: &Offer| (Some(offer.fixed) != stays, least(offer), offer.pool);
    offers.sort_by_cached_key(key);
    offers.truncate(most);
    offers.sort_by_key(|offer| offer.pool);
}

/// More than any place it can have costs, so that only what fits nowhere is refused.
fn refusal(problem: &Problem, job: &Job) -> i128 {
    let span = i128::from(problem.slots) * i128::from(problem.slot_ms);
    let dearest = |pool: &crate::joint::Pool| {
        let most = |rates: &Vec<i64>| i128::from(rates.iter().copied().max().unwrap_or(0).max(0));
        let weighed = pool.rates.iter().zip(&job.weights);
        weighed.map(|(rates, weight)| most(rates).saturating_mul((*weight).into())).sum::<i128>()
    };
    let place = |need: &RowNeed| {
        let pools = problem.pools.iter().filter(|pool| pool.class == need.class);
        let rate = pools.map(dearest).max().unwrap_or(0);
        rate.saturating_mul(need.units.into()).saturating_mul(need.run_ms.into())
    };
    let fixed = job.pools.iter().flatten().map(|offer| offer.fixed).max().unwrap_or(0);
    let links = problem.links.iter().map(|link| i128::from(link.price)).sum::<i128>();
    let held = job.home.map_or(0, |home| i128::from(home.bandwidth));
    let longest = job.needs.iter().map(|need| need.run_ms).max().unwrap_or(0);
    let path = links.saturating_mul(held).saturating_mul(longest.into());
    let worst = job.needs.iter().map(place).max().unwrap_or(0);
    let waiting = i128::from(job.waiting).saturating_mul(span);
    let path = path.saturating_mul(job.weights.first().copied().unwrap_or(0).into());
    worst.saturating_add(waiting).saturating_add(fixed).saturating_add(path).max(1)
}
