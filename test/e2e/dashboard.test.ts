import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { admitUsers, type DemoUser, demoUsers } from '../demo/users.ts';
import { startBrowser, Visitor } from '../harness/browser.ts';
import { hasChromium } from '../harness/chromium.ts';
import { needs } from '../harness/needs.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';
import { World } from '../harness/world.ts';

/** The dashboard as people use it: a browser, the real hub, a simulated site of two containers. */

const here = needs(hasChromium, "Debian's Chromium (package chromium) is not installed");
const folder = temporaryFolder('dashboard');
let world: World;
let users: DemoUser[];
let browser: Browser;
let visitor: Visitor;

const personOf = (role: string): DemoUser => users.find((user) => user.role === role)!;

describe.skipIf(!here)('the dashboard', () => {
  beforeAll(async () => {
    users = demoUsers('', {});
    const [{ email, password } = { email: '', password: '' }] = users;
    world = await World.create({
      folder: folder.path,
      containers: 2,
      miners: 12,
      pollSeconds: 1,
      hubEnv: { HEARST_ADMIN_EMAIL: email, HEARST_ADMIN_PASSWORD: password },
    });
    await world.start();
    await admitUsers(world, users);
    browser = await startBrowser();
    await until(async () => (await containers()).every(({ observed_at }) => observed_at !== null), {
      withinMs: 60_000,
      what: () => `readings\n${world.agent.tail()}`,
    });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    folder[Symbol.dispose]();
  });

  beforeEach(async () => {
    visitor = await Visitor.come(browser, world.httpUrl);
  });
  afterEach(async () => {
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  const containers = async (): Promise<{ container_id: string; status: string; observed_at: string | null }[]> =>
    (
      await world.api<{ data: { container_id: string; status: string; observed_at: string | null }[] }>(
        '/api/projects/QATAR-001/containers',
      )
    ).data;

  it.each(['super_admin', 'project_manager', 'operator', 'viewer'])(
    'lets a %s in and shows what the role may see',
    async (role) => {
      const { page } = visitor;
      await visitor.signIn(personOf(role));
      await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.getByRole('heading', { name: 'Hearst Aquahash' }).count()).toBe(role === 'super_admin' ? 1 : 0);
      expect(await page.getByRole('link', { name: /Alerts/ }).count()).toBe(role === 'viewer' ? 0 : 1);
      expect(await page.getByRole('button', { name: 'New project' }).count()).toBe(role === 'super_admin' ? 1 : 0);
    },
  );

  it('turns nobody away without a word: a wrong password is told, an address behind the sign-in comes back after it', async () => {
    const { page } = visitor;
    await visitor.goto('/projects/QATAR-001');
    await page.waitForURL(/sign-in\?next=/);
    const { email, password } = personOf('operator');
    await page.fill('input[type=email]', email);
    await page.fill('input[autocomplete=current-password]', 'wrong');
    await page.click('button[type=submit]');
    await page.getByRole('alert').waitFor();
    await page.fill('input[autocomplete=current-password]', password);
    await page.click('button[type=submit]');
    await page.waitForURL('**/projects/QATAR-001');
  });

  it('a project that is made elsewhere appears without a reload', async () => {
    const { page } = visitor;
    await visitor.signIn(personOf('super_admin'));
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    const id = 'OMAN-001';
    const made = await fetch(`${world.httpUrl}/api/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ project_id: id, name: 'Hearst Oman' }),
    });
    expect(made.status).toBe(201);
    await page.getByRole('heading', { name: 'Hearst Oman' }).waitFor({ timeout: 5_000 });
  });

  it('is made and shown in a few seconds by the button', async () => {
    const { page } = visitor;
    await visitor.signIn(personOf('super_admin'));
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel(/Identifier/).fill('peru-001');
    await page.getByLabel('Name').fill('Hearst Peru');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL(/projects\/PERU-001/);
  });

  it.each([
    ['en', 'light'],
    ['fr', 'dark'],
  ] as const)('speaks %s and passes axe in the %s theme', async (language, theme) => {
    await visitor.leave();
    visitor = await Visitor.come(browser, world.httpUrl, { language, theme });
    const { page } = visitor;
    await visitor.goto('/sign-in');
    await page.getByRole('heading', { name: language === 'fr' ? 'Connexion' : 'Sign in' }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe(language);
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await visitor.signIn(personOf('super_admin'));
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    await page
      .getByText(language === 'fr' ? 'Taux de hachage' : 'Hashrate')
      .first()
      .waitFor();
    expect(await visitor.accessibilityFaults()).toEqual([]);
  });

  it.each([
    ['project', '/projects/QATAR-001', 'light'],
    ['project', '/projects/QATAR-001?tab=electrical', 'dark'],
    ['planned project', '/projects/AQUA-001', 'light'],
    ['container', '/projects/QATAR-001/containers/QATAR-C01', 'light'],
    ['container', '/projects/QATAR-001/containers/QATAR-C01', 'dark'],
    ['miner', '/projects/QATAR-001/miners/QATAR-C01-M001', 'dark'],
    ['comparison', '/compare?items=container:QATAR-C01,project:QATAR-001', 'light'],
    ['alerts', '/alerts', 'light'],
    ['alerts', '/alerts', 'dark'],
  ] as const)('the page of %s at %s passes axe in the %s theme', async (_name, path, theme) => {
    await visitor.leave();
    visitor = await Visitor.come(browser, world.httpUrl, { theme });
    await visitor.signIn(personOf('super_admin'));
    await visitor.goto(path);
    await visitor.page.getByRole('heading', { level: 1 }).waitFor();
    await visitor.page.waitForTimeout(1_500);
    expect(await visitor.accessibilityFaults()).toEqual([]);
  });

  it('an alert is acknowledged in the inbox, and is gone by itself once its cause is', async () => {
    const rule = await fetch(`${world.httpUrl}/api/alert-rules/pump_stopped?project_id=QATAR-001`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ hold_s: 1, keep_s: 1 }),
    });
    expect(rule.status).toBe(200);
    await world.fault({ target: 'QATAR-C01', kind: 'pump-stop', for_s: 60 });
    const { page } = visitor;
    await visitor.signIn(personOf('project_manager'));
    await visitor.goto('/alerts');
    await page
      .getByText(/QATAR-C01.*pump stopped/i)
      .first()
      .waitFor({ timeout: 40_000 });
    await page
      .getByText(/QATAR-C01.*pump stopped/i)
      .first()
      .click();
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).first().click();
    await page
      .getByText(/Acknowledged by/)
      .first()
      .waitFor();
    await fetch(`${world.controlUrl}/faults`, { method: 'DELETE' });
    await until(
      async () => {
        const { data } = await world.api<{
          data: { rule_id: string; status: string; acknowledged_by: string | null }[];
        }>('/api/alerts?rule=pump_stopped&status=resolved');
        return data.some(({ acknowledged_by: by }) => by !== null);
      },
      { withinMs: 60_000, what: () => 'the alert to be over' },
    );
  });

  it('signs out, and what was on the screen is gone', async () => {
    const { page } = visitor;
    await visitor.signIn(personOf('operator'));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await page.goBack();
    await page.waitForURL(/sign-in/);
  });

  it('a container that is cut shows within five seconds of the hub knowing', async () => {
    const { page } = visitor;
    await visitor.signIn(personOf('operator'));
    const cell = page.getByLabel(/^C02, /);
    await cell.waitFor();
    await world.fault({ target: 'QATAR-C02', kind: 'dead' });
    await world.fault({ target: 'QATAR-C02', kind: 'controller-silent' });
    await until(
      async () =>
        (await containers()).some(({ container_id: id, status }) => id === 'QATAR-C02' && status === 'offline'),
      {
        withinMs: 30_000,
        what: () => 'the hub to know',
      },
    );
    await page.getByLabel('C02, Offline').waitFor({ timeout: 5_000 });
  });
});
