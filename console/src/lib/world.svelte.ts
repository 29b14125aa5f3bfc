// What most pages need of the world: its resources and how full it is. Read once, then kept fresh by events.
import type { paths } from '../api/schema';
import type { Flavor, Kind, Link, Node, Pool, Project, Resource, Site, SiteTop, Top } from '../api/types';
import { client } from './session.svelte';
import { gathered, live } from './live.svelte';
import { shortTitleOf } from './show';

type Listed = paths['/v1/resources/{kind}']['get']['parameters']['path']['kind'];
type Plural = Extract<Listed, 'sites' | 'nodes' | 'pools' | 'flavors' | 'links' | 'projects'>;
const KINDS: Partial<Record<Kind, Plural>> = {
  Site: 'sites', Flavor: 'flavors', Link: 'links', Node: 'nodes', Pool: 'pools', Project: 'projects',
};

class World {
  sites = $state.raw<Site[]>([]);
  nodes = $state.raw<Node[]>([]);
  pools = $state.raw<Pool[]>([]);
  flavors = $state.raw<Flavor[]>([]);
  links = $state.raw<Link[]>([]);
  projects = $state.raw<Project[]>([]);
  #now = $state.raw<Top>();
  /** Of the time that is looked at, if that is not now. */
  #then = $state.raw<Top>();
  top = $derived(this.#then ?? this.#now);
  /** Everything has been read once. */
  ready = $state(false);
  error = $state.raw<unknown>();

  site = $derived(new Map(this.sites.map((it) => [it.metadata.name, it])));
  node = $derived(new Map(this.nodes.map((it) => [it.metadata.name, it])));
  flavor = $derived(new Map(this.flavors.map((it) => [it.metadata.name, it])));
  topOf = $derived(new Map<string, SiteTop>(this.top?.sites.map((it) => [it.site, it])));
  linkUse = $derived(new Map(this.top?.links.map((it) => [it.link, it])));

  #at: string | undefined;
  #stale = new Set<Plural>();
  #freshTop = gathered(() => this.#readTop(), 1500);
  #freshKinds = gathered(() => this.#readStale(), 400);

  start(): void {
    const all = Object.values(KINDS) as Plural[];
    // The figures first: a browser sends six requests at once, and the others can wait.
    void Promise.all([this.#readTop(), ...all.map((it) => this.#read(it))])
      .then(() => { this.ready = true; })
      .catch((error: unknown) => { this.error = error; });
    live.on({
      event: (event) => {
        const kind = KINDS[event.kind];
        if (kind) { this.#stale.add(kind); this.#freshKinds(); }
        this.#freshTop();
      },
      anew: () => { all.forEach((it) => this.#stale.add(it)); this.#freshKinds(); this.#freshTop(); },
    });
    // Prices and carbon follow the hour also where nothing happens.
    setInterval(() => { if (!document.hidden) this.#freshTop(); }, 30_000);
  }

  /** Shows how full everything was then; now, if nothing is said. */
  async look(at: string | undefined): Promise<void> {
    this.#at = at;
    if (!at) { this.#then = undefined; return; }
    const then = await client.get('/v1/top', { query: { at } }).catch(() => undefined);
    // Another time may have been asked for meanwhile.
    if (this.#at === at) this.#then = then;
  }

  async #readTop(): Promise<void> {
    this.#now = await client.get('/v1/top');
  }

  async #readStale(): Promise<void> {
    const stale = [...this.#stale];
    this.#stale.clear();
    await Promise.all(stale.map((it) => this.#read(it)));
    this.error = undefined;
    this.ready = true;
  }

  async #read(kind: Plural): Promise<void> {
    // The list has items of the kind that was asked for; the schema says no more than `ResourceView`.
    this[kind] = (await listAll(kind)) as never;
  }
}

/** Every resource of a kind, page by page. */
export async function listAll(kind: Listed): Promise<Resource<unknown>[]> {
  const items: Resource<unknown>[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.get('/v1/resources/{kind}', { path: { kind }, query: { limit: 1000, cursor } });
    items.push(...(page.items as Resource<unknown>[]));
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return items;
}

export const world = new World();

/** What people call a site or node, in short. */
export const placeLabel = (name: string): string => shortTitleOf(world.site.get(name) ?? world.node.get(name), name);
