// A tariff as it stands in a site's manifest, laid out by the hour. Looks up and never computes a price. Pure.
import type { Tariff } from '../api/types';

export interface Hour { price: string; band: string }

/** The 24 hours of a day in this month, 1 to 12; a season without months is every month's. */
export function hoursOf(tariff: Tariff, month: number): Hour[] {
  const season = tariff.seasons.find((it) => it.months?.includes(month)) ?? tariff.seasons.find((it) => !it.months?.length);
  if (!season) return [];
  return Array.from({ length: 24 }, (_, hour) => {
    const band = season.bands?.find((it) => it.from <= hour && hour < it.to);
    return { price: band?.price ?? season.price, band: band?.name ?? 'flat' };
  });
}

/** Month and hour at a place; undefined if the browser does not know its time zone. */
export function localHour(zone: string, now: number): { month: number; hour: number } | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, month: 'numeric', hour: 'numeric', hourCycle: 'h23' }).formatToParts(now);
    const part = (type: string) => Number(parts.find((it) => it.type === type)?.value);
    return { month: part('month'), hour: part('hour') };
  } catch {
    return undefined;
  }
}

/** "1–3, 12". */
export function ranges(numbers: number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const it of sorted) {
    const last = runs.at(-1);
    if (last && it === last[1] + 1) last[1] = it; else runs.push([it, it]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
