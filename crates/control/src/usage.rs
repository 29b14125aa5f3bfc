//! What meters of both sides say of runs: usage events taken in once, and compared with what is charged.
//!
//! Of a job that has not ended its readings are kept at hand, so that its charge is compared when it is made. What comes
//! after the charge is compared with it as it is stored.

use std::collections::BTreeMap;

use api::{
    Dispute, GivenUsage, JobView, LineReading, Problem, ProblemKind, USAGE_LATE, USAGE_SKEW,
    UsageAnswer, UsageRecord,
};
use market::usage::{at_most, metered, rate};
use model::{Charge, Invalid, JobKey, Metered, MeteredLine, Name, PriceLine, Reading, Side};
use units::{Money, Time};

use crate::{Change, Control, jobs::Live};

/// Lines of one job that can be metered, of both sides and all its runs.
const LINES_MOST: usize = 2_000;

/// What is metered of live jobs, by line.
pub(crate) type Readings = BTreeMap<JobKey, Sums>;
/// Sums of one job's events.
type Sums = BTreeMap<(MeteredLine, Side), u64>;

/// What the store knows of a job that usage events speak of.
#[derive(Debug, Clone, Default)]
pub struct UsageKnown {
    /// Where it has ended.
    pub view: Option<JobView>,
    /// Oldest first.
    pub charges: Vec<Charge>,
    pub readings: Vec<Reading>,
    pub disputes: Vec<Dispute>,
}

/// A line that is charged, or that is going to be.
struct Priced<'a> {
    line: &'a PriceLine,
    metered: u64,
}

impl Control {
    /// Takes usage events, all or none. `stored` has those of the same source and id that came before; `known` what is
    /// stored of the jobs that they speak of.
    ///
    /// # Errors
    /// One is too early, too late, of another job or site, or differs from that of the same source and id.
    pub fn usage(
        &mut self,
        given: &[GivenUsage],
        stored: &[UsageRecord],
        known: &BTreeMap<JobKey, UsageKnown>,
        now: Time,
    ) -> Result<UsageAnswer, Problem> {
        let seen: BTreeMap<(&str, &str), &Metered> =
            stored.iter().map(|it| (name_of(&it.metered), &it.metered)).collect();
        let nothing = UsageKnown::default();
        let mut taken: Vec<(Metered, Option<Money>)> = Vec::new();
        let mut fresh: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (at, it) in given.iter().enumerate() {
            let id = (it.source.as_str(), it.id.as_str());
            let before = fresh.get(&id).and_then(|at| taken.get(*at)).map(|(it, _)| it);
            if let Some(before) = before.or_else(|| seen.get(&id).copied()) {
                is_same(it, before)?;
                continue;
            }
            check_times(it, at, now)?;
            let of_job = known.get(&it.job).unwrap_or(&nothing);
            fresh.insert(id, taken.len());
            taken.push(self.placed(it, at, of_job)?);
        }
        let sums = self.sums(&taken, known)?;
        Ok(self.take_usage(given.len(), taken, &sums, known, now))
    }

    /// Which line of which run it is a reading for, and what it comes to there.
    fn placed(
        &self,
        it: &GivenUsage,
        at: usize,
        known: &UsageKnown,
    ) -> Result<(Metered, Option<Money>), Problem> {
        let live = self.jobs.get(&it.job);
        Self::check_whose(it, at, live, known)?;
        let attempt = it.attempt.unwrap_or_else(|| attempt_of(it, live, known));
        let lines = lines_of(live, known, attempt);
        let of_kind = || lines.iter().filter(|priced| priced.line.kind == it.meter);
        let what = match &it.what {
            Some(what) => what.clone(),
            None => only(it, at, of_kind().map(|priced| &priced.line.what))?,
        };
        let priced = of_kind().find(|priced| priced.line.what == what);
        if it.side == Side::Provider {
            self.check_gives(it, at, priced.map(|it| it.line))?;
        }
        let rated = priced.map(|of| rate(of.line.amount, of.metered, it.quantity));
        let metered = Metered {
            source: it.source.clone(),
            id: it.id.clone(),
            side: it.side,
            job: it.job.clone(),
            attempt,
            subject: it.subject.clone(),
            meter: it.meter,
            what,
            quantity: it.quantity,
            start: it.start,
            end: it.end,
            signed: it.signed,
        };
        Ok((metered, rated))
    }

    /// A project speaks of its own jobs, a site of those that it runs or ran.
    fn check_whose(
        it: &GivenUsage,
        at: usize,
        live: Option<&Live>,
        known: &UsageKnown,
    ) -> Result<(), Problem> {
        let view = live.map(|live| &*live.view).or(known.view.as_ref());
        let no_job =
            || Problem::new(ProblemKind::NotFound, format!("there is no job `{}`", it.job));
        let refuse = |text: String| Err(wrong(at, "subject", text));
        if it.side == Side::Consumer {
            if it.job.project != it.whose {
                return refuse(format!("job `{}` is not of project `{}`", it.job, it.whose));
            }
            return view.map(drop).or((!known.charges.is_empty()).then_some(())).ok_or_else(no_job);
        }
        let view = view.ok_or_else(no_job)?;
        let site = view.status.decision.as_deref().map(|it| &it.site);
        if site != Some(&it.whose) {
            return refuse(format!("job `{}` is not at site `{}`", it.job, it.whose));
        }
        Ok(())
    }

    /// A site meters what its own organization gives, of lines that there are.
    fn check_gives(
        &self,
        it: &GivenUsage,
        at: usize,
        line: Option<&PriceLine>,
    ) -> Result<(), Problem> {
        let site = self.planner.world().sites.get(&it.whose);
        let gives = site.map(|it| &it.organization);
        match line {
            Some(line) if line.provider.is_none() || line.provider.as_ref() == gives => Ok(()),
            Some(line) => {
                let text =
                    format!("{} of {} is not given by site `{}`", line.kind, line.what, it.whose);
                Err(wrong(at, "data.what", text))
            }
            None => {
                let text = format!("job `{}` has no such line of {} in that run", it.job, it.meter);
                Err(wrong(at, "data.what", text))
            }
        }
    }

    /// What all readings come to with these, of the lines that these are for.
    fn sums(
        &self,
        taken: &[(Metered, Option<Money>)],
        known: &BTreeMap<JobKey, UsageKnown>,
    ) -> Result<BTreeMap<JobKey, Sums>, Problem> {
        let mut sums: BTreeMap<JobKey, Sums> = BTreeMap::new();
        let mut all: BTreeMap<&JobKey, Sums> = BTreeMap::new();
        for (it, _) in taken {
            let so_far = all.entry(&it.job).or_insert_with(|| self.read_so_far(&it.job, known));
            let place = (it.line(), it.side);
            let of_side = || so_far.keys().filter(|of| of.1 == it.side).count();
            if !so_far.contains_key(&place) && of_side() >= LINES_MOST {
                let text = format!("job `{}` is metered in {LINES_MOST} lines already", it.job);
                return Err(Problem::new(ProblemKind::Conflict, text));
            }
            let before = so_far.get(&place).copied().unwrap_or_default();
            let sum = before.checked_add(it.quantity).filter(|it| i64::try_from(*it).is_ok());
            let sum = sum.ok_or_else(|| {
                let what = format!("{} of {} for `{}`", it.meter, it.what, it.job);
                let text = format!("the events of {what} would come to more than 2^63 - 1");
                Problem::new(ProblemKind::Conflict, text)
            })?;
            so_far.insert(place.clone(), sum);
            sums.entry(it.job.clone()).or_default().insert(place, sum);
        }
        Ok(sums)
    }

    /// What is metered of a job before these events.
    fn read_so_far(&self, job: &JobKey, known: &BTreeMap<JobKey, UsageKnown>) -> Sums {
        if let Some(live) = self.readings.get(job) {
            return live.clone();
        }
        let stored = known.get(job).into_iter().flat_map(|it| &it.readings);
        stored.map(|it| ((it.line.clone(), it.side), it.quantity)).collect()
    }

    /// What a side's meters read of a line of a job that is not final, in this run.
    pub(crate) fn read(
        &self,
        job: &JobKey,
        attempt: u32,
        line: &PriceLine,
        side: Side,
    ) -> Option<u64> {
        self.readings.get(job)?.get(&(place_of(line, attempt), side)).copied()
    }

    fn take_usage(
        &mut self,
        given: usize,
        taken: Vec<(Metered, Option<Money>)>,
        sums: &BTreeMap<JobKey, Sums>,
        known: &BTreeMap<JobKey, UsageKnown>,
        now: Time,
    ) -> UsageAnswer {
        let count = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let mut answer = UsageAnswer {
            taken: count(taken.len()),
            known: count(given - taken.len()),
            ..UsageAnswer::default()
        };
        for (_, rated) in &taken {
            answer.rated = answer.rated.saturating_add(rated.unwrap_or_default());
        }
        for (job, of_job) in sums {
            if self.jobs.contains_key(job) {
                let live = self.readings.entry(job.clone()).or_default();
                live.extend(of_job.iter().map(|(place, sum)| (place.clone(), *sum)));
            }
            let Some(stored) = known.get(job) else { continue };
            let consumer = of_job.iter().filter(|((_, side), _)| *side == Side::Consumer);
            for ((line, _), sum) in consumer {
                answer.disputes.extend(self.compare(stored, line, *sum, now));
            }
        }
        if !taken.is_empty() {
            self.out.push(Change::Usage(taken));
        }
        answer
    }

    /// Lines at what the provider's own meters read, where that is less than its report comes to.
    pub(crate) fn at_meters(
        &self,
        key: &JobKey,
        attempt: u32,
        lines: Vec<PriceLine>,
    ) -> Vec<PriceLine> {
        let at_meter = |line: PriceLine| {
            let read = self.read(key, attempt, &line, Side::Provider);
            at_most(line, read.map(u128::from))
        };
        lines.into_iter().map(at_meter).collect()
    }

    /// Charges of this job are not durable yet: what is said of it now has to wait.
    #[must_use]
    pub fn is_being_charged(&self, job: &JobKey) -> bool {
        self.charged_now.contains(job)
    }

    pub(crate) fn restore_readings(&mut self, readings: Vec<(JobKey, Reading)>) {
        for (job, it) in readings {
            self.readings.entry(job).or_default().insert((it.line, it.side), it.quantity);
        }
    }
}

/// Line by line what both sides metered of a job, and what is charged of it.
#[must_use]
pub fn line_readings(job: &JobKey, known: &UsageKnown) -> Vec<LineReading> {
    let mut lines: BTreeMap<MeteredLine, LineReading> = BTreeMap::new();
    let charged = known.charges.iter().filter(|it| it.metered.is_some());
    for it in charged {
        let row = row_of(&mut lines, job, place_of(&it.line, it.attempt));
        (row.charged, row.amount) = (it.metered, Some(it.line.amount));
        (row.price, row.booked) = (it.line.price.clone(), it.booked.clone());
    }
    for it in &known.readings {
        let row = row_of(&mut lines, job, it.line.clone());
        match it.side {
            Side::Provider => row.provider = Some(it.quantity),
            Side::Consumer => row.consumer = Some(it.quantity),
        }
    }
    for it in &known.disputes {
        let (attempt, meter, what) = (it.attempt, it.kind, it.what.clone());
        row_of(&mut lines, job, MeteredLine { attempt, meter, what }).dispute = Some(it.id);
    }
    lines.into_values().collect()
}

fn row_of<'a>(
    lines: &'a mut BTreeMap<MeteredLine, LineReading>,
    job: &JobKey,
    line: MeteredLine,
) -> &'a mut LineReading {
    lines.entry(line.clone()).or_insert_with(|| LineReading {
        job: job.clone(),
        attempt: line.attempt,
        kind: line.meter,
        what: line.what,
        charged: None,
        amount: None,
        price: String::new(),
        booked: None,
        provider: None,
        consumer: None,
        dispute: None,
    })
}

fn name_of(it: &Metered) -> (&str, &str) {
    (&it.source, &it.id)
}

/// An event that came before has to be the same.
fn is_same(it: &GivenUsage, before: &Metered) -> Result<(), Problem> {
    let what = it.what.as_ref().is_none_or(|what| *what == before.what);
    let same = (&it.subject, it.meter, it.quantity, it.start, it.end);
    if what && same == (&before.subject, before.meter, before.quantity, before.start, before.end) {
        return Ok(());
    }
    let text = format!(
        "the event `{}` of {} came before with other content ({} of {} for {}): give a new one another id",
        it.id,
        it.source,
        before.meter.quantity_text(before.quantity),
        before.what,
        before.subject
    );
    Err(Problem::new(ProblemKind::Conflict, text))
}

fn check_times(it: &GivenUsage, at: usize, now: Time) -> Result<(), Problem> {
    let latest = it.time.unwrap_or(it.end).max(it.end);
    if latest > now.after(USAGE_SKEW) {
        let text = format!(
            "{latest} is more than {USAGE_SKEW} ahead of the clock here, {now}: set the meter's clock"
        );
        return Err(wrong(at, "data.end", text));
    }
    if it.end.after(USAGE_LATE) < now {
        let text = format!("{} is more than {USAGE_LATE} ago: it comes too late", it.end);
        return Err(wrong(at, "data.end", text));
    }
    Ok(())
}

/// The last run that had started before the reading ended; where none is known to have, the present or the last one.
fn attempt_of(it: &GivenUsage, live: Option<&Live>, known: &UsageKnown) -> u32 {
    let status = live.map(|live| &live.view.status);
    if let Some(status) = status.filter(|of| of.started.is_some_and(|at| at <= it.end)) {
        return status.attempt;
    }
    let runs = known.charges.iter().filter(|run| run.attempt > 0 && run.metered.is_some());
    let charged = runs.filter(|run| run.start <= it.end).map(|run| run.attempt).max();
    let ended = || known.view.as_ref().map(|view| view.status.attempt);
    charged.or_else(|| status.map(|it| it.attempt)).or_else(ended).unwrap_or(1).max(1)
}

/// The lines that a run was charged by, else those that it is planned by.
fn lines_of<'a>(live: Option<&'a Live>, known: &'a UsageKnown, attempt: u32) -> Vec<Priced<'a>> {
    let charged = known.charges.iter().filter(|it| it.attempt == attempt);
    let charged = charged.filter_map(|it| Some(Priced { line: &it.line, metered: it.metered? }));
    let charged: Vec<Priced<'_>> = charged.collect();
    if !charged.is_empty() {
        return charged;
    }
    let decision = live.and_then(|live| live.view.status.decision.as_deref());
    let lines = decision.map(|it| it.lines.as_slice()).unwrap_or_default();
    let priced = |line| Some(Priced { line, metered: metered(line)? });
    lines.iter().filter_map(priced).collect()
}

/// The one thing that a reading can be for where it does not say.
fn only<'a>(
    it: &GivenUsage,
    at: usize,
    mut all: impl Iterator<Item = &'a Name>,
) -> Result<Name, Problem> {
    let (first, others) = (all.next(), all.map(Name::as_str).collect::<Vec<_>>());
    match first {
        Some(one) if others.is_empty() => Ok(one.clone()),
        Some(one) => {
            let text = format!(
                "job `{}` has several lines of {}: name one of {one}, {}",
                it.job,
                it.meter,
                others.join(", ")
            );
            Err(wrong(at, "data.what", text))
        }
        None => {
            let text =
                format!("job `{}` has no line of {}: name what was metered", it.job, it.meter);
            Err(wrong(at, "data.what", text))
        }
    }
}

fn place_of(line: &PriceLine, attempt: u32) -> MeteredLine {
    MeteredLine { attempt, meter: line.kind, what: line.what.clone() }
}

fn wrong(at: usize, field: &str, message: String) -> Problem {
    wrong_field(&format!("[{at}].{field}"), message)
}

pub(crate) fn wrong_field(field: &str, message: String) -> Problem {
    Problem::invalid(vec![Invalid::new(field, message)])
}
