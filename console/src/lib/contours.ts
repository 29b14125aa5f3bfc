// Lines of equal round trip over the map, from the places where it is known. Pure.

/** A place on the screen and what is known there. */
export interface Known { x: number; y: number; value: number }
export interface Field { columns: number; rows: number; step: number; x: number; y: number; values: Float32Array }
export type Segment = [number, number, number, number];

/**
 * A figure for every corner of a grid: the nearest known places, each by the inverse of its squared distance; nothing
 * further than `far` from any of them.
 */
export function fieldOf(known: Known[], width: number, height: number, { step = 12, far = 140, around = 40 } = {}): Field {
  const [x, y] = [-around, -around];
  const columns = Math.ceil((width + 2 * around) / step) + 1;
  const rows = Math.ceil((height + 2 * around) / step) + 1;
  const sums = new Float64Array(columns * rows);
  const weights = new Float64Array(columns * rows);
  const steps = Math.ceil(far / step);
  for (const place of known) {
    const [middle, line] = [Math.round((place.x - x) / step), Math.round((place.y - y) / step)];
    for (let row = Math.max(0, line - steps); row <= Math.min(rows - 1, line + steps); row++) {
      for (let column = Math.max(0, middle - steps); column <= Math.min(columns - 1, middle + steps); column++) {
        const [dx, dy] = [x + column * step - place.x, y + row * step - place.y];
        const distance = dx * dx + dy * dy;
        if (distance > far * far) continue;
        // To nothing at the edge, so that no place begins to count at once.
        const weight = (1 - distance / (far * far)) ** 2 / (distance + step * step);
        sums[row * columns + column]! += weight * place.value;
        weights[row * columns + column]! += weight;
      }
    }
  }
  const values = new Float32Array(columns * rows);
  for (let at = 0; at < values.length; at++) values[at] = weights[at]! > 0 ? sums[at]! / weights[at]! : NaN;
  return { columns, rows, step, x, y, values };
}

/** The line where the field has this value, by marching squares; squares with an unknown corner have none. */
export function contour(field: Field, level: number): Segment[] {
  const { columns, rows, step, values } = field;
  const all: Segment[] = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const [a, b, c, d] = [values[at]!, values[at + 1]!, values[at + columns + 1]!, values[at + columns]!];
      if (Number.isNaN(a + b + c + d)) continue;
      const [x, y] = [field.x + column * step, field.y + row * step];
      const part = (from: number, to: number) => (step * (level - from)) / (to - from);
      const cuts: [number, number][] = [];
      if (a < level !== b < level) cuts.push([x + part(a, b), y]);
      if (b < level !== c < level) cuts.push([x + step, y + part(b, c)]);
      if (d < level !== c < level) cuts.push([x + part(d, c), y + step]);
      if (a < level !== d < level) cuts.push([x, y + part(a, d)]);
      // Two cuts are a line, four are two lines at a saddle.
      for (let cut = 0; cut + 1 < cuts.length; cut += 2) all.push([...cuts[cut]!, ...cuts[cut + 1]!]);
    }
  }
  return all;
}
