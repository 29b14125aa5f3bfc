//! What a unit of each item is worth above its reserve, and what that proves.
#![expect(
    clippy::indexing_slicing,
    reason = "the auction itself checked that its bids name its items"
)]

use prices::ascent::{Dual, Rows, Stage, ascend};

use super::Auction;

/// Temperatures, in parts of the mean surplus of a bid, and rounds at each.
const STAGES: [(f32, u32); 6] =
    [(0.3, 100), (0.1, 150), (0.03, 200), (0.01, 300), (0.003, 400), (0.001, 400)];
/// How much longer steps are than those that are safe for any bids: few bids are near the margin at once.
const BOLD: f32 = 8.0;

/// Prices above the reserves, and a bound on the welfare.
#[derive(Debug, Clone)]
pub(super) struct Shadow {
    pub(super) premiums: Vec<u64>,
    pub(super) bound: u128,
}

pub(super) fn find(auction: &Auction) -> Shadow {
    let mut lagrange = Lagrange::new(auction);
    let zero = vec![0; auction.items.len()];
    let free = Shadow { bound: bound(auction, &zero), premiums: zero };
    if lagrange.bids.is_empty() {
        return free;
    }
    let stages = STAGES.map(|(temperature, rounds)| Stage { temperature, rounds });
    let rows = Rows { steps: lagrange.steps(), levels: Vec::new() };
    let peak = ascend(&mut lagrange, vec![0.0; auction.items.len()], &rows, &stages);
    let scale = lagrange.scale;
    // A price is per unit; rows are in parts of the capacity.
    let premium = |(price, item): (&f32, &super::Item)| {
        (f64::from(*price) * scale / f64::from(item.units.max(1))).round() as u64
    };
    let premiums: Vec<u64> = peak.prices.iter().zip(&auction.items).map(premium).collect();
    let found = Shadow { bound: bound(auction, &premiums), premiums };
    if found.bound < free.bound { found } else { free }
}

/// At any prices not below the reserves: what all capacity costs above them, and what each bid is worth above its cost. No
/// choice of bids has more welfare (weak duality). Exact.
fn bound(auction: &Auction, premiums: &[u64]) -> u128 {
    let capacity = auction.items.iter().zip(premiums);
    let capacity: u128 = capacity.map(|(item, it)| u128::from(item.units) * u128::from(*it)).sum();
    let premium = |item: usize| premiums[item];
    let gains = auction.bids.iter().filter(|it| auction.fits(it)).filter_map(|bid| {
        u128::from(auction.surplus(bid)?).checked_sub(auction.cost(bid, premium))
    });
    capacity + gains.sum::<u128>()
}

impl Auction {
    /// Whether it could win alone.
    pub(super) fn fits(&self, bid: &super::Bid) -> bool {
        let enough = |need: &super::Need| self.items[need.item as usize].units >= need.units;
        bid.needs.iter().all(enough)
    }
}

/// The dual of the auction without its integers: every bid may win in part.
struct Lagrange {
    /// Surplus in parts of the mean.
    bids: Vec<f32>,
    /// Needs of bid `n` are `starts[n]..starts[n + 1]`.
    starts: Vec<usize>,
    items: Vec<u32>,
    /// Parts of the items' capacities.
    parts: Vec<f32>,
    rows: usize,
    scale: f64,
}

impl Lagrange {
    /// Of the bids that can win at all.
    fn new(auction: &Auction) -> Self {
        let bids = auction.bids.iter().filter(|it| auction.fits(it));
        let bids: Vec<_> =
            bids.filter_map(|it| Some((it, auction.surplus(it).filter(|it| *it > 0)?))).collect();
        let sum: f64 = bids.iter().map(|(_, surplus)| *surplus as f64).sum();
        let scale = sum / bids.len().max(1) as f64;
        let (mut starts, mut items, mut parts) = (vec![0], Vec::new(), Vec::new());
        for need in bids.iter().flat_map(|(bid, _)| bid.needs.iter().map(Some).chain([None])) {
            let Some(need) = need else {
                starts.push(items.len());
                continue;
            };
            items.push(need.item);
            parts.push(need.units as f32 / auction.items[need.item as usize].units as f32);
        }
        let surplus = bids.iter().map(|(_, it)| (*it as f64 / scale) as f32).collect();
        Self { bids: surplus, starts, items, parts, rows: auction.items.len(), scale }
    }

    fn needs(&self, bid: usize) -> impl Iterator<Item = (usize, f32)> {
        let of = self.starts[bid]..self.starts[bid + 1];
        self.items[of.clone()]
            .iter()
            .zip(&self.parts[of])
            .map(|(item, part)| (*item as usize, *part))
    }

    /// One over what bounds the curvature of each row (by the sums of the rows of the second derivative).
    fn steps(&self) -> Vec<f32> {
        let mut curve = vec![0.0_f32; self.rows];
        for bid in 0..self.bids.len() {
            let whole: f32 = self.needs(bid).map(|(_, part)| part).sum();
            for (item, part) in self.needs(bid) {
                curve[item] += part * whole / 4.0;
            }
        }
        curve.into_iter().map(|it| if it > 0.0 { BOLD / it } else { 0.0 }).collect()
    }
}

impl Dual for Lagrange {
    fn evaluate(&mut self, prices: &[f32], temperature: f32, excess: &mut [f32]) -> f64 {
        excess.fill(-1.0);
        let capacity: f64 = prices.iter().map(|it| f64::from(*it)).sum();
        let mut gains = 0.0_f64;
        for (bid, surplus) in self.bids.iter().enumerate() {
            let price = |(item, part): (usize, f32)| part * prices[item];
            let gain = surplus - self.needs(bid).map(price).sum::<f32>();
            let (worth, share) = smoothed(gain, temperature);
            gains += f64::from(worth);
            if share > 1e-6 {
                for (item, part) in self.needs(bid) {
                    excess[item] += share * part;
                }
            }
        }
        -(capacity + gains)
    }
}

/// The greater of a gain and zero, smoothed, and how much of the bid wins.
fn smoothed(gain: f32, temperature: f32) -> (f32, f32) {
    if temperature <= 0.0 {
        return if gain > 0.0 { (gain, 1.0) } else { (0.0, 0.0) };
    }
    let at = gain / temperature;
    let softplus = if at > 20.0 { gain } else { temperature * at.exp().ln_1p() };
    (softplus, 1.0 / (1.0 + (-at).exp()))
}
