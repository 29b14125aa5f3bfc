// Reads what the API writes: a number with its unit. For showing and comparing only; amounts that matter stay text.

export type Dimension = 'money' | 'energy' | 'carbon' | 'power' | 'bandwidth' | 'bytes' | 'seconds';

/** To the base unit of its dimension: CNY, Wh, g, W, bit/s, byte, s. */
const UNITS: Record<string, [Dimension, number]> = {
  CNY: ['money', 1],
  GWh: ['energy', 1e9], MWh: ['energy', 1e6], kWh: ['energy', 1e3], Wh: ['energy', 1],
  J: ['energy', 1 / 3600], mJ: ['energy', 1 / 3.6e6],
  tCO2: ['carbon', 1e6], kgCO2: ['carbon', 1e3], gCO2: ['carbon', 1], mgCO2: ['carbon', 1e-3], ugCO2: ['carbon', 1e-6],
  GW: ['power', 1e9], MW: ['power', 1e6], kW: ['power', 1e3], W: ['power', 1], mW: ['power', 1e-3],
  'Tbit/s': ['bandwidth', 1e12], 'Gbit/s': ['bandwidth', 1e9], 'Mbit/s': ['bandwidth', 1e6],
  'kbit/s': ['bandwidth', 1e3], 'bit/s': ['bandwidth', 1],
  PB: ['bytes', 1e15], TB: ['bytes', 1e12], GB: ['bytes', 1e9], MB: ['bytes', 1e6], kB: ['bytes', 1e3], B: ['bytes', 1],
  PiB: ['bytes', 2 ** 50], TiB: ['bytes', 2 ** 40], GiB: ['bytes', 2 ** 30], MiB: ['bytes', 2 ** 20], KiB: ['bytes', 1024],
  d: ['seconds', 86400], h: ['seconds', 3600], min: ['seconds', 60], m: ['seconds', 60], s: ['seconds', 1],
  ms: ['seconds', 1e-3], us: ['seconds', 1e-6], ns: ['seconds', 1e-9],
};

export interface Quantity {
  value: number;
  dimension: Dimension;
  /** What it is of, after the slash: "kWh", "h", "GB". */
  per: string;
}

/** "12.5CNY", "576CNY/MWh", "0.7252kgCO2/kWh", "20ms"; undefined if it is none of these. */
export function parseQuantity(text: string | null | undefined): Quantity | undefined {
  const match = /^\s*([+-]?[\d_]+(?:\.\d+)?)\s*([A-Za-z].*?)\s*$/.exec(text ?? '');
  if (!match) return undefined;
  const number = Number(match[1]!.replaceAll('_', ''));
  const whole = UNITS[match[2]!];
  if (whole) return { value: number * whole[1], dimension: whole[0], per: '' };
  const [of = '', per = ''] = match[2]!.split('/');
  const unit = UNITS[of];
  if (!unit || !per) return undefined;
  // Prices and intensities of energy are compared by the kWh.
  const energy = UNITS[per]?.[0] === 'energy' ? UNITS[per]![1] : undefined;
  return energy === undefined
    ? { value: number * unit[1], dimension: unit[0], per }
    : { value: (number * unit[1] * 1000) / energy, dimension: unit[0], per: 'kWh' };
}

/** The plain number, for sorting, colours and bars. */
export function amount(text: string | null | undefined): number {
  return parseQuantity(text)?.value ?? NaN;
}
