//! The search over all pools, and what it tells.

use std::cmp::Reverse;

use model::{Candidate, Decision, Interval, Name, Outcome, PathChoice, Transfer};
use network::Path;
use units::{Bandwidth, Delay, Money};

use crate::{
    ask::{Ask, Need},
    climb::{Climbs, Depth, Fronts, Queued, too_late, too_small},
    fits::{Class, Fits},
    index::{Index, Shelf},
    least::{self, least_after_scan},
    lines::{self, Run},
    moves::{self, Move, Plan},
    pauses::{self, Table},
    refused::Refused,
    scan::{Context, Found, Rank, Scan, Start, Stop, between, waits},
    screen::{Terms, View, clamped, front, shut, slack},
};

/// Pools whose best start is found out even if it is not the best of all, so that there is something to compare.
const COMPARED_LEAST: usize = 6;

/// Working space that decisions share, so that none of it is allocated anew.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    fronts: Fronts,
    pub(crate) fits: Fits,
    /// By site, as new but for those touched.
    views: Vec<View>,
    touched: Vec<u32>,
    climbs: Climbs,
    starts: Vec<Start>,
    table: Table,
    /// What no choice in the pools that were scanned by rules of thumb can score less than.
    least: Option<i128>,
    /// Pools scanned since the planner was made.
    pub(crate) scanned: u64,
}

impl Scratch {
    /// The world is another now.
    pub(crate) fn forget(&mut self) {
        self.fronts.forget();
        self.fits.clear();
    }

    fn begin(&mut self, sites: usize) {
        for site in self.touched.drain(..) {
            if let Some(view) = self.views.get_mut(site as usize) {
                *view = View::default();
            }
        }
        self.views.resize_with(sites, View::default);
        self.climbs.clear();
        self.least = None;
    }

    fn touch(&mut self, site: u32) -> Option<&mut View> {
        let view = self.views.get_mut(site as usize)?;
        if !std::mem::replace(&mut view.is_touched, true) {
            self.touched.push(site);
        }
        Some(view)
    }

    fn view(&self, site: u32) -> Option<&View> {
        self.views.get(site as usize)
    }

    /// The best of each site, with its number.
    fn found(&self) -> impl Iterator<Item = (u32, &Found)> {
        let found = |id: &u32| Some((*id, self.view(*id)?.found.as_deref()?));
        self.touched.iter().filter_map(found)
    }
}

/// Looks at every pool that can be best. What it finds is in the views of `scratch`.
pub(crate) fn search(cx: &Context<'_>, scratch: &mut Scratch) -> Option<Found> {
    let index = cx.index;
    scratch.begin(index.sites.len());
    let every_site = index.sites.len() <= cx.policy.candidates_kept;
    if cx.ask.hopeless.is_none() {
        scratch.fronts.begin(cx);
        scratch.climbs.begin(cx);
    }
    let mut best = None;
    let mut compared = 0;
    while let Some(Queued { bound, pool, known }) = next(cx, scratch, every_site, best) {
        if !every_site && best.is_some_and(|best: Rank| i128::from(bound) > best.0) {
            break;
        }
        if known == Depth::Roughly || (known == Depth::Screened && !every_site) {
            look_closer(cx, scratch, every_site, Queued { bound, pool, known }, best);
            continue;
        }
        // In a big world, once enough sites are there to compare, only what is better is of interest.
        let limit = best
            .filter(|_| !every_site && compared >= cx.policy.candidates_kept.min(COMPARED_LEAST))
            .map(|best| best.0);
        if let Some(rank) = scan_pool(cx, scratch, pool, bound, limit) {
            best = Some(best.map_or(rank, |best| best.min(rank)));
            compared += 1;
        }
    }
    scratch.found().map(|(_, found)| found).min_by_key(|found| found.rank()).cloned()
}

/// The pool of the least bound; none once no more can be the best.
fn next(
    cx: &Context<'_>,
    scratch: &mut Scratch,
    every_site: bool,
    best: Option<Rank>,
) -> Option<Queued> {
    let most = best.filter(|_| !every_site).and_then(|best| i64::try_from(best.0).ok());
    let most = most.unwrap_or(i64::MAX);
    let Scratch { climbs, fronts, fits, .. } = scratch;
    climbs.climb(cx, fronts, fits, every_site, most);
    climbs.queue.pop().map(|Reverse(first)| first)
}

/// Queues a pool anew, by a better bound; not if it will not do.
fn look_closer(
    cx: &Context<'_>,
    scratch: &mut Scratch,
    every_site: bool,
    Queued { bound, pool, known }: Queued,
    best: Option<Rank>,
) {
    let Scratch { climbs, fronts, fits, .. } = scratch;
    let (better, known) = if known == Depth::Roughly {
        (climbs.screened(cx, fronts, fits, every_site, pool), Depth::Screened)
    } else {
        (refined(cx, scratch, pool, best).or(Some(bound)), Depth::Refined)
    };
    if let Some(better) = better {
        scratch.climbs.queue.push(Reverse(Queued { bound: better.max(bound), pool, known }));
    }
}

/// A better bound, found with what is held in the pool, unless one that is less good is beyond the best already.
fn refined(cx: &Context<'_>, scratch: &mut Scratch, id: u32, best: Option<Rank>) -> Option<i64> {
    let pool = cx.index.pool(id)?;
    let terms = scratch.climbs.terms(cx, pool.flavor, pool.units)?;
    let front = scratch.fronts.open(cx, pool.site)?;
    let class = Class::of(&terms.need);
    if terms.need.pauses.is_some() {
        return least::eased(cx, id, terms.need, &mut scratch.starts).map(clamped);
    }
    let from = scratch.fits.find(cx.index, cx.ask, (id, pool), class, terms.last);
    let Some(from) = from else { return Some(i64::MAX) };
    let (shelf, quick) = (pool.shelf(id), terms.quick(cx));
    let foreseen = |from| quick.and_then(|quick| quick.bound(&front, &shelf, from));
    let bound = foreseen(from).or_else(|| terms.refined(cx, &front, &shelf, Some(from)));
    if best.zip(bound).is_some_and(|(best, bound)| i128::from(bound) > best.0) {
        return bound;
    }
    match terms.first_fit(from, pool) {
        Some(at) if at == from => bound,
        Some(at) => foreseen(at).or_else(|| terms.refined(cx, &front, &shelf, Some(at))),
        None => Some(i64::MAX),
    }
}

/// Whether an order could score less than this in one of these pools, with what is free there; in the pool of `own`,
/// what it holds itself is as good as free.
pub(crate) fn may_gain(cx: &Context<'_>, score: i64, pools: &[u32], own: Option<u32>) -> bool {
    let gains = |id: &u32| {
        let pool = cx.index.pool(*id)?;
        let need = (*cx.ask.needs.get(pool.flavor as usize)?).ok()?;
        let front = front(cx, pool.site, cx.index.site(pool.site)?);
        let terms = Terms::new(cx.ask, cx.policy, need.within(pool.units));
        let fits = front.is_open && too_small(pool.sizes(), &terms.need).is_none();
        if !fits || terms.bound(&front, &pool.shelf(*id)) >= score {
            return Some(false);
        }
        if terms.need.pauses.is_some() {
            return Some(true);
        }
        let earliest = Some(cx.ask.earliest);
        let from = if own == Some(*id) { earliest } else { terms.first_fit(cx.ask.earliest, pool) };
        let refined = terms.refined(cx, &front, &pool.shelf(*id), from);
        Some(refined.is_none_or(|bound| bound < score))
    };
    cx.ask.hopeless.is_none() && pools.iter().any(|id| gains(id) == Some(true))
}

/// Why a pool that was not queued does not do.
fn refusal(cx: &Context<'_>, pool: &Shelf, cut_off: Option<Refused>) -> Option<Refused> {
    match cx.ask.needs.get(pool.flavor as usize)? {
        Ok(need) => {
            let need = need.within(pool.sizes.pool);
            let too_small = too_small(pool.sizes, &need).or(cut_off);
            too_small.or_else(|| too_late(cx.ask, &need))
        }
        Err(refused) => Some(*refused),
    }
}

/// Scans one pool if it can be better than what its site has, and no worse than the limit; its rank if it is.
fn scan_pool(
    cx: &Context<'_>,
    scratch: &mut Scratch,
    id: u32,
    bound: i64,
    limit: Option<i128>,
) -> Option<Rank> {
    let pool = cx.index.pool(id)?;
    let need = cx.ask.needs.get(pool.flavor as usize)?.ok()?.within(pool.units);
    let view = scratch.touch(pool.site)?;
    if view.found.as_ref().is_some_and(|found| i128::from(bound) > found.score) {
        return None;
    }
    let before = view.found.as_ref().map(|found| found.score);
    let plans =
        view.plans.take().unwrap_or_else(|| moves::plans(cx.index, cx.policy, cx.ask, pool.site));
    scratch.scanned += 1;
    let outcome = match &plans {
        Ok(plans) => {
            let limit = before.into_iter().chain(limit).min();
            best_plan(cx, id, need, plans, limit, (&mut scratch.starts, &mut scratch.table))
        }
        Err(refused) => Err(Stop::Refused(*refused)),
    };
    let least = least_after_scan(cx, id, need, bound, &mut scratch.starts);
    scratch.least = scratch.least.into_iter().chain(least).min();
    let view = scratch.touch(pool.site)?;
    view.plans = Some(plans);
    match outcome {
        Ok(found) if view.found.as_ref().is_none_or(|before| found.rank() < before.rank()) => {
            let rank = found.rank();
            view.found = Some(Box::new(found));
            Some(rank)
        }
        Ok(_) | Err(Stop::Worse) => None,
        Err(Stop::Refused(refused)) => {
            view.refuse(refused);
            None
        }
    }
}

/// Makes `found` what its site has.
pub(crate) fn put(cx: &Context<'_>, scratch: &mut Scratch, found: &Found) {
    let Some(site) = cx.index.pool(found.pool).map(|pool| pool.site) else { return };
    let Some(view) = scratch.touch(site) else { return };
    let plans = || moves::plans(cx.index, cx.policy, cx.ask, site);
    view.plans.get_or_insert_with(plans);
    view.found = Some(Box::new(found.clone()));
}

fn best_plan(
    cx: &Context<'_>,
    pool: u32,
    need: Need,
    plans: &[Plan],
    mut limit: Option<i128>,
    (starts, table): (&mut Vec<Start>, &mut Table),
) -> Result<Found, Stop> {
    let site = cx.index.pool(pool).map_or(0, |pool| pool.site);
    let soonest = moves::soonest(cx.index, cx.policy, cx.ask, site);
    let mut best: Result<Found, Stop> = Err(Stop::Worse);
    for plan in plans.iter().enumerate() {
        let scanned = Scan::new(cx, pool, need, plan, soonest).map_err(Stop::Refused);
        best = match (best, scanned.and_then(|scan| best_of(&scan, limit, starts, table))) {
            (Ok(best), Ok(found)) => Ok(if found.rank() < best.rank() { found } else { best }),
            (Err(_), Ok(found)) => Ok(found),
            (Err(Stop::Refused(before)), Err(Stop::Refused(refused))) => {
                Err(Stop::Refused(before.further(refused)))
            }
            (Err(Stop::Worse), Err(refused)) => Err(refused),
            (best, _) => best,
        };
        limit = best.as_ref().map_or(limit, |found| Some(found.score));
    }
    best
}

/// Paused where that is better than at once.
fn best_of(
    scan: &Scan<'_>,
    limit: Option<i128>,
    starts: &mut Vec<Start>,
    table: &mut Table,
) -> Result<Found, Stop> {
    let whole = scan.run(limit, starts);
    let beats = |found: &Found| whole.as_ref().map_or(true, |whole| found.score < whole.score);
    let is_within = |found: &Found| limit.is_none_or(|limit| found.score <= limit);
    match pauses::find(scan, table).filter(|found| is_within(found) && beats(found)) {
        Some(paused) => Ok(paused),
        None => whole,
    }
}

/// The decision in words, with its candidates. `None` only if an amount cannot be written down.
pub(crate) fn decision(cx: &Context<'_>, scratch: &Scratch, best: &Found) -> Option<Decision> {
    let index = cx.index;
    let pool = index.pool(best.pool)?;
    let plan = plan_of(scratch, pool.site, best)?;
    let priced = lines::priced(index, cx.policy, &run_of(cx.ask, best, plan))?;
    let staged = plan.moves.iter().chain(best.result.as_ref());
    let transfers: Vec<Transfer> = staged.filter_map(|it| transfer(index, it)).collect();
    let (candidates, more_candidates) = candidates(cx, scratch, pool.site);
    Some(Decision {
        site: index.site(pool.site)?.name.clone(),
        pool: pool.name.clone(),
        flavor: index.flavors.get(pool.flavor as usize)?.name.clone(),
        units_per_task: u32::try_from(best.need.units_per_task).ok()?,
        units: u32::try_from(best.need.units).ok()?,
        staging_start: plan.moves.iter().map(|it| it.start).min().unwrap_or(best.start),
        start: best.start,
        run_time: best.need.run,
        run_time_from: cx.ask.run_time_from(best.need),
        cleared: None,
        end: best.end,
        intervals: intervals(best),
        unpaused: None,
        delivered: best.result.as_ref().map_or(best.end, Move::end),
        path: path_choice(cx, best, pool.site),
        transfers,
        lines: priced.lines,
        total: priced.total,
        score: money(best.score),
        bound: Some(money(bound(cx, scratch, best))),
        energy: priced.energy,
        carbon: priced.carbon,
        candidates,
        more_candidates,
    })
}

fn intervals(best: &Found) -> Vec<Interval> {
    let runs = between((best.start, best.end), &best.gaps).filter(|_| !best.gaps.is_empty());
    runs.map(|(start, end)| Interval { start, end }).collect()
}

/// What no choice scores less than: what was found, where it is known to be the best.
fn bound(cx: &Context<'_>, scratch: &Scratch, best: &Found) -> i128 {
    let exact = best.score - slack(&cx.ask.goal);
    scratch.least.map_or(exact, |least| least.min(exact))
}

fn plan_of<'a>(scratch: &'a Scratch, site: u32, found: &Found) -> Option<&'a Plan> {
    scratch.view(site)?.plans.as_ref()?.as_ref().ok()?.get(found.plan)
}

fn run_of<'a>(ask: &'a Ask<'_>, found: &'a Found, plan: &'a Plan) -> Run<'a> {
    Run {
        pool: found.pool,
        units: found.need.units,
        price: None,
        start: found.start,
        end: found.end,
        gaps: &found.gaps,
        energy: found.energy,
        links: found.path.as_ref().map_or(&[], |path| &path.links),
        bandwidth: ask.bandwidth,
        staged: &plan.moves,
        result: found.result.as_ref(),
        inputs: &ask.inputs,
        waits: waits(ask, found.end, found.need),
    }
}

/// The nearest that can be written down.
pub(crate) fn money(nano: i128) -> Money {
    Money::new(i64::try_from(nano).unwrap_or(if nano < 0 { i64::MIN } else { i64::MAX }))
}

fn path_choice(cx: &Context<'_>, found: &Found, site: u32) -> Option<PathChoice> {
    let path = found.path.as_ref()?;
    let ends = (cx.ask.user?, site);
    let Path { links, delay, jitter, .. } = path;
    choice(cx.index, ends, links, (*delay, *jitter), cx.ask.bandwidth)
}

fn transfer(index: &Index, moved: &Move) -> Option<Transfer> {
    let path = choice(
        index,
        (moved.from, moved.to),
        &moved.links,
        (moved.delay, moved.jitter),
        moved.rate,
    )?;
    let dataset = moved.dataset.and_then(|id| index.dataset(id)).map(|it| it.name.clone());
    Some(Transfer { dataset, size: moved.size, path, start: moved.start, span: moved.span })
}

fn choice(
    index: &Index,
    (from, to): (u32, u32),
    links: &[u32],
    (delay, jitter): (Delay, Delay),
    bandwidth: Bandwidth,
) -> Option<PathChoice> {
    let names: Vec<Name> =
        links.iter().filter_map(|id| index.link(*id)).map(|link| link.name.clone()).collect();
    Some(PathChoice {
        from: index.place(from)?.clone(),
        to: index.place(to)?.clone(),
        links: names,
        delay,
        jitter,
        bandwidth,
    })
}

/// The chosen site, the others by score, the refused ones; and how many are left out.
fn candidates(cx: &Context<'_>, scratch: &Scratch, chosen: u32) -> (Vec<Candidate>, u32) {
    let mut good: Vec<(u32, &Found)> = scratch.found().collect();
    good.sort_by_key(|(id, found)| (*id != chosen, found.rank()));
    let (kept, sites) = (cx.policy.candidates_kept.max(1), scratch.views.len());
    let mut all: Vec<Candidate> = good
        .into_iter()
        .take(kept)
        .filter_map(|(id, found)| candidate(cx.index, id, found))
        .collect();
    if sites <= kept {
        all.extend(refused(cx, scratch, kept - all.len()));
    }
    let more = sites.saturating_sub(all.len());
    (all, u32::try_from(more).unwrap_or(u32::MAX))
}

fn candidate(index: &Index, site: u32, found: &Found) -> Option<Candidate> {
    Some(Candidate {
        site: index.site(site)?.name.clone(),
        pool: Some(index.pool(found.pool)?.name.clone()),
        start: Some(found.start),
        total: Some(found.sums.total),
        score: Some(money(found.score)),
        lines: found.sums.by_kind(),
        refused: None,
    })
}

/// The sites that cannot take it, those that got furthest first.
fn refused(cx: &Context<'_>, scratch: &Scratch, most: usize) -> Vec<Candidate> {
    let shut: Vec<_> = (0..).zip(&cx.index.sites).map(|(id, site)| shut(cx, id, site)).collect();
    let mut noted: Vec<Option<Refused>> = scratch.views.iter().map(|view| view.refused).collect();
    for (id, pool) in (0..).zip(&cx.index.pools) {
        let site = pool.site as usize;
        let (Some((_, cut_off)), Some(noted)) = (shut.get(site), noted.get_mut(site)) else {
            continue;
        };
        if let Some(refused) = refusal(cx, &pool.shelf(id), *cut_off) {
            *noted = Some(noted.map_or(refused, |before| before.further(refused)));
        }
    }
    let views = (0_u32..).zip(&scratch.views).zip(shut.iter().zip(noted));
    let mut all: Vec<(u32, Refused)> = views
        .filter(|((_, view), _)| view.found.is_none())
        .map(|((id, _), ((closed, _), noted))| {
            let why = closed.or(cx.ask.hopeless).or(noted).unwrap_or(Refused::NoPool);
            (id, why.for_good(id, cx.index, cx.ask))
        })
        .collect();
    all.sort_by_key(|(id, refused)| (Reverse(refused.rule()), *id));
    all.into_iter().take(most).filter_map(|(id, refused)| told(cx, id, refused)).collect()
}

fn told(cx: &Context<'_>, site: u32, refused: Refused) -> Option<Candidate> {
    Some(Candidate {
        site: cx.index.site(site)?.name.clone(),
        pool: None,
        start: None,
        total: None,
        score: None,
        lines: Vec::new(),
        refused: Some(refused.told(site, cx.index, cx.ask)),
    })
}

/// What there is to say when no site can take it.
pub(crate) fn unplaced(cx: &Context<'_>, scratch: &Scratch) -> Outcome {
    let candidates = refused(cx, scratch, cx.policy.candidates_kept.max(1));
    Outcome::Unplaced { candidates, nearest: None }
}
