//! An order, resolved against the world and the policy: numbers for names, points in time for offsets.

use compute::recognise::Estimate;
use model::{Choice, JobSpec, Pauses, Precision};
use network::{Limits, NodeId};
use units::{Bandwidth, Bytes, Carbon, Money, Power, Span, Throughput, Time};

use crate::{
    Abilities, Order, Policy,
    index::{Flavor, Index},
    refused::Refused,
};

/// The longest run that is planned.
pub(crate) const RUN_MOST: Span = Span::hours(24 * 366);
/// How far ahead an order may name its earliest start.
pub(crate) const AHEAD_MOST: Span = Span::hours(24 * 366);

/// What is asked.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) spec: &'a JobSpec,
    pub(crate) goal: Goal,
    /// By flavor: what a gang takes of it, or why it will not do.
    pub(crate) needs: Vec<Result<Need, Refused>>,
    /// Data may move from here on.
    pub(crate) from: Time,
    /// Tasks may start from here on.
    pub(crate) earliest: Time,
    /// Waiting counts from here.
    pub(crate) waiting_from: Time,
    pub(crate) deadline: Option<Time>,
    /// Tasks start no later, by the horizon.
    pub(crate) latest: Time,
    /// What a start that is put off leaves to the deadline.
    pub(crate) margin: Span,
    /// The user's place, where the order asks something of the path there.
    pub(crate) user: Option<NodeId>,
    /// Held for the run; may be zero.
    pub(crate) bandwidth: Bandwidth,
    pub(crate) limits: Limits,
    /// Datasets.
    pub(crate) inputs: Vec<u32>,
    pub(crate) result: Option<(NodeId, Bytes)>,
    pub(crate) budget: Option<Money>,
    pub(crate) carbon_cap: Option<Carbon>,
    /// What its site must be able to give.
    pub(crate) takes: Abilities,
    /// Run time from finished runs.
    pub(crate) expected: Option<Estimate>,
    /// What keeps every site from taking it.
    pub(crate) hopeless: Option<Refused>,
}

/// What is minimised: a weighted sum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal {
    pub(crate) cost: i128,
    pub(crate) carbon: i128,
    pub(crate) time: i128,
    /// Nano-yuan per millisecond until the tasks have ended. Only for finding how near a deadline can be met.
    pub(crate) haste: i128,
}

/// What a gang takes of one flavor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub(crate) units_per_task: u64,
    pub(crate) units: u64,
    pub(crate) run: Span,
    /// Of the IT equipment.
    pub(crate) power: Power,
    /// How an array fits itself to a pool; none for a gang, which is as it is.
    pub(crate) array: Option<Turns>,
    /// Its run time comes from finished runs, not from the order.
    pub(crate) is_expected: bool,
    /// How it may be paused; none where it may not, or where it is too short for two intervals.
    pub(crate) pauses: Option<Pauses>,
}

/// Intervals of a run at most.
pub(crate) const INTERVALS_MOST: u64 = 64;

/// Tasks that take turns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turns {
    tasks: u64,
    at_once: u64,
    /// How long one task runs.
    turn: Span,
    /// What one task's units draw.
    power: Power,
    is_expected: bool,
}

impl Turns {
    /// As wide as the pool has room for.
    fn within(self, units_per_task: u64, units: u32) -> Need {
        let room = (u64::from(units) / units_per_task).max(1);
        let width = self.at_once.min(self.tasks).min(room).max(1);
        Need {
            units_per_task,
            units: units_per_task.saturating_mul(width),
            run: self.turn.saturating_mul(self.tasks.div_ceil(width)).min(RUN_MOST),
            power: self.power.saturating_mul(width),
            array: Some(self),
            is_expected: self.is_expected,
            pauses: None,
        }
    }
}

impl Need {
    /// What it is in a pool of so many units.
    pub(crate) fn within(self, units: u32) -> Self {
        self.array.map_or(self, |turns| turns.within(self.units_per_task, units))
    }

    /// What it can run longer at most, for pauses.
    pub(crate) fn overhead_most(&self) -> Span {
        let Some(Pauses { least, overhead }) = self.pauses else { return Span::ZERO };
        // Each interval but the first does no less than this.
        let each = least.saturating_sub(overhead).get().max(1);
        overhead.saturating_mul((self.run.get() / each).min(INTERVALS_MOST - 1))
    }

    /// No interval is shorter than this.
    pub(crate) fn shortest(&self) -> Span {
        self.pauses.map_or(self.run, |it| self.run.min(it.least))
    }
}

/// What an order may be freed of, to find the nearest that would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifted {
    Nothing,
    Deadline,
    Budget,
    CarbonCap,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(
        order: &Order<'a>,
        lifted: Lifted,
        index: &Index,
        policy: &Policy,
        resume: Option<u32>,
        now: Time,
    ) -> Self {
        let spec = order.spec;
        let asked = spec.earliest.map_or(order.submitted, |when| when.from(order.submitted));
        let from = now.max(order.ready);
        let earliest = from.max(asked);
        let place = |name| index.ids.places.get(name).copied();
        let mut hopeless = None;
        let user = spec.user.as_ref().filter(|_| spec.network.needs_path());
        hopeless = hopeless.or(user.filter(|it| place(it).is_none()).map(|_| Refused::NoUser));
        let to = spec.result.as_ref();
        hopeless =
            hopeless.or(to.filter(|it| place(&it.to).is_none()).map(|_| Refused::NoDestination));
        let inputs =
            spec.inputs.iter().map(|input| index.ids.datasets.get(&input.dataset).copied());
        hopeless = hopeless.or(inputs.clone().any(|id| id.is_none()).then_some(Refused::NoDataset));
        let too_far = earliest > now.after(AHEAD_MOST);
        Self {
            spec,
            goal: goal(spec, lifted),
            needs: index.flavors.iter().map(|flavor| need(order, flavor, policy)).collect(),
            from,
            earliest,
            waiting_from: order.submitted.max(asked),
            deadline: spec
                .deadline
                .filter(|_| lifted != Lifted::Deadline)
                .map(|it| it.from(order.submitted)),
            latest: earliest.after(policy.horizon),
            margin: policy.start_margin,
            user: user.and_then(place),
            bandwidth: spec.network.bandwidth.unwrap_or(Bandwidth::ZERO),
            limits: limits(spec),
            takes: takes(spec, index),
            expected: order.expected,
            inputs: inputs.flatten().chain(resume).collect(),
            result: to.and_then(|it| Some((place(&it.to)?, it.size))),
            budget: spec.budget.filter(|_| lifted != Lifted::Budget),
            carbon_cap: spec.carbon_cap.filter(|_| lifted != Lifted::CarbonCap),
            hopeless: hopeless.or(too_far.then_some(Refused::TooFarAhead { earliest })),
        }
    }

    /// Whether it may be paused anywhere.
    pub(crate) fn has_pauses(&self) -> bool {
        self.needs.iter().flatten().any(|need| need.pauses.is_some())
    }

    /// The same order, run at once.
    pub(crate) fn unpaused(mut self) -> Self {
        self.needs.iter_mut().flatten().for_each(|need| need.pauses = None);
        self
    }

    /// Where the run time comes from, if not from the order.
    pub(crate) fn run_time_from(&self, need: Need) -> Option<String> {
        self.expected.filter(|_| need.is_expected).map(|expected| expected.to_string())
    }

    /// The longest run among the flavors that will do.
    pub(crate) fn longest_run(&self) -> Span {
        let narrowest = |need: &Need| need.within(1).run;
        self.needs.iter().flatten().map(narrowest).max().unwrap_or(Span::ZERO)
    }
}

fn takes(spec: &JobSpec, index: &Index) -> Abilities {
    let dataset = |name| index.ids.datasets.get(name).and_then(|id| index.dataset(*id));
    let mut inputs = spec.inputs.iter().filter_map(|it| dataset(&it.dataset));
    let has_result = spec.result.as_ref().is_some_and(|it| it.dataset.is_some());
    Abilities {
        containers: spec.image.is_some(),
        data: has_result
            || spec.checkpoint.is_some()
            || inputs.any(|dataset| dataset.content.is_some()),
        fences: spec.exclusive,
    }
}

fn goal(spec: &JobSpec, lifted: Lifted) -> Goal {
    let weights = spec.objective.weights();
    let none = Goal { cost: 0, carbon: 0, time: 0, haste: 0 };
    match lifted {
        Lifted::Nothing => Goal {
            cost: weights.cost.into(),
            carbon: weights.carbon.into(),
            time: weights.time.into(),
            ..none
        },
        Lifted::Deadline => Goal { haste: 1_000_000, ..none },
        Lifted::Budget => Goal { cost: 1, carbon: 1, ..none },
        Lifted::CarbonCap => Goal { carbon: 1, ..none },
    }
}

fn limits(spec: &JobSpec) -> Limits {
    let none = Limits::NONE;
    Limits {
        delay: spec.network.latency.unwrap_or(none.delay),
        jitter: spec.network.jitter.unwrap_or(none.jitter),
    }
}

/// Units of a flavor that each task takes, and how long all of them run: of an array, if all ran at once.
fn need(order: &Order<'_>, flavor: &Flavor, policy: &Policy) -> Result<Need, Refused> {
    let spec = order.spec;
    let resources = &spec.resources;
    let choice = resources.any_of.iter().find(|choice| choice.flavor == flavor.name);
    if choice.is_none() && !resources.any_of.is_empty() {
        return Err(Refused::NotListed);
    }
    let cores = choice.and_then(|it| it.cores).unwrap_or(resources.cores);
    let memory = choice.and_then(|it| it.memory).unwrap_or(resources.memory);
    let accelerators = choice.and_then(|it| it.accelerators).unwrap_or(resources.accelerators);
    if accelerators > 0 && flavor.accelerators == 0 {
        return Err(Refused::NoAccelerator);
    }
    let of_accelerators = u64::from(accelerators).div_ceil(u64::from(flavor.accelerators.max(1)));
    let of_cores = cores.get().div_ceil(flavor.cores.get().max(1));
    let of_memory = memory.get().div_ceil(flavor.memory.get().max(1));
    let units_per_task = of_cores.max(of_memory).max(of_accelerators).max(1);
    let said = run_time(spec, choice, flavor, units_per_task);
    let is_expected = said.is_none() && order.expected.is_some();
    let turn = said.or(order.expected.map(|it| it.run_time)).unwrap_or(policy.default_run_time);
    let turn = spec.time_limit.map_or(turn, |limit| turn.min(limit)).max(Span::new(1));
    if turn > RUN_MOST {
        return Err(Refused::TooLong { run: turn });
    }
    let tasks = u64::from(spec.tasks);
    let power = flavor.power.saturating_mul(units_per_task);
    if let Some(array) = spec.array {
        let at_once = array.at_once.map_or(tasks, u64::from);
        let turns = Turns { tasks, at_once, turn, power, is_expected };
        return Ok(turns.within(units_per_task, u32::MAX));
    }
    let units = units_per_task.saturating_mul(tasks);
    let power = flavor.power.saturating_mul(units);
    let run = left_of(turn, order);
    // Two intervals at least: the second goes on after one overhead.
    let pauses =
        spec.pauses.filter(|it| run.saturating_add(it.overhead) >= it.least.saturating_mul(2));
    Ok(Need { units_per_task, units, run, power, array: None, is_expected, pauses })
}

/// What is left of a run, with what going on takes.
fn left_of(run: Span, order: &Order<'_>) -> Span {
    if order.worked.is_zero() {
        return run;
    }
    let overhead = order.spec.pauses.map_or(Span::ZERO, |it| it.overhead);
    run.saturating_sub(order.worked).max(Span::new(1)).saturating_add(overhead)
}

/// As the order says it.
fn run_time(
    spec: &JobSpec,
    choice: Option<&Choice>,
    flavor: &Flavor,
    units_per_task: u64,
) -> Option<Span> {
    let said = choice.and_then(|it| it.run_time).or(spec.run_time);
    said.or_else(|| time_for_work(spec, flavor, units_per_task))
}

/// The work of all precisions, one after the other; none if some of it has no known throughput.
fn time_for_work(spec: &JobSpec, flavor: &Flavor, units_per_task: u64) -> Option<Span> {
    if spec.work.is_empty() {
        return None;
    }
    let mut sum = Span::ZERO;
    for (precision, work) in &spec.work {
        let fastest =
            able(*precision).iter().filter_map(|able| flavor.throughput.get(able)).max()?;
        let throughput = Throughput::new(fastest.get().saturating_mul(units_per_task));
        sum = sum.saturating_add(work.at(throughput)?);
    }
    Some(sum)
}

/// The precisions that can stand in for one: itself and those at least as wide in range and digits.
const fn able(precision: Precision) -> &'static [Precision] {
    use Precision::{Bf16, Fp8, Fp16, Fp32, Fp64, Int8, Int64};
    match precision {
        Fp64 => &[Fp64],
        Fp32 => &[Fp32, Fp64],
        Bf16 => &[Bf16, Fp32, Fp64],
        Fp16 => &[Fp16, Fp32, Fp64],
        Fp8 => &[Fp8, Fp16, Bf16, Fp32, Fp64],
        Int8 => &[Int8, Int64],
        Int64 => &[Int64],
    }
}
