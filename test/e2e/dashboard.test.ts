import { describe, expect, it } from 'vitest';
import { hasChromium } from '../harness/chromium.ts';
import { dashboardSite } from '../harness/dashboard-site.ts';
import { needs } from '../harness/needs.ts';
import { until } from '../harness/until.ts';

/** The dashboard as people use it: a browser, the real hub, a simulated site of two containers. */

const here = needs(hasChromium, "Debian's Chromium (package chromium) is not installed");
const QATAR = '/projects/QATAR-001';

interface Alert {
  readonly status: string;
  readonly condition_holds: boolean;
  readonly resolved_by: string | null;
}

describe.skipIf(!here)('the dashboard', () => {
  const site = dashboardSite();

  it.each(['super_admin', 'project_manager', 'operator', 'viewer'])(
    'lets a %s in and shows what the role may see',
    async (role) => {
      const { page } = await site.visitor({ role });
      await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      const counts = {
        aquahash: await page.getByRole('heading', { name: 'Hearst Aquahash' }).count(),
        alerts: await page.getByRole('link', { name: /Alerts/ }).count(),
        newProject: await page.getByRole('button', { name: 'New project' }).count(),
      };
      const isAdmin = role === 'super_admin' ? 1 : 0;
      expect(counts).toEqual({ aquahash: isAdmin, alerts: role === 'viewer' ? 0 : 1, newProject: isAdmin });
    },
  );

  it('turns nobody away without a word: a wrong password is told, an address behind the sign-in comes back after it', async () => {
    const visitor = await site.stranger();
    const { page } = visitor;
    await visitor.goto(QATAR);
    await page.waitForURL(/sign-in\?next=/);
    const { email, password } = site.personOf('operator');
    await page.fill('input[type=email]', email);
    await page.fill('input[autocomplete=current-password]', 'wrong');
    await page.click('button[type=submit]');
    await page.getByRole('alert').waitFor();
    await page.fill('input[autocomplete=current-password]', password);
    await page.click('button[type=submit]');
    await page.waitForURL(`**${QATAR}`);
  });

  it('a project that is made elsewhere appears without a reload', async () => {
    const { page } = await site.visitor();
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    await site.change('POST', '/api/projects', { project_id: 'OMAN-001', name: 'Hearst Oman' });
    await page.getByRole('heading', { name: 'Hearst Oman' }).waitFor({ timeout: 5_000 });
  });

  it('a project is made by the button, and is there to be configured', async () => {
    const { page } = await site.visitor();
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel(/Identifier/).fill('peru-001');
    await page.getByLabel('Name').fill('Hearst Peru');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL(/projects\/PERU-001/);
    await page.getByLabel('Location').waitFor();
  });

  it('compact tiles show name, mark and value, and need half the height', async () => {
    const visitor = await site.visitor();
    const { page } = visitor;
    const tile = page.locator('.tiles .tile').first();
    const look = async () => {
      await tile.waitFor();
      const parts = ['.t-h', '.t-v', '.t-f'].map((part) => tile.locator(part).isVisible());
      return { parts: await Promise.all(parts), height: (await tile.boundingBox())?.height ?? 0 };
    };
    await visitor.goto(QATAR);
    const usual = await look();
    await visitor.goto(`${QATAR}?density=compact`);
    const compact = await look();
    expect([usual.parts, compact.parts]).toEqual([
      [true, true, true],
      [true, true, false],
    ]);
    expect(compact.height).toBeLessThan(usual.height * 0.6);
  });

  it('the chart zooms by dragging and by keys, and goes back', async () => {
    const visitor = await site.visitor();
    const { page } = visitor;
    await visitor.goto(QATAR);
    const chart = page.getByRole('slider').first();
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart is nowhere');
    await page.mouse.move(box.x + box.width * 0.4, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/range=/);
    const zoomed = page.url();
    await chart.focus();
    await page.keyboard.press('+');
    await page.waitForURL((url) => url.href !== zoomed && url.searchParams.has('range'));
    // What was zoomed to is in the address: whoever is sent it sees the same.
    await page.goto(zoomed);
    await chart.waitFor();
    expect(page.url()).toBe(zoomed);
    await chart.dblclick();
    await page.waitForURL((url) => url.href !== zoomed);
  });

  it('an alert is acknowledged, cannot be resolved while its fault is there, and is resolved after it', async () => {
    await site.change('PUT', '/api/alert-rules/pump_stopped?project_id=QATAR-001', { hold_s: 1, keep_s: 3_600 });
    await site.world.fault({ target: 'QATAR-C01', kind: 'pump-stop', for_s: 120 });
    const visitor = await site.visitor({ role: 'project_manager' });
    const { page } = visitor;
    await visitor.goto('/alerts');
    const line = page.getByText(/QATAR-C01.*pump stopped/i).first();
    await line.waitFor({ timeout: 40_000 });
    await line.click();
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).first().click();
    await page
      .getByText(/Acknowledged by/)
      .first()
      .waitFor();

    const resolve = page.getByRole('button', { name: 'Resolve', exact: true });
    await resolve.first().click();
    await page.getByText('The fault is still there', { exact: false }).first().waitFor();
    await page
      .getByRole('button', { name: /[Ss]ilence/ })
      .last()
      .waitFor();
    await page.keyboard.press('Escape');

    await fetch(`${site.world.controlUrl}/faults`, { method: 'DELETE' });
    const alert = async () => {
      const { data } = await site.world.api<{ data: Alert[] }>('/api/alerts?rule=pump_stopped&sort=-timestamp');
      return data[0];
    };
    await until(async () => (await alert())?.condition_holds === false, {
      withinMs: 60_000,
      what: () => 'the pump to be seen running again',
    });
    // What an open alert measures is looked at again every ten seconds.
    const refusal = page.getByText('resolve once it is gone', { exact: false }).first();
    await refusal.waitFor({ state: 'detached', timeout: 30_000 });
    await resolve.first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Pump started again');
    await dialog.getByRole('button', { name: 'Resolve', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await alert()).toMatchObject({ status: 'resolved' });
    expect((await alert())?.resolved_by).toBeTruthy();
  });

  it('all of a container is silenced from its alert, and the silence is ended in the administration', async () => {
    await site.world.fault({ target: 'QATAR-C02', kind: 'pump-stop', for_s: 120 });
    const visitor = await site.visitor();
    const { page } = visitor;
    await visitor.goto('/alerts');
    const line = page.getByText(/QATAR-C02.*pump stopped/i).first();
    await line.waitFor({ timeout: 40_000 });
    await line.click();
    await page.getByRole('button', { name: 'Silence', exact: true }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Everything at').check();
    await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
    await page
      .getByText(/Silenced until/)
      .first()
      .waitFor();
    const silences = () => site.world.api<{ data: { rule_id: string | null; target_id: string }[] }>('/api/silences');
    expect((await silences()).data).toMatchObject([{ rule_id: null, target_id: 'QATAR-C02' }]);
    await visitor.goto('/admin/silences');
    await page.getByRole('row', { name: /QATAR-C02.*every rule/ }).waitFor();
    await page.getByRole('button', { name: 'End now' }).click();
    await page.getByText('Nothing is silenced.', { exact: false }).waitFor();
    await fetch(`${site.world.controlUrl}/faults`, { method: 'DELETE' });
  });

  it('signs out, and what was on the screen is gone', async () => {
    const { page } = await site.visitor({ role: 'operator' });
    await page.getByRole('button', { name: /, Operator$/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    await page.goBack();
    await page.waitForURL(/sign-in/);
  });

  it('a container that is cut shows within five seconds of the hub knowing', async () => {
    const { page } = await site.visitor({ role: 'operator' });
    await page.getByLabel(/^C02, /).waitFor();
    await site.world.fault({ target: 'QATAR-C02', kind: 'dead' });
    await site.world.fault({ target: 'QATAR-C02', kind: 'controller-silent' });
    const isKnown = async () =>
      (await site.containers()).some(({ container_id: id, status }) => id === 'QATAR-C02' && status === 'offline');
    await until(isKnown, { withinMs: 30_000, what: () => 'the hub to know' });
    await page.getByLabel('C02, Offline').waitFor({ timeout: 5_000 });
    const rail = page.getByRole('navigation', { name: 'Main' });
    await rail.getByRole('link', { name: /Qatar Mining\s*Offline/ }).waitFor({ timeout: 5_000 });
  });
});
