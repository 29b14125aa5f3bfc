//! When to run a job.

use super::{Carbon, HOUR, Job, SHORT, WAITS};

/// How a job's steps are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Policy {
    /// At once.
    NoWait,
    /// In the hour with the least carbon intensity that it may wait for.
    LowestSlot,
    /// When a job of mean length would emit least.
    LowestWindow,
    /// When a job of mean length saves most for the time until it ends.
    CarbonTime,
    /// While the intensity is below the third decile of the next day, and for as long as it may wait.
    Ecovisor,
    /// In the cleanest steps, its length known.
    WaitAwhile,
    /// When the expected emission of the lengths seen in its queue, and the wait at a price, are least.
    Jingwei {
        /// What an hour of waiting may save at least: unit of power times gCO2/kWh times hours.
        hour: f64,
    },
}

/// Of the lengths of a queue, so many stand for all.
const LENGTHS: usize = 16;
/// Halvings of the price of waiting.
const HALVINGS: u32 = 40;

/// What is known of the jobs of one queue.
#[derive(Debug)]
pub(crate) struct Queue {
    wait: u64,
    mean: u64,
    lengths: Vec<u64>,
}

#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Sums {
    pub(crate) carbon: f64,
    pub(crate) wait: u64,
}

impl Queue {
    /// Of the short and of the long jobs; a job of just two hours counts in both means.
    pub(crate) fn both(jobs: &[Job]) -> [Self; 2] {
        let of = |wait, keep: fn(u64) -> bool| {
            let mut lengths: Vec<u64> =
                jobs.iter().map(|job| job.length).filter(|it| keep(*it)).collect();
            lengths.sort_unstable();
            let mean = lengths.iter().sum::<u64>() / (lengths.len() as u64).max(1);
            let places = (0..LENGTHS).map(|at| (2 * at + 1) * lengths.len() / (2 * LENGTHS));
            Self { wait, mean, lengths: places.filter_map(|at| lengths.get(at).copied()).collect() }
        };
        let [short, long] = WAITS;
        [of(short, |it| it <= SHORT), of(long, |it| it >= SHORT)]
    }

    pub(crate) const fn of<'a>(both: &'a [Self; 2], job: &Job) -> &'a Self {
        let [short, long] = both;
        if job.length < SHORT { short } else { long }
    }

    /// What a policy may look at.
    pub(crate) fn end(&self, job: &Job) -> u64 {
        let longest = self.lengths.last().copied().unwrap_or(0);
        job.arrival + job.length.max(self.mean).max(longest) + self.wait + 24 * HOUR
    }
}

/// Our policy at the price of waiting that makes jobs wait so many hours in the mean, or a little less.
pub(crate) fn as_patient_as(
    wait_h: f64,
    jobs: &[Job],
    queues: &[Queue; 2],
    carbon: &Carbon,
) -> Policy {
    let (mut low, mut high) = (0.0, 1e4);
    for _ in 0..HALVINGS {
        let hour = f64::midpoint(low, high);
        let wait = Policy::Jingwei { hour }.run(jobs, queues, carbon).wait as f64;
        if wait > wait_h * HOUR as f64 * jobs.len() as f64 { low = hour } else { high = hour }
    }
    Policy::Jingwei { hour: high }
}

impl Policy {
    pub(crate) const GAIA: [Self; 6] = [
        Self::NoWait,
        Self::LowestSlot,
        Self::LowestWindow,
        Self::CarbonTime,
        Self::Ecovisor,
        Self::WaitAwhile,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoWait => "no-wait",
            Self::LowestSlot => "lowest-slot",
            Self::LowestWindow => "lowest-window",
            Self::CarbonTime => "carbon-time",
            Self::Ecovisor => "ecovisor",
            Self::WaitAwhile => "wait-awhile",
            Self::Jingwei { .. } => "jingwei",
        }
    }

    pub(crate) fn run(self, jobs: &[Job], queues: &[Queue; 2], carbon: &Carbon) -> Sums {
        let mut sums = Sums::default();
        for job in jobs {
            let queue = Queue::of(queues, job);
            let (emitted, end) = match self {
                Self::Ecovisor => below_threshold(job, queue, carbon),
                Self::WaitAwhile => cleanest(job, queue, carbon),
                _ => whole(job, self.start(job, queue, carbon), carbon),
            };
            sums.carbon += emitted * job.cores;
            sums.wait += end - job.arrival - job.length;
        }
        sums
    }

    /// Of those that run in one piece.
    fn start(self, job: &Job, queue: &Queue, carbon: &Carbon) -> u64 {
        let hourly = (0..=queue.wait / HOUR).map(|hour| job.arrival + hour * HOUR);
        let of_mean = |start: u64| carbon.between(start, start + queue.mean);
        match self {
            Self::LowestSlot => least(starts(job, queue), |start| carbon.at(start)),
            Self::LowestWindow => least(hourly, of_mean),
            Self::CarbonTime => {
                let at_once = of_mean(job.arrival);
                least(hourly, |start| {
                    (of_mean(start) - at_once) / (start - job.arrival + queue.mean) as f64
                })
            }
            Self::Jingwei { hour } => {
                let price = hour / HOUR as f64;
                least(starts(job, queue).chain(hourly), |start| {
                    let of_all = queue
                        .lengths
                        .iter()
                        .map(|length| carbon.between(start, start + length))
                        .sum::<f64>();
                    of_all / queue.lengths.len() as f64 * job.cores
                        + price * (start - job.arrival) as f64
                })
            }
            Self::NoWait | Self::Ecovisor | Self::WaitAwhile => job.arrival,
        }
    }
}

/// At once, and at the full hours that it may wait for.
fn starts(job: &Job, queue: &Queue) -> impl Iterator<Item = u64> {
    let hours = job.arrival / HOUR + 1..=(job.arrival + queue.wait) / HOUR;
    std::iter::once(job.arrival).chain(hours.map(|hour| hour * HOUR))
}

/// The first of the least.
fn least(starts: impl Iterator<Item = u64>, cost: impl Fn(u64) -> f64) -> u64 {
    let costs = starts.map(|start| (cost(start), start));
    costs.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |it| it.1)
}

fn whole(job: &Job, start: u64, carbon: &Carbon) -> (f64, u64) {
    let end = start + job.length;
    (carbon.between(start, end), end)
}

/// Stretches of one intensity, of `steps` from the arrival on.
fn stretches(job: &Job, steps: u64) -> impl Iterator<Item = (u64, u64)> {
    let end = job.arrival + steps;
    let hours = job.arrival / HOUR..end.div_ceil(HOUR);
    hours.map(move |hour| ((hour * HOUR).max(job.arrival), ((hour + 1) * HOUR).min(end)))
}

fn cleanest(job: &Job, queue: &Queue, carbon: &Carbon) -> (f64, u64) {
    let mut all: Vec<_> = stretches(job, job.length + queue.wait)
        .map(|(from, to)| (carbon.at(from), from, to))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut left, mut emitted, mut end) = (job.length, 0.0, job.arrival);
    for (_, from, to) in all {
        let used = left.min(to - from);
        if used > 0 {
            emitted += carbon.between(from, from + used);
            end = end.max(from + used);
            left -= used;
        }
    }
    (emitted, end)
}

fn below_threshold(job: &Job, queue: &Queue, carbon: &Carbon) -> (f64, u64) {
    let threshold = decile(job, carbon);
    let (mut left, mut patience, mut emitted, mut end) = (job.length, queue.wait, 0.0, job.arrival);
    for (from, to) in stretches(job, job.length + queue.wait) {
        let waited = if carbon.at(from) < threshold { 0 } else { patience.min(to - from) };
        patience -= waited;
        let used = left.min(to - from - waited);
        if used > 0 {
            emitted += carbon.between(from + waited, from + waited + used);
            end = from + waited + used;
            left -= used;
        }
    }
    (emitted, end)
}

/// Below it are 3 of 10 steps of the day that begins with the arrival.
fn decile(job: &Job, carbon: &Carbon) -> f64 {
    let mut all: Vec<_> =
        stretches(job, 24 * HOUR).map(|(from, to)| (carbon.at(from), to - from)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted = (24 * HOUR - 1) as f64 * 0.3;
    let mut seen = 0;
    for (value, steps) in all {
        seen += steps;
        if seen as f64 > wanted {
            return value;
        }
    }
    f64::INFINITY
}
