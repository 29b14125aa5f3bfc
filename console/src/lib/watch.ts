// The watch stream: reads, resumes after what it has, waits longer each time the server is away.
import type { Event } from '../api/types';
import { Away, type Client } from './client';
import { FrameParser, backoffMs } from './sse';

export interface Listener {
  event(event: Event): void;
  /** `live`: the stream is open. `away`: it is not, and is tried again. */
  state(state: 'live' | 'away'): void;
  /** The stream begins anew, with nothing of before (a first start, or 410): list anew what is shown. */
  anew(): void;
}

/** More than twice what the server lets pass between two comments. */
const SILENCE_MS = 25_000;

/** Runs until `signal`; begins after the event `last`, where one is given. */
export async function watch(client: Client, listener: Listener, signal: AbortSignal, last?: string): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    const one = new AbortController();
    const stop = () => one.abort();
    signal.addEventListener('abort', stop);
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (last !== undefined) headers['last-event-id'] = last;
      const response = await client.raw('/v1/watch', { headers, signal: one.signal });
      if (response.status === 410) {
        last = undefined;
        continue;
      }
      if (!response.ok || !response.body) throw new Away(`HTTP ${response.status}`);
      attempt = 0;
      listener.state('live');
      // After the stream is open, so that nothing can happen between the list and the stream.
      if (last === undefined) listener.anew();
      await read(response.body, one, (frame) => {
        last = frame.id;
        listener.event(JSON.parse(frame.data) as Event);
      });
    } catch {
      // Whatever it was, the answer is the same: say so and try again.
    } finally {
      signal.removeEventListener('abort', stop);
      one.abort();
    }
    if (signal.aborted) return;
    // A stream that ends is the server's way to ask for another; only a failed attempt is an absence.
    if (attempt > 0) listener.state('away');
    await wait(backoffMs(attempt, Math.random()), signal);
    attempt += 1;
  }
}

async function read(
  body: ReadableStream<Uint8Array>,
  one: AbortController,
  each: (frame: { id: string; data: string }) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new FrameParser();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      clearTimeout(timer);
      timer = setTimeout(() => one.abort(), SILENCE_MS);
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true })).forEach(each);
    }
  } finally {
    clearTimeout(timer);
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
