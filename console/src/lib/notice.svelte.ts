// Short notices of what was done or failed, read out by screen readers too.
import { Away, Failed } from './client';
import { t } from '../i18n/index.svelte';

export interface Notice {
  id: number;
  bad: boolean;
  text: string;
  rule?: string;
}

class Notices {
  all = $state<Notice[]>([]);
  #next = 0;

  say(text: string, bad = false, rule?: string): void {
    const id = this.#next++;
    this.all.push({ id, bad, text, rule });
    // What failed stays until it is closed.
    if (!bad) setTimeout(() => this.close(id), 6_000);
  }
  failed(error: unknown): void {
    this.say(reason(error), true, error instanceof Failed ? (error.problem.rule ?? undefined) : undefined);
  }
  close(id: number): void {
    this.all = this.all.filter((it) => it.id !== id);
  }
}

export function reason(error: unknown): string {
  if (error instanceof Failed) return error.problem.detail;
  if (error instanceof Away) return t().away;
  return String(error instanceof Error ? error.message : error);
}

export const notices = new Notices();
