// Paths to pages and back. Pure: the browser's history is in `router.svelte.ts`.

export const PAGES = [
  'map', 'jobs', 'job', 'submit', 'sites', 'site', 'network', 'energy', 'market', 'billing', 'access', 'api',
] as const;
export type Page = (typeof PAGES)[number];

export interface Route {
  page: Page | 'missing';
  /** Of `job` and `site`: which one. */
  name: string;
  query: Record<string, string>;
}

const NAMED: Partial<Record<string, Page>> = { jobs: 'job', sites: 'site' };

export function parseRoute(path: string, search = ''): Route {
  const query = Object.fromEntries(new URLSearchParams(search));
  const missing: Route = { page: 'missing', name: '', query };
  const [first = '', second, ...rest] = path.split('/').filter((part) => part !== '');
  if (rest.length > 0) return missing;
  if (second !== undefined) {
    const page = NAMED[first];
    const name = decoded(second);
    return page && name !== undefined ? { page, name, query } : missing;
  }
  if (first === '') return { page: 'map', name: '', query };
  const page = PAGES.find((it) => it === first && it !== 'job' && it !== 'site');
  return page ? { page, name: '', query } : missing;
}

export function routePath(page: Page, name = '', query: Record<string, string | undefined> = {}): string {
  const folder = page === 'job' ? 'jobs' : page === 'site' ? 'sites' : page;
  const path = name ? `/${folder}/${encodeURIComponent(name)}` : `/${folder}`;
  const search = new URLSearchParams();
  for (const key of Object.keys(query).sort()) {
    const value = query[key];
    if (value !== undefined && value !== '') search.set(key, value);
  }
  // Commas are legal in a query and far easier to read.
  const text = search.toString().replaceAll('%2C', ',');
  return text ? `${path}?${text}` : path;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
