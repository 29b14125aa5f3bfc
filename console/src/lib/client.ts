// One typed call per operation of the OpenAPI file. Knows HTTP and RFC 9457; shows nothing.
import type { paths } from '../api/schema';
import type { Problem } from '../api/types';

type Method = 'get' | 'post' | 'delete';
type With<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Content<R> = R extends { content: infer C } ? C[keyof C] : undefined;
type Good<O> = O extends { responses: infer R } ? Content<R[keyof R & (200 | 201 | 202)]> : never;
type Parameters<O> = O extends { parameters: infer P } ? P : Record<string, never>;
type Part<O, K extends string> = K extends keyof Parameters<O> ? NonNullable<Parameters<O>[K]> : Record<string, never>;
type Body<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;

export interface Options<O> {
  path?: Part<O, 'path'>;
  query?: Partial<Part<O, 'query'>>;
  body?: Body<O>;
  /** Instead of `body`: text as the caller wrote it. */
  yaml?: string;
  /** The server does a request with the same key once, however often it is sent. */
  once?: string;
  signal?: AbortSignal;
}

/** `Options` of any operation. */
interface Plain {
  path?: object;
  query?: object;
  body?: unknown;
  yaml?: string;
  once?: string;
  signal?: AbortSignal;
}

/** What the server answered when it did not do what was asked. */
export class Failed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
  get status(): number {
    return this.problem.status;
  }
}
/** There was no answer at all. */
export class Away extends Error {}

export interface Caller {
  token(): string | undefined;
  language(): string;
  /** The token is missing or no longer good. Resolves when there is another one to try with. */
  asked(problem: Problem): Promise<void>;
  /** The server's clock, seen on an answer. */
  clock(server: number): void;
}

export class Client {
  constructor(private readonly caller: Caller) {}

  get<P extends With<'get'>>(path: P, options: Options<Operation<P, 'get'>> = {}) {
    return this.#send<Good<Operation<P, 'get'>>>('GET', path, options);
  }
  post<P extends With<'post'>>(path: P, options: Options<Operation<P, 'post'>> = {}) {
    return this.#send<Good<Operation<P, 'post'>>>('POST', path, options);
  }
  delete<P extends With<'delete'>>(path: P, options: Options<Operation<P, 'delete'>> = {}) {
    return this.#send<undefined>('DELETE', path, options);
  }

  /** The answer as it came, also a bad one; asks for a token where one is needed. */
  async raw(address: string, init: RequestInit = {}): Promise<Response> {
    for (;;) {
      const headers = new Headers(init.headers);
      const token = this.caller.token();
      if (token) headers.set('authorization', `Bearer ${token}`);
      headers.set('accept-language', this.caller.language());
      const response = await fetch(address, { ...init, headers, cache: 'no-store' }).catch((error: unknown) => {
        if (init.signal?.aborted) throw error;
        throw new Away(String(error));
      });
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) this.caller.clock(date);
      // A proxy in front answers so when the server behind it does not.
      if (response.status === 502 || response.status === 504) throw new Away(`HTTP ${response.status}`);
      if (response.status !== 401) return response;
      // Another token was given while this was on its way.
      if (this.caller.token() !== token) continue;
      await this.caller.asked(await problemOf(response));
      init.signal?.throwIfAborted();
    }
  }

  async #send<T>(method: string, path: string, options: Plain): Promise<T> {
    const headers: Record<string, string> = {};
    let body: string | undefined;
    if (options.yaml !== undefined) {
      headers['content-type'] = 'application/yaml';
      body = options.yaml;
    } else if (options.body !== undefined) {
      headers['content-type'] = 'application/json';
      body = JSON.stringify(options.body);
    }
    if (options.once) headers['idempotency-key'] = options.once;
    const address = addressOf(path, options.path, options.query);
    const response = await this.raw(address, { method, headers, body, signal: options.signal });
    if (!response.ok) throw new Failed(await problemOf(response));
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }
}

/** Fills `{name}` and adds the query; what is undefined or empty is left out. */
export function addressOf(path: string, parts: object = {}, query: object = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((parts as Record<string, unknown>)[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const it = JSON.parse(text) as Problem;
    if (typeof it.detail === 'string') return it;
  } catch {
    // Not of this server: said as it is below.
  }
  const title = response.statusText || `HTTP ${response.status}`;
  return { type: 'about:blank', title, status: response.status, detail: text.slice(0, 300) || title };
}
