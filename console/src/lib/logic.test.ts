import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en';
import { zh } from '../i18n/zh';
import { clusters, labelPlaces, projectionFor, zoomed } from './geo';
import { LogLines, marked, taskNumber } from './loglines';
import { namesIn, operationsOf, typeText } from './openapi';
import { amount, parseQuantity } from './quantity';
import { COLOURS, colourOf, roundEnd, scaleOf } from './scales';
import { hoursOf, localHour, ranges } from './tariff';

describe('catalogues', () => {
  const leaves = (it: object, path = ''): [string, unknown][] => Object.entries(it).flatMap(([key, value]) =>
    typeof value === 'object' ? leaves(value as object, `${path}${key}.`) : [[path + key, value] as [string, unknown]]);
  it('have the same keys, none of them empty', () => {
    expect(leaves(zh).map(([key]) => key).sort()).toEqual(leaves(en).map(([key]) => key).sort());
    for (const [, value] of [...leaves(en), ...leaves(zh)]) expect(value).toBeTruthy();
  });
  it('speak Chinese in Chinese', () => {
    const latin = new Set(['API', 'CPU', 'PUE', '¥/kWh', 'English', 'my-job', 'Cookie']);
    for (const [key, value] of leaves(zh)) {
      if (typeof value === 'string' && !latin.has(value)) expect(value, key).toMatch(/[\u4e00-\u9fff]/);
    }
  });
});

describe('quantities', () => {
  it('compare in one unit', () => {
    expect(amount('576CNY/MWh')).toBeCloseTo(0.576);
    expect(amount('0.7252kgCO2/kWh')).toBeCloseTo(725.2);
    expect(amount('1_000W')).toBe(1000);
    expect(parseQuantity('20ms')).toEqual({ value: 0.02, dimension: 'seconds', per: '' });
    expect(amount('20 parsecs')).toBeNaN();
  });
});

describe('colours', () => {
  it('run from low to high and stop at the ends', () => {
    const scale = scaleOf('carbon', [140, 725]);
    expect(scale).toEqual({ from: 0, to: 800 });
    const colours = COLOURS.carbon.dark;
    expect(colourOf(-5, scale, colours)).toBe(colours[0]);
    expect(colourOf(800, scale, colours)).toBe(colours[4]);
    expect(colourOf(NaN, scale, colours)).toBeUndefined();
    expect(scaleOf('price', [])).toEqual({ from: 0, to: 1 });
    expect([0.547, 1.004, 0.614, 9, 0].map(roundEnd).map((it) => it.toFixed(2))).toEqual(['0.60', '1.20', '0.80', '10.00', '1.00']);
  });
});

describe('tariffs', () => {
  const tariff = { seasons: [{ months: [12, 1], price: '0.6CNY/kWh', bands: [{ name: 'valley', from: 0, to: 8, price: '0.3CNY/kWh' }] }, { price: '0.5CNY/kWh' }] };
  it('give each hour its band', () => {
    const hours = hoursOf(tariff, 1);
    expect(hours).toHaveLength(24);
    expect([hours[7], hours[8]]).toEqual([{ price: '0.3CNY/kWh', band: 'valley' }, { price: '0.6CNY/kWh', band: 'flat' }]);
    expect(hoursOf(tariff, 6)[0]!.price).toBe('0.5CNY/kWh');
  });
  it('are read at the place', () => {
    expect(localHour('Asia/Shanghai', Date.parse('2026-03-31T18:30:00Z'))).toEqual({ month: 4, hour: 2 });
    expect(localHour('Nowhere/Here', 0)).toBeUndefined();
  });
  it('name months in short', () => expect(ranges([12, 1, 2, 3])).toBe('1–3, 12'));
});

describe('logs', () => {
  it('make lines of pieces, each task its own', () => {
    const log = new LogLines();
    log.add([{ task: 'p.j.0.1', offset: 0, text: 'a\nb' }, { task: 'p.j.1.1', offset: 0, text: 'x\n' }, { task: 'p.j.0.1', offset: 3, text: 'c\n' }]);
    expect(log.lines.map((it) => `${taskNumber(it.task)} ${it.text}`)).toEqual(['0 a', '0 bc', '1 x']);
  });
  it('let the oldest go', () => {
    const log = new LogLines(2);
    log.add([{ task: 't', offset: 0, text: '1\n2\n3\n' }]);
    expect([log.lines.map((it) => it.text), log.trimmed]).toEqual([['2', '3'], true]);
  });
  it('mark what is sought, as text', () => {
    expect(marked('Error: <b>error</b>', 'error')).toEqual(['', 'Error', ': <b>', 'error', '</b>']);
    expect(marked('abc', '')).toEqual(['abc']);
  });
});

describe('the map', () => {
  it('zooms around the pointer, within bounds', () => {
    const pan = zoomed({ k: 1, x: 0, y: 0 }, 2, 100, 50);
    expect(pan).toEqual({ k: 2, x: -100, y: -50 });
    expect(zoomed(pan, 1e9, 0, 0).k).toBe(40);
  });
  it('fits all points in the frame, or the world around them', () => {
    const points = [{ lon: 104, lat: 30 }, { lon: 121, lat: 41 }, { lon: 113, lat: 23 }];
    for (const view of ['fit', 'world'] as const) {
      const projection = projectionFor(view, points, 800, 500);
      for (const it of points) {
        const [x, y] = projection([it.lon, it.lat])!;
        expect(x).toBeGreaterThan(0); expect(x).toBeLessThan(800); expect(y).toBeGreaterThan(0); expect(y).toBeLessThan(500);
      }
    }
    expect(projectionFor('fit', [], 800, 500)([0, 0])).toBeTruthy();
  });
  it('draws what is close together as one', () => {
    expect(clusters([{ x: 1, y: 1 }, { x: 3, y: 3 }, { x: 90, y: 90 }], 26).map((it) => it.items.length)).toEqual([2, 1]);
  });
  it('puts no label over another', () => {
    const places = labelPlaces([{ x: 50, y: 50, r: 10, w: 40 }, { x: 100, y: 50, r: 10, w: 40 }], 16);
    expect(places[0]!.x).not.toBe(places[1]!.x);
    expect(places[0]!.x + 40 <= places[1]!.x || places[1]!.x + 40 <= places[0]!.x || places[0]!.y !== places[1]!.y).toBe(true);
  });
});

describe('the OpenAPI file', () => {
  it('is read as operations and short types', () => {
    const api = { info: { title: 't', version: '1' }, paths: { '/a': { get: { operationId: 'a', summary: 's', tags: ['x'], responses: {} } } } };
    expect(operationsOf(api).map((it) => `${it.method} ${it.path} ${it.id} ${it.tag}`)).toEqual(['GET /a a x']);
    const schema = { anyOf: [{ $ref: '#/components/schemas/Name' }, { type: 'array', items: { $ref: '#/components/schemas/Job' } }] };
    expect(typeText(schema)).toBe('Name | Job[]');
    expect(namesIn(schema)).toEqual(['Name', 'Job']);
  });
});
