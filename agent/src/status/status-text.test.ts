import { expect, it } from 'vitest';
import { running } from '../doctor/testing.ts';
import { statusText } from './status-text.ts';

const maintenance = {
  ref: '3f2b6c1e-7b1d-4c7a-9c3e-1a2b3c4d5e6f',
  subject: 'QATAR-C31',
  from: '2026-11-23T11:00:00.000Z',
  until: '2026-11-23T18:00:00.000Z',
  reason: 'pump seal',
  by: 'amal',
  told: true,
  ended: false,
};

it('is one screen of 80 columns that says how the site, the line and the agent are', async () => {
  const report = running();
  const containers = report.poller.containers.slice(0, 12).map((one, i) => {
    if (i === 6) return { ...one, answering: 200 };
    return i === 8 ? { ...one, answering: 0, cooling: 'silent' as const } : one;
  });
  const text = statusText({
    ...report,
    doctor: { ok: 28, warning: 1, error: 1, skipped: 2 },
    maintenance: [{ ...maintenance, subject: 'QATAR-C04' }],
    poller: { ...report.poller, containers },
  });
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  await expect(text).toMatchFileSnapshot('./screens/status.txt');
});

it('stays within 80 columns when the line is down and much is to be said', () => {
  const report = running({ phase: 'connecting', lastAckAt: null });
  const advice =
    'this agent is enrolled for QATAR-002, but the site file says QATAR-001: correct site.project, or enrol again';
  const outbox = report.outbox && {
    ...report.outbox,
    batches: 250_000,
    bytes: 1.2e9,
    oldest_at: '2026-11-20T12:00:00Z',
  };
  const text = statusText({
    ...report,
    hub: { ...report.hub, phase: 'wrong_project', advice },
    outbox,
    problems: [`hub: ${advice}`],
    maintenance: [maintenance],
  });
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(text).toContain('250 000 batches wait (1.2 GB), oldest 3 d 0 h');
});
