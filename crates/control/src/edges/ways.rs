//! Paths of jobs at the edges: from what was decided for a job to what the edges at both ends, and on the way, are to do.
//!
//! The packets of a job are those between its user's side and what is behind the edge at its site. Jobs whose packets are
//! the same go one way, at the sum of their bandwidths.

use std::collections::{BTreeMap, BTreeSet};

use api::{EdgeHop, EdgeStop, EdgeWay, JobView, MeasuredPath, UnledJob, WayView};
use model::{JobKey, LinkSpec, Name, PathChoice, Prefix6, ServiceClass};
use units::{Bandwidth, Delay, Loss, Time};

use super::{Gateway, Steering, target::segment};

/// Ways have numbers from here to 65534, beyond those of instances.
pub(super) const FIRST: u16 = 0xf000;
const LAST: u16 = u16::MAX - 1;
/// Jobs that are told to be without a way.
const UNLED_MOST: usize = 256;
const PPM: u64 = 1_000_000;

/// What was decided for a job that is at its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JobPath {
    path: PathChoice,
    class: ServiceClass,
    prefix: Option<Prefix6>,
    start: Time,
}

/// Those that edges are told of now.
#[derive(Debug, Default)]
pub(super) struct Ways {
    all: Vec<Way>,
    pub(super) unled: Vec<UnledJob>,
    /// By the job that came first of those that a way leads.
    numbers: BTreeMap<JobKey, u16>,
}

#[derive(Debug, Clone)]
struct Way {
    number: u16,
    jobs: Vec<JobKey>,
    path: PathChoice,
    class: ServiceClass,
    /// Zero: one of the jobs asked for none.
    bandwidth: Bandwidth,
    /// Edges from the user's to the site's, at least two, with their numbers.
    edges: Vec<(Name, u16)>,
    /// Of the packets, at the first edge and at the last.
    prefixes: [Vec<Prefix6>; 2],
}

impl Steering {
    /// Takes what is decided for a job as its path while it is at its site, and lets go of it after.
    pub(crate) fn note_job(&mut self, view: &JobView) {
        let network = &view.spec.network;
        let is_quick = network.latency.is_some() || network.jitter.is_some();
        let decision = view.status.decision.as_ref();
        let decision = decision.filter(|_| view.status.state.is_at_site());
        let wanted = decision.and_then(|decision| {
            let path = decision.path.clone().filter(|it| !it.links.is_empty())?;
            let class = if is_quick { ServiceClass::LowDelay } else { ServiceClass::Reliable };
            Some(JobPath { path, class, prefix: network.prefix, start: decision.start })
        });
        if self.paths.get(&view.key) == wanted.as_ref() {
            return;
        }
        match wanted {
            Some(path) => drop(self.paths.insert(view.key.clone(), path)),
            None => drop(self.paths.remove(&view.key)),
        }
        self.is_changed |= !self.specs.is_empty();
    }

    /// Of every job that is at its site, with its delay as measured where edges lead it.
    pub(crate) fn held_paths(&self) -> impl Iterator<Item = (&PathChoice, Option<Delay>)> {
        let delays = self.ways.all.iter().filter_map(|way| Some((way, self.measured(way)?.0)));
        let of_job = |(way, delay): (&'_ Way, Delay)| {
            way.jobs.iter().map(move |job| (job.clone(), delay)).collect::<Vec<_>>()
        };
        let delays: BTreeMap<JobKey, Delay> = delays.flat_map(of_job).collect();
        self.paths.iter().map(move |(job, it)| (&it.path, delays.get(job).copied()))
    }

    /// Ways for all jobs, the one that started first before others.
    pub(super) fn find_ways(&mut self, links: &BTreeMap<Name, LinkSpec>) {
        let mut jobs: Vec<(&JobKey, &JobPath)> = self.paths.iter().collect();
        jobs.sort_by_key(|(job, path)| (path.start, *job));
        let (mut all, mut unled) = (Vec::new(), Vec::new());
        for (job, path) in jobs {
            let found = self.job_way(job, path, links).and_then(|way| join(&mut all, way));
            if let Err(why) = found
                && unled.len() < UNLED_MOST
            {
                unled.push(UnledJob { job: job.clone(), why });
            }
        }
        self.ways.number(all);
        self.ways.unled.extend(unled);
    }

    /// Without its number.
    fn job_way(
        &self,
        job: &JobKey,
        decided: &JobPath,
        links: &BTreeMap<Name, LinkSpec>,
    ) -> Result<Way, String> {
        let JobPath { path, class, prefix, .. } = decided;
        let ends = [self.edge_at(&path.from)?, self.edge_at(&path.to)?];
        let [near, far] = ends.map(|(name, _)| self.behind(name));
        let near = match prefix {
            Some(prefix) if near.iter().any(|it| contains(*it, *prefix)) => vec![*prefix],
            Some(prefix) => return Err(format!("{prefix} is not behind edge `{}`", ends[0].0)),
            None => near,
        };
        let empty = ends.iter().zip([&near, &far]).find(|(_, prefixes)| prefixes.is_empty());
        if let Some(((name, _), _)) = empty {
            return Err(format!("edge `{name}` has no prefixes to tell its packets by"));
        }
        Ok(Way {
            number: 0,
            jobs: vec![job.clone()],
            path: path.clone(),
            class: *class,
            bandwidth: path.bandwidth,
            edges: self.along_links(path, ends, links)?,
            prefixes: [near, far],
        })
    }

    /// The first edge at a place that is there.
    fn edge_at(&self, place: &Name) -> Result<(&Name, &Gateway), String> {
        let mut why = format!("no edge stands at `{place}`");
        for (name, _) in self.specs.iter().filter(|(_, spec)| spec.at == *place) {
            match self.gateways.get(name) {
                Some(it) if it.has_joined() && it.status.online => return Ok((name, it)),
                Some(it) if it.has_joined() => why = format!("edge `{name}` is away"),
                _ => why = format!("no gateway has joined as edge `{name}` yet"),
            }
        }
        Err(why)
    }

    fn behind(&self, edge: &Name) -> Vec<Prefix6> {
        self.specs.get(edge).map(|it| it.prefixes.clone()).unwrap_or_default()
    }

    /// The edges at the places that the links pass, as far as tunnels join them.
    fn along_links(
        &self,
        path: &PathChoice,
        [first, last]: [(&Name, &Gateway); 2],
        links: &BTreeMap<Name, LinkSpec>,
    ) -> Result<Vec<(Name, u16)>, String> {
        let mut edges = vec![first];
        let mut here = &path.from;
        for link in &path.links {
            let ends = links.get(link).map(|it| &it.ends);
            let Some([a, b]) = ends else { return Err(format!("link `{link}` is gone")) };
            here = if a == here { b } else { a };
            let (Some(from), Ok(next)) = (edges.last(), self.edge_at(here)) else { continue };
            if *here != path.to && self.is_joined(*from, next) && self.is_joined(next, last) {
                edges.push(next);
            }
        }
        match edges.last() {
            Some(from) if self.is_joined(*from, last) => edges.push(last),
            _ => return Err(format!("no network joins edges `{}` and `{}`", first.0, last.0)),
        }
        Ok(edges.into_iter().map(|(name, it)| (name.clone(), it.status.number)).collect())
    }

    /// Whether there is a tunnel.
    fn is_joined(&self, (name, one): (&Name, &Gateway), (other, two): (&Name, &Gateway)) -> bool {
        let spec = self.specs.get(name);
        spec.is_some_and(|spec| self.peer(one.status.number, spec, other, two).is_some())
    }

    /// Those that begin at an edge.
    pub(super) fn way_views(&self, edge: &Name) -> Vec<WayView> {
        let own = |way: &&Way| way.edges.iter().any(|(name, _)| name == edge);
        let both = |way: &Way| [way.clone(), way.reversed()];
        let ways = self.ways.all.iter().filter(own).flat_map(both);
        let from_here = ways.filter(|way| way.edges.first().is_some_and(|(name, _)| name == edge));
        from_here.filter_map(|way| self.way_view(&way)).collect()
    }

    fn way_view(&self, way: &Way) -> Option<WayView> {
        let [(first, _), over @ .., (last, _)] = way.edges.as_slice() else { return None };
        let count = |edge: &Name| {
            let report = self.gateways.get(edge)?.report.as_ref()?;
            report.ways.get(&way.number).copied()
        };
        let sent = count(first).unwrap_or_default();
        let quality = self.measured(way);
        Some(WayView {
            number: way.number,
            jobs: way.jobs.clone(),
            to: last.clone(),
            over: over.iter().map(|(name, _)| name.clone()).collect(),
            links: way.path.links.clone(),
            class: way.class,
            bandwidth: way.bandwidth,
            planned_delay: way.path.delay,
            delay: quality.map(|(delay, _)| delay),
            loss: quality.map(|(_, loss)| loss),
            sent_bytes: sent.sent_bytes,
            dropped_packets: sent.dropped_packets,
            came_bytes: count(last).unwrap_or_default().came_bytes,
        })
    }

    /// One way's delay and loss, by the probes of the tunnels that it takes.
    fn measured(&self, way: &Way) -> Option<(Delay, Loss)> {
        let (mut delay, mut arrives) = (0_u64, PPM);
        for pair in way.edges.windows(2) {
            let [(from, _), (to, _)] = pair else { return None };
            let report = self.gateways.get(from)?.report.as_ref()?;
            let takes = |it: &&MeasuredPath| {
                it.peer == *to && it.classes.iter().any(|it| it == way.class.as_str())
            };
            let quality = report.paths.iter().find(takes)?.quality?;
            delay = delay.saturating_add(quality.round_trip.get() / 2);
            let lost = quality.loss.get().min(PPM);
            arrives = arrives * (PPM - lost) / PPM;
        }
        Some((Delay::new(delay), Loss::new(PPM - arrives)))
    }
}

/// A way more, or one more job on one that leads the same packets.
fn join(all: &mut Vec<Way>, way: Way) -> Result<(), String> {
    let Some(other) = all.iter_mut().find(|it| it.meets(&way)) else {
        all.push(way);
        return Ok(());
    };
    let first = other.jobs.first().map(ToString::to_string).unwrap_or_default();
    if (&other.prefixes, &other.path.links) != (&way.prefixes, &way.path.links) {
        return Err(format!("its packets cannot be told from those of job `{first}`"));
    }
    let sum = other.bandwidth.get().saturating_add(way.bandwidth.get());
    let is_bound = !other.bandwidth.is_zero() && !way.bandwidth.is_zero();
    other.bandwidth = if is_bound { Bandwidth::new(sum) } else { Bandwidth::ZERO };
    if way.class == ServiceClass::LowDelay {
        other.class = way.class;
    }
    other.jobs.extend(way.jobs);
    Ok(())
}

fn contains(whole: Prefix6, part: Prefix6) -> bool {
    whole.length <= part.length && whole.overlaps(part)
}

impl Way {
    /// Whether they have packets in common.
    fn meets(&self, other: &Self) -> bool {
        let meet = |one: &[Prefix6], two: &[Prefix6]| {
            one.iter().any(|it| two.iter().any(|other| it.overlaps(*other)))
        };
        let [near, far] = &self.prefixes;
        let [their_near, their_far] = &other.prefixes;
        // Either may be the way back of the other.
        meet(near, their_near) && meet(far, their_far)
            || meet(near, their_far) && meet(far, their_near)
    }

    /// The same from its end.
    fn reversed(&self) -> Self {
        let mut it = self.clone();
        it.edges.reverse();
        it.prefixes.reverse();
        it.path.links.reverse();
        std::mem::swap(&mut it.path.from, &mut it.path.to);
        it
    }

    fn at_its_start(&self) -> EdgeWay {
        let [from, to] = self.prefixes.clone();
        let hop =
            |(_, edge): &(Name, u16)| EdgeHop { edge: *edge, segment: segment(*edge, self.number) };
        EdgeWay {
            number: self.number,
            class: self.class,
            from,
            to,
            bandwidth: self.bandwidth,
            hops: self.edges.iter().skip(1).map(hop).collect(),
        }
    }
}

impl Ways {
    /// Takes these instead. A way keeps its number while the job that came first is on it.
    fn number(&mut self, ways: Vec<Way>) {
        let first = |way: &Way| way.jobs.first().cloned();
        let leaders: BTreeSet<JobKey> = ways.iter().filter_map(first).collect();
        self.numbers.retain(|job, _| leaders.contains(job));
        let mut taken: BTreeSet<u16> = self.numbers.values().copied().collect();
        (self.all, self.unled) = (Vec::new(), Vec::new());
        for mut way in ways {
            let Some(leader) = first(&way) else { continue };
            let known = self.numbers.get(&leader).copied();
            let free = || (FIRST..=LAST).rev().find(|number| !taken.contains(number));
            let Some(number) = known.or_else(free) else {
                let why = format!("there are {} ways already", LAST - FIRST + 1);
                self.unled
                    .extend(way.jobs.into_iter().map(|job| UnledJob { job, why: why.clone() }));
                continue;
            };
            taken.insert(number);
            self.numbers.insert(leader, number);
            way.number = number;
            self.all.push(way);
        }
    }

    /// What leaves edge `number`.
    pub(super) fn of(&self, number: u16) -> Vec<EdgeWay> {
        let starts = |way: &Way| way.edges.first().is_some_and(|(_, it)| *it == number);
        let ends = |way: &Way| way.edges.last().is_some_and(|(_, it)| *it == number);
        let there = self.all.iter().filter(|way| starts(way)).map(Way::at_its_start);
        let back = self.all.iter().filter(|way| ends(way)).map(|way| way.reversed().at_its_start());
        there.chain(back).collect()
    }

    /// What passes or ends at edge `number`.
    pub(super) fn stops(&self, number: u16) -> Vec<EdgeStop> {
        let stop = |way: &Way| {
            let at = way.edges.iter().position(|(_, it)| *it == number)?;
            Some(EdgeStop {
                number: way.number,
                segment: segment(number, way.number),
                is_end: at == 0 || at + 1 == way.edges.len(),
            })
        };
        self.all.iter().filter_map(stop).collect()
    }
}
