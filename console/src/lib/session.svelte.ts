// Who the console speaks for: the token, kept for this tab only, and what the server says of it.
import type { Problem, Whoami } from '../api/types';
import { i18n } from '../i18n/index.svelte';
import { Client } from './client';

const KEY = 'jingwei.token';

class Session {
  token = $state(sessionStorage.getItem(KEY) ?? '');
  who = $state.raw<Whoami>();
  /** Why a token is asked for; undefined while none is. */
  asking = $state.raw<Problem>();
  /** The server's clock less the browser's, in ms. */
  #skew = 0;
  #waiting: (() => void)[] = [];

  readonly client = new Client({
    token: () => this.token || undefined,
    language: () => (i18n.lang === 'zh' ? 'zh-CN,zh;q=0.9,en;q=0.5' : 'en'),
    asked: (problem) => {
      this.asking ??= problem;
      return new Promise((resolve) => this.#waiting.push(resolve));
    },
    clock: (server) => {
      const skew = server - Date.now();
      // The header has whole seconds: less than that is no skew.
      this.#skew = Math.abs(skew) < 2_000 ? 0 : skew;
    },
  });

  /** Now, by the server's clock. */
  now(): number {
    return Date.now() + this.#skew;
  }

  /** Requests that waited for a token are sent again with this one. */
  give(token: string): void {
    this.token = token.trim();
    sessionStorage.setItem(KEY, this.token);
    this.asking = undefined;
    this.who = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((resolve) => resolve());
    void this.know();
  }

  end(): void {
    sessionStorage.removeItem(KEY);
    location.reload();
  }

  async know(): Promise<void> {
    this.who = await this.client.get('/v1/whoami').catch(() => undefined);
  }
}

export const session = new Session();
export const client = session.client;
