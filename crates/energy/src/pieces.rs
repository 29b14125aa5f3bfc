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
        value(&self.0, self.0.partition_point(|point| point.0 < x), x)
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

    /// The least over `u` of this at `x - u` plus `step` at `u`; `step` is convex. Each convex run is taken by itself; runs
    /// overlap by the width of the step only, so that is as much work as there are points.
    pub(crate) fn plus(&self, step: &Self) -> Self {
        let runs = self.runs().map(|run| Self(run.to_vec()).merged(step));
        runs.reduce(Self::joined).unwrap_or_else(|| self.merged(step))
    }

    /// The longest stretches that are convex, each beginning with the point that ends the one before.
    fn runs(&self) -> impl Iterator<Item = &[Point]> {
        let slopes: Vec<f64> = self.slopes().map(|it| it.1).collect();
        let falls =
            |at: &usize| slopes[*at] < slopes[*at - 1] - ROUNDED * (1.0 + slopes[*at - 1].abs());
        let mut ends: Vec<usize> = (1..slopes.len()).filter(falls).collect();
        ends.push(self.0.len() - 1);
        let mut start = 0;
        ends.into_iter().map(move |end| &self.0[std::mem::replace(&mut start, end)..=end])
    }

    /// The lower of two where both are, and else the one that is: `next` begins within this, and ends no earlier.
    fn joined(mut self, next: Self) -> Self {
        let (from, to) = (next.0[0].0, self.0[self.0.len() - 1].0);
        let kept = self.0.partition_point(|it| it.0 < from - SAME);
        let tail = Self(self.0.split_off(kept.saturating_sub(1)));
        if kept > 0 {
            self.0.push(tail.0[0]);
        }
        lower_within((from, to), &tail.0, &next.0, &mut self.0);
        let after = next.0.partition_point(|it| it.0 <= to + SAME);
        self.0.extend_from_slice(&next.0[after..]);
        self
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

    /// The lower of two at every point; both are defined over the same stretch.
    pub(crate) fn lower(&self, other: &Self) -> Self {
        let (from, to) = (self.0[0].0, self.0[self.0.len() - 1].0);
        let mut points = Vec::with_capacity(self.0.len() + other.0.len());
        lower_within((from, to), &self.0, &other.0, &mut points);
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
            add(&mut points, point);
        }
        Some(Self(points))
    }
}

impl FromIterator<Point> for Pieces {
    /// Points in ascending order, one at least; those that are no further than the one before are left out.
    fn from_iter<T: IntoIterator<Item = Point>>(points: T) -> Self {
        let mut kept: Vec<Point> = Vec::new();
        for point in points {
            add(&mut kept, point);
        }
        if kept.is_empty() {
            kept.push((0.0, 0.0));
        }
        Self(kept)
    }
}

/// At `x`, where `at` is the first point that is not before it; beyond the ends as at the nearer one.
fn value(points: &[Point], at: usize, x: f64) -> f64 {
    match (at.checked_sub(1).map(|it| points[it]), points.get(at)) {
        (Some(left), Some(right)) => between(left, *right, x),
        (Some(end), None) => end.1,
        (None, _) => points[0].1,
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

/// Adds the points of the lower of two functions from `from` to `to`, which both are defined there.
fn lower_within((from, to): (f64, f64), left: &[Point], right: &[Point], points: &mut Vec<Point>) {
    let (mut left, mut right) = (Walk::new(left), Walk::new(right));
    let mut before = (from, left.at(from), right.at(from));
    add(points, (from, before.1.min(before.2)));
    while before.0 < to - SAME {
        let x = left.next_after(before.0).min(right.next_after(before.0)).min(to);
        let here = (x, left.at(x), right.at(x));
        let (was, is) = (before.1 - before.2, here.1 - here.2);
        if was * is < 0.0 {
            let part = was / (was - is);
            let crossed = before.0 + (x - before.0) * part;
            add(points, (crossed, before.1 + (here.1 - before.1) * part));
        }
        add(points, (x, here.1.min(here.2)));
        before = here;
    }
}

fn add(points: &mut Vec<Point>, point: Point) {
    if points.last().is_none_or(|last| point.0 - last.0 > SAME) {
        points.push(point);
    }
}

/// A function read from left to right.
struct Walk<'a> {
    points: &'a [Point],
    /// The first point that is not before what was read last.
    at: usize,
}

impl<'a> Walk<'a> {
    fn new(points: &'a [Point]) -> Self {
        Self { points, at: 0 }
    }

    /// The value at `x`, or at the nearer end.
    fn at(&mut self, x: f64) -> f64 {
        while self.points.get(self.at).is_some_and(|it| it.0 < x) {
            self.at += 1;
        }
        value(self.points, self.at, x)
    }

    /// Where the next corner is; beyond the last there is none.
    fn next_after(&self, x: f64) -> f64 {
        let mut rest = self.points[self.at..].iter().map(|it| it.0);
        rest.find(|it| *it > x + SAME).unwrap_or(f64::INFINITY)
    }
}
