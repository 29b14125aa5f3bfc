// The map's geometry: which projection, where points lie, which of them are drawn as one. Pure.
import { geoAzimuthalEqualArea, geoEqualEarth, type GeoProjection } from 'd3-geo';

export type View = 'fit' | 'world';
export interface Point { lon: number; lat: number }
export interface Pan { k: number; x: number; y: number }

/** Around the points, or around the whole world. */
export function projectionFor(view: View, points: Point[], width: number, height: number): GeoProjection {
  const pad = Math.min(56, width / 8, height / 8);
  const box: [[number, number], [number, number]] = [[pad, pad], [width - pad, height - pad]];
  const middle = middleOf(points);
  if (view === 'world' || points.length === 0 || spread(points) > 120) {
    return geoEqualEarth().rotate([points.length ? -middle.lon : -150, 0]).precision(0.2)
      .fitExtent([[8, 8], [width - 8, height - 8]], { type: 'Sphere' });
  }
  // A site alone gets its surroundings too.
  const around = points.flatMap(({ lon, lat }) => points.length > 2 ? [[lon, lat]] : [[lon - 8, lat - 6], [lon + 8, lat + 6]]);
  return geoAzimuthalEqualArea().rotate([-middle.lon, -middle.lat]).clipAngle(75).precision(0.2)
    .fitExtent(box, { type: 'MultiPoint', coordinates: around });
}

function middleOf(points: Point[]): Point {
  if (points.length === 0) return { lon: 0, lat: 0 };
  const lons = points.map((it) => it.lon);
  const lats = points.map((it) => it.lat);
  return { lon: (Math.min(...lons) + Math.max(...lons)) / 2, lat: (Math.min(...lats) + Math.max(...lats)) / 2 };
}

function spread(points: Point[]): number {
  const lons = points.map((it) => it.lon);
  return Math.max(...lons) - Math.min(...lons);
}

/** Zooms by `factor` around a point of the screen, within bounds. */
export function zoomed(pan: Pan, factor: number, x: number, y: number): Pan {
  const k = Math.max(0.5, Math.min(40, pan.k * factor));
  const real = k / pan.k;
  return { k, x: x - (x - pan.x) * real, y: y - (y - pan.y) * real };
}

export interface Cluster<T> { x: number; y: number; items: T[] }

/** Items whose squares of `size` pixels would overlap become one mark, at the first of them. */
export function clusters<T extends { x: number; y: number }>(items: T[], size: number): Cluster<T>[] {
  const all: Cluster<T>[] = [];
  for (const item of items) {
    const near = all.find((it) => Math.abs(it.x - item.x) < size && Math.abs(it.y - item.y) < size);
    if (near) near.items.push(item); else all.push({ x: item.x, y: item.y, items: [item] });
  }
  return all;
}

export interface Box { x: number; y: number; w: number; h: number }
const meet = (a: Box, b: Box) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Where each label fits beside its mark: right, left, below, above; undefined if nowhere. */
export function labelPlaces(marks: { x: number; y: number; r: number; w: number; must?: boolean }[], height: number): ({ x: number; y: number } | undefined)[] {
  const taken: Box[] = marks.map(({ x, y, r }) => ({ x: x - r, y: y - r, w: 2 * r, h: 2 * r }));
  return marks.map((mark, index) => {
    const { x, y, r, w } = mark;
    const places: Box[] = [
      { x: x + r + 5, y: y - height / 2, w, h: height },
      { x: x - r - 5 - w, y: y - height / 2, w, h: height },
      { x: x - w / 2, y: y + r + 3, w, h: height },
      { x: x - w / 2, y: y - r - 3 - height, w, h: height },
    ];
    const free = places.find((place) => taken.every((other, at) => at === index || !meet(place, other)));
    const place = free ?? (mark.must ? places[0] : undefined);
    if (!place) return undefined;
    taken.push(place);
    return { x: place.x, y: place.y + height / 2 };
  });
}
