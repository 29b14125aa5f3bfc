import { expect, test } from 'vitest';
import type { Flow } from '../api/types';
import { piecesOf } from './flows';

const flow = (from: string, to: string, links: string[], jobs = 1): Flow => ({ kind: 'job', from, to, links, jobs, bandwidth: '1Gbit/s', delay: '1ms' });
const ends = new Map([['ab', ['a', 'b']], ['cb', ['c', 'b']]]);

test('flows are pieces in the direction in which they move', () => {
  expect(piecesOf([flow('a', 'c', ['ab', 'cb']), flow('a', 'b', ['ab'], 2), flow('c', 'b', ['cb'])], ends)).toEqual([
    { from: 'a', to: 'b', jobs: 3 }, { from: 'b', to: 'c', jobs: 1 }, { from: 'c', to: 'b', jobs: 1 },
  ]);
});
test('a flow ends where its links are not known or do not meet', () => {
  expect(piecesOf([flow('a', 'z', ['ab', 'bz']), flow('a', 'b', ['cb'])], ends)).toEqual([{ from: 'a', to: 'b', jobs: 1 }]);
});
