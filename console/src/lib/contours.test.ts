import { expect, test } from 'vitest';
import { contour, fieldOf } from './contours';

test('around one place there is nothing but its own figure', () => {
  const field = fieldOf([{ x: 100, y: 100, value: 3 }], 200, 200);
  expect([...field.values].filter((it) => !Number.isNaN(it)).every((it) => Math.abs(it - 3) < 1e-5)).toBe(true);
  expect(contour(field, 5)).toEqual([]);
});

test('between a near place and a far one runs a line, and nowhere else', () => {
  const field = fieldOf([{ x: 60, y: 100, value: 0 }, { x: 160, y: 100, value: 10 }], 220, 200);
  const line = contour(field, 5);
  expect(line.length).toBeGreaterThan(5);
  for (const [x1, , x2] of line) expect(Math.abs((x1 + x2) / 2 - 110)).toBeLessThan(10);
});

test('further than known places reach, nothing is drawn', () => {
  const field = fieldOf([{ x: 0, y: 0, value: 0 }, { x: 900, y: 0, value: 10 }], 900, 400);
  const middle = field.values[Math.round((200 + 40) / 12) * field.columns + Math.round((450 + 40) / 12)];
  expect(middle).toBeNaN();
});

test('a thousand places take little time', () => {
  const known = Array.from({ length: 1000 }, (_, at) => {
    const [x, y] = [(at * 613) % 1200, (at * 419) % 700];
    return { x, y, value: Math.hypot(x - 600, y - 350) / 25 };
  });
  const start = performance.now();
  const field = fieldOf(known, 1200, 700);
  const lines = [5, 10, 20].map((level) => contour(field, level).length);
  const took = performance.now() - start;
  expect(lines.every((it) => it > 0)).toBe(true);
  console.log(`contours of 1,000 places: ${took.toFixed(0)} ms`);
  expect(took).toBeLessThan(400);
});
