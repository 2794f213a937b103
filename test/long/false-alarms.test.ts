import { expect, it } from 'vitest';
import { AlertSite } from '../harness/alert-site.ts';

/**
 * What `test/e2e/false-alarms.test.ts` asks of the same functions without a database, asked of the hub's own way: signed
 * batches, ingest, Postgres, evaluation, deliveries.
 */

const START = Date.UTC(2026, 5, 1);
const MINUTES = 24 * 60;
/** The pump of one container stands still for a quarter of an hour. */
const PUMP = { target: 'QATAR-C14', fromMinute: 600, forMinutes: 15 };

interface Day {
  /** Messages, one line for each. */
  readonly told: string[];
  readonly frames: number;
  /** Alerts there ever were, by severity. */
  readonly alerts: Record<string, number>;
}

async function day({ pump }: { pump: boolean }): Promise<Day> {
  const site = await AlertSite.start({ containers: 58, seed: 7, noise: true, startAt: START });
  try {
    await site.pass(PUMP.fromMinute);
    if (pump) await site.fault({ target: PUMP.target, kind: 'pump-stop', for_s: PUMP.forMinutes * 60 });
    await site.pass(MINUTES - PUMP.fromMinute);
    const [counted] = await site.rig.rows<{ frames: number }>(
      site.projectId,
      'select count(*)::int as frames from container_frames',
    );
    const alerts: Record<string, number> = {};
    for (const { severity } of await site.alerts()) alerts[severity] = (alerts[severity] ?? 0) + 1;
    return { told: await site.told(), frames: counted?.frames ?? 0, alerts };
  } finally {
    await site.stop();
  }
}

it('a day of the whole site through ingest says little, and with one pump stopped one thing more', {
  timeout: 3 * 3_600_000,
}, async () => {
  const healthy = await day({ pump: false });
  console.log(JSON.stringify(healthy));
  const faulty = await day({ pump: true });
  console.log(JSON.stringify(faulty));
  expect([healthy.frames, faulty.frames]).toEqual([58 * MINUTES, 58 * MINUTES]);
  expect(healthy.told.length, healthy.told.join('\n')).toBeLessThanOrEqual(6);
  // It is not deaf: 1 % of the miners stay away for up to an hour, each an alert that is listed and not sent.
  expect(healthy.alerts.info).toBeGreaterThan(50);
  expect(faulty.told.filter((message) => !healthy.told.includes(message))).toEqual([
    'opened pump_stopped QATAR-C14',
    'resolved pump_stopped QATAR-C14',
  ]);
  expect(faulty.told.length).toBe(healthy.told.length + 2);
});
