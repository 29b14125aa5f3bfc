// What tasks wrote, as lines. A task's last line may still be going on. Pure.
import type { LogChunk } from '../api/types';

export interface LogLine { id: number; task: string; text: string }

export class LogLines {
  lines: LogLine[] = [];
  /** Some of the oldest were let go. */
  trimmed = false;
  #open = new Map<string, LogLine>();
  #next = 0;
  constructor(private readonly most = 20_000) {}

  add(chunks: LogChunk[]): void {
    for (const { task, text } of chunks) {
      const parts = text.split('\n');
      parts.forEach((part, index) => {
        const open = index === 0 ? this.#open.get(task) : undefined;
        const last = index === parts.length - 1;
        if (open) open.text += part;
        else if (!last || part !== '') {
          const line = { id: this.#next++, task, text: part };
          this.lines.push(line);
          if (last) this.#open.set(task, line);
        }
        if (!last) this.#open.delete(task);
      });
    }
    if (this.lines.length > this.most) {
      this.lines.splice(0, this.lines.length - this.most);
      this.trimmed = true;
    }
  }
}

/** Splits a text at each place where `sought` is found, letter case aside: plain, found, plain, found, ... */
export function marked(text: string, sought: string): string[] {
  if (!sought) return [text];
  const parts: string[] = [];
  const [lower, wanted] = [text.toLowerCase(), sought.toLowerCase()];
  // Some letters change their length in lower case: then nothing is marked rather than the wrong thing.
  if (lower.length !== text.length) return [text];
  let from = 0;
  for (;;) {
    const at = lower.indexOf(wanted, from);
    if (at < 0) break;
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** "demo.gang.2.1" is task 2, attempt 1. */
export function taskNumber(task: string): string {
  return task.split('.').at(-2) ?? task;
}
