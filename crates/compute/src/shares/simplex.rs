//! A dense primal simplex that takes columns in as their prices ask for them.
#![expect(clippy::indexing_slicing, reason = "a dense tableau: its sizes grow in one place")]

use super::{SharesError, Way};

const EPSILON: f64 = 1e-10;
/// Columns taken in at once, besides those at the start.
const BATCH: usize = 64;

/// Rows: worth of everyone, time of everyone, processors of each type in parts of the capacity; last the objective.
/// Columns: the least worth, a slack for each row, then the ways taken in. The slacks' columns are the inverse of the
/// basis, by which a new column is written as the tableau now stands.
pub(super) struct Simplex<'a> {
    ways: &'a [Way],
    capacity: &'a [u32],
    count: usize,
    /// Worths are divided by it.
    scale: f64,
    cells: Vec<Vec<f64>>,
    right: Vec<f64>,
    basis: Vec<usize>,
    /// The way of each column beyond the slacks.
    taken: Vec<usize>,
    is_taken: Vec<bool>,
}

impl<'a> Simplex<'a> {
    pub(super) fn new(ways: &'a [Way], count: usize, capacity: &'a [u32]) -> Self {
        let worths = ways.iter().flat_map(|way| &way.serves).map(|(_, worth)| *worth);
        let scale = worths.fold(0.0, f64::max);
        let rows = 2 * count + capacity.len();
        let mut cells = vec![vec![0.0; 1 + rows]; rows + 1];
        for row in 0..rows {
            cells[row][1 + row] = 1.0;
        }
        cells.iter_mut().take(count).for_each(|row| row[0] = 1.0);
        cells[rows][0] = -1.0;
        let right = (0..=rows).map(|row| {
            f64::from(u8::from(
                (count..2 * count).contains(&row)
                    || row < rows && row >= 2 * count && capacity[row - 2 * count] > 0,
            ))
        });
        let mut simplex = Self {
            ways,
            capacity,
            count,
            scale: if scale > 0.0 { scale } else { 1.0 },
            right: right.collect(),
            cells,
            basis: (1..=rows).collect(),
            taken: Vec::new(),
            is_taken: vec![false; ways.len()],
        };
        let alone = |(_, way): &(usize, &Way)| way.serves.len() == 1;
        ways.iter().enumerate().filter(alone).for_each(|(id, _)| simplex.take(id));
        simplex
    }

    const fn rows(&self) -> usize {
        self.basis.len()
    }

    /// Rows and numbers of a way's column, as the problem states it.
    fn column(&self, id: usize) -> impl Iterator<Item = (usize, f64)> + use<'a> {
        let way = &self.ways[id];
        let (count, scale) = (self.count, self.scale);
        let capacity = f64::from(self.capacity[way.on].max(1));
        let served = way
            .serves
            .iter()
            .flat_map(move |(who, worth)| [(*who, -worth / scale), (count + who, 1.0)]);
        served.chain([(2 * count + way.on, way.processors / capacity)])
    }

    fn take(&mut self, id: usize) {
        let column: Vec<(usize, f64)> = self.column(id).collect();
        for row in &mut self.cells {
            let cell = column.iter().map(|(of, number)| row[1 + of] * number).sum();
            row.push(cell);
        }
        self.taken.push(id);
        self.is_taken[id] = true;
    }

    /// Until no way that there is would gain.
    pub(super) fn solve(&mut self) -> Result<(), SharesError> {
        loop {
            self.solve_taken()?;
            let costs = &self.cells[self.rows()];
            let gain =
                |id: usize| -> f64 { self.column(id).map(|(of, it)| costs[1 + of] * it).sum() };
            let rest = (0..self.ways.len()).filter(|id| !self.is_taken[*id]);
            let mut gaining: Vec<(f64, usize)> =
                rest.map(|id| (gain(id), id)).filter(|(gain, _)| *gain < -EPSILON).collect();
            if gaining.is_empty() {
                return Ok(());
            }
            gaining.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            gaining.into_iter().take(BATCH).for_each(|(_, id)| self.take(id));
        }
    }

    fn solve_taken(&mut self) -> Result<(), SharesError> {
        let width = self.cells[0].len();
        let most = 50 * width;
        for step in 0..most {
            // The steepest column first; by Bland's rule once it takes long, which cannot cycle.
            let Some(column) = self.entering(step > 4 * width) else { return Ok(()) };
            let Some(row) = self.leaving(column) else { return Ok(()) };
            self.pivot(row, column);
        }
        Err(SharesError::Steps(most))
    }

    fn entering(&self, first: bool) -> Option<usize> {
        let costs = &self.cells[self.rows()];
        let mut gaining = (0..costs.len()).filter(|column| costs[*column] < -EPSILON);
        if first { gaining.next() } else { gaining.min_by(|a, b| costs[*a].total_cmp(&costs[*b])) }
    }

    fn leaving(&self, column: usize) -> Option<usize> {
        let ratio = |row: usize| self.right[row].max(0.0) / self.cells[row][column];
        let rows = (0..self.rows()).filter(|row| self.cells[*row][column] > EPSILON);
        rows.min_by(|a, b| {
            ratio(*a).total_cmp(&ratio(*b)).then(self.basis[*a].cmp(&self.basis[*b]))
        })
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let by = self.cells[row][column];
        let mut pivot = std::mem::take(&mut self.cells[row]);
        pivot.iter_mut().for_each(|cell| *cell /= by);
        let right = self.right[row] / by;
        let filled: Vec<usize> = (0..pivot.len()).filter(|at| pivot[*at] != 0.0).collect();
        for (at, other) in self.cells.iter_mut().enumerate() {
            let Some(factor) = other.get(column).copied().filter(|it| *it != 0.0) else { continue };
            filled.iter().for_each(|at| other[*at] -= factor * pivot[*at]);
            other[column] = 0.0;
            self.right[at] -= factor * right;
        }
        (self.cells[row], self.right[row]) = (pivot, right);
        self.basis[row] = column;
    }

    /// The ways that are used, in their order, and for how much of the time.
    pub(super) fn used(&self) -> Vec<(usize, f64)> {
        let ways = self.basis.iter().zip(&self.right).filter_map(|(column, time)| {
            let id = *self.taken.get(column.checked_sub(1 + self.rows())?)?;
            (*time > EPSILON).then(|| (id, time.min(1.0)))
        });
        let mut ways: Vec<(usize, f64)> = ways.collect();
        ways.sort_by_key(|(id, _)| *id);
        ways
    }

    /// The multipliers of the rows: of everyone's worth, of the types' processors, of everyone's time.
    pub(super) fn prices(&self) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let of = |row: usize| self.cells[self.rows()][1 + row];
        let price =
            |on: usize| of(2 * self.count + on) * self.scale / f64::from(self.capacity[on].max(1));
        (
            (0..self.count).map(of).collect(),
            (0..self.capacity.len()).map(price).collect(),
            (0..self.count).map(|who| of(self.count + who) * self.scale).collect(),
        )
    }
}
