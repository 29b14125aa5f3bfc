//! How far a place reaches: areas within a round trip, from the places that are known.
//!
//! A point is as far as the nearest known place, by round trip, plus the way there and back in fibre; beyond the ground
//! that a place serves, every kilometre counts as a millisecond.

use std::collections::BTreeMap;

use model::Coordinates;

/// Round trips of the circles, in milliseconds: the city's, and those of a region, a country, a continent.
pub const CIRCLES_MS: [f64; 4] = [1.0, 5.0, 10.0, 20.0];

/// Kilometres of fibre, there and back, in a millisecond.
const KM_PER_MS: f64 = 100.0;
/// Corners of the grid along its longer side.
const CORNERS: usize = 240;
/// Kilometres of a degree of latitude.
const KM_PER_DEGREE: f64 = 111.195;

/// A place, and its round trip in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    pub place: Coordinates,
    pub round_trip_ms: f64,
}

/// Longitude and latitude, in degrees.
pub type Position = [f64; 2];

/// A ring around what is inside, and rings around what is not; the first against the clock, the others with it, each
/// closed (RFC 7946, section 3.1.6).
pub type Polygon = Vec<Vec<Position>>;

/// The area within a round trip. `around_km` is how far a place serves the ground around it, more than zero. Areas that
/// cross the antimeridian are not cut there.
#[must_use]
pub fn within(known: &[Known], round_trip_ms: f64, around_km: f64) -> Vec<Polygon> {
    let near: Vec<Known> =
        known.iter().filter(|it| it.round_trip_ms < round_trip_ms).copied().collect();
    let Some(field) = Field::new(&near, around_km) else { return Vec::new() };
    polygons(field.rings(round_trip_ms))
}

/// Round trips at the corners of a grid; none of the outermost is within reach.
struct Field {
    columns: usize,
    rows: usize,
    west: f64,
    south: f64,
    step: f64,
    values: Vec<f64>,
}

/// Where a contour crosses the grid: from a corner to the east, or to the north.
type Crossing = (usize, bool);

impl Field {
    fn new(known: &[Known], around_km: f64) -> Option<Self> {
        let lats = || known.iter().map(|it| it.place.lat);
        let lons = || known.iter().map(|it| it.place.lon);
        let (south, north) = (lats().reduce(f64::min)?, lats().reduce(f64::max)?);
        let (west, east) = (lons().reduce(f64::min)?, lons().reduce(f64::max)?);
        let margin = 1.1 * around_km / KM_PER_DEGREE;
        let narrow = narrowing(south.abs().max(north.abs()));
        let (south, north) = (south - margin, north + margin);
        let (west, east) = (west - margin / narrow, east + margin / narrow);
        let step = (north - south).max(east - west) / CORNERS as f64;
        let corners = |length: f64| (length / step).ceil() as usize + 3;
        let (columns, rows) = (corners(east - west), corners(north - south));
        let (west, south) = (west - step, south - step);
        let mut field = Self { columns, rows, west, south, step, values: Vec::new() };
        let value = |at| field.value(known, field.position(at), around_km);
        field.values = (0..columns * rows).map(value).collect();
        Some(field)
    }

    const fn position(&self, corner: usize) -> Position {
        let (column, row) = (corner % self.columns, corner / self.columns);
        [self.west + column as f64 * self.step, self.south + row as f64 * self.step]
    }

    fn value(&self, known: &[Known], [lon, lat]: Position, around_km: f64) -> f64 {
        let away = |it: &Known| {
            let east = (lon - it.place.lon) * narrowing((lat + it.place.lat) / 2.0);
            let km = east.hypot(lat - it.place.lat) * KM_PER_DEGREE;
            it.round_trip_ms + km.min(around_km) / KM_PER_MS + (km - around_km).max(0.0)
        };
        known.iter().map(away).fold(f64::INFINITY, f64::min)
    }

    fn at(&self, corner: usize) -> f64 {
        self.values.get(corner).copied().unwrap_or(f64::INFINITY)
    }

    /// Closed lines with what is inside on their left (marching squares).
    fn rings(&self, level: f64) -> Vec<Vec<Position>> {
        let mut next: BTreeMap<Crossing, Crossing> = BTreeMap::new();
        for row in 0..self.rows - 1 {
            for column in 0..self.columns - 1 {
                self.cut(row * self.columns + column, level, &mut next);
            }
        }
        let mut rings = Vec::new();
        while let Some((first, mut to)) = next.pop_first() {
            let mut ring = vec![self.point(first, level)];
            while to != first {
                ring.push(self.point(to, level));
                let Some(after) = next.remove(&to) else { break };
                to = after;
            }
            ring.extend(ring.first().copied());
            rings.push(ring);
        }
        rings
    }

    /// The lines through a square: around it against the clock, a line leads from where one leaves the inside back to
    /// where one came in.
    fn cut(&self, corner: usize, level: f64, next: &mut BTreeMap<Crossing, Crossing>) {
        let (a, b) = (corner, corner + 1);
        let (d, c) = (a + self.columns, b + self.columns);
        let sides = [(a, b, (a, true)), (b, c, (b, false)), (c, d, (d, true)), (d, a, (a, false))];
        let is_in = |corner: usize| self.at(corner) < level;
        let crossed: Vec<(bool, Crossing)> = sides
            .into_iter()
            .filter(|(from, to, _)| is_in(*from) != is_in(*to))
            .map(|(from, _, crossing)| (is_in(from), crossing))
            .collect();
        for (at, (leaves, crossing)) in crossed.iter().enumerate() {
            let before = (at + crossed.len() - 1) % crossed.len();
            if let (true, Some((_, entry))) = (*leaves, crossed.get(before)) {
                next.insert(*crossing, *entry);
            }
        }
    }

    fn point(&self, (corner, is_east): Crossing, level: f64) -> Position {
        let other = if is_east { corner + 1 } else { corner + self.columns };
        let (here, there) = (self.at(corner), self.at(other));
        let part = ((level - here) / (there - here)).clamp(0.0, 1.0) * self.step;
        let [lon, lat] = self.position(corner);
        if is_east { [lon + part, lat] } else { [lon, lat + part] }
    }
}

/// Of a degree of longitude against one of latitude.
fn narrowing(lat: f64) -> f64 {
    lat.to_radians().cos().max(0.05)
}

/// Twice the area of a ring, above zero against the clock.
fn area(ring: &[Position]) -> f64 {
    ring.windows(2).map(|pair| if let [[a, b], [c, d]] = pair { a * d - c * b } else { 0.0 }).sum()
}

fn contains(ring: &[Position], [x, y]: Position) -> bool {
    let crosses = |pair: &[Position]| match pair {
        [[a, b], [c, d]] => (*b > y) != (*d > y) && x < a + (y - b) / (d - b) * (c - a),
        _ => false,
    };
    !ring.windows(2).filter(|pair| crosses(pair)).count().is_multiple_of(2)
}

/// Rings around what is inside, each with the holes in it.
fn polygons(rings: Vec<Vec<Position>>) -> Vec<Polygon> {
    let (mut outer, holes): (Vec<_>, Vec<_>) =
        rings.into_iter().filter(|ring| ring.len() > 3).partition(|ring| area(ring) > 0.0);
    outer.sort_by(|a, b| area(a).total_cmp(&area(b)));
    let mut polygons: Vec<Polygon> = outer.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let around = |polygon: &&mut Polygon| {
            polygon.first().zip(hole.first()).is_some_and(|(ring, at)| contains(ring, *at))
        };
        // The smallest that it is in.
        if let Some(polygon) = polygons.iter_mut().find(around) {
            polygon.push(hole);
        }
    }
    polygons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(lat: f64, lon: f64, round_trip_ms: f64) -> Known {
        Known { place: Coordinates { lat, lon }, round_trip_ms }
    }

    /// Of all polygons in square kilometres, near the equator.
    fn square_km(polygons: &[Polygon]) -> f64 {
        polygons.iter().flatten().map(|ring| area(ring) / 2.0).sum::<f64>() * KM_PER_DEGREE.powi(2)
    }

    #[test]
    fn one_place_reaches_a_circle() {
        let one = [known(0.0, 10.0, 0.0)];
        // Half a millisecond there and back is 50 km.
        let found = within(&one, 0.5, 200.0);
        assert_eq!((found.len(), found[0].len()), (1, 1));
        let circle = std::f64::consts::PI * 50.0 * 50.0;
        assert!((square_km(&found) / circle - 1.0).abs() < 0.01, "{}", square_km(&found));
        // With time to spare, it ends where the ground ends that is served.
        let served = std::f64::consts::PI * 100.0 * 100.0;
        let found = square_km(&within(&one, 5.0, 100.0));
        assert!(found >= served && found < served * 1.15, "{found} {served}");
    }

    #[test]
    fn places_out_of_reach_have_no_area_and_far_ones_their_own() {
        assert!(within(&[known(0.0, 0.0, 5.0)], 5.0, 100.0).is_empty());
        assert!(within(&[], 5.0, 100.0).is_empty());
        let two = [known(0.0, 0.0, 0.0), known(0.0, 20.0, 1.0), known(0.0, 40.0, 9.0)];
        assert_eq!(within(&two, 5.0, 100.0).len(), 2);
    }

    #[test]
    fn places_in_a_ring_leave_a_hole() {
        let around = (0..36).map(|at| f64::from(at) * 10.0_f64.to_radians());
        let ring: Vec<Known> =
            around.map(|at| known(5.0 * at.sin(), 5.0 * at.cos(), 1.0)).collect();
        let found = within(&ring, 5.0, 100.0);
        assert_eq!((found.len(), found[0].len()), (1, 2));
        assert!(area(&found[0][0]) > 0.0 && area(&found[0][1]) < 0.0);
        assert!(found[0].iter().all(|ring| ring.first() == ring.last()));
        assert!(!contains(&found[0][1], [7.0, 0.0]) && contains(&found[0][1], [0.0, 0.0]));
    }
}
