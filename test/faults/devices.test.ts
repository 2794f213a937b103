import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadProfiles } from '../../agent/src/drivers/modbus/profile.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { until } from '../harness/until.ts';
import { encodeByProfile, type ModbusFault, ModbusSimulator } from '../sim/modbus.ts';

interface Miner {
  miner_id: string;
  status: string;
  observed_at: string;
  last_seen_at: string | null;
  [value: string]: unknown;
}

interface Container {
  status: string;
  observed_at: string;
  miners_answering: number;
  cooling: Record<string, number | null> | null;
  [value: string]: unknown;
}

const MINERS = 60;
const MEASURED = [
  'hashrate_th',
  'power_w',
  'temp_chip_c',
  'temp_board_c',
  'temp_inlet_c',
  'temp_outlet_c',
  'uptime_s',
] as const;

describe('devices that misbehave', { timeout: 90_000 }, () => {
  let shared: SharedWorld;
  beforeAll(async () => {
    // A short deadline: devices are to be given up on, here.
    shared = await (await SharedWorld.create({ containers: 2, miners: MINERS, timeoutSeconds: 2 })).start();
  });
  afterAll(() => shared?.stop());
  beforeEach(() => clearFaults());

  const clearFaults = async (): Promise<void> => {
    await fetch(`${shared.world.controlUrl}/faults`, { method: 'DELETE' });
  };
  const miners = async (container: string): Promise<Miner[]> =>
    (await shared.world.api<{ data: Miner[] }>(`/api/containers/${container}/miners`)).data;
  const container = (id: string): Promise<Container> => shared.world.api(`/api/containers/${id}`);

  /** The columns of a container's latest frame, as the agent made them. */
  const storedColumns = async (id: string): Promise<Record<string, (number | null)[]>> => {
    const [row] = await shared.sql<{ body: Buffer }>(
      'select body from container_frames where container_id = $1 order by at desc limit 1',
      [id],
    );
    const body = JSON.parse(gunzipSync(row!.body).toString()) as { frames: { columns: Record<string, number[]> }[] };
    return body.frames[0]!.columns;
  };

  /** Waits until a container's latest frame was begun now or later. */
  const nextFrame = async (id: string): Promise<Container> => {
    const since = Date.now();
    return until(
      async () => {
        const now = await container(id);
        return Date.parse(now.observed_at) >= since && now;
      },
      { withinMs: 20_000, everyMs: 100, what: () => `a frame of ${id}\n${shared.world.agent.tail()}` },
    );
  };

  /** The longest time between two frames of a container within a span, ms. */
  const longestGap = async (id: string, from: number, to: number): Promise<number> => {
    const rows = await shared.sql<{ at: Date }>(
      'select at from container_frames where container_id = $1 and at between to_timestamp($2 / 1000.0) and to_timestamp($3 / 1000.0) order by at',
      [id, from, to],
    );
    const times = [from, ...rows.map((row) => row.at.getTime()), to];
    return Math.max(...times.slice(1).map((at, i) => at - times[i]!));
  };

  it('dead, slow and dribbling miners do not delay the others, of their own container or of the next', async () => {
    const spoilt = 'QATAR-C01';
    await shared.world.fault({ target: spoilt, kind: 'dead', share: 0.3 });
    await shared.world.fault({ target: 'QATAR-C01-M001', kind: 'slow', delay_ms: 1500 });
    await shared.world.fault({ target: 'QATAR-C01-M002', kind: 'dribbling' });
    // The first poll after that finds out who is dead; from then on they wait among themselves.
    await until(async () => (await miners(spoilt)).filter(({ status }) => status === 'offline').length >= 18, {
      withinMs: 20_000,
      everyMs: 200,
      what: 'the dead to be known',
    });
    const from = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const to = Date.now();
    await until(async () => (await shared.framesSince(to)) >= 2, { withinMs: 10_000, what: 'the frames to arrive' });
    // One poll a second. A sweep that waits for the dead would take 2 s for each round of them.
    expect(await longestGap('QATAR-C02', from, to)).toBeLessThan(3000);
    expect(await longestGap(spoilt, from, to)).toBeLessThan(4000);
    const answering = (await miners(spoilt)).filter(({ status }) => status === 'hashing').length;
    expect(answering).toBeGreaterThanOrEqual(MINERS - 18 - 2);
  });

  it('a silent miner is offline with nulls, never zero, all the way into the JSON', async () => {
    const before = (await miners('QATAR-C02'))[4]!;
    for (const value of MEASURED) expect(before[value], value).toBeTypeOf('number');
    for (const [i, kind] of ['refuses', 'silent', 'swallowed'].entries())
      await shared.world.fault({ target: `QATAR-C02-M00${5 + i}`, kind });
    const found = await until(
      async () => {
        const silent = (await miners('QATAR-C02')).slice(4, 7);
        return silent.every(({ status }) => status === 'offline') && silent;
      },
      { withinMs: 20_000, everyMs: 200, what: 'three silent miners' },
    );
    for (const miner of found) {
      expect(Object.fromEntries(MEASURED.map((value) => [value, miner[value]]))).toEqual(
        Object.fromEntries(MEASURED.map((value) => [value, null])),
      );
      expect(Date.parse(miner.last_seen_at!)).toBeLessThan(Date.parse(miner.observed_at));
    }
    // The same in the frame as it is kept: nothing is left for anybody to mistake for a value.
    const columns = await storedColumns('QATAR-C02');
    expect(columns.hashrate_ths?.[0]).toBeTypeOf('number');
    for (const [name, column] of Object.entries(columns)) expect(column.slice(4, 7), name).toEqual([null, null, null]);
    const { miners_answering } = await nextFrame('QATAR-C02');
    expect(miners_answering).toBe(MINERS - 3);
    // The hardware is known although it is silent: what it is does not go with what it measures.
    expect(found[0]).toMatchObject({ serial: before.serial, model: before.model });
  });

  it('a container whose miners are all dead has no hashrate, not one of zero', async () => {
    await shared.world.fault({ target: 'QATAR-C02', kind: 'refuses' });
    await shared.world.fault({ target: 'QATAR-C02', kind: 'controller-silent' });
    const dark = await until(
      async () => {
        const now = await container('QATAR-C02');
        return now.miners_answering === 0 && now.cooling === null && now;
      },
      { withinMs: 30_000, everyMs: 200, what: 'a dark container' },
    );
    expect(dark).toMatchObject({
      status: 'offline',
      miners_active: 0,
      miners_answering: 0,
      coverage: { reporting: 0 },
    });
    for (const value of ['hashrate_th', 'power_consumption_kw', 'temp_chip_max_c', 'temp_supply_c', 'flow_m3h'])
      expect(dark[value], value).toBeNull();
    await clearFaults();
    await until(async () => (await container('QATAR-C02')).miners_answering === MINERS, {
      withinMs: 30_000,
      everyMs: 200,
      what: 'the container to be back',
    });
  });

  it('an unplugged controller gives no cooling values while its miners go on', async () => {
    expect((await container('QATAR-C01')).cooling).toMatchObject({ temp_supply_c: expect.any(Number) });
    await shared.world.fault({ target: 'QATAR-C01', kind: 'controller-silent' });
    const blind = await until(
      async () => {
        const now = await container('QATAR-C01');
        return now.cooling === null && now;
      },
      { withinMs: 20_000, everyMs: 200, what: 'a blind cooling loop' },
    );
    for (const value of ['temp_supply_c', 'temp_return_c', 'flow_m3h', 'pressure_supply_bar', 'pressure_return_bar'])
      expect(blind[value], value).toBeNull();
    expect(blind).toMatchObject({ has_cooling: true, miners_answering: MINERS });
  });

  it('a meter that starts again at 0 is stored as it says, and a silent one as nothing', async () => {
    const readings = () =>
      shared.sql<{ answered: boolean; energy_import_kwh: number | null; active_power_kw: number | null }>(
        "select answered, energy_import_kwh, active_power_kw from meter_frames where meter_id = 'QATAR-E01' order by at desc limit 3",
      );
    const [before] = await readings();
    expect(before?.energy_import_kwh).toBeGreaterThan(1);
    await shared.world.fault({ target: 'QATAR-E01', kind: 'meter-reset' });
    const energy = await until(
      async () => {
        const [now] = await readings();
        const kwh = now?.energy_import_kwh;
        return typeof kwh === 'number' && kwh < before!.energy_import_kwh! && { kwh };
      },
      { withinMs: 15_000, everyMs: 200, what: 'the counter to start again' },
    );
    expect(energy.kwh).toBeGreaterThanOrEqual(0);
    await shared.world.fault({ target: 'QATAR-E01', kind: 'meter-silent' });
    const silent = await until(
      async () => {
        const [now] = await readings();
        return now?.answered === false && now;
      },
      { withinMs: 15_000, everyMs: 200, what: 'a silent meter' },
    );
    expect(silent).toEqual({ answered: false, energy_import_kwh: null, active_power_kw: null });
  });

  it('garbage on port 4028 is counted and costs that reading alone', async () => {
    await shared.world.fault({ target: 'QATAR-C01', kind: 'garbled', share: 0.5 });
    for (let polls = 0; polls < 5; polls++) await nextFrame('QATAR-C01');
    const states = await miners('QATAR-C01');
    for (const miner of states) {
      for (const value of MEASURED) {
        const told = miner[value];
        // Nothing made up: a value is plausible, or it is not there.
        if (told !== null) expect(told, `${miner.miner_id} ${value}`).toBeGreaterThan(0);
      }
    }
    expect(states.filter(({ status }) => status === 'hashing').length).toBeGreaterThanOrEqual(MINERS / 2);
    const { poller } = await shared.world.agentStatus<{
      poller: { devices: { refusals: Record<string, number>; repairs?: unknown; faults: object } };
    }>();
    expect(Object.values(poller.devices.refusals).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(0);
    expect(poller.devices.faults).toEqual({});
    expect(await shared.sql('select reason from quarantine')).toEqual([]);
  });

  it('a Modbus device that answers with data of another unit is not believed', async () => {
    let fault: ModbusFault | null = null;
    const bank = encodeByProfile(loadProfiles().get('schneider-pm5xxx')!, { active_power_kw: 1234 });
    const foreign = new ModbusSimulator({ lookup: () => bank, fault: () => fault });
    const { port } = await foreign.start();
    const file = readFileSync(shared.world.siteFile, 'utf8');
    try {
      const [, address = ''] = /id: QATAR-E01, .*address: "([^"]+)"/.exec(file) ?? [];
      writeFileSync(shared.world.siteFile, file.replace(address, `127.0.0.1:${port}`));
      await shared.world.agent.stop();
      shared.world.agent.start();
      const latest = async () => {
        const [row] = await shared.sql<{ answered: boolean; values: { active_power_kw: number } | null }>(
          "select answered, values from meter_frames where meter_id = 'QATAR-E01' order by at desc limit 1",
        );
        return row;
      };
      await until(async () => (await latest())?.values?.active_power_kw === 1234, {
        withinMs: 20_000,
        what: () => `the device to be believed while it answers as itself\n${shared.world.agent.tail()}`,
      });
      fault = { kind: 'wrong_unit', unit: 7 };
      const silent = await until(
        async () => {
          const row = await latest();
          return row?.answered === false && row;
        },
        { withinMs: 20_000, everyMs: 200, what: 'the foreign answer to be refused' },
      );
      expect(silent.values).toBeNull();
      const { poller } = await shared.world.agentStatus<{
        poller: { devices: { refusals: Record<string, number> } };
      }>();
      expect(Object.keys(poller.devices.refusals).join()).toMatch(/unit|mismatch|foreign|wrong/);
    } finally {
      await foreign.stop();
      writeFileSync(shared.world.siteFile, file);
    }
  });

  it('and of all readings that were sent whole none is lost, twice or under a wrong name', async () => {
    // What came later than the deadline was never accepted; whatever was, has arrived.
    const { accepted, stored, twice, wrong, quarantined } = await shared.atRest();
    expect({ twice, wrong, quarantined, lost: accepted - stored }).toEqual(NOTHING_LOST);
  });
});
