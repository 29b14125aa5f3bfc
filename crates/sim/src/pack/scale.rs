//! Pods that come and go on very many nodes.
#![expect(clippy::indexing_slicing, reason = "what is drawn is below the number of what there is")]

use std::{collections::BTreeMap, time::Instant};

use compute::packing::{Book, Mix, Node, Packer, PackingError, Placed, Policy, Pool, Shape, WHOLE};
use serde::Serialize;

use crate::{SimError, random::Random};

/// What to run.
#[derive(Debug, Clone)]
pub struct PackScaleSpec {
    pub nodes: usize,
    /// Part of all devices that is kept allocated: pods leave before others come.
    pub full: f64,
    /// Pods that come once it is so full.
    pub attempts: usize,
    pub policy: Policy,
    pub seed: u64,
}

/// What came out.
#[derive(Debug, Clone, Serialize)]
pub struct PackScaleReport {
    pub policy: &'static str,
    pub nodes: usize,
    pub devices: u64,
    pub shapes: usize,
    /// Allocated, in percent of all devices, at the start of what is measured and at its end.
    pub full_pct: f64,
    pub alloc_pct: f64,
    pub attempts: usize,
    pub placed: usize,
    /// Pods that left meanwhile, chosen by chance.
    pub left: usize,
    /// By the time spent on attempts alone.
    pub attempts_per_s: f64,
    pub p50_us: f64,
    pub p99_us: f64,
    pub most_us: f64,
    /// Attempts and departures, by the time of all of it.
    pub moves_per_s: f64,
    /// Pods placed to make it so full, and the time of it.
    pub filled_with: usize,
    pub fill_s: f64,
    pub seed: u64,
}

const NODES_MOST: usize = 10_000_000;
const ATTEMPTS_MOST: usize = 100_000_000;
/// Pods in a row without room after which it is as full as can be.
const TRIES_MOST: usize = 10_000;

/// Devices, cores and GiB of the models; half of the nodes are of the first.
const MODELS: [(u8, u32, u32); 3] = [(8, 128, 1_024), (8, 96, 768), (4, 64, 256)];
/// Devices and parts of pods, each as likely as any other.
const DEMANDS: [(u8, u16); 10] = [
    (1, 250),
    (1, 250),
    (1, 500),
    (1, 500),
    (1, WHOLE),
    (1, WHOLE),
    (1, WHOLE),
    (2, WHOLE),
    (4, WHOLE),
    (8, WHOLE),
];
/// Cores and GiB for each whole device.
const SIZES: [(u32, u32); 2] = [(4, 32), (12, 64)];

/// Fills nodes of three models with pods of 24 shapes, and lets them come and go.
///
/// # Errors
/// Figures out of their ranges, or nodes that cannot be made so full.
pub fn scale(spec: &PackScaleSpec) -> Result<PackScaleReport, SimError> {
    check(spec)?;
    let mut random = Random::new(spec.seed);
    let mut crowd = Crowd::new(spec, &mut random).map_err(|it| SimError::Asked(it.to_string()))?;
    let began = Instant::now();
    crowd.fill(&mut random)?;
    let (fill_s, filled_with) = (began.elapsed().as_secs_f64(), crowd.there.len());
    let full_pct = crowd.percent();
    let mut course = Course::default();
    let began = Instant::now();
    course.run(&mut crowd, spec.attempts, &mut random);
    let whole_s = began.elapsed().as_secs_f64();
    let total_ns: u64 = course.times_ns.iter().map(|time| u64::from(*time)).sum();
    course.times_ns.sort_unstable();
    Ok(PackScaleReport {
        policy: spec.policy.name(),
        nodes: spec.nodes,
        devices: crowd.capacity_milli / u64::from(WHOLE),
        shapes: crowd.kinds(),
        full_pct,
        alloc_pct: crowd.percent(),
        attempts: spec.attempts,
        placed: course.placed,
        left: course.left,
        attempts_per_s: spec.attempts as f64 * 1e9 / total_ns.max(1) as f64,
        p50_us: course.within_us(500),
        p99_us: course.within_us(990),
        most_us: course.within_us(1_000),
        moves_per_s: (spec.attempts + course.left) as f64 / whole_s.max(1e-9),
        filled_with,
        fill_s,
        seed: spec.seed,
    })
}

/// What is measured.
#[derive(Default)]
struct Course {
    placed: usize,
    left: usize,
    /// Of each attempt.
    times_ns: Vec<u32>,
}

impl Course {
    fn run(&mut self, crowd: &mut Crowd, attempts: usize, random: &mut Random) {
        self.times_ns.reserve(attempts);
        for _ in 0..attempts {
            self.left += crowd.make_room(random);
            let shape = crowd.draw(random);
            let from = Instant::now();
            let found = crowd.packer.place(shape);
            self.times_ns.push(u32::try_from(from.elapsed().as_nanos()).unwrap_or(u32::MAX));
            self.placed += usize::from(crowd.keep(found));
        }
    }

    /// Within which so many of a thousand attempts are made, once the times are in order.
    fn within_us(&self, of: usize) -> f64 {
        let last = self.times_ns.len().saturating_sub(1);
        let at = (self.times_ns.len() * of / 1_000).min(last);
        self.times_ns.get(at).map_or(0.0, |time| f64::from(*time) / 1e3)
    }
}

fn check(spec: &PackScaleSpec) -> Result<(), SimError> {
    let asked = |what: &str| Err(SimError::Asked(what.to_owned()));
    if !(1..=NODES_MOST).contains(&spec.nodes) {
        return asked("--nodes has to be from 1 to 10000000");
    }
    if !(0.0..=1.0).contains(&spec.full) {
        return asked("--full has to be from 0 to 1");
    }
    if !(1..=ATTEMPTS_MOST).contains(&spec.attempts) {
        return asked("--attempts has to be from 1 to 100000000");
    }
    if spec.policy == Policy::Random {
        return asked("--policy: random looks at all nodes, and is no matter of an index");
    }
    Ok(())
}

/// Nodes, and the pods on them.
struct Crowd {
    packer: Packer,
    /// Of the shapes, in the packer, by what is drawn.
    numbers: Vec<u32>,
    /// By number: thousandths of a device.
    demands: Vec<u64>,
    there: Vec<Placed>,
    capacity_milli: u64,
    allocated_milli: u64,
    full_milli: u64,
}

impl Crowd {
    fn new(spec: &PackScaleSpec, random: &mut Random) -> Result<Self, PackingError> {
        let nodes: Vec<Node> = (0..spec.nodes).map(|at| node(at, random)).collect();
        let capacity = nodes.iter().map(|it| u64::from(it.devices) * u64::from(WHOLE)).sum();
        let shapes = shapes();
        let book = Book::new(Mix::typical(&shapes, 1.0), Mix::demanding(&shapes, 1.0));
        let mut packer = Packer::new(Pool::new(nodes, book.alike())?, spec.policy);
        let numbers: Result<Vec<u32>, _> = shapes.iter().map(|it| packer.shape(*it)).collect();
        let numbers = numbers?;
        let by_number =
            numbers.iter().zip(&shapes).map(|(number, it)| (*number, it.device_milli()));
        let demands: BTreeMap<u32, u32> = by_number.collect();
        Ok(Self {
            packer,
            numbers,
            demands: demands.into_values().map(u64::from).collect(),
            there: Vec::new(),
            capacity_milli: capacity,
            allocated_milli: 0,
            full_milli: (capacity as f64 * spec.full) as u64,
        })
    }

    /// Shapes that differ.
    fn kinds(&self) -> usize {
        self.demands.len()
    }

    fn draw(&self, random: &mut Random) -> u32 {
        self.numbers[random.below(self.numbers.len() as u64) as usize]
    }

    fn demand(&self, number: u32) -> u64 {
        self.demands[number as usize]
    }

    fn keep(&mut self, placed: Option<Placed>) -> bool {
        if let Some(placed) = placed {
            self.allocated_milli += self.demand(placed.shape);
            self.there.push(placed);
        }
        placed.is_some()
    }

    fn fill(&mut self, random: &mut Random) -> Result<(), SimError> {
        let mut tries = 0;
        while self.allocated_milli < self.full_milli {
            let shape = self.draw(random);
            let placed = self.packer.place(shape);
            tries = if self.keep(placed) { 0 } else { tries + 1 };
            if tries == TRIES_MOST {
                let what = format!("--full: no pod fits any more at {:.1} %", self.percent());
                return Err(SimError::Asked(what));
            }
        }
        Ok(())
    }

    /// Pods leave until it is no fuller than wanted; how many.
    fn make_room(&mut self, random: &mut Random) -> usize {
        let before = self.there.len();
        while self.allocated_milli >= self.full_milli && !self.there.is_empty() {
            let gone = self.there.swap_remove(random.below(self.there.len() as u64) as usize);
            self.packer.leave(&gone);
            self.allocated_milli -= self.demand(gone.shape);
        }
        before - self.there.len()
    }

    fn percent(&self) -> f64 {
        self.allocated_milli as f64 * 100.0 / self.capacity_milli.max(1) as f64
    }
}

fn node(at: usize, random: &mut Random) -> Node {
    let model = [0, 0, 1, 2][random.below(4) as usize];
    let (devices, cores, gib) = MODELS[model];
    Node {
        name: format!("n{at:08}"),
        cpu_milli: 1_000 * cores,
        memory_mib: 1_024 * gib,
        model: model as u8,
        devices,
    }
}

/// All there are, the likelier ones several times.
fn shapes() -> Vec<Shape> {
    let shape = |(devices, part_milli): (u8, u16), (cores, gib): (u32, u32), models: u64| {
        let milli = u32::from(devices) * u32::from(part_milli);
        Shape {
            cpu_milli: cores * milli,
            memory_mib: gib * milli * 128 / 125,
            devices,
            part_milli,
            models,
        }
    };
    let sizes = |demand| {
        SIZES
            .map(|size| [u64::MAX, u64::MAX, u64::MAX, 1].map(|models| shape(demand, size, models)))
    };
    DEMANDS.into_iter().flat_map(sizes).flatten().collect()
}
