// How figures look, in both languages. Pure: the language and the time now are given.
import { parseQuantity } from './quantity';

export type Lang = 'en' | 'zh';
export const LOCALE: Record<Lang, string> = { en: 'en-GB', zh: 'zh-CN' };
/** Between a figure and its unit: narrow, and never broken. */
const THIN = '\u202f';
const NONE = '–';

const formats = new Map<string, Intl.NumberFormat>();
function numberFormat(lang: Lang, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = lang + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(LOCALE[lang], options)));
  return format;
}

export function integer(value: number, lang: Lang): string {
  // Groups from five digits on: 1846, 21 804.
  return numberFormat(lang, { maximumFractionDigits: 0, useGrouping: 'min2' as never })
    .format(value).replaceAll(',', THIN);
}

/** `digits` that say something, without the zeros that do not. */
export function significant(value: number, lang: Lang, digits = 4): string {
  if (!Number.isFinite(value)) return NONE;
  if (Math.abs(value) >= 10 ** digits) return integer(Math.round(value), lang);
  return numberFormat(lang, { maximumSignificantDigits: digits, useGrouping: false }).format(value);
}

export function percent(part: number, lang: Lang, digits = 0): string {
  if (!Number.isFinite(part)) return NONE;
  return numberFormat(lang, { style: 'percent', maximumFractionDigits: digits }).format(part);
}

/** "¥1.74"; four digits below one yuan, so that a job of a few seconds has a price too. */
export function money(text: string | null | undefined, lang: Lang): string {
  const it = parseQuantity(text);
  if (!it || it.dimension !== 'money') return text ?? NONE;
  const size = Math.abs(it.value);
  const sign = it.value < 0 ? '−' : '';
  const fixed = size === 0 ? '0'
    : size >= 1 ? numberFormat(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 'min2' as never })
        .format(size).replaceAll(',', THIN)
      : numberFormat(lang, { maximumSignificantDigits: 4, maximumFractionDigits: 9 } as Intl.NumberFormatOptions).format(size);
  return `${sign}¥${fixed}${it.per ? `${THIN}/${THIN}${it.per}` : ''}`;
}

const STEPS: Record<string, [number, string][]> = {
  energy: [[1e9, 'GWh'], [1e6, 'MWh'], [1e3, 'kWh'], [1, 'Wh'], [1e-3, 'mWh']],
  carbon: [[1e6, 't'], [1e3, 'kg'], [1, 'g'], [1e-3, 'mg'], [1e-6, 'µg']],
  power: [[1e9, 'GW'], [1e6, 'MW'], [1e3, 'kW'], [1, 'W'], [1e-3, 'mW']],
  bandwidth: [[1e12, 'Tbit/s'], [1e9, 'Gbit/s'], [1e6, 'Mbit/s'], [1e3, 'kbit/s'], [1, 'bit/s']],
  bytes: [[1e15, 'PB'], [1e12, 'TB'], [1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB'], [1, 'B']],
};

/** Energy, carbon, power, bandwidth, bytes in the unit that keeps the figure short. */
export function quantity(text: string | null | undefined, lang: Lang, digits = 4): string {
  const it = parseQuantity(text);
  if (!it) return text ?? NONE;
  if (it.dimension === 'money') return money(text, lang);
  if (it.dimension === 'seconds') return duration(it.value, lang);
  return scaled(it.value, it.dimension, lang, digits) + (it.per ? `/${it.per}` : '');
}

export function scaled(value: number, dimension: keyof typeof STEPS, lang: Lang, digits = 4): string {
  const steps = STEPS[dimension]!;
  const size = Math.abs(value);
  const co2 = dimension === 'carbon' ? `${THIN}CO₂e` : '';
  const base = steps.find(([step]) => step === 1)!;
  const [step, unit] = size === 0 ? base : (steps.find(([step]) => size >= step) ?? steps.at(-1)!);
  return `${significant(value / step, lang, digits)}${THIN}${unit}${co2}`;
}

const WORDS: Record<Lang, [string, string, string, string]> = {
  en: ['d', 'h', 'min', 's'],
  zh: ['天', '小时', '分', '秒'],
};

/** "2 d 4 h", "6 h 40 min", "5.2 s", "20 ms": two parts at most. */
export function duration(seconds: number, lang: Lang): string {
  if (!Number.isFinite(seconds)) return NONE;
  if (seconds < 0) return `−${duration(-seconds, lang)}`;
  const [day, hour, minute, second] = WORDS[lang];
  const gap = lang === 'zh' ? '' : THIN;
  if (seconds === 0) return `0${gap}${second}`;
  if (seconds < 0.9995) {
    const [value, unit] = seconds >= 9.995e-4 ? [seconds * 1e3, 'ms'] : [seconds * 1e6, 'µs'];
    return `${significant(value, lang, 3)}${THIN}${unit}`;
  }
  if (seconds < 59.95) return `${significant(seconds, lang, seconds < 10 ? 2 : 3)}${gap}${second}`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86400), day], [Math.floor(whole / 3600) % 24, hour],
    [Math.floor(whole / 60) % 60, minute], [whole % 60, second],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return parts.slice(first, first + 2).filter(([value]) => value > 0)
    .map(([value, unit]) => `${value}${gap}${unit}`).join(lang === 'zh' ? '' : ' ');
}

export function span(text: string | null | undefined, lang: Lang): string {
  const it = parseQuantity(text);
  return it?.dimension === 'seconds' ? duration(it.value, lang) : (text ?? NONE);
}

const dates = new Map<string, Intl.DateTimeFormat>();
function dateFormat(lang: Lang, zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + (zone ?? '') + JSON.stringify(options);
  let format = dates.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE[lang], { ...options, hourCycle: 'h23', timeZone: zone });
    dates.set(key, format);
  }
  return format;
}

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;

/** "14:52:08" today, "3 Mar 14:52" this year, "3 Mar 2026 14:52" else. */
export function time(text: string | null | undefined, now: number, lang: Lang, zone?: string): string {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) return NONE;
  const day = dateFormat(lang, zone, { year: 'numeric', month: '2-digit', day: '2-digit' });
  if (day.format(at) === day.format(now)) return dateFormat(lang, zone, CLOCK).format(at);
  const year = dateFormat(lang, zone, { year: 'numeric' });
  const date = year.format(at) === year.format(now) ? DAY : ({ ...DAY, year: 'numeric' } as const);
  const clock = dateFormat(lang, zone, { hour: '2-digit', minute: '2-digit' }).format(at);
  return `${dateFormat(lang, zone, date).format(at)} ${clock}`;
}

/** Everything, for a title: date, seconds, zone. */
export function fullTime(text: string | null | undefined, lang: Lang, zone?: string): string {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) return '';
  return dateFormat(lang, zone, { dateStyle: 'medium', timeStyle: 'long' }).format(at);
}

/** "in 3 h 28 min", "12 s ago". */
export function ago(text: string | null | undefined, now: number, lang: Lang): string {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) return NONE;
  const seconds = (at - now) / 1000;
  const size = Math.abs(seconds);
  const long = duration(size < 1 ? 0 : size < 60 ? Math.round(size) : size, lang);
  if (size < 1) return lang === 'zh' ? '刚刚' : 'now';
  if (seconds > 0) return lang === 'zh' ? `${long}后` : `in ${long}`;
  return lang === 'zh' ? `${long}前` : `${long} ago`;
}

/** How far a score may be above the least possible, rounded up so that it stays true: a percentage, or 0. */
export function gapPercent(score: string | null | undefined, bound: string | null | undefined): number | undefined {
  const [above, least] = [parseQuantity(score)?.value, parseQuantity(bound)?.value];
  if (above === undefined || least === undefined || least <= 0) return above === least && above !== undefined ? 0 : undefined;
  const gap = Math.max(0, (above - least) / least);
  // Below a thousandth of a percent is the rounding of its lines.
  if (gap < 1e-5) return 0;
  return Math.ceil(gap * 1000 - 1e-9) / 10;
}
