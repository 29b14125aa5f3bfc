import { describe, expect, it } from 'vitest';
import * as f from './format';

const plain = (text: string) => text.replaceAll('\u202f', ' ');
const NOW = Date.parse('2026-03-01T08:00:00Z');

describe('figures', () => {
  it.each([
    ['12.5CNY', '¥12.50'], ['0.000099131CNY', '¥0.00009913'], ['0CNY', '¥0'], ['21804.5CNY', '¥21 804.50'], ['-3CNY', '−¥3.00'],
    ['576CNY/MWh', '¥0.576 / kWh'], ['0.42CNY/kWh', '¥0.42 / kWh'], ['1.5CNY/h', '¥1.50 / h'], ['90CNY/t', '¥90.00 / t'], ['what', 'what'],
  ])('money %s is %s', (text, shown) => {
    for (const lang of ['en', 'zh'] as const) expect(plain(f.money(text, lang))).toBe(shown);
  });
  it.each([
    ['1.5kWh', '1.5 kWh'], ['2365.872J', '657.2 mWh'], ['29.44kWh', '29.44 kWh'], ['14690gCO2', '14.69 kg CO₂e'], ['0ugCO2', '0 g CO₂e'],
    ['0.7252kgCO2/kWh', '725.2 g CO₂e/kWh'], ['250gCO2', '250 g CO₂e'], ['2500W', '2.5 kW'], ['10000Mbit/s', '10 Gbit/s'], ['64GiB', '68.72 GB'], ['400m', '6 h 40 min'],
  ])('%s is %s', (text, shown) => expect(plain(f.quantity(text, 'en'))).toBe(shown));
  it('has no figure where there is none', () => {
    expect(f.money(undefined, 'en')).toBe('–');
    expect(f.significant(NaN, 'en')).toBe('–');
    expect(f.percent(0 / 0, 'en')).toBe('–');
  });
  it('groups from five digits on', () => {
    expect([1846, 21804, 1234567].map((it) => plain(f.integer(it, 'en')))).toEqual(['1846', '21 804', '1 234 567']);
  });
});

describe('times', () => {
  it.each([
    [0, '0 s', '0秒'], [0.02, '20 ms', '20 ms'], [5.2, '5.2 s', '5.2秒'], [59.97, '1 min', '1分'], [24000, '6 h 40 min', '6小时40分'],
    [183600, '2 d 3 h', '2天3小时'], [86400, '1 d', '1天'], [-90, '−1 min 30 s', '−1分30秒'], [0.00004, '40 µs', '40 µs'],
  ])('%d s is %s and %s', (seconds, en, zh) => {
    expect(plain(f.duration(seconds, 'en'))).toBe(en);
    expect(plain(f.duration(seconds, 'zh'))).toBe(zh);
  });
  it('show the clock today, the date else', () => {
    const at = (text: string, lang: f.Lang = 'en') => f.time(text, NOW, lang, 'Asia/Shanghai');
    expect(at('2026-03-01T06:52:08Z')).toBe('14:52:08');
    expect(at('2026-02-27T06:52:08Z')).toBe('27 Feb 14:52');
    expect(at('2025-02-27T06:52:08Z')).toBe('27 Feb 2025 14:52');
    expect(at('2026-02-27T06:52:08Z', 'zh')).toBe('2月27日 14:52');
    expect(at('nothing')).toBe('–');
  });
  it('count from now, both ways', () => {
    expect(plain(f.ago('2026-03-01T07:59:48Z', NOW, 'en'))).toBe('12 s ago');
    expect(plain(f.ago('2026-03-01T11:28:00Z', NOW, 'en'))).toBe('in 3 h 28 min');
    expect(f.ago('2026-03-01T11:28:00Z', NOW, 'zh')).toBe('3小时28分后');
    expect(f.ago('2026-03-01T08:00:00Z', NOW, 'zh')).toBe('刚刚');
  });
});

describe('the gap to the bound', () => {
  it('is rounded up, so that "at most" stays true', () => {
    expect(f.gapPercent('100.21CNY', '100CNY')).toBe(0.3);
    expect(f.gapPercent('100.2CNY', '100CNY')).toBe(0.2);
  });
  it('is nothing below the rounding of the lines', () => {
    expect(f.gapPercent('100.0001CNY', '100CNY')).toBe(0);
    expect(f.gapPercent('0CNY', '0CNY')).toBe(0);
  });
  it('is unknown without a bound', () => {
    expect(f.gapPercent('1CNY', undefined)).toBeUndefined();
    expect(f.gapPercent('1CNY', '0CNY')).toBeUndefined();
  });
});
