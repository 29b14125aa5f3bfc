//! Virtual time: what happens next happens now.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use api::{AgentReport, AgentReportAnswer, JobView};
use control::{Change, Control, Settings};
use energy::dispatch::SLOT;
use model::{Assignment, JobKey, JobState, Kind, Name, Resource, Spec, TaskId};
use planner::{Planner, Policy};
use units::{Span, Time};

use super::{
    Report, Rule,
    event::{Event, Planned},
    file::Scenario,
    forecast,
    jobs::{Order, Orders},
    oracle::Oracle,
    report::Tally,
    signals::{self, Signals},
    site::{Shape, Site, Told},
    world,
};
use crate::{SimError, random::Random};

const DAY: Span = Span::hours(24);
/// What has not ended this long after the last order never will.
const PATIENCE: Span = Span::hours(24 * 60);
/// As the server does now and then.
const TRIMMED_EVERY: Span = Span::minutes(10);

/// How long attempts ran that were stopped and saved.
type Saved = BTreeMap<JobKey, BTreeMap<u32, Span>>;

pub(super) struct Grid<'a> {
    pub(super) scenario: &'a Scenario,
    rule: Rule,
    pub(super) control: Control,
    /// The world as it is, where forecasts are wrong.
    truth: Option<Planner>,
    resources: Vec<Resource>,
    /// Of sites whose electricity is read from files.
    signals: Signals,
    pub(super) now: Time,
    queue: BinaryHeap<Reverse<Planned>>,
    number: u64,
    sites: Vec<Site>,
    by_name: BTreeMap<Name, usize>,
    orders: Orders,
    last_order: Time,
    /// When control last forgot the past.
    trimmed: Time,
    /// Of jobs that are not final: how much longer they run than they say.
    factors: BTreeMap<JobKey, f64>,
    /// Of jobs that may be paused: how long each attempt ran that was stopped and saved.
    saved: Saved,
    random: Random,
    oracle: Oracle,
    pub(super) tally: Tally,
}

/// Runs a scenario to its end under a rule.
///
/// # Errors
/// The world is wrong, or there are no jobs.
pub fn run(scenario: &Scenario, rule: Rule) -> Result<Report, SimError> {
    let mut grid = Grid::new(scenario, rule)?;
    while grid.step() {}
    let live = grid.factors.len();
    if live > 0 {
        grid.oracle.wrong(|| format!("{live} jobs never ended"));
    }
    if grid.truth.is_none() && live == 0 {
        grid.oracle.adds_up(grid.tally.said, grid.tally.cost());
    }
    let units = world::units(&grid.resources).values().sum();
    let told = (scenario.title.as_str(), rule.name(), scenario.seed);
    Ok(grid.tally.report(told, scenario.start, units, grid.oracle))
}

fn control(scenario: &Scenario, rule: Rule) -> Control {
    let mut policy = Policy {
        candidates_kept: scenario.candidates,
        start_margin: Policy::START_MARGIN,
        ..Policy::default()
    };
    policy.horizon = scenario.horizon.unwrap_or(policy.horizon);
    policy.waiting_price = scenario.waiting_price.unwrap_or(policy.waiting_price);
    let settings = Settings {
        lease: scenario.lease,
        keep: scenario.lease.saturating_mul(2),
        hold_ttl: scenario.lease.saturating_mul(2),
        start_patience: Span::hours(24 * 7),
        together_pause: Span::minutes(5),
        together_most: if rule.together() { 64 } else { 0 },
        ..Settings::default()
    };
    Control::new(settings, policy)
}

fn set_signals(control: &mut Control, signals: &Signals) -> Result<(), SimError> {
    for (site, signal) in signals {
        control.set_rates(site, signal.clone()).map_err(wrong)?;
    }
    Ok(())
}

/// The world as it is.
fn truth(control: &Control, signals: &Signals) -> Planner {
    let mut truth = Planner::new(control.planner_world().clone(), Policy::default());
    signals.iter().for_each(|(site, signal)| truth.set_rates(site, signal.clone()));
    truth
}

fn wrong(problem: api::Problem) -> SimError {
    let fields: Vec<String> = problem.errors.iter().map(ToString::to_string).collect();
    let text = format!("the world: {} {}", problem.detail, fields.join("; "));
    SimError::Asked(text.trim_end().to_owned())
}

impl<'a> Grid<'a> {
    fn new(scenario: &'a Scenario, rule: Rule) -> Result<Self, SimError> {
        let resources = world::resources(scenario)?;
        let orders = Orders::new(scenario, world::project(&resources)?)?;
        let mut control = control(scenario, rule);
        let nothing = BTreeMap::new();
        control.apply(resources.clone(), &nothing, false, scenario.start).map_err(wrong)?;
        let signals = signals::read(&scenario.signals, scenario.start)?;
        set_signals(&mut control, &signals)?;
        let truth = (scenario.forecast_error > 0.0).then(|| truth(&control, &signals));
        let sites = sites(&resources);
        let by_name = sites.iter().enumerate().map(|(id, site)| (site.name.clone(), id)).collect();
        let mut grid = Self {
            scenario,
            rule,
            control,
            truth,
            resources,
            signals,
            now: scenario.start,
            queue: BinaryHeap::new(),
            number: 0,
            sites,
            by_name,
            orders,
            last_order: scenario.start,
            trimmed: scenario.start,
            factors: BTreeMap::new(),
            saved: BTreeMap::new(),
            random: Random::new(scenario.seed ^ 0x5eed),
            oracle: Oracle::default(),
            tally: Tally::default(),
        };
        grid.begin()?;
        Ok(grid)
    }

    fn begin(&mut self) -> Result<(), SimError> {
        if self.scenario.forecast_error > 0.0 {
            self.plan_at(self.now, Event::NewForecast);
        }
        for site in 0..self.sites.len() {
            self.plan_at(self.now, Event::Speak { site, by_clock: true });
        }
        for (id, fault) in self.scenario.faults.iter().enumerate() {
            let known = fault.site.as_ref().is_some_and(|it| self.by_name.contains_key(it))
                || fault
                    .link
                    .as_ref()
                    .is_some_and(|it| self.control.planner_world().links.contains_key(it));
            if !known || fault.site.is_some() == fault.link.is_some() {
                let what = format!("faults[{id}] has to name one site or one link of the world");
                return Err(SimError::Asked(what));
            }
            let at = self.now.after(fault.at);
            self.plan_at(at, Event::Fault { id, begins: true });
            self.plan_at(at.after(fault.lasts), Event::Fault { id, begins: false });
        }
        self.begin_supply()?;
        self.next_order();
        self.commit();
        Ok(())
    }

    pub(super) fn knows(&self, site: &Name) -> bool {
        self.by_name.contains_key(site)
    }

    pub(super) fn plan_at(&mut self, at: Time, event: Event) {
        self.number += 1;
        self.queue.push(Reverse(Planned { at, number: self.number, event }));
    }

    fn next_order(&mut self) {
        if let Some(order) = self.orders.next() {
            // Sites speak first: nobody is there before.
            let at = self.scenario.start.after(order.at).after(Span::seconds(1));
            self.last_order = at;
            self.plan_at(at, Event::Order(Box::new(order)));
        }
    }

    /// What comes next. False once all has ended, or never will.
    fn step(&mut self) -> bool {
        let is_done = self.orders.made >= self.orders.count
            && self.tally.orders == self.orders.count
            && self.factors.is_empty()
            && self.now.after(SLOT) >= self.supply_ends();
        if is_done || self.now > self.last_order.after(PATIENCE) {
            return false;
        }
        let wake = self.control.next_wake();
        let event = self.queue.peek().map(|Reverse(it)| it.at);
        let Some(next) = wake.into_iter().chain(event).min() else { return false };
        self.now = self.now.max(next);
        if self.now.since(self.trimmed) >= TRIMMED_EVERY {
            self.trimmed = self.now;
            self.control.trim(self.now);
        }
        if event.is_some_and(|at| at <= self.now) {
            if let Some(Reverse(planned)) = self.queue.pop() {
                self.tally.events += 1;
                self.happen(planned.event);
            }
        } else {
            self.control.tick(self.now);
        }
        self.commit();
        true
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Order(order) => self.order(*order),
            Event::Speak { site, by_clock } => self.speak(site, by_clock),
            Event::Report { site, report, version } => self.report(site, &report, version),
            Event::Answer { site, answer, version } => self.answer(site, &answer, version),
            Event::Target { site, told } => self.target(site, &told),
            Event::RunsOut { site, task } => self.runs_out(site, &task),
            Event::Fault { id, begins } => self.fault(id, begins),
            Event::NewForecast => self.new_forecast(),
            Event::Supply => self.look_at_supply(),
            Event::Ask { id, ends } => self.ask(id, ends),
            Event::Outage { id } => self.fail_grid(id),
        }
    }

    fn order(&mut self, order: Order) {
        self.tally.orders += 1;
        self.next_order();
        let job = self.rule.rewrite(&mut self.control, order.job, self.now);
        match self.control.submit(job, self.now) {
            Ok(key) => drop(self.factors.insert(key, order.factor)),
            Err(_) => self.tally.refused += 1,
        }
    }

    /// A message is on its way: lost, or once, or twice.
    fn send(&mut self, event: Event) {
        let messages = self.scenario.messages;
        self.tally.messages += 1;
        if messages.lost > 0.0 && self.random.unit() < messages.lost {
            return;
        }
        if messages.repeated > 0.0 && self.random.unit() < messages.repeated {
            self.send_off(event.clone());
        }
        self.send_off(event);
    }

    fn send_off(&mut self, event: Event) {
        let (least, most) = self.scenario.messages.delay;
        let delay = least.get() + self.random.below(most.get().saturating_sub(least.get()) + 1);
        self.plan_at(self.now.after(Span::new(delay)), event);
    }

    fn speak(&mut self, id: usize, by_clock: bool) {
        if by_clock {
            let third = Span::new(self.scenario.lease.get() / 3);
            self.plan_at(self.now.after(third), Event::Speak { site: id, by_clock });
        }
        let Some(site) = self.sites.get_mut(id) else { return };
        site.fence(self.now);
        if !site.is_cut(self.now) {
            let (report, version) = site.report(self.now);
            self.send(Event::Report { site: id, report: Box::new(report), version });
        }
    }

    fn report(&mut self, id: usize, report: &AgentReport, version: u64) {
        let Some(site) = self.sites.get(id) else { return };
        let name = site.name.clone();
        let answer = match self.control.report(&name, report, self.now) {
            Ok(answer) => answer,
            Err(problem) => {
                return self.oracle.wrong(|| format!("a report of {name}: {}", problem.detail));
            }
        };
        self.commit();
        self.send(Event::Answer { site: id, answer: Box::new(answer), version });
        if self.control.generation(&name) > Some(report.generation) {
            self.tell(id);
        }
    }

    /// Sends a site what it should have.
    fn tell(&mut self, id: usize) {
        let Some(site) = self.sites.get(id).filter(|site| !site.is_cut(self.now)) else { return };
        if let Some((generation, assignments)) = self.control.assignments(&site.name) {
            self.send(Event::Target { site: id, told: Told { generation, assignments } });
        }
    }

    fn answer(&mut self, id: usize, answer: &AgentReportAnswer, version: u64) {
        let Some(site) = self.sites.get_mut(id).filter(|site| !site.is_cut(self.now)) else {
            return;
        };
        site.hear(answer, version, self.now);
        if answer.again || site.has_news() {
            self.speak_soon(id);
        }
    }

    fn target(&mut self, id: usize, told: &Told) {
        let (control, factors, saved) = (&self.control, &self.factors, &self.saved);
        let Some(site) = self.sites.get_mut(id).filter(|site| !site.is_cut(self.now)) else {
            return;
        };
        site.accept(told, self.now, |assignment| shape(control, (factors, saved), assignment));
        for (id, ran) in std::mem::take(&mut site.saved) {
            let job = self.control.job(&id.job).filter(|it| it.spec.pauses.is_some());
            if let Some(decision) = job.and_then(|it| it.status.decision.as_ref()) {
                self.tally.used += u128::from(ran.get()) * u128::from(decision.units_per_task);
                self.saved.entry(id.job).or_default().insert(id.attempt, ran);
            }
        }
        self.follow(id);
    }

    fn runs_out(&mut self, id: usize, task: &TaskId) {
        let Some(site) = self.sites.get_mut(id) else { return };
        if site.run_out(task, self.now) {
            self.follow(id);
        }
    }

    /// Plans the ends of what has just started, and lets the agent tell what is new.
    fn follow(&mut self, id: usize) {
        let Some(site) = self.sites.get_mut(id) else { return };
        let started = std::mem::take(&mut site.exit_soonest);
        let news = site.has_news() && !site.is_cut(self.now);
        let now = self.now;
        for (at, task) in started {
            if self.control.job(&task.job).is_some_and(|job| job.spec.exclusive) {
                self.oracle.runs_once(&mut self.sites, id, &task, now);
            }
            self.plan_at(at, Event::RunsOut { site: id, task: Box::new(task) });
        }
        if news {
            self.speak_soon(id);
        }
    }

    /// An agent tells what is new once, however many tasks it is of.
    fn speak_soon(&mut self, id: usize) {
        let at = self.now.after(Span::new(1));
        let Some(site) = self.sites.get_mut(id) else { return };
        if site.speaks_at.replace(at) != Some(at) {
            self.plan_at(at, Event::Speak { site: id, by_clock: false });
        }
    }

    fn fault(&mut self, id: usize, begins: bool) {
        let Some(fault) = self.scenario.faults.get(id) else { return };
        let until = self.now.after(fault.lasts);
        if let Some(site) = fault.site.as_ref().and_then(|name| self.by_name.get(name)).copied() {
            if let Some(it) = self.sites.get_mut(site) {
                it.cut_until = begins.then_some(until);
            }
            if !begins {
                self.plan_at(self.now, Event::Speak { site, by_clock: false });
            }
        }
        let link = self.resources.iter().find(|it| {
            it.spec.kind() == Kind::Link && Some(&it.metadata.name) == fault.link.as_ref()
        });
        if let Some(mut link) = link.cloned() {
            if let Spec::Link(spec) = &mut link.spec {
                spec.down |= begins;
            }
            self.apply(vec![link]);
        }
    }

    fn new_forecast(&mut self) {
        let error = self.scenario.forecast_error;
        let sites = forecast::mistaken(&self.resources, error, &mut self.random);
        self.apply(sites);
        let random = &mut self.random;
        let mistaken = |(site, signal): (&Name, &energy::Told)| {
            (site.clone(), signals::mistaken(signal, self.now, error, random))
        };
        let mistaken = self.signals.iter().map(mistaken).collect();
        if let Err(error) = set_signals(&mut self.control, &mistaken) {
            self.oracle.wrong(|| error.to_string());
        }
        self.plan_at(self.now.after(DAY), Event::NewForecast);
    }

    fn apply(&mut self, resources: Vec<Resource>) {
        if let Err(problem) = self.control.apply(resources, &BTreeMap::new(), false, self.now) {
            self.oracle.wrong(|| format!("a change of the world was refused: {}", problem.detail));
        }
    }

    /// What the server makes durable is counted here.
    fn commit(&mut self) {
        for change in self.control.take_changes() {
            match change {
                Change::NewJob(job) | Change::UpdateJob(job) => self.job_changed(&job),
                Change::Site { site, .. } => {
                    if let Some(id) = self.by_name.get(&site).copied() {
                        self.tell(id);
                    }
                }
                Change::Charges(charges) if self.truth.is_none() => {
                    charges.iter().for_each(|it| self.tally.charge(it.line.kind, it.line.amount));
                }
                Change::Event(event) => {
                    self.tally.moves +=
                        u64::from(event.kind == Kind::Job && event.what == "planned");
                }
                _ => {}
            }
        }
    }

    fn job_changed(&mut self, job: &JobView) {
        let status = &job.status;
        if !status.state.is_final() {
            return;
        }
        self.factors.remove(&job.key);
        self.saved.remove(&job.key);
        self.tally.moves = self.tally.moves.saturating_sub(u64::from(status.decision.is_some()));
        let ran = status.started.zip(status.ended).zip(status.decision.as_ref());
        if let Some(((from, to), decision)) = ran {
            let tasks =
                status.tasks.iter().filter_map(|it| Some(it.ended?.since(it.started?).get()));
            let busy: u64 = tasks.sum();
            self.tally.used += u128::from(busy) * u128::from(decision.units_per_task);
            let energy = status.tasks_energy();
            let priced = self.truth.as_ref().filter(|_| status.state == JobState::Succeeded);
            let priced =
                priced.map(|truth| truth.price_run(&job.spec, decision, from, to, Some(energy)));
            return self.tally.ended(job, priced.as_ref());
        }
        self.tally.ended(job, None);
    }
}

fn sites(resources: &[Resource]) -> Vec<Site> {
    let names =
        resources.iter().filter(|it| it.spec.kind() == Kind::Site).map(|it| &it.metadata.name);
    let pools = |site: &Name| {
        let pools = resources.iter().filter_map(|it| match &it.spec {
            Spec::Pool(pool) if pool.site == *site => {
                Some((it.metadata.name.clone(), u64::from(pool.units)))
            }
            _ => None,
        });
        pools.collect()
    };
    names.map(|name| Site::new(name.clone(), pools(name))).collect()
}

/// What a task of an assignment takes, and for how long it really runs.
fn shape(
    control: &Control,
    (factors, saved): (&BTreeMap<JobKey, f64>, &Saved),
    assignment: &Assignment,
) -> Option<Shape> {
    let job = control.job(&assignment.job)?;
    let decision = job.status.decision.as_ref()?;
    let units = u64::from(decision.units_per_task);
    let flavor = control.planner_world().flavors.get(&assignment.work.flavor)?;
    let said = job.spec.run_time.unwrap_or(decision.run_time);
    let factor = factors.get(&assignment.job).copied().unwrap_or(1.0);
    let whole = Span::new((said.get() as f64 * factor) as u64);
    let overhead = job.spec.pauses.map_or(Span::ZERO, |it| it.overhead);
    let ran = saved.get(&assignment.job).into_iter().flat_map(BTreeMap::values);
    // Each run but the first begins with what going on takes.
    let again = |left: Span, ran: &Span| left.saturating_sub(*ran).saturating_add(overhead);
    let takes = ran.fold(whole, again).max(Span::new(1));
    Some(Shape { units, power: flavor.power.saturating_mul(units), takes })
}
