// The address bar: the whole state of the view is in it.
import { parseRoute, routePath, type Page, type Route } from './routes';

class Router {
  route = $state.raw<Route>(parseRoute(location.pathname, location.search));

  constructor() {
    addEventListener('popstate', () => this.#read());
    document.addEventListener('click', (event) => this.#click(event));
  }

  go(path: string, replace = false): void {
    if (path === location.pathname + location.search) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', path);
    const before = this.route;
    this.#read();
    if (before.page !== this.route.page || before.name !== this.route.name) scrollTo(0, 0);
  }

  /** Changes some of the query and keeps the rest; an undefined or empty value takes its key away. */
  set(changes: Record<string, string | undefined>, replace = true): void {
    const { page, name, query } = this.route;
    if (page !== 'missing') this.go(routePath(page, name, { ...query, ...changes }), replace);
  }

  is(page: Page): boolean {
    return this.route.page === page;
  }

  #read(): void {
    this.route = parseRoute(location.pathname, location.search);
  }

  /** Links inside the console change the page without loading it anew. */
  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (parseRoute(link.pathname).page === 'missing') return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
export { routePath };
