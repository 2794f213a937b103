import { describe, expect, it } from 'vitest';
import { hasChromium } from '../harness/chromium.ts';
import { dashboardSite } from '../harness/dashboard-site.ts';
import { needs } from '../harness/needs.ts';

/** What every view shows when all is not well: states of the hub, the line and the site, made for real where they can be. */

const here = needs(hasChromium, "Debian's Chromium (package chromium) is not installed");
const QATAR = '/projects/QATAR-001';
const CONTAINERS = '**/api/projects/QATAR-001/containers*';

describe.skipIf(!here)('the dashboard, when all is not well', () => {
  const site = dashboardSite();

  it('loading: nothing at first, then a skeleton in the place of what comes', async () => {
    const { page, goto } = await entered();
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(CONTAINERS, async (route) => {
      await held;
      await route.continue();
    });
    await goto(QATAR);
    await page.getByLabel('Loading').first().waitFor();
    answer();
    await page.getByRole('link', { name: /^C01, / }).waitFor();
    await expect.poll(() => page.getByLabel('Loading').count(), { timeout: 15_000 }).toBe(0);
  });

  it('an error stays in its panel, says which request it was, and is tried again', async () => {
    const { page, goto } = await entered();
    let failing = true;
    await page.route(CONTAINERS, (route) =>
      failing
        ? route.fulfill({
            status: 409,
            contentType: 'application/problem+json',
            body: JSON.stringify({ status: 409, code: 'broken', title: 'It broke', request_id: 'req-4711' }),
          })
        : route.continue(),
    );
    await goto(QATAR);
    await page.getByText('It broke').first().waitFor();
    expect(await page.getByText(/req-4711/).count()).toBeGreaterThan(0);
    // The rest of the page lives.
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    failing = false;
    await page.getByRole('button', { name: 'Retry' }).first().click();
    await page.getByRole('link', { name: /^C01, / }).waitFor();
  });

  it('a hub that answers nonsense is an error in words, not a broken page', async () => {
    const { page, goto, forgive } = await entered();
    await page.route(CONTAINERS, (route) => route.fulfill({ status: 502, body: '<html>Bad gateway</html>' }));
    await goto(QATAR);
    await page.getByRole('alert').first().waitFor({ timeout: 20_000 });
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    forgive(/status of 502/);
  });

  it('without a hub the last data stays readable, is dated, and goes on by itself', async () => {
    const { page, goto, forgive } = await entered();
    await goto(QATAR);
    const tile = page.getByRole('link', { name: /^C01, / });
    await tile.waitFor();
    await page.getByText(/^Live/).waitFor();
    await site.world.hub.kill();
    await page.getByText(/No connection to the hub since \d\d:\d\d:\d\d/).waitFor();
    expect(await tile.count()).toBe(1);
    await site.world.startHub();
    await page.getByText(/No connection to the hub/).waitFor({ state: 'detached', timeout: 20_000 });
    await page.getByText(/^Live/).waitFor();
    forgive(/net::ERR_|status of 50/);
  });

  it('a wall keeps its screen awake, and loads itself anew once the hub is back with another program, not before', async () => {
    const { page, goto, forgive } = await entered('viewer');
    await page.addInitScript(() => {
      const { wakeLock } = navigator as unknown as { wakeLock: { request(type: string): Promise<object> } };
      const request = wakeLock.request.bind(wakeLock);
      wakeLock.request = async (type) => {
        const taken = await request(type);
        Object.assign(globalThis, { awake: type });
        return taken;
      };
    });
    let looks = 0;
    let isUpdated = false;
    await page.route(`${site.world.httpUrl}/`, async (route) => {
      if (route.request().resourceType() !== 'fetch') return route.continue();
      const replacement = isUpdated ? '$1-2.js' : '$1.js';
      const answer = await route.fetch().catch(() => null);
      if (answer === null) return route.abort();
      looks += 1;
      return route.fulfill({
        response: answer,
        body: (await answer.text()).replace(/(\/assets\/[^"]+)\.js/, replacement),
      });
    });
    await goto('/?wall=1');
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    await expect.poll(() => page.evaluate('globalThis.awake'), { timeout: 15_000 }).toBe('screen');
    await page.evaluate('globalThis.isFirst = true');
    await expect.poll(() => looks, { timeout: 15_000 }).toBe(1);
    await site.world.hub.kill();
    await page.getByText(/Connection lost/).waitFor();
    expect(await page.evaluate('globalThis.isFirst')).toBe(true);
    isUpdated = true;
    await site.world.startHub();
    await expect.poll(() => looks, { timeout: 20_000 }).toBe(2);
    isUpdated = false;
    await expect.poll(() => page.evaluate('globalThis.isFirst'), { timeout: 15_000 }).toBeUndefined();
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    forgive(/net::ERR_|status of 50/);
  });

  it('empty: a planned project says what is still to be done', async () => {
    const { page, goto } = await entered();
    await goto('/projects/AQUA-001');
    await page.getByText('There are figures once an agent reports').first().waitFor();
    expect(await page.getByText(/^0[.,]?0*\s*(EH|TH|MW|kW)/).count()).toBe(0);
  });

  it('forbidden: says which right is missing and who has it, and offers nothing else', async () => {
    const { page, goto } = await entered('viewer');
    await goto('/alerts');
    await page
      .getByText(/Operator/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    await goto(`${QATAR}?tab=configuration`);
    await page.getByLabel(/^C01, /).waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  });

  it('edited by somebody else: shows both versions, and saves the one chosen', async () => {
    const { page, goto } = await entered();
    await goto('/projects/AQUA-001');
    const place = page.getByLabel('Location').first();
    await place.fill('Mine');
    const { name } = await site.world.api<{ name: string }>('/api/projects/AQUA-001');
    await site.change('PUT', '/api/projects/AQUA-001', { name, location: 'Theirs' });
    await page.getByRole('button', { name: 'Save' }).click();
    const mine = page.getByRole('button', { name: /Mine/ });
    await mine.waitFor();
    expect(await page.getByRole('button', { name: /Theirs/ }).count()).toBe(1);
    await mine.click();
    await page.getByRole('button', { name: 'Take this choice' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(async () => (await site.world.api<{ location: string }>('/api/projects/AQUA-001')).location)
      .toBe('Mine');
  });

  it('a clock that is off at the site is told where its times are read', async () => {
    const { page, goto } = await entered();
    await page.route('**/api/agents?*', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { data: object[] };
      const data = body.data.map((agent) => ({
        ...agent,
        state: 'online',
        clock: 'suspect',
        clock_offset_ms: 185_000,
      }));
      await route.fulfill({ response: answer, json: { ...body, data } });
    });
    await goto(QATAR);
    await page.getByText(/clock of agent .* is off by 3 min/).waitFor();
  });

  it('partial, late and stale: a silent site keeps its values, hatched and dated, and its agent is named', async () => {
    const { page, goto } = await entered();
    await goto(QATAR);
    await page.getByRole('link', { name: /^C01, / }).waitFor();
    await site.world.agent.kill();
    await page.getByRole('link', { name: /^C01, .*(stale|offline|last reading)/i }).waitFor({ timeout: 60_000 });
    await page.getByText(/Agent .* has been silent since \d\d:\d\d/).waitFor({ timeout: 60_000 });
    expect(await page.getByText(/^0[.,]0+\s*(EH|TH|MW|kW)/).count()).toBe(0);
    site.world.agent.start();
  });

  const entered = async (role = 'super_admin') => {
    const visitor = await site.visitor({ role });
    return {
      page: visitor.page,
      goto: (path: string) => visitor.goto(path),
      forgive: (trouble: RegExp) => visitor.forgive(trouble),
    };
  };
});
