//! The world with numbers for names, and what is held in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use energy::{SiteEnergy, Told};
use model::{
    Admission, Content, DatasetSpec, FlavorSpec, Maintenance, Name, PoolSpec, Precision, Saved,
    SiteSpec,
};
use network::{Graph, Link, Routes};
use prices::Calendar;
use units::{
    Bandwidth, Bytes, CarbonPrice, Cores, DataPrice, HourPrice, Power, Pue, Throughput, Time,
};

use crate::{
    Abilities, Policy, World, ask::Goal, hours::Hours, ladder::Ladders, outlook::Outlook,
    scan::between,
};

/// Ids are places in these lists, which are in order of name; datasets that came later stand at their end.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) sites: Vec<Site>,
    pub(crate) pools: Vec<Pool>,
    /// The same pools by flavor.
    shelves: Vec<Vec<Shelf>>,
    /// And those in order of what they cost at least.
    pub(crate) ladders: Ladders,
    pub(crate) flavors: Vec<Flavor>,
    pub(crate) links: Vec<Wire>,
    pub(crate) datasets: Vec<Dataset>,
    by_content: BTreeMap<Content, Vec<u32>>,
    pub(crate) ids: Ids,
    /// By node of the network: sites first, so that a site's number there is its number here.
    pub(crate) place_names: Vec<Name>,
    pub(crate) routes: Routes,
    /// Over links wide enough for a transfer at full speed.
    pub(crate) wide: Routes,
    /// Where every site's rates are known.
    covered: Option<(Time, Time)>,
    pub(crate) outlook: Outlook,
    /// Counts changes of sites, other than of what is held there.
    pub(crate) sites_changed: u64,
    /// By pool, how often some of it was given back.
    pub(crate) freed: Vec<u32>,
}

/// More than any site draws, in milliwatts: 10^15 W.
const UNCAPPED_MW: u64 = 1_000_000_000_000_000_000;

/// Numbers by name.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) sites: BTreeMap<Name, u32>,
    pub(crate) pools: BTreeMap<Name, u32>,
    pub(crate) links: BTreeMap<Name, u32>,
    pub(crate) datasets: BTreeMap<Name, u32>,
    /// Sites and nodes, as nodes of the network.
    pub(crate) places: BTreeMap<Name, u32>,
}

#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: Name,
    pub(crate) organization: Name,
    pub(crate) region: Name,
    pub(crate) pue: Pue,
    pub(crate) energy: SiteEnergy,
    pub(crate) online: bool,
    /// It takes new work.
    pub(crate) open: bool,
    pub(crate) can: Abilities,
    /// Milliwatts of the whole facility, where it has a cap.
    pub(crate) power: Option<Calendar>,
    /// From below, nano-yuan per kWh of IT equipment at any time of the covered window: electricity, and carbon at
    /// its price.
    pub(crate) floor: (i64, i64),
    /// The same by the hour.
    pub(crate) hours: Hours,
}

#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) name: Name,
    pub(crate) site: u32,
    pub(crate) flavor: u32,
    pub(crate) units: u32,
    node_units: u32,
    pub(crate) price: HourPrice,
    pub(crate) calendar: Calendar,
}

/// What screening reads of a pool, apart from the rest so that a pass over all pools reads little memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shelf {
    /// The pool's number.
    pub(crate) id: u32,
    pub(crate) site: u32,
    pub(crate) flavor: u32,
    pub(crate) sizes: Sizes,
    pub(crate) price: HourPrice,
}

/// In units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sizes {
    pub(crate) pool: u32,
    /// What one task can have of it.
    pub(crate) node: u32,
}

#[derive(Debug)]
pub(crate) struct Flavor {
    pub(crate) name: Name,
    pub(crate) cores: Cores,
    pub(crate) memory: Bytes,
    pub(crate) accelerators: u32,
    pub(crate) throughput: BTreeMap<Precision, Throughput>,
    pub(crate) power: Power,
}

#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) name: Name,
    pub(crate) organization: Name,
    pub(crate) price: DataPrice,
    /// Bits per second. One for both directions: what is held is held both ways.
    pub(crate) calendar: Calendar,
}

#[derive(Debug)]
pub(crate) struct Dataset {
    pub(crate) name: Name,
    pub(crate) organization: Name,
    pub(crate) size: Bytes,
    pub(crate) price: DataPrice,
    pub(crate) content: Option<Content>,
    /// Sites that hold it, or should.
    pub(crate) replicas: Vec<u32>,
}

impl Index {
    pub(crate) fn new(world: &World, policy: &Policy) -> Self {
        let other_nodes = world.nodes.keys().filter(|node| !world.sites.contains_key(*node));
        let place_names: Vec<Name> = world.sites.keys().chain(other_nodes).cloned().collect();
        let places = numbered(place_names.iter());
        let site_ids = numbered(world.sites.keys());
        let flavor_ids = numbered(world.flavors.keys());
        let pools: Vec<Pool> = world
            .pools
            .iter()
            .filter_map(|(name, spec)| {
                let closed = &world.sites.get(&spec.site)?.maintenance;
                Some(closed_at(pool(name, spec, &site_ids, &flavor_ids)?, closed))
            })
            .collect();
        let datasets: Vec<Dataset> =
            world.datasets.iter().map(|(name, spec)| dataset(name, spec, &site_ids)).collect();
        let (links, graph_links) = links(world, &places);
        let nodes = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let graph = Graph::new(nodes, graph_links.clone());
        let (mut routes, mut wide) = (Routes::new(graph.clone()), Routes::new(graph));
        for (id, (link, wire)) in (0..).zip(graph_links.iter().zip(&links)) {
            let down = world.links.get(&wire.name).is_some_and(|spec| spec.down);
            routes.set_link(id, !down);
            wide.set_link(id, !down && link.capacity >= policy.transfer_bandwidth);
        }
        let ids = Ids {
            pools: numbered(pools.iter().map(|it| &it.name)),
            links: numbered(links.iter().map(|it| &it.name)),
            datasets: numbered(world.datasets.keys()),
            sites: site_ids,
            places,
        };
        Self {
            sites: world.sites.iter().map(|(name, spec)| site(name, spec)).collect(),
            flavors: world.flavors.iter().map(|(name, spec)| flavor(name, spec)).collect(),
            routes,
            shelves: shelves(&pools, world.flavors.len()),
            ladders: Ladders::default(),
            pools,
            links,
            by_content: by_content(&datasets),
            datasets,
            ids,
            place_names,
            wide,
            covered: None,
            outlook: Outlook::default(),
            sites_changed: 0,
            freed: vec![0; world.pools.len()],
        }
    }

    /// Makes every site's rates known over `[from, to)`.
    pub(crate) fn cover(&mut self, from: Time, to: Time, carbon_price: CarbonPrice) {
        if self.covered.is_some_and(|covered| covered.0 <= from && to <= covered.1) {
            return;
        }
        self.covered = Some((from, to));
        let mut is_new = false;
        for site in &mut self.sites {
            if site.energy.cover(from, to) {
                site.floor = site.floor_now(carbon_price);
                site.hours = Hours::new(&site.energy, site.pue, carbon_price);
                is_new = true;
            }
        }
        if is_new {
            self.outlook.clear();
            self.ladders.clear();
            self.sites_changed += 1;
        }
    }

    /// Makes the order of pools known for a goal. Rates are covered before.
    pub(crate) fn order(&mut self, goal: &Goal) {
        self.ladders.prepare(goal, &self.sites, &self.flavors, &self.shelves);
    }

    /// Its rates in some hours, anew; they are made known again by the next `cover`.
    pub(crate) fn tell(&mut self, name: &Name, told: Arc<Told>) {
        if let Some(site) = self.site_mut(name) {
            site.energy.tell(told);
            self.covered = None;
        }
    }

    pub(crate) fn site(&self, id: u32) -> Option<&Site> {
        self.sites.get(id as usize)
    }
    pub(crate) fn site_mut(&mut self, name: &Name) -> Option<&mut Site> {
        self.sites_changed += 1;
        self.ids.sites.get(name).and_then(|id| self.sites.get_mut(*id as usize))
    }
    pub(crate) fn pool(&self, id: u32) -> Option<&Pool> {
        self.pools.get(id as usize)
    }
    pub(crate) fn link(&self, id: u32) -> Option<&Wire> {
        self.links.get(id as usize)
    }
    pub(crate) fn dataset(&self, id: u32) -> Option<&Dataset> {
        self.datasets.get(id as usize)
    }

    /// Where copies of a content are, by those who report them; none: where its datasets say.
    pub(crate) fn set_copies(&mut self, world: &World, content: &Content, sites: &BTreeSet<Name>) {
        let ids = &self.ids.sites;
        for id in self.by_content.get(content).into_iter().flatten() {
            let Some(dataset) = self.datasets.get_mut(*id as usize) else { continue };
            let named = world.datasets.get(&dataset.name).filter(|_| sites.is_empty());
            let named = named.into_iter().flat_map(|spec| &spec.replicas);
            let known: BTreeSet<u32> =
                named.chain(sites).filter_map(|site| ids.get(site).copied()).collect();
            dataset.replicas = known.into_iter().collect();
        }
    }

    /// A new dataset, or another in its place.
    pub(crate) fn put_dataset(&mut self, name: &Name, spec: &DatasetSpec) {
        let next = u32::try_from(self.datasets.len()).unwrap_or(u32::MAX);
        let id = *self.ids.datasets.entry(name.clone()).or_insert(next);
        let dataset = dataset(name, spec, &self.ids.sites);
        let content = dataset.content.clone();
        match self.datasets.get_mut(id as usize) {
            Some(old) => {
                let before = std::mem::replace(old, dataset).content;
                let ids = before.and_then(|it| self.by_content.get_mut(&it));
                ids.into_iter().for_each(|ids| ids.retain(|it| *it != id));
            }
            None => self.datasets.push(dataset),
        }
        if let Some(content) = content {
            self.by_content.entry(content).or_default().push(id);
        }
    }

    /// What a job goes on from, as one more dataset, the last.
    pub(crate) fn push_checkpoint(
        &mut self,
        saved: &Saved,
        copies: Option<&BTreeSet<Name>>,
    ) -> u32 {
        let id = u32::try_from(self.datasets.len()).unwrap_or(u32::MAX);
        let ids = &self.ids.sites;
        let sites = saved.at.iter().chain(copies.into_iter().flatten());
        let replicas: BTreeSet<u32> = sites.filter_map(|site| ids.get(site).copied()).collect();
        self.datasets.push(Dataset {
            name: Name::of_checkpoint(),
            organization: Name::of_checkpoint(),
            size: saved.size,
            price: DataPrice::ZERO,
            content: None,
            replicas: replicas.into_iter().collect(),
        });
        id
    }

    /// The name of a node of the network.
    pub(crate) fn place(&self, id: u32) -> Option<&Name> {
        self.place_names.get(id as usize)
    }

    pub(crate) fn set_link_up(&mut self, id: u32, up: bool, transfer_bandwidth: Bandwidth) {
        self.routes.set_link(id, up);
        let is_wide =
            self.routes.graph().link(id).is_some_and(|link| link.capacity >= transfer_bandwidth);
        self.wide.set_link(id, up && is_wide);
    }

    /// The links of these names that exist.
    pub(crate) fn known_links(&self, names: &[Name]) -> Vec<u32> {
        names.iter().filter_map(|name| self.ids.links.get(name).copied()).collect()
    }

    /// Whether all these links have `amount` free throughout, but for the gaps.
    pub(crate) fn links_fit(
        &self,
        mut links: impl Iterator<Item = u32>,
        whole: (Time, Time),
        gaps: &[(Time, Time)],
        amount: Bandwidth,
    ) -> bool {
        let fits = |link: &Wire| {
            let mut runs = between(whole, gaps);
            runs.all(|(from, to)| link.calendar.fits(from, to, amount.get()))
        };
        links.all(|id| self.link(id).is_some_and(fits))
    }
}

impl Pool {
    pub(crate) const fn shelf(&self, id: u32) -> Shelf {
        Shelf { id, site: self.site, flavor: self.flavor, sizes: self.sizes(), price: self.price }
    }

    pub(crate) const fn sizes(&self) -> Sizes {
        Sizes { pool: self.units, node: self.node_units }
    }
}

fn shelves(pools: &[Pool], flavors: usize) -> Vec<Vec<Shelf>> {
    let mut shelves = vec![Vec::new(); flavors];
    for (id, pool) in (0..).zip(pools) {
        if let Some(shelf) = shelves.get_mut(pool.flavor as usize) {
            shelf.push(pool.shelf(id));
        }
    }
    shelves
}

impl Site {
    fn floor_now(&self, carbon_price: CarbonPrice) -> (i64, i64) {
        let Some(least) = self.energy.min_rate() else { return (0, 0) };
        let pue = i128::from(self.pue.get());
        let price = (i128::from(least.price.get()) * pue).div_euclid(1_000);
        let carbon = i128::from(least.carbon.get())
            .saturating_mul(i128::from(carbon_price.get()).saturating_mul(pue));
        (clamped(price), clamped(carbon.div_euclid(1_000 * 1_000_000_000_000)))
    }
}

/// Within a million yuan per kWh, so that sums of products stay in 128 bits.
fn clamped(nano_per_kwh: i128) -> i64 {
    const MOST: i128 = 1_000_000_000_000_000;
    i64::try_from(nano_per_kwh.clamp(-MOST, MOST)).unwrap_or(0)
}

fn numbered<'a>(names: impl Iterator<Item = &'a Name>) -> BTreeMap<Name, u32> {
    names.cloned().zip(0..).collect()
}

fn site(name: &Name, spec: &SiteSpec) -> Site {
    Site {
        name: name.clone(),
        organization: spec.organization.clone(),
        region: spec.region.clone(),
        pue: spec.pue,
        energy: SiteEnergy::new(spec),
        online: false,
        open: spec.admission == Admission::Open,
        can: Abilities::default(),
        power: power_of(spec),
        floor: (0, 0),
        hours: Hours::default(),
    }
}

/// Power is held where it has a cap, or may be asked to be less.
fn power_of(spec: &SiteSpec) -> Option<Calendar> {
    let may_be_less = spec.electricity.as_ref().is_some_and(|it| !it.demand_response.is_empty());
    let cap = spec.power.map(|power| power.cap.get());
    cap.or(may_be_less.then_some(UNCAPPED_MW)).map(Calendar::new)
}

fn pool(
    name: &Name,
    spec: &PoolSpec,
    sites: &BTreeMap<Name, u32>,
    flavors: &BTreeMap<Name, u32>,
) -> Option<Pool> {
    Some(Pool {
        name: name.clone(),
        site: *sites.get(&spec.site)?,
        flavor: *flavors.get(&spec.flavor)?,
        units: spec.units,
        node_units: spec.node_units(),
        price: spec.price,
        calendar: Calendar::new(spec.units.into()),
    })
}

/// Nothing is free while the site is maintained.
fn closed_at(mut pool: Pool, windows: &[Maintenance]) -> Pool {
    for window in windows {
        pool.calendar.force(window.from, window.to, pool.units.into());
    }
    pool
}

fn flavor(name: &Name, spec: &FlavorSpec) -> Flavor {
    Flavor {
        name: name.clone(),
        cores: spec.cores,
        memory: spec.memory,
        accelerators: spec.accelerator.as_ref().map_or(0, |it| it.count),
        throughput: spec.throughput.clone(),
        power: spec.power,
    }
}

fn dataset(name: &Name, spec: &DatasetSpec, sites: &BTreeMap<Name, u32>) -> Dataset {
    Dataset {
        name: name.clone(),
        organization: spec.organization.clone(),
        size: spec.size,
        price: spec.price,
        content: spec.content.clone(),
        replicas: spec.replicas.iter().filter_map(|site| sites.get(site).copied()).collect(),
    }
}

fn by_content(datasets: &[Dataset]) -> BTreeMap<Content, Vec<u32>> {
    let mut all: BTreeMap<Content, Vec<u32>> = BTreeMap::new();
    for (id, dataset) in (0..).zip(datasets) {
        if let Some(content) = &dataset.content {
            all.entry(content.clone()).or_default().push(id);
        }
    }
    all
}

fn links(world: &World, places: &BTreeMap<Name, u32>) -> (Vec<Wire>, Vec<Link>) {
    let known = world.links.iter().filter_map(|(name, spec)| {
        let [a, b] = &spec.ends;
        Some((name, spec, [*places.get(a)?, *places.get(b)?]))
    });
    known
        .map(|(name, spec, ends)| {
            let wire = Wire {
                name: name.clone(),
                organization: spec.organization.clone(),
                price: spec.price,
                calendar: Calendar::new(spec.capacity.get()),
            };
            let (delay, jitter, price, capacity) =
                (spec.delay, spec.jitter, spec.price, spec.capacity);
            (wire, Link { ends, delay, jitter, price, capacity })
        })
        .unzip()
}
