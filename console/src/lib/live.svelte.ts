// The one watch stream of the console, shared by all pages.
import type { Event } from '../api/types';
import { session } from './session.svelte';
import { watch } from './watch';

type Seen = { event?: (event: Event) => void; anew?: () => void };

class Live {
  state = $state<'opening' | 'live' | 'away'>('opening');
  #seen = new Set<Seen>();

  start(): void {
    const listener = {
      event: (event: Event) => this.#seen.forEach((it) => it.event?.(event)),
      anew: () => this.#seen.forEach((it) => it.anew?.()),
      state: (state: 'live' | 'away') => { this.state = state; },
    };
    void watch(session.client, listener, new AbortController().signal);
  }

  /** Returns how to stop; for use in `$effect`. */
  on(seen: Seen): () => void {
    this.#seen.add(seen);
    return () => this.#seen.delete(seen);
  }
}

export const live = new Live();

/** Calls `run` once for many calls: at the earliest after `ms`, never twice at once. */
export function gathered(run: () => Promise<unknown>, ms: number): { (): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  const call = () => {
    if (running) { again = true; return; }
    timer ??= setTimeout(async () => {
      timer = undefined;
      running = true;
      await run().catch(() => undefined);
      running = false;
      if (again) { again = false; call(); }
    }, ms);
  };
  call.stop = () => { clearTimeout(timer); timer = undefined; again = false; };
  return call;
}
