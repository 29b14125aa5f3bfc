// The one watch stream of the console, shared by all pages.
import type { Event } from '../api/types';
import { session } from './session.svelte';
import { watch } from './watch';

const HIDDEN_MS = 30_000;

type Seen = { event?: (event: Event) => void; anew?: () => void };

class Live {
  state = $state<'opening' | 'live' | 'away'>('opening');
  #seen = new Set<Seen>();

  #last: string | undefined;
  #stream: AbortController | undefined;

  /**
   * A browser opens six connections to one origin, over all its tabs: a tab that nobody has looked at for a while gives
   * its stream back, and goes on after its last event when it is looked at again.
   */
  start(): void {
    let hiding: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(hiding);
      if (document.hidden) hiding = setTimeout(() => { this.#stream?.abort(); this.#stream = undefined; }, HIDDEN_MS);
      else if (!this.#stream) this.#open();
    });
    this.#open();
  }

  #open(): void {
    this.#stream = new AbortController();
    this.state = 'opening';
    void watch(session.client, {
      event: (event) => {
        this.#last = String(event.seq);
        this.#seen.forEach((it) => it.event?.(event));
      },
      anew: () => this.#seen.forEach((it) => it.anew?.()),
      state: (state) => { this.state = state; },
    }, this.#stream.signal, this.#last);
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
