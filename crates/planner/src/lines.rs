//! How a run is priced. One function for the choice, the explanation and the bill.

use energy::RateSum;
use model::{LineKind, Name, PriceLine};
use units::{
    Bandwidth, Bytes, Carbon, CarbonPrice, DataPrice, Energy, EnergyPrice, HourPrice, Money, Span,
    Time,
};

use crate::{
    Policy,
    ask::Goal,
    index::{Index, Pool, Site},
    moves::Move,
    text,
};

/// A run, planned or real, with what it takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) pool: u32,
    pub(crate) units: u64,
    /// Of a unit, where that is not what its owner posts.
    pub(crate) price: Option<HourPrice>,
    pub(crate) start: Time,
    pub(crate) end: Time,
    /// In between, when it does not run; in order.
    pub(crate) gaps: &'a [(Time, Time)],
    /// Of the whole facility.
    pub(crate) energy: Energy,
    /// Links held for the run, and how much of each.
    pub(crate) links: &'a [u32],
    pub(crate) bandwidth: Bandwidth,
    pub(crate) staged: &'a [Move],
    pub(crate) result: Option<&'a Move>,
    /// Datasets read.
    pub(crate) inputs: &'a [u32],
    /// How long it waits, before it starts and in between.
    pub(crate) waits: Span,
}

impl Run<'_> {
    /// How long it runs, without its gaps.
    pub(crate) fn span(&self) -> Span {
        self.gaps
            .iter()
            .fold(self.end.since(self.start), |sum, (from, to)| sum.saturating_sub(to.since(*from)))
    }
}

/// One scarce thing and what it costs, with numbers for names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    kind: LineKind,
    what: What,
    measure: Measure,
    amount: Money,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Pool(u32),
    Site(u32),
    Link(u32),
    Dataset(u32),
}

#[derive(Debug, Clone, Copy)]
enum Measure {
    Units { units: u64, span: Span, price: HourPrice },
    Energy { energy: Energy, price: EnergyPrice, from: Time },
    Carbon { carbon: Carbon, price: CarbonPrice },
    Data { bytes: Bytes, price: DataPrice },
}

/// A priced run, for people and for the bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub lines: Vec<PriceLine>,
    /// Sum of the billed lines.
    pub total: Money,
    /// Of the whole facility.
    pub energy: Energy,
    pub carbon: Carbon,
}

/// The lines of a run, summed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    by_kind: [i64; LineKind::Waiting as usize + 1],
    /// Of the billed lines.
    pub(crate) total: Money,
    pub(crate) carbon: Carbon,
}

impl Sums {
    /// `None` where some sum cannot be written down.
    pub(crate) fn new(index: &Index, policy: &Policy, run: &Run<'_>) -> Option<Self> {
        let mut sums = Self::default();
        each_line(index, policy, run, |line| sums.add(&line))?;
        Some(sums)
    }

    fn add(&mut self, line: &Line) -> Option<()> {
        if let Measure::Carbon { carbon, .. } = line.measure {
            self.carbon = carbon;
        }
        if line.kind.is_billed() {
            self.total = self.total.checked_add(line.amount)?;
        }
        let sum = self.by_kind.get_mut(line.kind as usize)?;
        *sum = sum.checked_add(line.amount.get())?;
        Some(())
    }

    pub(crate) fn of(&self, kind: LineKind) -> Money {
        Money::new(self.by_kind.get(kind as usize).copied().unwrap_or(0))
    }

    /// What is minimised, in nano-yuan.
    pub(crate) fn score(&self, goal: &Goal, waiting_from: Time, end: Time) -> i128 {
        let of = |kind| i128::from(self.of(kind).get());
        let carbon = of(LineKind::Carbon);
        goal.cost * (i128::from(self.total.get()) - carbon)
            + goal.carbon * carbon
            + goal.time * of(LineKind::Waiting)
            + goal.haste * i128::from(end.since(waiting_from).get())
    }

    /// What is not zero, in order of kind.
    pub(crate) fn by_kind(&self) -> Vec<(LineKind, Money)> {
        use LineKind::{Carbon, Compute, Data, Electricity, Link, Transfer, Waiting};
        let all = [Compute, Electricity, Carbon, Link, Transfer, Data, Waiting];
        all.into_iter()
            .map(|kind| (kind, self.of(kind)))
            .filter(|(_, amount)| !amount.is_zero())
            .collect()
    }
}

/// Nano-yuan of what no start changes: units, data moved and read.
pub(crate) fn fixed(index: &Index, run: &Run<'_>) -> Option<i128> {
    let pool = index.pool(run.pool)?;
    let mut sum = i128::from(compute(pool, run)?.amount.get());
    each_data_line(index, run, |line| {
        sum += i128::from(line.amount.get());
        Some(())
    })?;
    Some(sum)
}

/// Gives each line of a run to `take`. `None` where an amount cannot be written down or `take` says so.
pub(crate) fn each_line(
    index: &Index,
    policy: &Policy,
    run: &Run<'_>,
    mut take: impl FnMut(Line) -> Option<()>,
) -> Option<()> {
    let pool = index.pool(run.pool)?;
    let site = index.site(pool.site)?;
    take(compute(pool, run)?)?;
    let [electricity, carbon] = power(site, pool.site, policy, run)?;
    take(electricity)?;
    take(carbon)?;
    let held = run.bandwidth.over(run.span())?;
    for link in run.links.iter().filter(|_| !run.bandwidth.is_zero()) {
        take(over_link(index, LineKind::Link, *link, held)?)?;
    }
    each_data_line(index, run, &mut take)?;
    match waiting(policy, run)? {
        line if line.amount.is_zero() => Some(()),
        line => take(line),
    }
}

/// Data moved, and data read.
fn each_data_line(
    index: &Index,
    run: &Run<'_>,
    mut take: impl FnMut(Line) -> Option<()>,
) -> Option<()> {
    for moved in run.staged.iter().chain(run.result) {
        for link in &moved.links {
            take(over_link(index, LineKind::Transfer, *link, moved.size)?)?;
        }
    }
    for id in run.inputs {
        let dataset = index.dataset(*id)?;
        if !dataset.price.is_zero() {
            take(data(LineKind::Data, What::Dataset(*id), dataset.size, dataset.price)?)?;
        }
    }
    Some(())
}

fn compute(pool: &Pool, run: &Run<'_>) -> Option<Line> {
    let span = run.span();
    let hourly = run.price.unwrap_or(pool.price);
    let price = hourly.checked_mul(i64::try_from(run.units).ok()?)?;
    let measure = Measure::Units { units: run.units, span, price: hourly };
    Some(Line {
        kind: LineKind::Compute,
        what: What::Pool(run.pool),
        measure,
        amount: price.times(span)?,
    })
}

/// Electricity and carbon.
fn power(site: &Site, id: u32, policy: &Policy, run: &Run<'_>) -> Option<[Line; 2]> {
    let whole = site.energy.sum(run.start, run.end.max(run.start.after(Span::new(1))));
    let gaps = run.gaps.iter().map(|(from, to)| site.energy.sum(*from, *to));
    let rates = gaps.fold(whole, RateSum::minus);
    let (energy, price) = (run.energy, rates.mean_price());
    let carbon = rates.carbon(energy)?;
    let electricity = Line {
        kind: LineKind::Electricity,
        what: What::Site(id),
        measure: Measure::Energy { energy, price, from: run.start },
        amount: rates.cost(energy)?,
    };
    let carbon = Line {
        kind: LineKind::Carbon,
        what: What::Site(id),
        measure: Measure::Carbon { carbon, price: policy.carbon_price },
        amount: policy.carbon_price.times(carbon)?,
    };
    Some([electricity, carbon])
}

fn over_link(index: &Index, kind: LineKind, link: u32, bytes: Bytes) -> Option<Line> {
    data(kind, What::Link(link), bytes, index.link(link)?.price)
}

fn data(kind: LineKind, what: What, bytes: Bytes, price: DataPrice) -> Option<Line> {
    Some(Line { kind, what, measure: Measure::Data { bytes, price }, amount: price.times(bytes)? })
}

fn waiting(policy: &Policy, run: &Run<'_>) -> Option<Line> {
    let span = run.waits;
    let price = policy.waiting_price.checked_mul(i64::try_from(run.units).ok()?)?;
    let measure = Measure::Units { units: run.units, span, price: policy.waiting_price };
    Some(Line {
        kind: LineKind::Waiting,
        what: What::Pool(run.pool),
        measure,
        amount: price.times(span)?,
    })
}

/// The lines in words. `None` where an amount cannot be written down.
pub(crate) fn priced(index: &Index, policy: &Policy, run: &Run<'_>) -> Option<Priced> {
    let mut lines = Vec::new();
    let mut sums = Sums::default();
    each_line(index, policy, run, |line| {
        lines.push(line.told(index)?);
        sums.add(&line)
    })?;
    Some(Priced { lines, total: sums.total, energy: run.energy, carbon: sums.carbon })
}

impl Line {
    fn told(&self, index: &Index) -> Option<PriceLine> {
        let (what, owner) = self.what.told(index)?;
        let now = |site: u32, at| index.site(site).map(|it| it.energy.price_at(at));
        let at_start = match (self.what, self.measure) {
            (What::Site(id), Measure::Energy { from, .. }) => now(id, from),
            _ => None,
        };
        let (quantity, price) = self.measure.told(at_start);
        let provider = self.kind.is_billed().then(|| owner.clone());
        Some(PriceLine {
            kind: self.kind,
            what: what.clone(),
            provider,
            quantity,
            price,
            amount: self.amount,
        })
    }
}

impl What {
    /// Its name, and who is paid for it.
    fn told(self, index: &Index) -> Option<(&Name, &Name)> {
        match self {
            Self::Pool(id) => {
                let pool = index.pool(id)?;
                Some((&pool.name, &index.site(pool.site)?.organization))
            }
            Self::Site(id) => index.site(id).map(|it| (&it.name, &it.organization)),
            Self::Link(id) => index.link(id).map(|it| (&it.name, &it.organization)),
            Self::Dataset(id) => index.dataset(id).map(|it| (&it.name, &it.organization)),
        }
    }
}

impl Measure {
    /// Quantity and price; `at_start` is the price of electricity when the run starts.
    fn told(self, at_start: Option<EnergyPrice>) -> (String, String) {
        match self {
            Self::Units { units, span, price } => (text::units_for(units, span), price.to_string()),
            Self::Energy { energy, price, .. } => {
                (energy.human(), text::energy_price(price, at_start.is_some_and(|it| it != price)))
            }
            Self::Carbon { carbon, price } => (carbon.human(), price.to_string()),
            Self::Data { bytes, price } => (bytes.to_string(), price.to_string()),
        }
    }
}
