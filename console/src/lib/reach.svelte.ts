// What the network tells: round trips between sites, and from one place, also as if links were cut. Asked anew when the
// world changes.
import type { Edges, Flows, Reach, Resilience, RoundTrips, ServiceView, Ways } from '../api/types';
import { amount } from './quantity';
import { gathered, live } from './live.svelte';
import { client } from './session.svelte';

const NETWORK = ['Site', 'Node', 'Link'];

/** What is told when there is an answer, or none and why. */
type Told<T> = (it: T | undefined, error?: unknown) => void;

/** Asks now, whenever something of these kinds changes, and so often, if that is said; until what it returns is called. */
function follow<T>(ask: (signal: AbortSignal) => Promise<T>, told: Told<T>, kinds = NETWORK, everyMs = 0): () => void {
  const control = new AbortController();
  const now = () => ask(control.signal).then(told, (error: unknown) => { if (!control.signal.aborted) told(undefined, error); });
  void now();
  const fresh = gathered(now, 700);
  const stop = live.on({ event: (event) => { if (kinds.includes(event.kind)) fresh(); }, anew: fresh });
  const timer = everyMs ? setInterval(() => { if (!document.hidden) fresh(); }, everyMs) : undefined;
  return () => { stop(); fresh.stop(); clearInterval(timer); control.abort(); };
}

export const followRoundTrips = (without: string, told: Told<RoundTrips>) =>
  follow((signal) => client.get('/v1/network/round-trips', { query: { without }, signal }), told);

export const followReach = (from: string, without: string, told: Told<Reach>) =>
  follow((signal) => client.get('/v1/network/reach', { query: { from, without }, signal }), told);

export const followResilience = (without: string, told: Told<Resilience>) =>
  follow((signal) => client.get('/v1/network/resilience', { query: { without }, signal }), told);

/** What a job takes changes with what others hold. */
export const followWays = (query: { from: string; to: string; without: string; bandwidth?: string; latency?: string }, told: Told<Ways>) =>
  follow((signal) => client.get('/v1/network/ways', { query, signal }), told, [...NETWORK, 'Job']);

/** What edges measure moves without events. */
const MEASURED_MS = 4_000;
export const followServices = (told: Told<ServiceView[]>) =>
  follow((signal) => client.get('/v1/services', { signal }).then((it) => it.items), told, ['Edge', 'Service'], MEASURED_MS);
export const followEdges = (told: Told<Edges>) =>
  follow((signal) => client.get('/v1/edges', { signal }), told, ['Edge', 'Job'], MEASURED_MS);
export const followFlows = (told: Told<Flows>) =>
  follow((signal) => client.get('/v1/network/flows', { signal }), told, ['Job', 'Link'], MEASURED_MS);

/** Milliseconds there and back; NaN where no path leads. */
export const roundTripMs = (text: string | null | undefined) => amount(text) * 1000;
/** Where the contours run, ms. */
export const LEVELS = [5, 10, 20] as const;
