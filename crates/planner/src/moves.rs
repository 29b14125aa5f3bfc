//! Data on the move: from which replica, over which path, when, how fast.
//!
//! The transfers of one job never overlap: inputs come in one after the other as soon as they may, then the job
//! runs, then the result goes out. So what each finds free is what it can have.

use network::{Criteria, Frontier, Limits, NodeId, Path, Routes};
use units::{Bandwidth, Bytes, Span, Time};

use crate::{
    Policy,
    ask::Ask,
    index::{Index, Wire},
    refused::Refused,
    scan::Context,
};

/// One transfer. Over no links it takes no time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Move {
    /// None: the result.
    pub(crate) dataset: Option<u32>,
    pub(crate) size: Bytes,
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    pub(crate) links: Vec<u32>,
    pub(crate) delay: units::Delay,
    pub(crate) jitter: units::Delay,
    pub(crate) start: Time,
    pub(crate) span: Span,
    pub(crate) rate: Bandwidth,
}

impl Move {
    pub(crate) fn end(&self) -> Time {
        self.start.after(self.span)
    }
}

/// One way of bringing all inputs to a site.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) moves: Vec<Move>,
    /// When everything is there.
    pub(crate) ready: Time,
}

/// A transfer takes no less than this part of the policy's bandwidth.
const SLOWEST_PART: u64 = 64;
/// Starts tried for one transfer.
const SLOTS_MOST: usize = 64;

/// What a transfer is about.
#[derive(Debug, Clone, Copy)]
struct Cargo {
    dataset: Option<u32>,
    size: Bytes,
    from: NodeId,
    to: NodeId,
}

/// The ways of bringing the inputs to a site that are worth having: the cheaper, the later. At least one.
pub(crate) fn plans(
    index: &Index,
    policy: &Policy,
    ask: &Ask<'_>,
    site: u32,
) -> Result<Vec<Plan>, Refused> {
    let nothing = Plan { moves: Vec::new(), ready: ask.from };
    let missing: Vec<u32> =
        ask.inputs.iter().copied().filter(|id| !is_at(index, *id, site)).collect();
    match missing.as_slice() {
        [] => Ok(vec![nothing]),
        [only] => {
            let ways = ways_in(index, policy, ask, *only, site, ask.from)?;
            Ok(ways
                .into_iter()
                .map(|(moved, _)| Plan { ready: moved.end(), moves: vec![moved] })
                .collect())
        }
        _ => {
            let cheap = chain(index, policy, ask, &missing, site, |ways| ways.into_iter().next())?;
            let fast =
                chain(index, policy, ask, &missing, site, |ways| ways.into_iter().next_back())?;
            Ok(if fast.ready < cheap.ready { vec![cheap, fast] } else { vec![cheap] })
        }
    }
}

pub(crate) fn is_at(index: &Index, dataset: u32, site: u32) -> bool {
    index.dataset(dataset).is_some_and(|it| it.replicas.contains(&site))
}

/// The result's destination and size, where it is not at this site.
pub(crate) fn result_elsewhere(ask: &Ask<'_>, site: u32) -> Option<(NodeId, Bytes)> {
    ask.result.filter(|(to, _)| *to != site)
}

/// Whether all data is, and stays, at a site.
pub(crate) fn nothing_moves(index: &Index, ask: &Ask<'_>, site: u32) -> bool {
    result_elsewhere(ask, site).is_none() && ask.inputs.iter().all(|id| is_at(index, *id, site))
}

type Ways = Vec<(Move, i128)>;

/// Brings one input after the other, each by the way that `pick` prefers.
fn chain(
    index: &Index,
    policy: &Policy,
    ask: &Ask<'_>,
    inputs: &[u32],
    site: u32,
    pick: impl Fn(Ways) -> Option<(Move, i128)>,
) -> Result<Plan, Refused> {
    let mut plan = Plan { moves: Vec::new(), ready: ask.from };
    for input in inputs {
        let ways = ways_in(index, policy, ask, *input, site, plan.ready)?;
        let (moved, _) = pick(ways).ok_or(Refused::TransferBandwidth { dataset: Some(*input) })?;
        plan.ready = moved.end();
        plan.moves.push(moved);
    }
    Ok(plan)
}

/// The ways of one input that no other beats in price and time: the cheapest first, the fastest last. At least one.
fn ways_in(
    index: &Index,
    policy: &Policy,
    ask: &Ask<'_>,
    id: u32,
    site: u32,
    from: Time,
) -> Result<Ways, Refused> {
    let dataset = index.dataset(id).ok_or(Refused::NoDataset)?;
    let latest = ask.deadline.unwrap_or_else(|| ask.latest.after(policy.horizon));
    let cargo =
        |replica: u32| Cargo { dataset: Some(id), size: dataset.size, from: replica, to: site };
    let paths =
        |replica: u32| known_paths(index, replica, site).map(move |path| (cargo(replica), path));
    let tried = dataset.replicas.iter().flat_map(|replica| paths(*replica));
    let found = tried.filter_map(|(cargo, path)| slot(index, policy, cargo, path, from, latest));
    let mut ways: Ways = found.map(|moved| with_price(index, moved)).collect();
    let reachable =
        dataset.replicas.iter().any(|replica| known_paths(index, *replica, site).next().is_some());
    if !reachable {
        return Err(Refused::Replica { dataset: id });
    }
    if ways.is_empty() {
        let around = |replica: &u32| around(index, policy, cargo(*replica), from, latest);
        let found = dataset.replicas.iter().filter_map(around);
        ways.extend(found.map(|moved| with_price(index, moved)));
    }
    ways.sort_by_key(|(moved, price)| (*price, moved.end(), moved.from));
    let mut earliest = Time::MAX;
    ways.retain(|(moved, _)| {
        let before = earliest;
        earliest = earliest.min(moved.end());
        moved.end() < before
    });
    if ways.is_empty() { Err(Refused::TransferBandwidth { dataset: Some(id) }) } else { Ok(ways) }
}

/// Brings the result from a site to where it has to go, the cheapest way that is there by the deadline.
pub(crate) fn deliver(
    index: &Index,
    policy: &Policy,
    ask: &Ask<'_>,
    site: u32,
    end: Time,
) -> Result<Option<Move>, Refused> {
    let Some((to, size)) = result_elsewhere(ask, site) else { return Ok(None) };
    let cargo = Cargo { dataset: None, size, from: site, to };
    let latest = ask.deadline.unwrap_or_else(|| end.after(policy.horizon));
    let way = known_paths(index, to, site).find_map(|path| {
        let back = Path { links: path.links.into_iter().rev().collect(), ..path };
        slot(index, policy, cargo, back, end, latest)
    });
    let way = way.or_else(|| around(index, policy, cargo, end, latest));
    way.map(Some).ok_or(Refused::TransferBandwidth { dataset: None })
}

/// The soonest that a result can be at its place, counted from the end of the run, if the way is free.
pub(crate) fn soonest(index: &Index, policy: &Policy, ask: &Ask<'_>, site: u32) -> Span {
    let Some((to, size)) = result_elsewhere(ask, site) else { return Span::ZERO };
    let span = |path: Path| size.at(Bandwidth::new(top_rate(index, policy, &path.links)));
    known_paths(index, to, site).filter_map(span).min().unwrap_or(Span::ZERO)
}

/// The cheapest path, and the cheapest one over links wide enough for full speed.
fn known_paths(index: &Index, source: NodeId, site: u32) -> impl Iterator<Item = Path> {
    let cheapest = move |routes: &Routes| {
        let frontier = routes.frontier(source, Criteria::PRICE)?;
        frontier.cheapest(site, Limits::NONE).map(|reach| frontier.path(reach))
    };
    let (any, wide) = (cheapest(&index.routes), cheapest(&index.wide));
    let other = wide.filter(|wide| any.as_ref().is_none_or(|any| any.links != wide.links));
    any.into_iter().chain(other)
}

fn top_rate(index: &Index, policy: &Policy, links: &[u32]) -> u64 {
    let capacities =
        links.iter().filter_map(|id| index.link(*id)).map(|link| link.calendar.capacity());
    capacities.fold(policy.transfer_bandwidth.get(), u64::min)
}

fn slowest_rate(policy: &Policy) -> u64 {
    (policy.transfer_bandwidth.get() / SLOWEST_PART).max(1)
}

/// With its price in nano-yuan.
fn with_price(index: &Index, moved: Move) -> (Move, i128) {
    let links = moved.links.iter().filter_map(|id| index.link(*id));
    let over = |link: &Wire| {
        link.price.times(moved.size).map_or(i128::from(i64::MAX), |it| i128::from(it.get()))
    };
    let price = links.map(over).sum();
    (moved, price)
}

/// When a transfer over a path would be done soonest, beginning at `from` or when something on the way gets free.
fn slot(
    index: &Index,
    policy: &Policy,
    cargo: Cargo,
    path: Path,
    from: Time,
    latest: Time,
) -> Option<Move> {
    let (start, span, rate) = if path.links.is_empty() || cargo.size.is_zero() {
        (from, Span::ZERO, 0)
    } else {
        soonest_slot(index, policy, &path.links, cargo.size, from, latest)?
    };
    if start.after(span) > latest {
        return None;
    }
    let Cargo { dataset, size, from, to } = cargo;
    let Path { links, delay, jitter, .. } = path;
    Some(Move {
        dataset,
        size,
        from,
        to,
        links,
        delay,
        jitter,
        start,
        span,
        rate: Bandwidth::new(rate),
    })
}

fn soonest_slot(
    index: &Index,
    policy: &Policy,
    links: &[u32],
    size: Bytes,
    from: Time,
    latest: Time,
) -> Option<(Time, Span, u64)> {
    let at_once = speed(index, policy, links, size, from).map(|(span, rate)| (from, span, rate));
    if at_once.is_some_and(|(.., rate)| rate == top_rate(index, policy, links)) {
        return at_once;
    }
    let mut best = at_once;
    for start in starts(index, links, from, latest) {
        if best.is_some_and(|(at, span, _)| start >= at.after(span)) {
            break;
        }
        if let Some((span, rate)) = speed(index, policy, links, size, start)
            && best.is_none_or(|(at, other, _)| start.after(span) < at.after(other))
        {
            best = Some((start, span, rate));
        }
    }
    best
}

fn starts(index: &Index, links: &[u32], from: Time, latest: Time) -> Vec<Time> {
    let calendars = links.iter().filter_map(|id| index.link(*id)).map(|link| &link.calendar);
    let mut starts: Vec<Time> =
        calendars.flat_map(|calendar| calendar.changes(from, latest)).collect();
    starts.sort_unstable();
    starts.dedup();
    starts.truncate(SLOTS_MOST);
    starts
}

/// The highest even rate that all links have free for as long as the transfer then takes.
fn speed(
    index: &Index,
    policy: &Policy,
    links: &[u32],
    size: Bytes,
    start: Time,
) -> Option<(Span, u64)> {
    let mut rate = top_rate(index, policy, links);
    let slowest = slowest_rate(policy).min(rate.max(1));
    while rate >= slowest {
        let span = size.at(Bandwidth::new(rate))?;
        let calendars = links.iter().filter_map(|id| index.link(*id)).map(|link| &link.calendar);
        let free = calendars.map(|calendar| calendar.least_free(start, start.after(span))).min()?;
        if free >= rate {
            return Some((span, rate));
        }
        rate = free;
    }
    None
}

/// A path around the links that are full, for when the known ones have nothing left.
fn around(index: &Index, policy: &Policy, cargo: Cargo, from: Time, latest: Time) -> Option<Move> {
    let least = slowest_rate(policy);
    let until = from.after(cargo.size.at(Bandwidth::new(least))?);
    let usable =
        |id: u32| index.link(id).is_some_and(|link| link.calendar.fits(from, until, least));
    let path = index.routes.cheapest_avoiding(cargo.from, cargo.to, Limits::NONE, usable)?;
    slot(index, policy, cargo, path, from, latest)
}

/// Nano-yuan from below for all data read, and all transfers to and from a site.
pub(crate) fn floor(cx: &Context<'_>, site: u32) -> Result<i128, Refused> {
    let ask = cx.ask;
    let cheapest =
        |way: &Frontier| way.to(site).next().map(|reach| i128::from(reach.price().get()));
    let mut sum = reads(cx.index, ask);
    for (id, ways) in ask.inputs.iter().zip(&cx.to_replicas) {
        let dataset = cx.index.dataset(*id).ok_or(Refused::NoDataset)?;
        let least = ways.iter().filter_map(|way| cheapest(way)).min();
        sum += over(least.ok_or(Refused::Replica { dataset: *id })?, dataset.size);
    }
    if let Some((_, size)) = ask.result {
        let price = cx.to_result.and_then(cheapest).ok_or(Refused::NoPathForResult)?;
        sum += over(price, size);
    }
    Ok(sum)
}

/// Nano-yuan from below for reading the inputs.
pub(crate) fn reads(index: &Index, ask: &Ask<'_>) -> i128 {
    let datasets = ask.inputs.iter().filter_map(|id| index.dataset(*id));
    datasets.map(|it| over(it.price.get().into(), it.size)).sum()
}

const fn over(nano_per_gb: i128, size: Bytes) -> i128 {
    nano_per_gb.saturating_mul(size.get() as i128) / BYTES_PER_GB
}

pub(crate) const BYTES_PER_GB: i128 = 1_000_000_000;
