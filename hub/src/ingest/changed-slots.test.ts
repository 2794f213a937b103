import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import type { RawAgent } from '../../../test/harness/raw-agent.ts';

let database: TestDatabase;
let rig: IngestRig;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = await IngestRig.start({ url: database.url });
});
afterAll(async () => {
  await rig?.stop();
  await database?.drop();
});

interface Miner {
  position: number;
  model?: string;
  serial?: string;
  mac?: string;
  firmware?: string;
}

/** An agent of a project of its own, with a container. */
async function site() {
  const project = `SLOT-${String(++serial).padStart(3, '0')}`;
  const agent = await rig.agent(project);
  await agent.join();
  const inventory = (miners: Miner[], seq?: number): Buffer =>
    agent.batch(bodyOf(project, miners), seq === undefined ? {} : { seq }, 'inventory');
  const tell = async (miners: Miner[], seq?: number): Promise<void> => {
    await agent.send(inventory(miners, seq));
    await acked(agent, seq ?? agent.seq);
  };
  const events = () =>
    rig.rows<{ code: string; subject: string; message: string; data: unknown }>(
      project,
      `select code, subject, message, data from agent_events where code like 'miner.%' order by seq, ordinal`,
    );
  const firmware = async (position: number): Promise<unknown> =>
    (await rig.rows<{ firmware: string }>(project, 'select firmware from miners where position = $1', [position]))[0]
      ?.firmware;
  return { agent, tell, inventory, events, firmware };
}

function bodyOf(project: string, miners: Miner[]) {
  const unknown = { ip: null, model: null, serial: null, mac: null, firmware: null };
  return {
    project,
    container: {
      container: 'SLOT-C01',
      transformer: null,
      model: null,
      layout: null,
      expected_miners: 4,
      has_cooling: false,
    },
    miners: miners.map((miner) => ({ ...unknown, ...miner })),
    transformers: [],
    meters: [],
  };
}

const acked = (agent: RawAgent, seq: number): Promise<unknown> => agent.acked(seq);

it('another serial or MAC in a slot is told once, with what was and what is; learning one is no news', async () => {
  const { agent, tell, inventory, events } = await site();
  await tell([{ position: 1 }, { position: 2, serial: 'aa-1', mac: '02:00:00:00:00:01' }]);
  await tell([{ position: 1, serial: 'bb-1' }, { position: 2 }]);
  // The same in another spelling.
  await tell([{ position: 2, serial: 'AA-1 ', mac: '020000000001' }]);
  expect(await events()).toEqual([]);
  const change = inventory([
    { position: 2, serial: 'aa-2', firmware: 'f2' },
    { position: 1, model: 'S21' },
  ]);
  await agent.send(change);
  await agent.acked(agent.seq);
  await agent.send(change);
  await tell([{ position: 2, serial: 'aa-2' }]);
  expect(await events()).toEqual([
    {
      code: 'miner.hardware_changed',
      subject: 'SLOT-C01',
      message: 'position 2 of SLOT-C01: another miner than before',
      data: { positions: [2], changes: [{ position: 2, was: { serial: 'AA-1' }, is: { serial: 'AA-2' } }] },
    },
  ]);
});

it('a firmware rolled out is one event with all positions; a miner that is another one brings its own', async () => {
  const { tell, events } = await site();
  const slots = Array.from({ length: 60 }, (_, i) => i + 1);
  const all = (firmware: string): Miner[] => slots.map((position) => ({ position, serial: `s${position}`, firmware }));
  await tell(all('one'));
  await tell([...all('two').slice(0, -1), { position: 60, serial: 'new', firmware: 'two' }]);
  const [hardware, software, ...more] = await events();
  expect(more).toEqual([]);
  expect(hardware).toMatchObject({ code: 'miner.hardware_changed', data: { positions: [60] } });
  expect(software).toMatchObject({
    code: 'miner.firmware_changed',
    message: '59 positions of SLOT-C01: another firmware than before',
    data: { positions: slots.slice(0, -1) },
  });
  const { changes } = software!.data as { changes: unknown[] };
  expect(changes).toHaveLength(50);
  expect(changes[0]).toEqual({ position: 1, was: { firmware: 'one' }, is: { firmware: 'two' } });
});

it('what an older batch says of a slot that changed since does not take the change back', async () => {
  const { tell, events, firmware } = await site();
  await tell([{ position: 1, firmware: 'one' }], 1);
  await tell([{ position: 1, firmware: 'two' }], 5);
  await tell(
    [
      { position: 1, firmware: 'one', model: 'S21' },
      { position: 2, firmware: 'one' },
    ],
    3,
  );
  expect([await firmware(1), await firmware(2)]).toEqual(['two', 'one']);
  expect(await events()).toHaveLength(1);
  await tell([{ position: 1, firmware: 'three' }], 6);
  expect(await firmware(1)).toBe('three');
  expect(await events()).toHaveLength(2);
});
