import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Away, Client, Failed, addressOf } from './client';

let answers: (() => Response)[] = [];
let seen: Headers[] = [];
const before = globalThis.fetch;
beforeEach(() => {
  seen = [];
  globalThis.fetch = async (_, init) => { seen.push(new Headers(init?.headers)); return answers.shift()!(); };
});
afterEach(() => { globalThis.fetch = before; });

function client(tokens: string[]) {
  const asked: string[] = [];
  return {
    asked,
    it: new Client({
      token: () => tokens[0], language: () => 'zh-CN', clock: () => undefined,
      asked: async (problem) => { asked.push(problem.detail); tokens.shift(); },
    }),
  };
}
const problem = (status: number, detail: string, rule?: string) =>
  new Response(JSON.stringify({ type: 't', title: 'T', status, detail, rule }), { status, headers: { 'content-type': 'application/problem+json' } });

describe('the client', () => {
  it('asks for another token on 401 and sends the request again', async () => {
    answers = [() => problem(401, 'expired'), () => Response.json({ name: 'me' })];
    const { it: one, asked } = client(['old', 'new']);
    expect(await one.get('/v1/whoami')).toEqual({ name: 'me' });
    expect(asked).toEqual(['expired']);
    expect(seen.map((it) => it.get('authorization'))).toEqual(['Bearer old', 'Bearer new']);
    expect(seen[0]!.get('accept-language')).toBe('zh-CN');
  });
  it('tells problems with their rule', async () => {
    answers = [() => problem(403, 'no', 'members-use-their-project')];
    const error = await client(['t']).it.get('/v1/tokens').catch((it: unknown) => it);
    expect(error).toBeInstanceOf(Failed);
    expect((error as Failed).problem).toMatchObject({ status: 403, detail: 'no', rule: 'members-use-their-project' });
  });
  it('takes a bad answer that is no problem for what it is', async () => {
    answers = [() => new Response('<h1>oops</h1>', { status: 500, statusText: 'Internal' })];
    const error = await client(['t']).it.get('/v1/top').catch((it: unknown) => it);
    expect((error as Failed).problem).toMatchObject({ status: 500, title: 'Internal', detail: '<h1>oops</h1>' });
  });
  it('knows a gateway that finds nobody behind it from a server that fails', async () => {
    answers = [() => new Response('', { status: 502 })];
    expect(await client(['t']).it.get('/v1/top').catch((it: unknown) => it)).toBeInstanceOf(Away);
  });
});

it('fills paths and leaves out what is empty', () => {
  expect(addressOf('/v1/jobs/{job}/logs', { job: 'demo.a b' }, { after: undefined, task: 0, find: '' })).toBe('/v1/jobs/demo.a%20b/logs?task=0');
});
