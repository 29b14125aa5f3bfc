import { describe, expect, it } from 'vitest';
import { FrameParser, backoffMs } from './sse';

const STREAM = ': still here\n\nid: 7\nevent: created\ndata: {"seq":7}\n\nid: 8\r\nevent: planned\r\ndata: a\r\ndata: b\r\n\r\nid: 9\nevent: none\n\ndata\n\n';
const FRAMES = [
  { id: '7', event: 'created', data: '{"seq":7}' },
  { id: '8', event: 'planned', data: 'a\nb' },
  { id: '9', event: 'message', data: '' },
];

describe('frames', () => {
  it('come whole', () => expect(new FrameParser().feed(STREAM)).toEqual(FRAMES));
  it('come alike, however the bytes are cut', () => {
    for (let size = 1; size < 9; size++) {
      const parser = new FrameParser();
      const frames = [];
      for (let at = 0; at < STREAM.length; at += size) frames.push(...parser.feed(STREAM.slice(at, at + size)));
      expect(frames).toEqual(FRAMES);
    }
  });
  it('are not made of half of one', () => expect(new FrameParser().feed('id: 1\ndata: x\n')).toEqual([]));
  it('may begin with a byte order mark', () => expect(new FrameParser().feed('\uFEFFdata: x\n\n')).toHaveLength(1));
});

it('waits longer each time, at most 15 s, never less than half', () => {
  expect([0, 1, 2, 3].map((it) => backoffMs(it, 0))).toEqual([250, 500, 1000, 2000]);
  expect(backoffMs(99, 0.999)).toBeLessThanOrEqual(15_000);
  expect(backoffMs(99, 0)).toBe(7_500);
});
