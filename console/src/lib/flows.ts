// Flows as they are drawn: one piece for each link and direction that something moves in. Pure.
import type { Flow } from '../api/types';

export interface Piece { from: string; to: string; jobs: number }

/** Follows each flow link by link from where it begins; what is not on the map ends it. */
export function piecesOf(flows: Flow[], ends: Map<string, readonly string[]>): Piece[] {
  const all = new Map<string, Piece>();
  for (const flow of flows) {
    let here = flow.from;
    for (const link of flow.links) {
      const pair = ends.get(link);
      if (!pair?.includes(here)) break;
      const next = pair[0] === here ? pair[1]! : pair[0]!;
      const key = `${here} ${next}`;
      const piece = all.get(key);
      if (piece) piece.jobs += flow.jobs;
      else all.set(key, { from: here, to: next, jobs: flow.jobs });
      here = next;
    }
  }
  return [...all.values()];
}
