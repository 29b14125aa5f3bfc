// The formats of `format.ts` in the language and at the time of the console; reactive where templates call them.
import { i18n } from '../i18n/index.svelte';
import { clock } from './clock.svelte';
import * as f from './format';

export const money = (text?: string | null) => f.money(text, i18n.lang);
export const quantity = (text?: string | null, digits?: number) => f.quantity(text, i18n.lang, digits);
export const span = (text?: string | null) => f.span(text, i18n.lang);
export const duration = (seconds: number) => f.duration(seconds, i18n.lang);
export const integer = (value: number) => f.integer(value, i18n.lang);
export const percent = (part: number, digits?: number) => f.percent(part, i18n.lang, digits);
export const scaled = (value: number, dimension: string, digits?: number) => f.scaled(value, dimension, i18n.lang, digits);
export const time = (text?: string | null, zone?: string) => f.time(text, clock.minute, i18n.lang, zone);
export const fullTime = (text?: string | null, zone?: string) => f.fullTime(text, i18n.lang, zone);
export const ago = (text?: string | null) => f.ago(text, clock.now, i18n.lang);

/** A reading in base units of its kind of line: milliseconds of a unit, mJ, µg of CO2, bytes. */
export function metered(kind: string, value?: number | null): string {
  if (value === undefined || value === null) return '–';
  switch (kind) {
    case 'compute': return duration(value / 1000);
    case 'electricity': return scaled(value / 3.6e6, 'energy');
    case 'carbon': return scaled(value / 1e6, 'carbon');
    default: return scaled(value, 'bytes');
  }
}

/** What a person calls it: its title in Chinese, where it has one; its name else. */
export function titleOf(it: { metadata: { name: string; title?: string | null } } | undefined, name = ''): string {
  if (!it) return name;
  return (i18n.lang === 'zh' && it.metadata.title) || it.metadata.name;
}
/** The last part of "枢纽 · 集群": enough where space is short. */
export function shortTitleOf(it: { metadata: { name: string; title?: string | null } } | undefined, name = ''): string {
  const title = titleOf(it, name);
  const last = title.split('·').at(-1)!.trim();
  return last.length > 14 ? `${last.slice(0, 13)}…` : last;
}
