import { afterAll, beforeAll, expect, it } from 'vitest';
import { IngestRig } from '../../../test/harness/ingest-rig.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts';
import { containerFrame, type RawAgent } from '../../../test/harness/raw-agent.ts';

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

/** An agent of a project of its own, with a container; others may be named. */
async function site() {
  const project = `SLOT-${String(++serial).padStart(3, '0')}`;
  const agent = await rig.agent(project);
  await agent.join();
  const inventory = (miners: Miner[], seq?: number, container?: string): Buffer =>
    agent.batch(bodyOf(project, miners, container), seq === undefined ? {} : { seq }, 'inventory');
  const tell = async (miners: Miner[], seq?: number, container?: string): Promise<void> => {
    await agent.send(inventory(miners, seq, container));
    await acked(agent, seq ?? agent.seq);
  };
  /** What another agent of the project says of a container of its own. */
  const beside = async (container: string, miners: Miner[], isAnswering: boolean): Promise<void> => {
    const other = await rig.agent(project);
    await other.join();
    await other.send(other.batch(bodyOf(project, miners, container), {}, 'inventory'));
    await other.acked(other.seq);
    const frame = containerFrame(project, container, Date.now() - (isAnswering ? 1000 : 3_600_000), 4);
    await other.send(other.batch({ frames: [frame] }));
    await other.acked(other.seq);
  };
  const activities = () =>
    rig.rows<{ action: string; target_id: string; actor_kind: string }>(
      project,
      'select action, target_id, actor_kind from activity_logs order by seq',
    );
  const serialOf = async (id: string): Promise<string | null> =>
    (await rig.rows<{ serial: string | null }>(project, 'select serial from miners where miner_id = $1', [id]))[0]!
      .serial;
  const events = () =>
    rig.rows<{ code: string; subject: string; message: string; data: unknown }>(
      project,
      `select code, subject, message, data from agent_events where code like 'miner.%' order by seq, ordinal`,
    );
  const firmware = async (position: number): Promise<unknown> =>
    (await rig.rows<{ firmware: string }>(project, 'select firmware from miners where position = $1', [position]))[0]
      ?.firmware;
  return { agent, tell, inventory, events, firmware, beside, activities, serialOf };
}

function bodyOf(project: string, miners: Miner[], container = 'SLOT-C01') {
  const unknown = { ip: null, model: null, serial: null, mac: null, firmware: null };
  return {
    project,
    container: {
      container,
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

it('a machine that was moved is told with both slots, and its old slot is empty, also between containers', async () => {
  const { tell, events, activities, serialOf } = await site();
  await tell([{ position: 1, serial: 'AA-1' }, { position: 2 }, { position: 3, serial: 'AA-3' }]);
  await tell([], undefined, 'SLOT-C02');
  await tell([{ position: 2, serial: 'AA-1' }]);
  await tell([{ position: 4, serial: 'AA-3' }], undefined, 'SLOT-C02');
  const told = (await events()).map(({ code, subject, data }) => [code, subject, data]);
  const was = { serial: null, mac: null };
  expect(told).toEqual([
    [
      'miner.moved',
      'SLOT-C01-M002',
      {
        container: 'SLOT-C01',
        positions: [2],
        from: 'SLOT-C01-M001',
        to: 'SLOT-C01-M002',
        serial: 'AA-1',
        mac: null,
        was,
      },
    ],
    [
      'miner.moved',
      'SLOT-C02-M004',
      {
        container: 'SLOT-C02',
        positions: [4],
        from: 'SLOT-C01-M003',
        to: 'SLOT-C02-M004',
        serial: 'AA-3',
        mac: null,
        was,
      },
    ],
  ]);
  expect([await serialOf('SLOT-C01-M001'), await serialOf('SLOT-C01-M003')]).toEqual([null, null]);
  expect(await activities()).toEqual(
    ['SLOT-C01-M002', 'SLOT-C01-M001', 'SLOT-C02-M004', 'SLOT-C01-M003'].map((target_id) => ({
      ...{ action: 'miner.moved', target_id, actor_kind: 'agent' },
    })),
  );
});

it('two that were exchanged are one event in one inventory, and told as such where they stand in two containers', async () => {
  const { tell, events } = await site();
  await tell([
    { position: 1, serial: 'AA-1' },
    { position: 2, serial: 'AA-2' },
  ]);
  await tell([{ position: 1, serial: 'BB-1' }], undefined, 'SLOT-C02');
  await tell([
    { position: 1, serial: 'AA-2' },
    { position: 2, serial: 'AA-1' },
  ]);
  await tell([{ position: 1, serial: 'BB-1' }]);
  await tell([{ position: 1, serial: 'AA-2' }], undefined, 'SLOT-C02');
  const told = (await events()).map(({ code, subject, data }) => [code, subject, (data as { from: string }).from]);
  expect(told).toEqual([
    ['miner.swapped', 'SLOT-C01-M001', 'SLOT-C01-M002'],
    ['miner.moved', 'SLOT-C01-M001', 'SLOT-C02-M001'],
    ['miner.swapped', 'SLOT-C02-M001', 'SLOT-C01-M001'],
  ]);
});

it('one that another agent reads as well is a duplicate while it answers there, and was moved where it does not', async () => {
  const { tell, beside, events, serialOf } = await site();
  await beside('SLOT-C08', [{ position: 1, serial: 'AA-8' }], true);
  await beside('SLOT-C09', [{ position: 1, serial: 'AA-9' }], false);
  await tell([
    { position: 1, serial: 'AA-8' },
    { position: 2, serial: 'AA-9' },
  ]);
  expect((await events()).map(({ code, subject }) => [code, subject])).toEqual([
    ['miner.duplicate', 'SLOT-C01-M001'],
    ['miner.moved', 'SLOT-C01-M002'],
  ]);
  expect([await serialOf('SLOT-C08-M001'), await serialOf('SLOT-C09-M001')]).toEqual(['AA-8', null]);
});

it('a serial with another MAC is another machine: nothing was moved', async () => {
  const { tell, events } = await site();
  await tell([{ position: 1, serial: 'AA-1', mac: '02:00:00:00:00:01' }]);
  await tell([{ position: 2, serial: 'AA-1', mac: '02:00:00:00:00:02' }]);
  expect(await events()).toEqual([]);
});

it('what an older batch says of a slot that a machine has left since does not bring it back', async () => {
  const { tell, events, serialOf } = await site();
  await tell([{ position: 1, serial: 'AA-1' }], 1);
  await tell([{ position: 2, serial: 'AA-1' }], 5);
  await tell([{ position: 1, serial: 'AA-1' }], 3);
  expect([await serialOf('SLOT-C01-M001'), await serialOf('SLOT-C01-M002')]).toEqual([null, 'AA-1']);
  expect(await events()).toHaveLength(1);
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
