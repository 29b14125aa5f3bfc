// What is done to jobs from more than one page.
import type { JobManifest, JobView } from '../api/types';
import { t } from '../i18n/index.svelte';
import { notices } from './notice.svelte';
import { client } from './session.svelte';

/** Runs `one` for each; says how many were done and why the first was not. Returns what was done. */
export async function each<T>(keys: string[], one: (key: string) => Promise<T>, done: (n: number) => string): Promise<T[]> {
  const results = await Promise.allSettled(keys.map(one));
  const good = results.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
  const bad = results.filter((it) => it.status === 'rejected');
  if (good.length) notices.say(done(good.length));
  if (bad[0]) {
    if (keys.length > 1) notices.say(t().jobs.failed(bad.length), true);
    notices.failed(bad[0].reason);
  }
  return good;
}

export const cancel = (job: string) => client.post('/v1/jobs/{job}/cancel', { path: { job }, once: key() });

/** The same order again, under a name that the server makes its own. */
export async function again(job: string): Promise<JobView> {
  const old = await client.get('/v1/jobs/{job}', { path: { job } });
  return client.post('/v1/jobs', { body: manifestOf(old), query: { unique_name: true }, once: key() });
}

export function manifestOf(job: JobView): JobManifest {
  return { kind: 'Job', metadata: job.metadata, spec: job.spec };
}

/** For `Idempotency-Key`; `randomUUID` is there only on secure origins. */
export function key(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((it) => it.toString(16).padStart(2, '0')).join('');
}
