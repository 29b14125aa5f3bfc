// The time that pages show as now; moves once a second.
import { session } from './session.svelte';

class Clock {
  now = $state(session.now());
  /** For what changes only with the day or the minute. */
  minute = $derived(Math.floor(this.now / 60_000) * 60_000);
  constructor() {
    setInterval(() => { this.now = session.now(); }, 1000);
  }
}

export const clock = new Clock();
