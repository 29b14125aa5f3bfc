//! Continuous functions of one number, made of straight pieces.
#![expect(
    clippy::indexing_slicing,
    reason = "the innermost loops of dispatch; a function has one point at least"
)]

/// A point of such a function.
pub(crate) type Point = (f64, f64);

/// Points in ascending order, straight between them, undefined outside. Never empty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pieces(Vec<Point>);

/// Slopes that differ by less are one; so are points that are nearer.
const SAME: f64 = 1e-9;
/// Of a slope: it is a quotient of small differences.
const ROUNDED: f64 = 1e-5;

impl Pieces {
    pub(crate) fn points(&self) -> &[Point] {
        &self.0
    }

    /// The same, moved so that the first value is zero.
    pub(crate) fn begun_at_zero(mut self) -> Self {
        let first = self.0[0].1;
        self.0.iter_mut().for_each(|point| point.1 -= first);
        self
    }

    /// The value at `x`, or at the nearer end.
    pub(crate) fn at(&self, x: f64) -> f64 {
        let after = self.0.partition_point(|point| point.0 < x);
        match (after.checked_sub(1).map(|it| self.0[it]), self.0.get(after)) {
            (Some(left), Some(right)) => between(left, *right, x),
            (Some(end), None) => end.1,
            (None, _) => self.0[0].1,
        }
    }

    /// The same, and `slope` more for each unit below `floor`.
    pub(crate) fn short_of(&self, floor: f64, slope: f64) -> Self {
        let mut points = self.0.clone();
        let first = points.partition_point(|point| point.0 < floor);
        if first > 0 && first < points.len() {
            points.insert(first, (floor, self.at(floor)));
        }
        let more = |it: Point| (it.0, it.1 + slope * (floor - it.0).max(0.0));
        points.into_iter().map(more).collect()
    }

    fn slopes(&self) -> impl Iterator<Item = (f64, f64)> {
        self.0.windows(2).map(|it| (it[1].0 - it[0].0, (it[1].1 - it[0].1) / (it[1].0 - it[0].0)))
    }

    fn is_convex(&self) -> bool {
        self.slopes()
            .zip(self.slopes().skip(1))
            .all(|((_, a), (_, b))| b >= a - ROUNDED * (1.0 + a.abs()))
    }

    /// The least over `u` of this at `x - u` plus `step` at `u`; `step` is convex.
    pub(crate) fn plus(&self, step: &Self) -> Self {
        if self.is_convex() {
            return self.merged(step);
        }
        let start = step.0[0];
        let shifted =
            Self(self.0.iter().map(|point| (point.0 + start.0, point.1 + start.1)).collect());
        step.slopes().fold(shifted, |sum, (length, slope)| sum.slid(length, slope))
    }

    /// Of two convex ones: their pieces in order of slope.
    fn merged(&self, other: &Self) -> Self {
        let mut at = (self.0[0].0 + other.0[0].0, self.0[0].1 + other.0[0].1);
        let mut points = Vec::with_capacity(self.0.len() + other.0.len());
        points.push(at);
        let (mut left, mut right) = (self.slopes().peekable(), other.slopes().peekable());
        loop {
            let is_left = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) => a.1 <= b.1,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => return Self(points),
            };
            let Some((length, slope)) = (if is_left { left.next() } else { right.next() }) else {
                return Self(points);
            };
            at = (at.0 + length, at.1 + length * slope);
            points.push(at);
        }
    }

    /// The least over `u` in `0..=length` of this at `x - u` plus `slope * u`, of any shape: the least of a window that
    /// slides over the function, once it is tilted.
    fn slid(&self, length: f64, slope: f64) -> Self {
        let tilted = Self(self.0.iter().map(|it| (it.0, it.1 - slope * it.0)).collect());
        let (first, last) = (tilted.0[0].0, tilted.0[tilted.0.len() - 1].0);
        let mut marks: Vec<f64> = tilted.0.iter().flat_map(|it| [it.0, it.0 + length]).collect();
        marks.sort_unstable_by(f64::total_cmp);
        marks.dedup_by(|b, a| *b - *a <= SAME);
        let edges = |y: f64| [tilted.at((y - length).max(first)), tilted.at(y.min(last))];
        let mut points = Vec::with_capacity(marks.len() * 2);
        for (from, to) in marks.iter().copied().zip(marks.iter().copied().skip(1)) {
            let inside =
                tilted.0.iter().filter(|it| it.0 <= from + SAME && it.0 >= to - length - SAME);
            let low = inside.map(|it| it.1).fold(f64::INFINITY, f64::min);
            let ([a0, b0], [a1, b1]) = (edges(from), edges(to));
            least_of((from, to), &[(a0, a1), (b0, b1), (low, low)], &mut points);
        }
        if points.is_empty() {
            points = tilted.0;
        }
        Self(points.into_iter().map(|it| (it.0, it.1 + slope * it.0)).collect())
    }

    /// The lower of two at every point; both are defined over the same stretch.
    pub(crate) fn lower(&self, other: &Self) -> Self {
        let mut marks: Vec<f64> = self.0.iter().chain(&other.0).map(|it| it.0).collect();
        marks.sort_unstable_by(f64::total_cmp);
        marks.dedup_by(|b, a| *b - *a <= SAME);
        let mut points = Vec::with_capacity(marks.len() * 2);
        for (from, to) in marks.iter().copied().zip(marks.iter().copied().skip(1)) {
            let lines = [(self.at(from), self.at(to)), (other.at(from), other.at(to))];
            least_of((from, to), &lines, &mut points);
        }
        if points.is_empty() {
            points.push((self.0[0].0, self.0[0].1.min(other.0[0].1)));
        }
        Self(points)
    }

    /// Only from `from` to `to`, without points that lie on a line of their neighbours. `None` if nothing is left.
    pub(crate) fn within(&self, from: f64, to: f64) -> Option<Self> {
        let (from, to) = (from.max(self.0[0].0), to.min(self.0[self.0.len() - 1].0));
        if from > to + SAME {
            return None;
        }
        let mut points = vec![(from, self.at(from))];
        let inner = self.0.iter().copied().filter(|it| it.0 > from + SAME && it.0 < to - SAME);
        for point in inner.chain((to > from + SAME).then(|| (to, self.at(to)))) {
            while let [.., a, b] = points[..]
                && is_straight(a, b, point)
            {
                points.pop();
            }
            if point.0 - points[points.len() - 1].0 > SAME {
                points.push(point);
            }
        }
        Some(Self(points))
    }
}

impl FromIterator<Point> for Pieces {
    /// Points in ascending order, one at least; those that are no further than the one before are left out.
    fn from_iter<T: IntoIterator<Item = Point>>(points: T) -> Self {
        let mut kept: Vec<Point> = Vec::new();
        for point in points {
            if kept.last().is_none_or(|last| point.0 - last.0 > SAME) {
                kept.push(point);
            }
        }
        if kept.is_empty() {
            kept.push((0.0, 0.0));
        }
        Self(kept)
    }
}

fn between(left: Point, right: Point, x: f64) -> f64 {
    let part = (x - left.0) / (right.0 - left.0);
    left.1 + (right.1 - left.1) * part
}

/// Whether the middle point is on the line of the others, but for rounding.
fn is_straight(a: Point, b: Point, c: Point) -> bool {
    (between(a, c, b.0) - b.1).abs() <= SAME * (1.0 + 1e-6 * b.1.abs())
}

/// Adds the points of the least of some lines, each given at both ends; a line may be infinite.
fn least_of((from, to): (f64, f64), lines: &[(f64, f64)], points: &mut Vec<Point>) {
    let at = |x: f64| {
        let part = (x - from) / (to - from);
        let values =
            lines.iter().filter(|it| it.0.is_finite()).map(|it| it.0 + (it.1 - it.0) * part);
        values.fold(f64::INFINITY, f64::min)
    };
    let mut marks = vec![from, to];
    for (place, a) in lines.iter().enumerate() {
        for b in lines.iter().skip(place + 1).filter(|b| a.0.is_finite() && b.0.is_finite()) {
            let (left, right) = (a.0 - b.0, a.1 - b.1);
            if left * right < 0.0 {
                marks.push(from + (to - from) * left / (left - right));
            }
        }
    }
    marks.sort_unstable_by(f64::total_cmp);
    let is_new = |points: &[Point], x: f64| points.last().is_none_or(|last| x - last.0 > SAME);
    for x in marks {
        if is_new(points, x) {
            points.push((x, at(x)));
        }
    }
}
