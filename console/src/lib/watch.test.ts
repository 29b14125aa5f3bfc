import { expect, it } from 'vitest';
import { Client } from './client';
import { watch } from './watch';

const stream = (...texts: string[]) => new Response(new ReadableStream({
  start(control) {
    texts.forEach((it) => control.enqueue(new TextEncoder().encode(it)));
    control.close();
  },
}), { headers: { 'content-type': 'text/event-stream' } });
const event = (seq: number) => `id: ${seq}\nevent: created\ndata: {"seq":${seq}}\n\n`;

/** Runs the stream over these answers; gives what was asked and what was told. */
async function run(answers: (() => Response)[], last?: string) {
  const asked: (string | null)[] = [];
  const told: string[] = [];
  const control = new AbortController();
  const before = globalThis.fetch;
  globalThis.fetch = async (_, init) => {
    asked.push(new Headers(init?.headers).get('last-event-id'));
    const next = answers.shift();
    if (!next) { control.abort(); throw new Error('over'); }
    return next();
  };
  const client = new Client({ token: () => 't', language: () => 'en', asked: async () => undefined, clock: () => undefined });
  await watch(client, {
    event: (it) => told.push(String(it.seq)), state: (it) => told.push(it), anew: () => told.push('anew'),
  }, control.signal, last);
  globalThis.fetch = before;
  return { asked, told };
}

it('resumes after the last event it has, and does not list anew then', async () => {
  const { asked, told } = await run([() => stream(event(1), event(2)), () => stream(event(3))]);
  expect(asked).toEqual([null, '2', '3']);
  expect(told).toEqual(['live', 'anew', '1', '2', 'live', '3']);
});

it('goes on after the event that it is given', async () => {
  const { asked, told } = await run([() => stream(event(8))], '7');
  expect(asked).toEqual(['7', '8']);
  expect(told).toEqual(['live', '8']);
});

it('says that the server is away and goes on where it was', async () => {
  const { asked, told } = await run([() => stream(event(1)), () => { throw new TypeError('refused'); }, () => stream(event(2))]);
  expect(asked).toEqual([null, '1', '1', '2']);
  expect(told).toEqual(['live', 'anew', '1', 'away', 'live', '2']);
});

it('lists anew when its place is no longer kept', async () => {
  const gone = () => new Response('{"detail":"gone"}', { status: 410 });
  const { asked, told } = await run([() => stream(event(5)), gone, () => stream(event(9))]);
  expect(asked).toEqual([null, '5', null, '9']);
  expect(told).toEqual(['live', 'anew', '5', 'live', 'anew', '9']);
});
