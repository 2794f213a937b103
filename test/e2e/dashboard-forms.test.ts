import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { httpReceiver } from '../../hub/src/notify/channels/testing.ts';
import { hasChromium } from '../harness/chromium.ts';
import { dashboardSite } from '../harness/dashboard-site.ts';
import { needs } from '../harness/needs.ts';

/** What people change in the dashboard of themselves and of how it works: filled in as they do, and asked of the hub again. */

const here = needs(hasChromium, "Debian's Chromium (package chromium) is not installed");

describe.skipIf(!here)('in the dashboard', () => {
  const site = dashboardSite({ pollSeconds: 10, hubEnv: { HEARST_ALLOW_LOCAL_WEBHOOKS: '1' } });

  it('a password is changed, a wrong one told, and the new one lets in', async () => {
    const person = site.personOf('operator');
    const chosen = 'warm-water-in-the-loop-7';
    const { page } = await opened('/account', 'operator');
    const card = page.getByRole('region', { name: 'Password' });
    const change = async (current: string): Promise<void> => {
      await card.getByLabel('Current password').fill(current);
      await card.getByLabel('New password').fill(chosen);
      await card.getByRole('button', { name: 'Change password' }).click();
    };
    await change('not-the-password');
    await card.locator('[autocomplete=current-password][aria-invalid=true]').waitFor();
    await change(person.password);
    await card.getByText('Changed. Your other sessions have ended.').waitFor();
    const again = await site.stranger();
    await again.signIn({ ...person, password: chosen });
  });

  it('a second factor is set up with the code that an app shows, a wrong one told, and turned off by the password', async () => {
    const person = site.personOf('project_manager');
    const { page } = await opened('/account', 'project_manager');
    await page.getByRole('button', { name: 'Set up' }).click();
    const secret = ((await page.locator('.totp-secret').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('Code of the app').fill('000000');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.locator('[autocomplete=one-time-code][aria-invalid=true]').waitFor();
    await page.getByLabel('Code of the app').fill(codeOf(secret, Date.now()));
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill(person.password);
    await dialog.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('button', { name: 'Set up' }).waitFor();
  });

  it('a rule is changed for a project, says by whom, and goes back to what holds for all', async () => {
    const { page } = await opened('/admin/rules?project=QATAR-001');
    await page.getByRole('button', { name: 'Pump stopped' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Has to hold for').fill('half an hour');
    await dialog.getByText('Whole seconds are needed.').waitFor();
    await dialog.getByLabel('Has to hold for').fill('95');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await ruleOf('pump_stopped')).toMatchObject({ hold_s: 95, decided_by: 'project' });
    await page.getByRole('button', { name: 'Pump stopped' }).click();
    await dialog.getByText(/Set for this project by/).waitFor();
    await dialog.getByRole('button', { name: 'Back to what holds for all' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await ruleOf('pump_stopped')).toMatchObject({ decided_by: 'default' });
  });

  it('a channel of each kind is made; a test message arrives at its receiver', async () => {
    const receiver = await httpReceiver();
    try {
      const { page } = await opened('/admin/channels');
      const dialog = page.getByRole('dialog');
      const make = async (kind: string, fill: () => Promise<void>): Promise<void> => {
        await page.getByRole('button', { name: 'New channel' }).click();
        await dialog.getByLabel('Kind').selectOption(kind);
        await dialog.getByLabel('Name').fill(`By ${kind}`);
        await fill();
        await dialog.getByRole('button', { name: 'Make the channel' }).click();
        await dialog.getByRole('button', { name: 'Send a test message' }).waitFor();
      };
      const shut = (): Promise<void> => page.keyboard.press('Escape');
      await make('email', () => dialog.getByLabel('E-mail addresses, one a line').fill('duty@hearst.example'));
      await shut();
      await make('slack', () =>
        dialog.getByLabel('Address of the incoming webhook').fill('https://hooks.slack.com/services/T0/B0/abc'),
      );
      await shut();
      await make('telegram', async () => {
        await dialog.getByLabel(/^Chat/).fill('-1001234567890');
        await dialog.getByLabel('Token of the bot').fill('123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11');
      });
      await shut();
      await make('pagerduty', () => dialog.getByLabel('Routing key').fill('0123456789abcdef0123456789abcdef'));
      await shut();
      await make('webhook', async () => {
        await dialog.getByLabel('Address').fill(receiver.url);
        await dialog.getByRole('button', { name: 'Generate' }).click();
      });
      await dialog.getByRole('button', { name: 'Send a test message' }).click();
      await dialog.getByText('Arrived').waitFor();
      expect(receiver.accepted).toHaveLength(1);
      const { data } = await site.world.api<{ data: { kind: string }[] }>('/api/notification-channels');
      expect(data.map(({ kind }) => kind).sort()).toEqual(['email', 'pagerduty', 'slack', 'telegram', 'webhook']);
    } finally {
      await receiver.close();
    }
  });

  it('an agent is revoked once its name was written, and is gone from the line', async () => {
    const { page } = await opened('/agents');
    const name = page.locator('.agent-name').first();
    const said = (await name.textContent()) ?? '';
    await name.click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    const dialog = page.getByRole('dialog');
    const revoke = dialog.getByRole('button', { name: 'Revoke' });
    await dialog.getByLabel(/^Write/).fill(`${said}x`);
    expect(await revoke.isEnabled()).toBe(false);
    await dialog.getByLabel(/^Write/).fill(said);
    await revoke.click();
    await page.getByText('Revoked').first().waitFor();
    const { data } = await site.world.api<{ data: { status: string }[] }>('/api/agents');
    expect(data.map(({ status }) => status)).toEqual(['revoked']);
  });

  async function opened(path: string, role = 'super_admin') {
    const visitor = await site.visitor({ role });
    await visitor.goto(path);
    return visitor;
  }

  const ruleOf = (id: string): Promise<unknown> => site.world.api(`/api/alert-rules/${id}?project_id=QATAR-001`);
});

/** What an authenticator app shows at a time, ms since 1970: six digits of an HMAC over the half minute (RFC 6238, RFC 4226). */
function codeOf(base32: string, at: number): string {
  const bits = [...base32].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))))
    .update(step)
    .digest();
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
