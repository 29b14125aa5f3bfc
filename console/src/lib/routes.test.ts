import { describe, expect, it } from 'vitest';
import { PAGES, parseRoute, routePath } from './routes';

describe('routes', () => {
  it('read what they write, for every page', () => {
    for (const page of PAGES) {
      const name = page === 'job' || page === 'site' ? 'demo.a b/ü' : '';
      const path = routePath(page, name, { b: '2', a: 'x,y' });
      const [before, search] = path.split('?');
      expect(parseRoute(before!, search)).toEqual({ page, name, query: { a: 'x,y', b: '2' } });
    }
  });
  it('open the map at the root', () => {
    expect(parseRoute('/').page).toBe('map');
  });
  it('know what is no page', () => {
    for (const path of ['/nope', '/job', '/site', '/jobs/a/b', '/map/x', '/jobs/%E0%A4%A']) expect(parseRoute(path).page).toBe('missing');
  });
  it('leave out what is empty and keep commas readable', () => {
    expect(routePath('jobs', '', { state: 'held,running', name: '', site: undefined })).toBe('/jobs?state=held,running');
  });
});
