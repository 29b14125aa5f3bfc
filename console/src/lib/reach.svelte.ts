// What the network tells: round trips between sites, and from one place, also as if links were cut. Asked anew when the
// world changes.
import type { Reach, RoundTrips } from '../api/types';
import { amount } from './quantity';
import { gathered, live } from './live.svelte';
import { client } from './session.svelte';

const NETWORK = ['Site', 'Node', 'Link'];

/** Calls `read` now and whenever sites, nodes or links change, until what it returns is called. */
function follow(read: (signal: AbortSignal) => Promise<void>): () => void {
  const control = new AbortController();
  const now = () => read(control.signal).catch(() => undefined);
  void now();
  const fresh = gathered(now, 700);
  const stop = live.on({ event: (event) => { if (NETWORK.includes(event.kind)) fresh(); }, anew: fresh });
  return () => { stop(); fresh.stop(); control.abort(); };
}

export function followRoundTrips(without: string, told: (it: RoundTrips | undefined, error?: unknown) => void): () => void {
  return follow(async (signal) => {
    try {
      told(await client.get('/v1/network/round-trips', { query: { without }, signal }));
    } catch (error) {
      if (!signal.aborted) told(undefined, error);
    }
  });
}

export function followReach(from: string, without: string, told: (it: Reach | undefined, error?: unknown) => void): () => void {
  return follow(async (signal) => {
    try {
      told(await client.get('/v1/network/reach', { query: { from, without }, signal }));
    } catch (error) {
      if (!signal.aborted) told(undefined, error);
    }
  });
}

/** Milliseconds there and back; NaN where no path leads. */
export const roundTripMs = (text: string | null | undefined) => amount(text) * 1000;
/** Where the contours run, ms. */
export const LEVELS = [5, 10, 20] as const;
