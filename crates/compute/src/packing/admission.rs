//! Which pods are worth their devices, by the prices of a forecast.
//!
//! Cutting stock (Gilmore and Gomory, 1961): a device is cut into parts by a pattern; a pattern is worth what it fills. Each
//! kind of part has a price, the worth of one more pod of it, and a device has one, the worth of the best pattern net of the
//! prices of its parts. A pod whose best pattern is worth less than the device is refused: what takes its place fills more.
#![expect(
    clippy::indexing_slicing,
    reason = "amounts are at most one device, kinds are those of the list"
)]

use std::collections::BTreeMap;

use super::{Shape, WHOLE};

/// Steps of the first descent, and of those that go on from its prices; the prices are the best that were met.
const STEPS_FIRST: u32 = 400;
const STEPS: u32 = 60;
/// First step, in thousandths.
const STEP_FIRST: f64 = 60.0;

/// Prices of devices and parts.
#[derive(Debug, Clone)]
pub struct Admission {
    /// Thousandths a pod may be worth less than the device it takes.
    slack: f64,
    parts: Vec<Part>,
    /// Every part is a whole number of so many thousandths, and so is a device.
    grain: usize,
    is_priced: bool,
    device_price: f64,
    /// How much less than a device is worth the best pattern with this part, by part.
    losses: BTreeMap<u16, f64>,
}

#[derive(Debug, Clone)]
struct Part {
    milli: usize,
    /// Share of the part in the devices that are asked, as pods per thousandth.
    rate: f64,
    price: f64,
}

impl Admission {
    /// Prices for pods like these, of which nothing is known yet.
    #[must_use]
    pub fn new(pods: &[Shape], slack: f64) -> Self {
        let mut counts: BTreeMap<u16, f64> = BTreeMap::new();
        let mut asked = 0.0;
        for pod in pods.iter().filter(|pod| pod.devices > 0) {
            *counts.entry(pod.part_milli).or_default() += f64::from(pod.devices);
            asked += f64::from(pod.device_milli());
        }
        let part = |(milli, count): (u16, f64)| Part {
            milli: usize::from(milli),
            rate: count / asked,
            price: 0.0,
        };
        let grain =
            counts.keys().fold(usize::from(WHOLE), |grain, milli| gcd(grain, usize::from(*milli)));
        let parts = counts.into_iter().map(part).collect();
        Self { slack, parts, grain, is_priced: false, device_price: 0.0, losses: BTreeMap::new() }
    }

    /// Finds the prices anew for devices that are free and demand that is still to come, both in thousandths.
    pub fn price(&mut self, free_milli: f64, demand_milli: f64) {
        let devices = free_milli / f64::from(WHOLE);
        let mut best = (f64::INFINITY, self.prices());
        let from = if self.is_priced { STEPS_FIRST - STEPS } else { 0 };
        self.is_priced = true;
        for step in from..STEPS_FIRST {
            let (worth, used) = self.pattern();
            let dual = devices * worth
                + self.parts.iter().map(|part| part.rate * demand_milli * part.price).sum::<f64>();
            if dual < best.0 {
                best = (dual, self.prices());
            }
            self.step(&used, devices, demand_milli, STEP_FIRST / f64::from(1 + step / 8));
        }
        self.parts.iter_mut().zip(best.1).for_each(|(part, price)| part.price = price);
        self.device_price = self.pattern().0;
        self.losses = self.losses();
    }

    /// Whether a pod is worth its devices.
    #[must_use]
    pub fn admits(&self, shape: &Shape) -> bool {
        shape.devices == 0 || self.loss_milli(shape) <= self.slack
    }

    /// Thousandths that are lost by a pod of this shape against the best use of its device.
    #[must_use]
    pub fn loss_milli(&self, shape: &Shape) -> f64 {
        self.losses.get(&shape.part_milli).copied().unwrap_or(0.0)
    }

    fn prices(&self) -> Vec<f64> {
        self.parts.iter().map(|part| part.price).collect()
    }

    /// Along the gradient: up where the pattern uses more than comes, down where less.
    fn step(&mut self, used: &[u32], devices: f64, demand_milli: f64, size: f64) {
        let gradient =
            |part: &Part, used: u32| part.rate * demand_milli - devices * f64::from(used);
        let norm: f64 = self
            .parts
            .iter()
            .zip(used)
            .map(|(part, used)| gradient(part, *used).powi(2))
            .sum::<f64>()
            .sqrt();
        for (part, used) in self.parts.iter_mut().zip(used) {
            let by = size * gradient(part, *used) / norm.max(1e-9);
            part.price = (part.price - by).clamp(0.0, part.milli as f64);
        }
    }

    /// Worth of the best pattern, and how often it uses each part.
    fn pattern(&self) -> (f64, Vec<u32>) {
        let (worth, chosen) = self.fill();
        let mut used = vec![0; self.parts.len()];
        let mut room = self.grains();
        while chosen[room] > 0 {
            used[chosen[room] - 1] += 1;
            room -= self.parts[chosen[room] - 1].milli / self.grain;
        }
        (worth[self.grains()], used)
    }

    fn grains(&self) -> usize {
        usize::from(WHOLE) / self.grain
    }

    /// For every room, in grains, its best worth, and one more than the part to put there first; 0 for none.
    fn fill(&self) -> (Vec<f64>, Vec<usize>) {
        let most = self.grains();
        let (mut worth, mut chosen) = (vec![0.0; most + 1], vec![0; most + 1]);
        for room in 1..=most {
            worth[room] = 0.0;
            let fits = |(_, part): &(usize, &Part)| part.milli / self.grain <= room;
            for (at, part) in self.parts.iter().enumerate().take_while(fits) {
                let with = worth[room - part.milli / self.grain] + part.milli as f64 - part.price;
                if with > worth[room] + 1e-9 {
                    (worth[room], chosen[room]) = (with, at + 1);
                }
            }
        }
        (worth, chosen)
    }

    fn losses(&self) -> BTreeMap<u16, f64> {
        let (worth, _) = self.fill();
        let loss = |part: &Part| {
            let rest = self.grains() - part.milli / self.grain;
            (part.milli as u16, self.device_price - (worth[rest] + part.milli as f64 - part.price))
        };
        self.parts.iter().map(loss).collect()
    }
}

const fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
