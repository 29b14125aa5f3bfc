//! The planner as others use it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use energy::Told;
use model::{Content, DatasetSpec, Decision, JobKey, JobSpec, Name, Outcome, Transfer, Unpaused};
use network::Criteria;
use units::{Bandwidth, CarbonIntensity, Energy, EnergyPrice, HourPrice, Money, Power, Span, Time};

use crate::{
    Abilities, Order, Overbooked, Policy, Priced, Usage, World,
    ask::{AHEAD_MOST, Ask, Lifted, Need},
    batch::Guide,
    book::{self, Book},
    decide::{self, Scratch},
    index::Index,
    lines::{self, Run},
    moves::Move,
    nearest,
    scan::Context,
    screen::per_kw,
};

/// A limit on a site's power for a time.
#[derive(Debug)]
struct Curtailed {
    site: Name,
    from: Time,
    to: Time,
    limit: Power,
}

impl Curtailed {
    /// Takes the rest away.
    fn hold(&self, index: &mut Index) {
        if let Some(power) = index.site_mut(&self.site).and_then(|site| site.power.as_mut()) {
            let rest = power.capacity().saturating_sub(self.limit.get());
            power.force(self.from, self.to, rest);
        }
    }
}

/// A world, what is held in it, and decisions about it. Sites are offline until [`Planner::set_online`] says
/// otherwise; links are up.
#[derive(Debug)]
pub struct Planner {
    world: World,
    pub(crate) policy: Policy,
    pub(crate) index: Index,
    book: Book,
    /// Links that do not work, whether they exist or not.
    down: BTreeSet<Name>,
    /// Sites that take no new work, whatever their description says.
    shut: BTreeSet<Name>,
    /// What is told of sites' electricity hour by hour.
    told: BTreeMap<Name, Arc<Told>>,
    /// Of sites' power, what may be used for a time.
    curtailed: Vec<Curtailed>,
    /// Sites that hold a content, by what they report.
    copies: BTreeMap<Content, BTreeSet<Name>>,
    scratch: Scratch,
}

impl Planner {
    #[must_use]
    pub fn new(world: World, policy: Policy) -> Self {
        // The search relies on waiting never being a gain.
        let policy = Policy { waiting_price: policy.waiting_price.max(HourPrice::ZERO), ..policy };
        let index = Index::new(&world, &policy);
        Self {
            world,
            policy,
            index,
            book: Book::default(),
            down: BTreeSet::new(),
            shut: BTreeSet::new(),
            told: BTreeMap::new(),
            curtailed: Vec::new(),
            copies: BTreeMap::new(),
            scratch: Scratch::default(),
        }
    }

    pub const fn world(&self) -> &World {
        &self.world
    }

    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Replaces the world. What is held in pools and on links that are still there stays held, even where there is
    /// less of them now; sites stay online or offline, links as [`Planner::set_link_up`] said.
    pub fn set_world(&mut self, world: World) {
        let mut index = Index::new(&world, &self.policy);
        for old in &self.index.sites {
            if let Some(site) = index.site_mut(&old.name) {
                site.online = old.online;
                site.can = old.can;
                site.open &= !self.shut.contains(&site.name);
            }
        }
        for id in self
            .down
            .iter()
            .filter_map(|link| index.ids.links.get(link).copied())
            .collect::<Vec<_>>()
        {
            index.set_link_up(id, false, self.policy.transfer_bandwidth);
        }
        for (name, told) in &self.told {
            if let Some(site) = index.site_mut(name) {
                site.energy.tell(Arc::clone(told));
            }
        }
        for (content, sites) in &self.copies {
            index.set_copies(&world, content, sites);
        }
        self.book.move_to(&self.index, &mut index);
        self.curtailed.iter().for_each(|it| it.hold(&mut index));
        self.scratch.forget();
        (self.world, self.index) = (world, index);
    }

    /// What a site's electricity costs and emits in single hours, in place of what its description says; from then on
    /// decisions see it.
    pub fn set_rates(&mut self, site: &Name, told: Told) {
        let told = Arc::new(told);
        self.told.insert(site.clone(), Arc::clone(&told));
        self.index.tell(site, told);
    }

    /// No more than `limit` of a site's power is planned with from one time to another. What is held there already
    /// stays held.
    pub fn curtail(&mut self, site: &Name, (from, to): (Time, Time), limit: Power) {
        let curtailed = Curtailed { site: site.clone(), from, to, limit };
        curtailed.hold(&mut self.index);
        self.curtailed.retain(|it| it.to > from);
        self.curtailed.push(curtailed);
    }

    /// An agent reports from the site, or none does.
    pub fn set_online(&mut self, site: &Name, online: bool) {
        if let Some(site) = self.index.site_mut(site) {
            site.online = online;
        }
    }

    /// What tasks can be given at a site.
    pub fn set_abilities(&mut self, site: &Name, can: Abilities) {
        if let Some(site) = self.index.site_mut(site) {
            site.can = can;
        }
    }

    /// A new dataset, or another in its place; the rest of the world stays as it is.
    pub fn put_dataset(&mut self, name: &Name, spec: DatasetSpec) {
        self.index.put_dataset(name, &spec);
        let content = spec.content.clone();
        self.world.datasets.insert(name.clone(), spec);
        if let Some((content, sites)) =
            content.and_then(|it| Some((it.clone(), self.copies.get(&it)?)))
        {
            self.index.set_copies(&self.world, &content, sites);
        }
    }

    /// Which sites hold a content, as they report it. None: where its datasets say.
    pub fn set_copies(&mut self, content: &Content, sites: BTreeSet<Name>) {
        self.index.set_copies(&self.world, content, &sites);
        if sites.is_empty() {
            self.copies.remove(content);
        } else {
            self.copies.insert(content.clone(), sites);
        }
    }

    /// A site takes no new work for now, or again as much as its own description says.
    pub fn set_shut(&mut self, site: &Name, shut: bool) {
        if shut {
            self.shut.insert(site.clone());
        } else {
            self.shut.remove(site);
        }
        let spec = self.world.sites.get(site);
        let open = !shut && spec.is_some_and(|it| it.admission == model::Admission::Open);
        if let Some(site) = self.index.site_mut(site) {
            site.open = open;
        }
    }

    /// A link works, or does not. One that the world itself has out of service stays so.
    pub fn set_link_up(&mut self, link: &Name, up: bool) {
        if up {
            self.down.remove(link);
        } else {
            self.down.insert(link.clone());
        }
        let out_of_service = self.world.links.get(link).is_some_and(|spec| spec.down);
        if let Some(id) = self.index.ids.links.get(link).copied() {
            self.index.set_link_up(id, up && !out_of_service, self.policy.transfer_bandwidth);
        }
    }

    /// The best place, start, path and replicas for an order, or why there are none. Holds nothing.
    pub fn decide(&mut self, order: &Order<'_>, now: Time) -> Outcome {
        let mut outcome = self.decide_without(order, Lifted::Nothing, now);
        if let Outcome::Unplaced { nearest, .. } = &mut outcome {
            let lifted = nearest::liftable(order).filter_map(|lifted| {
                let Outcome::Placed(decision) = self.decide_without(order, lifted, now) else {
                    return None;
                };
                nearest::alternative(order, lifted, &decision)
            });
            *nearest = lifted.min_by_key(|(growth, _)| *growth).map(|(_, alternative)| alternative);
        }
        outcome
    }

    fn decide_without(&mut self, order: &Order<'_>, lifted: Lifted, now: Time) -> Outcome {
        let resume = order.resume.map(|saved| {
            let copies = self.copies.get(&saved.content);
            self.index.push_checkpoint(saved, copies)
        });
        let outcome = self.decide_with(order, lifted, resume, None, now);
        if resume.is_some() {
            self.index.datasets.pop();
        }
        outcome
    }

    /// The best, or where the guide says if that can be had.
    pub(crate) fn decide_with(
        &mut self,
        order: &Order<'_>,
        lifted: Lifted,
        resume: Option<u32>,
        guide: Option<Guide>,
        now: Time,
    ) -> Outcome {
        let ask = Ask::new(order, lifted, &self.index, &self.policy, resume, now);
        if ask.hopeless.is_none() {
            self.prepare(&ask, now);
        }
        match self.searched(&ask, guide) {
            Outcome::Placed(it) if !it.intervals.is_empty() => {
                Outcome::Placed(self.compared(it, ask))
            }
            outcome => outcome,
        }
    }

    /// A decision with pauses beside the best without, or that if it is as good.
    fn compared(&mut self, mut paused: Box<Decision>, ask: Ask<'_>) -> Box<Decision> {
        let Outcome::Placed(mut whole) = self.searched(&ask.unpaused(), None) else {
            return paused;
        };
        if whole.score <= paused.score {
            whole.bound = whole.bound.min(paused.bound);
            return whole;
        }
        paused.unpaused = Some(unpaused(&whole));
        paused
    }

    fn searched(&mut self, ask: &Ask<'_>, guide: Option<Guide>) -> Outcome {
        let cx = Context::new(&self.index, &self.policy, ask);
        let best = decide::search(&cx, &mut self.scratch);
        let guided = guide.and_then(|guide| guide.found(&cx));
        if let Some(found) = &guided {
            decide::put(&cx, &mut self.scratch, found);
        }
        let decision = guided.or(best).and_then(|best| decide::decision(&cx, &self.scratch, &best));
        decision.map_or_else(
            || decide::unplaced(&cx, &self.scratch),
            |decision| Outcome::Placed(Box::new(decision)),
        )
    }

    /// Computes what the search reads and is not known yet: rates and frontiers.
    pub(crate) fn prepare(&mut self, ask: &Ask<'_>, now: Time) {
        let to = ask.latest.after(ask.longest_run());
        self.index.cover(
            now,
            to.min(now.after(AHEAD_MOST.saturating_mul(3))),
            self.policy.carbon_price,
        );
        self.index.order(&ask.goal);
        self.foresee(ask, now);
        let replicas =
            ask.inputs.iter().filter_map(|id| self.index.dataset(*id)).flat_map(|it| &it.replicas);
        let sources: Vec<u32> = replicas.copied().chain(ask.result.map(|(to, _)| to)).collect();
        self.index.wide.prepare(&sources, Criteria::PRICE);
        self.index.routes.prepare(&sources, Criteria::PRICE);
        self.index.routes.prepare(ask.user.as_slice(), ask.limits.criteria());
    }

    /// What is asked often is worked out beforehand for all sites.
    fn foresee(&mut self, ask: &Ask<'_>, now: Time) {
        let Index { sites, outlook, .. } = &mut self.index;
        let rigid = |need: &&Need| need.array.is_none() && need.pauses.is_none();
        for need in ask.needs.iter().flatten().filter(rigid) {
            if let Some(run) = per_kw(&ask.goal, &self.policy, need) {
                outlook.foresee(sites, &run, now);
            }
        }
    }

    /// Whether an order could score less than this in one of these pools. Quick, and never wrongly no.
    pub fn may_gain(
        &mut self,
        order: &Order<'_>,
        score: Money,
        pools: &BTreeSet<Name>,
        now: Time,
    ) -> bool {
        let ask = Ask::new(order, Lifted::Nothing, &self.index, &self.policy, None, now);
        self.prepare(&ask, now);
        let ids = &self.index.ids.pools;
        let pools: Vec<u32> = pools.iter().filter_map(|pool| ids.get(pool).copied()).collect();
        let cx = Context::new(&self.index, &self.policy, &ask);
        decide::may_gain(&cx, score.get(), &pools, self.book.pool_of(order.key))
    }

    /// Takes everything a decision names, or nothing. What the job held before is given back first.
    pub fn hold(&mut self, key: &JobKey, decision: &Decision) -> Result<(), Overbooked> {
        self.book.hold(&mut self.index, key, decision)
    }

    /// Takes everything a decision names even where that is too much: for jobs that run already when the planner
    /// is made.
    pub fn adopt(&mut self, key: &JobKey, decision: &Decision) {
        self.book.adopt(&mut self.index, key, decision);
    }

    /// Gives back what a job holds from `now` on.
    pub fn release(&mut self, key: &JobKey, now: Time) {
        self.book.release(&mut self.index, key, now);
    }

    /// Whether it holds anything after `now`, that giving it back would leave to others.
    #[must_use]
    pub fn holds_after(&self, key: &JobKey, now: Time) -> bool {
        self.book.holds_after(key, now)
    }

    /// A run takes longer than estimated: what it runs on stays held until then. May take what others hold then;
    /// what is free counts as none.
    pub fn extend(&mut self, key: &JobKey, until: Time) {
        self.book.extend(&mut self.index, key, until);
    }

    /// Forgets what was held before `now`.
    pub fn trim(&mut self, now: Time) {
        book::trim(&mut self.index, now);
    }

    pub fn usage(&self, now: Time) -> Usage {
        book::usage(&self.index, now)
    }

    /// Pools looked at closely in all decisions so far.
    pub const fn pools_scanned(&self) -> u64 {
        self.scratch.scanned
    }

    /// What a site's electricity costs and emits; `None` if there is no such site.
    pub fn energy_now(&self, site: &Name, now: Time) -> Option<(EnergyPrice, CarbonIntensity)> {
        let site = self.index.ids.sites.get(site).and_then(|id| self.index.site(*id))?;
        Some((site.energy.price_at(now), site.energy.carbon_at(now)))
    }

    /// What a site's electricity costs and emits from one time to another, as intervals in which nothing changes;
    /// `None` if there is no such site.
    pub fn energy_between(
        &self,
        site: &Name,
        from: Time,
        to: Time,
    ) -> Option<Vec<(Time, Time, EnergyPrice, CarbonIntensity)>> {
        let site = self.index.ids.sites.get(site).and_then(|id| self.index.site(*id))?;
        let pieces = site.energy.pieces(from, to);
        Some(pieces.map(|(from, to, rate)| (from, to, rate.price, rate.carbon)).collect())
    }

    /// The lines of a run by a decision as it really was: at these times, with this energy of the IT equipment (by
    /// default what its flavor draws), at today's prices. Links and datasets that have left the world since are left
    /// out; where the pool has, the lines are those of the decision.
    pub fn price_run(
        &self,
        spec: &JobSpec,
        decision: &Decision,
        start: Time,
        end: Time,
        it_energy: Option<Energy>,
    ) -> Priced {
        let priced = self.priced_now(spec, decision, (start, end.max(start)), it_energy);
        priced.unwrap_or_else(|| Priced {
            lines: decision.lines.iter().filter(|line| line.kind.is_billed()).cloned().collect(),
            total: decision.total,
            energy: decision.energy,
            carbon: decision.carbon,
        })
    }

    fn priced_now(
        &self,
        spec: &JobSpec,
        decision: &Decision,
        (start, end): (Time, Time),
        it_energy: Option<Energy>,
    ) -> Option<Priced> {
        let index = &self.index;
        let pool_id = *index.ids.pools.get(&decision.pool)?;
        let pool = index.pool(pool_id)?;
        let site = index.site(pool.site)?;
        let units = u64::from(decision.units);
        let it_power = index.flavors.get(pool.flavor as usize)?.power.saturating_mul(units);
        let planned = || it_power.at_pue(site.pue)?.over(end.since(start));
        let energy = it_energy.map_or_else(planned, |energy| energy.at_pue(site.pue))?;
        let links =
            decision.path.as_ref().map(|path| index.known_links(&path.links)).unwrap_or_default();
        let moved = |it: &Transfer| Move {
            size: it.size,
            links: index.known_links(&it.path.links),
            ..Move::default()
        };
        let staged: Vec<Move> = decision.transfers.iter().map(moved).collect();
        let datasets = spec.inputs.iter();
        let inputs: Vec<u32> =
            datasets.filter_map(|it| index.ids.datasets.get(&it.dataset).copied()).collect();
        let run = Run {
            pool: pool_id,
            units,
            price: decision.cleared,
            start,
            end,
            gaps: &[],
            energy,
            links: &links,
            bandwidth: decision.path.as_ref().map_or(Bandwidth::ZERO, |path| path.bandwidth),
            staged: &staged,
            result: None,
            inputs: &inputs,
            waits: Span::ZERO,
        };
        lines::priced(index, &self.policy, &run)
    }
}

/// What a run without pauses is told of.
fn unpaused(whole: &Decision) -> Unpaused {
    Unpaused {
        site: whole.site.clone(),
        start: whole.start,
        end: whole.end,
        total: whole.total,
        score: whole.score,
        carbon: whole.carbon,
    }
}
