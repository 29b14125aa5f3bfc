//! The book of free devices: every state that some node's devices have been in has one row, with what it is worth.
//!
//! A score then needs no look at single devices: it is a few numbers of two rows.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and kinds are numbers that the book itself gave out"
)]

use super::{Devices, Mix, Shape, WHOLE, table::Table};

/// Demanding pods are looked at so many at a time; their columns are filled up with pods that are worth nothing.
const LANES: usize = 8;

/// How many thousandths that could be filled one that lies idle outweighs. Found by trial: 3 to 12 do about as well.
const FRAGMENT_WEIGHT: f32 = 6.0;

/// Not looked up yet.
const UNKNOWN: u32 = u32::MAX;

/// Rows of free devices, and what follows when a kind of demand is taken from one.
#[derive(Debug, Clone)]
pub struct Book {
    typical: Mix,
    demanding: Mix,
    /// CPU of each typical pod, so that a rank is the number of those that fit.
    typical_cpu: Vec<u32>,
    /// Sum of the typical shares.
    typical_share: f64,
    /// `(devices, part)` of the shapes that have been met.
    kinds: Vec<(u8, u16)>,
    rows: Vec<Row>,
    found: Table,
    /// Whether devices are told apart by what is free of them only.
    is_alike: bool,
    /// For each row `typical.len() + 1` sums: what the typical pods up to a rank could use, weighed by their share.
    usable: Vec<f64>,
    /// For each row and demanding pod, how many of it the devices hold.
    copies: Vec<f32>,
    /// What the copies are worth: share x thousandths of devices.
    worth: Vec<f32>,
    per_cpu: Vec<f32>,
    per_memory: Vec<f32>,
}

#[derive(Debug, Clone)]
struct Row {
    model: u8,
    free: Devices,
    free_milli: u32,
    /// By kind.
    next: Vec<u32>,
    nexts: Vec<Vec<u32>>,
}

impl Book {
    #[must_use]
    pub fn new(typical: Mix, demanding: Mix) -> Self {
        let typical_cpu = typical.shapes.iter().map(|shape| shape.cpu_milli).collect();
        let inverse = |amount: u32| 1.0 / (amount.max(1) as f32);
        let worth = |(shape, share): (&Shape, &f32)| share * shape.device_milli() as f32;
        let cpus = demanding.shapes.iter().map(|shape| inverse(shape.cpu_milli));
        let memories = demanding.shapes.iter().map(|shape| inverse(shape.memory_mib));
        Self {
            typical_cpu,
            typical_share: typical.shares.iter().map(|share| f64::from(*share)).sum(),
            kinds: Vec::new(),
            rows: Vec::new(),
            found: Table::new(),
            is_alike: false,
            usable: Vec::new(),
            copies: Vec::new(),
            worth: padded(demanding.shapes.iter().zip(&demanding.shares).map(worth)),
            per_cpu: padded(cpus),
            per_memory: padded(memories),
            typical,
            demanding,
        }
    }

    /// The same, where nodes whose devices differ in order only are one: fewer rows, where pods come and go. Of equally
    /// good devices of one node another may be taken than without.
    #[must_use]
    pub fn alike(mut self) -> Self {
        self.is_alike = true;
        self
    }

    pub(super) const fn is_alike(&self) -> bool {
        self.is_alike
    }

    pub(super) fn model(&self, row: u32) -> u8 {
        self.rows[row as usize].model
    }

    /// The number of the kind of demand.
    pub fn kind(&mut self, shape: &Shape) -> u32 {
        let key = if shape.devices == 0 { (0, 0) } else { (shape.devices, shape.part_milli) };
        let known = self.kinds.iter().position(|kind| *kind == key);
        known.unwrap_or_else(|| {
            self.kinds.push(key);
            self.kinds.len() - 1
        }) as u32
    }

    /// The row of these free devices.
    pub fn row(&mut self, model: u8, mut free: Devices) -> u32 {
        if self.is_alike {
            free.sort_unstable_by(|one, other| other.cmp(one));
        }
        let key = key(model, &free);
        if let Some(row) = self.found.get(key) {
            return row;
        }
        let row = self.rows.len() as u32;
        self.found.insert(key, row);
        let free_milli = free.iter().map(|part| u32::from(*part)).sum();
        self.rows.push(Row { model, free, free_milli, next: Vec::new(), nexts: Vec::new() });
        self.write_usable(model, free);
        self.write_copies(model, free);
        row
    }

    fn write_usable(&mut self, model: u8, free: Devices) {
        let mut sum = 0.0;
        self.usable.push(sum);
        for (shape, share) in self.typical.shapes.iter().zip(&self.typical.shares) {
            sum += f64::from(*share) * f64::from(usable_milli(shape, model, &free));
            self.usable.push(sum);
        }
    }

    fn write_copies(&mut self, model: u8, free: Devices) {
        let copies = self.demanding.shapes.iter().map(|shape| copies(shape, model, &free));
        self.copies.extend(padded(copies));
    }

    #[must_use]
    pub fn free(&self, row: u32) -> Devices {
        self.rows[row as usize].free
    }

    #[must_use]
    pub fn free_milli(&self, row: u32) -> u32 {
        self.rows[row as usize].free_milli
    }

    /// Rows that a node in `row` can come to by one demand of the kind, by the device that is taken, without repeats.
    pub fn next(&mut self, row: u32, kind: u32) -> &[u32] {
        let (at, kind) = (row as usize, kind as usize);
        if self.rows[at].next.get(kind).is_none_or(|known| *known == UNKNOWN) {
            self.write_next(at, kind);
        }
        let row = &self.rows[at];
        &row.nexts[row.next[kind] as usize]
    }

    fn write_next(&mut self, at: usize, kind: usize) {
        let (model, free) = (self.rows[at].model, self.rows[at].free);
        let mut rows: Vec<u32> = Vec::new();
        for after in taken(free, self.kinds[kind]) {
            let row = self.row(model, after);
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        let row = &mut self.rows[at];
        row.next.resize(row.next.len().max(kind + 1), UNKNOWN);
        row.next[kind] = row.nexts.len() as u32;
        row.nexts.push(rows);
    }

    /// Thousandths that typical pods, by their shares, cannot use (Weng et al., 4.1): all that is free to a pod that does not
    /// fit or asks for no device, and to one that fits every device with less than its part.
    #[must_use]
    pub fn fragment_milli(&self, row: u32, cpu_milli: u32) -> f64 {
        let rank = self.typical_cpu.partition_point(|cpu| *cpu <= cpu_milli);
        let usable = self.usable[row as usize * (self.typical_cpu.len() + 1) + rank];
        f64::from(self.free_milli(row)) * self.typical_share - usable
    }

    /// What may still be filled, less what lies idle several times over: in thousandths, to compare states of a node by.
    #[must_use]
    pub fn hope_milli(&self, row: u32, cpu_milli: u32, memory_mib: u32) -> f32 {
        self.fillable_milli(row, cpu_milli, memory_mib)
            - self.fragment_milli(row, cpu_milli) as f32 * FRAGMENT_WEIGHT
    }

    /// Thousandths that would be filled if pods of one shape only came, averaged over the mix.
    #[must_use]
    pub fn fillable_milli(&self, row: u32, cpu_milli: u32, memory_mib: u32) -> f32 {
        let (most, row) = (self.worth.len(), row as usize);
        let copies = &self.copies[row * most..(row + 1) * most];
        let (cpu, memory) = (cpu_milli as f32 + 0.5, memory_mib as f32 + 0.5);
        let mut sums = [0.0_f32; LANES];
        let lanes = copies.chunks_exact(LANES).zip(self.worth.chunks_exact(LANES));
        let needs = self.per_cpu.chunks_exact(LANES).zip(self.per_memory.chunks_exact(LANES));
        for ((copies, worth), (per_cpu, per_memory)) in lanes.zip(needs) {
            for lane in 0..LANES {
                let fit = less_of(
                    less_of(cpu * per_cpu[lane], memory * per_memory[lane]),
                    copies[lane] + 0.5,
                );
                sums[lane] += whole(fit) * worth[lane];
            }
        }
        sums.iter().sum()
    }
}

/// Ten bits a device: parts are at most [`WHOLE`].
fn key(model: u8, free: &Devices) -> u128 {
    free.iter().fold(u128::from(model), |key, part| key << 10 | u128::from(*part))
}

/// Without the care for NaN of `f32::min`, so that it is one instruction.
fn less_of(one: f32, other: f32) -> f32 {
    if one < other { one } else { other }
}

/// The whole number below, of 0.5 up to a million: what is added leaves no place for a fraction.
fn whole(number: f32) -> f32 {
    const NO_FRACTION: f32 = 12_582_912.0;
    (number - 0.5 + NO_FRACTION) - NO_FRACTION
}

/// Filled up to whole lanes.
fn padded(numbers: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut numbers: Vec<f32> = numbers.collect();
    numbers.resize(numbers.len().next_multiple_of(LANES), 0.0);
    numbers
}

fn usable_milli(shape: &Shape, model: u8, free: &Devices) -> u32 {
    let fits = || free.iter().filter(|part| **part >= shape.part_milli);
    if shape.devices == 0 || !shape.permits(model) || fits().count() < usize::from(shape.devices) {
        return 0;
    }
    fits().map(|part| u32::from(*part)).sum()
}

fn copies(shape: &Shape, model: u8, free: &Devices) -> f32 {
    if shape.devices == 0 || !shape.permits(model) {
        return 0.0;
    }
    let parts: u32 = free.iter().map(|part| u32::from(part / shape.part_milli)).sum();
    (parts / u32::from(shape.devices)) as f32
}

/// What is left for each way to take the demand: a part from any device that has it, whole ones from the first.
fn taken(free: Devices, (devices, part): (u8, u16)) -> Vec<Devices> {
    if devices == 0 {
        return vec![free];
    }
    if part < WHOLE {
        return (0..free.len())
            .filter(|at| free[*at] >= part)
            .map(|at| less(free, at, part))
            .collect();
    }
    let mut after = free;
    let mut missing = devices;
    for device in after.iter_mut().filter(|device| **device == WHOLE).take(usize::from(devices)) {
        *device = 0;
        missing -= 1;
    }
    if missing == 0 { vec![after] } else { Vec::new() }
}

fn less(mut free: Devices, at: usize, part: u16) -> Devices {
    free[at] -= part;
    free
}
