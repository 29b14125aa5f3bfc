// Colours for figures, checked for colour-blind readers; a legend or a figure always stands beside them.
import type { Theme } from './theme.svelte';

export type Measure = 'carbon' | 'price' | 'use' | 'delay';
export const MEASURES: readonly Measure[] = ['carbon', 'price', 'use', 'delay'];

/** Low to high, near to far. */
export const COLOURS: Record<Measure, Record<Theme, readonly string[]>> = {
  carbon: {
    dark: ['#fdfbd4', '#eed598', '#e4ab5f', '#db7d2c', '#cd4805'],
    light: ['#fff1b8', '#f0bd4f', '#d4842c', '#9c4a20', '#4f1f14'],
  },
  price: {
    dark: ['#3f8fd6', '#8ab8e0', '#d9d9d9', '#eab36b', '#d9792b'],
    light: ['#1f5fa8', '#5b8fc4', '#8a8f96', '#c07f2e', '#8a4a00'],
  },
  use: {
    dark: ['#e6fff9', '#a8e3e4', '#75c2d4', '#4c9ec7', '#3578b8'],
    light: ['#796eda', '#3660ae', '#004d71', '#00343e', '#001b19'],
  },
  delay: {
    dark: ['#e6fff9', '#a8e3e4', '#75c2d4', '#4c9ec7', '#3578b8'],
    light: ['#001b19', '#00343e', '#004d71', '#3660ae', '#796eda'],
  },
};

export interface Scale {
  /** Lowest and highest figure that the colours tell apart. */
  from: number;
  to: number;
}

/** Round ends around the values, so that the legend has short figures. */
export function scaleOf(measure: Measure, values: number[]): Scale {
  if (measure === 'use') return { from: 0, to: 1 };
  const known = values.filter(Number.isFinite);
  const top = Math.max(...known, 0);
  if (top === 0) return { from: 0, to: 1 };
  if (measure === 'delay') return { from: 0, to: 50 };
  if (measure === 'carbon') return { from: 0, to: Math.max(200, Math.ceil(top / 200) * 200) };
  return { from: 0, to: roundEnd(top) };
}

/** The next figure above whose half is short too. */
export function roundEnd(top: number): number {
  if (!(top > 0)) return 1;
  const step = 10 ** Math.floor(Math.log10(top));
  return ([1, 1.2, 1.6, 2, 3, 4, 5, 6, 8].find((it) => it * step >= top * 0.999) ?? 10) * step;
}

export function colourOf(value: number, scale: Scale, colours: readonly string[]): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const part = (value - scale.from) / (scale.to - scale.from);
  return colours[Math.max(0, Math.min(colours.length - 1, Math.floor(part * colours.length)))];
}
