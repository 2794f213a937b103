import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { admitUsers, type DemoUser, demoUsers } from '../demo/users.ts';
import { type Look, startBrowser, Visitor } from './browser.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';
import { World } from './world.ts';

export interface SiteContainer {
  readonly container_id: string;
  readonly status: string;
  readonly observed_at: string | null;
}

/** Whom a test lets in, and how their browser looks. */
type Visit = Look & { readonly role?: string };

/**
 * The real hub, a simulated site of two containers and a browser, for all tests of the file that calls this. Every visitor
 * is new; after each test none may have complained. Where nothing has to move, a slower poll leaves time for other tests.
 */
export function dashboardSite({
  pollSeconds = 1,
  hubEnv = {},
}: {
  pollSeconds?: number;
  hubEnv?: Record<string, string>;
} = {}) {
  const folder = temporaryFolder('dashboard');
  const users = demoUsers('', {});
  const [{ email, password } = { email: '', password: '' }] = users;
  let world: World;
  let browser: Browser;
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    world = await World.create({
      folder: folder.path,
      containers: 2,
      miners: 12,
      pollSeconds,
      hubEnv: { HEARST_ADMIN_EMAIL: email, HEARST_ADMIN_PASSWORD: password, ...hubEnv },
    });
    await world.start();
    await admitUsers(world, users);
    browser = await startBrowser();
    await until(async () => (await site.containers()).every(({ observed_at: at }) => at !== null), {
      withinMs: 60_000,
      what: () => `readings\n${world.agent.tail()}`,
    });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    folder[Symbol.dispose]();
  });
  beforeEach(() => {
    visitors = [];
  });
  afterEach(async () => {
    const complaints = visitors.flatMap((visitor) => visitor.complaints);
    await Promise.all(visitors.map((visitor) => visitor.leave()));
    expect(complaints).toEqual([]);
  });

  const site = {
    get world(): World {
      return world;
    },
    personOf: (role: string): DemoUser => {
      const person = users.find((user) => user.role === role);
      if (person === undefined) throw new Error(`nobody here is ${role}`);
      return person;
    },
    /** A browser that is signed in nowhere. */
    async stranger(look: Look = {}): Promise<Visitor> {
      const visitor = await Visitor.come(browser, world.httpUrl, look);
      visitors.push(visitor);
      return visitor;
    },
    /** A browser of somebody with a role (super admin unless told), at the overview. */
    async visitor({ role = 'super_admin', ...look }: Visit = {}): Promise<Visitor> {
      const visitor = await site.stranger(look);
      await visitor.signIn(site.personOf(role));
      return visitor;
    },
    containers: async (): Promise<readonly SiteContainer[]> =>
      (await world.api<{ data: SiteContainer[] }>('/api/projects/QATAR-001/containers')).data,
    /** Changes something over the API, as super admin. */
    async change(method: 'POST' | 'PUT' | 'DELETE', path: string, body: object): Promise<void> {
      const answer = await fetch(world.httpUrl + path, {
        method,
        headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    },
  };
  return site;
}
