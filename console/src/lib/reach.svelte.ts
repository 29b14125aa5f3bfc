// What the network tells: round trips between sites, and from one place, also as if links were cut. Asked anew when the
// world changes.
import type { Reach, RoundTrips } from '../api/types';
import { amount } from './quantity';
import { gathered, live } from './live.svelte';
import { client } from './session.svelte';

const NETWORK = ['Site', 'Node', 'Link'];

/** What is told when there is an answer, or none and why. */
type Told<T> = (it: T | undefined, error?: unknown) => void;

/** Asks now and whenever sites, nodes or links change, until what it returns is called. */
function follow<T>(ask: (signal: AbortSignal) => Promise<T>, told: Told<T>): () => void {
  const control = new AbortController();
  const now = () => ask(control.signal).then(told, (error: unknown) => { if (!control.signal.aborted) told(undefined, error); });
  void now();
  const fresh = gathered(now, 700);
  const stop = live.on({ event: (event) => { if (NETWORK.includes(event.kind)) fresh(); }, anew: fresh });
  return () => { stop(); fresh.stop(); control.abort(); };
}

export const followRoundTrips = (without: string, told: Told<RoundTrips>) =>
  follow((signal) => client.get('/v1/network/round-trips', { query: { without }, signal }), told);

export const followReach = (from: string, without: string, told: Told<Reach>) =>
  follow((signal) => client.get('/v1/network/reach', { query: { from, without }, signal }), told);

/** Milliseconds there and back; NaN where no path leads. */
export const roundTripMs = (text: string | null | undefined) => amount(text) * 1000;
/** Where the contours run, ms. */
export const LEVELS = [5, 10, 20] as const;
