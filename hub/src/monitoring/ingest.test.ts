import { afterAll, beforeAll, expect, it } from 'vitest';
import { readExposition, sampleValue, unconventional } from '../../../test/harness/exposition.ts';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame } from '../../../test/harness/raw-agent.ts';
import { until } from '../../../test/harness/until.ts';
import { IngestLag, watchIngest } from './ingest.ts';
import { Monitoring } from './monitoring.ts';

let database: TestDatabase;
let rig: IngestRig;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url });
});
afterAll(async () => {
  await rig.stop();
  await database.drop();
});

it('counts what ingest has done, batch by batch', async () => {
  const monitoring = new Monitoring('0.0.0');
  watchIngest(monitoring, () => rig.ingest.stats());
  const told = async (name: string) =>
    sampleValue(readExposition((await monitoring.page({ projects: false })).text), name);
  expect(await told('hearst_ingest_batches_total')).toBe(0);
  const agent = await rig.agent('TEST-001');
  await agent.join();
  const at = Math.floor(Date.now() / 1000) * 1000;
  const sent = [0, 1, 2].map((i) =>
    agent.batch({ frames: [containerFrame('TEST-001', 'TEST-C01', at + i * 1000, 4)] }),
  );
  await agent.send(...sent);
  await until(() => rig.ingest.stats().batches === 3, { withinMs: 10_000, everyMs: 10 });
  await agent.send(sent[0]!);
  await until(() => rig.ingest.stats().duplicates === 1, { withinMs: 10_000, everyMs: 10 });
  expect(await told('hearst_ingest_batches_total')).toBe(3);
  expect(await told('hearst_ingest_duplicates_total')).toBe(1);
  expect(await told('hearst_ingest_readings_total')).toBe(rig.ingest.stats().readings);
  expect(rig.ingest.stats().readings).toBeGreaterThanOrEqual(12);
  expect(await told('hearst_ingest_hellos_total')).toBe(1);
  expect(await told('hearst_ingest_storage_up')).toBe(1);
  expect(await told('hearst_ingest_window_batches')).toBe(16);
  // Asking twice counts nothing twice.
  expect(await told('hearst_ingest_batches_total')).toBe(3);
  expect(unconventional(readExposition((await monitoring.page({ projects: false })).text))).toEqual([]);
});

it('tells how long readings took until they were committed', async () => {
  const monitoring = new Monitoring('0.0.0');
  const lag = new IngestLag(monitoring, () => 100_000);
  lag.stored({
    containers: [
      { containerId: 'A', at: 98_500, offline: false },
      { containerId: 'B', at: 40_000, offline: false },
    ],
    // Its clock is ahead.
    meters: [{ meterId: 'M', at: 105_000 }],
  });
  const families = readExposition((await monitoring.page({ projects: false })).text);
  const told = (name: string, labels?: Record<string, string>) =>
    sampleValue(families, `hearst_ingest_lag_seconds_${name}`, labels);
  expect([told('count'), told('sum')]).toEqual([3, 61.5]);
  expect(['1', '2', '30', '60', '+Inf'].map((le) => told('bucket', { le }))).toEqual([1, 2, 2, 3, 3]);
});
