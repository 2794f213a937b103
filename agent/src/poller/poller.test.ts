import type { AgentEvent, ContainerFrame, EventsBody, Frame, InventoryBody, MeterFrame } from '@hearst/protocol';
import { decodeBody, encodeBody, statusCode } from '@hearst/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { Recorder as LogRecorder } from '../../../test/harness/outbox.ts';
import { SteppedClock } from '../../../test/harness/stepped-clock.ts';
import { parseSiteFile } from '../config/load.ts';
import { type DeviceAddress, DeviceError, type MinerReading, type ModbusReading } from '../drivers/driver.ts';
import { OutboxError } from '../outbox/errors.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import { Poller } from './poller.ts';
import type { Ask } from './sources.ts';

const OFFLINE = statusCode('offline');
const HASHING = statusCode('hashing');
const UNKNOWN = statusCode('unknown');

const SITE = `version: 1
site: { project: QATAR-001 }
poll: { interval: 60s, timeout: 3s, spread: 0 }
transformers: [{ id: QATAR-T01, rated_kva: 3750 }]
containers:
  - id: QATAR-C01
    transformer: QATAR-T01
    miners: 4
    range: 10.0.1.1-10.0.1.4
    cooling: { address: "10.9.0.1:502", profile: antspace-hd5 }
  - { id: QATAR-C02, miners: 2, range: 10.0.2.1-10.0.2.2 }
meters:
  - { id: QATAR-E01, transformer: QATAR-T01, address: "10.9.1.1:502", profile: schneider-pm5xxx }
  - { id: QATAR-E02, address: "10.9.1.2:502", profile: schneider-pm5xxx }
`;

type Behaviour = (ask: Ask) => Promise<MinerReading> | MinerReading;

function reading(
  values: MinerReading['values'] = { hashrate_ths: 473, power_w: 5676, uptime_s: 100 },
  serial: string | null = null,
): MinerReading {
  return {
    status: 'hashing',
    values,
    identity: { model: 'Antminer S21 XP Hyd.', serial, mac: null, firmware: null },
    pool: null,
    repaired: [],
    definition: 'test',
  };
}

/** A site of fakes on a clock that the test moves. */
class Rig {
  readonly clock = new SteppedClock();
  readonly log = new LogRecorder();
  readonly behaviours = new Map<string, Behaviour>();
  readonly asked: { host: string; ask: Ask; at: number }[] = [];
  readonly inFlight = new Map<string, number>();
  mostAtOnce = 0;
  modbus: (address: DeviceAddress) => Promise<ModbusReading> = async ({ host }) => ({
    values: host.startsWith('10.9.0') ? { temp_supply_c: 34, flow_m3h: null } : { active_power_kw: 3500 },
    implausible: [],
    definition: 'test',
  });
  readonly batches: NewBatch[] = [];
  append: (batches: NewBatch[]) => void = () => undefined;
  readonly poller: Poller;

  constructor(site = SITE) {
    this.poller = new Poller({
      site: parseSiteFile(site, ['antspace-hd5', 'schneider-pm5xxx']).site,
      clock: this.clock,
      log: this.log.log,
      random: () => 0,
      miners: { read: (address, ask, signal) => this.#read(address, ask, signal) },
      modbus: { read: (address) => this.modbus(address) },
      antspace: { read: (address) => this.modbus(address) },
      keeper: {
        append: (batches) => {
          this.append(batches);
          this.batches.push(...batches);
          return batches.map((_, i) => i);
        },
      },
    });
  }

  async #read({ host }: DeviceAddress, ask: Ask, signal?: AbortSignal): Promise<MinerReading> {
    this.asked.push({ host, ask, at: this.clock.mono() });
    this.inFlight.set(host, (this.inFlight.get(host) ?? 0) + 1);
    this.mostAtOnce = Math.max(this.mostAtOnce, ...this.inFlight.values());
    try {
      signal?.throwIfAborted();
      return await (this.behaviours.get(host)?.(ask) ?? reading());
    } finally {
      this.inFlight.set(host, this.inFlight.get(host)! - 1);
    }
  }

  /** The device stays silent for its deadline. */
  silent(host: string): void {
    this.behaviours.set(host, async () => {
      await this.clock.sleep(3000);
      throw new DeviceError('timeout', host, 'no reply');
    });
  }

  frames(container: string): ContainerFrame[] {
    return this.#frames().filter(
      (frame): frame is ContainerFrame => frame.kind === 'container' && frame.container === container,
    );
  }

  meterFrames(): MeterFrame[] {
    return this.#frames().filter((frame): frame is MeterFrame => frame.kind === 'meter');
  }

  events(): AgentEvent[] {
    return this.batches.flatMap(({ kind, body }) => (kind === 'events' ? (body as EventsBody).events : []));
  }

  /** What the inventories said of one slot. */
  toldOf(container: string, position: number) {
    return this.batches
      .flatMap(({ kind, body }) => (kind === 'inventory' ? [body as InventoryBody] : []))
      .filter((body) => body.container?.container === container)
      .flatMap(({ miners }) => miners.filter((miner) => miner.position === position));
  }

  #frames(): Frame[] {
    return this.batches.flatMap(({ kind, body }) => (kind === 'frames' ? (body as { frames: Frame[] }).frames : []));
  }

  times(host: string): number[] {
    return this.asked.filter((one) => one.host === host).map(({ at }) => Math.floor(at / 60_000));
  }
}

let rig: Rig;
afterEach(async () => {
  const stopped = rig.poller.stop();
  await rig.clock.pass(60_000);
  await stopped;
});

describe('boards', () => {
  test('go along with the first poll and every tenth, each container at its own turn', async () => {
    rig = new Rig();
    for (const host of ['10.0.1.1', '10.0.2.1'])
      rig.behaviours.set(host, ({ boards }) => ({ ...reading(), ...(boards && { boards: { chips_active: [160] } }) }));
    rig.poller.start();
    await rig.clock.pass(22 * 60_000);
    const polls = (container: string) =>
      rig.frames(container).flatMap(({ boards }, poll) => (boards === undefined ? [] : [poll]));
    expect(polls('QATAR-C01')).toEqual([0, 10, 20]);
    expect(polls('QATAR-C02')).toEqual([0, 9, 19]);
    expect(rig.frames('QATAR-C01')[10]?.boards).toEqual({ chips_active: [[160], null, null, null] });
  });
});

describe('pools', () => {
  test('go along with the polls that ask for them, every fifth, each container at its own turn', async () => {
    rig = new Rig();
    const pool = { url: 'stratum+tcp://pool.example', worker: 'hearst.m1', state: 'Alive' };
    for (const host of ['10.0.1.1', '10.0.2.1'])
      rig.behaviours.set(host, ({ pools }) => ({ ...reading(), ...(pools && { pool }) }));
    rig.poller.start();
    await rig.clock.pass(11 * 60_000);
    const polls = (container: string) =>
      rig.frames(container).flatMap(({ pools }, poll) => (pools === undefined ? [] : [poll]));
    expect(polls('QATAR-C01')).toEqual([0, 5, 10]);
    expect(polls('QATAR-C02')).toEqual([4, 9]);
    expect(rig.frames('QATAR-C01')[5]?.pools).toEqual({
      list: [{ url: 'stratum+tcp://pool.example', worker: 'hearst' }],
      of: [0, null, null, null],
    });
  });
});

describe('frames', () => {
  test('a silent miner is offline with nulls, a metric nobody gave is left out, and the hub can read it', async () => {
    rig = new Rig();
    rig.behaviours.set('10.0.1.2', () => Promise.reject(new DeviceError('refused', '10.0.1.2', 'refused')));
    rig.behaviours.set('10.0.1.3', () => reading({ hashrate_ths: Number.NaN, power_w: 1e9, temp_chip_c: 61 }));
    rig.poller.start();
    await rig.clock.pass(1000);
    const [frame] = rig.frames('QATAR-C01');
    expect(frame).toEqual({
      kind: 'container',
      project: 'QATAR-001',
      container: 'QATAR-C01',
      at: Date.UTC(2026, 5, 15, 12),
      interval_s: 60,
      positions: [1, 2, 3, 4],
      status: [HASHING, OFFLINE, HASHING, HASHING],
      columns: {
        hashrate_ths: [473, null, null, 473],
        power_w: [5676, null, null, 5676],
        uptime_s: [100, null, null, 100],
        temp_chip_c: [null, null, 61, null],
      },
      cooling: { temp_supply_c: 34, flow_m3h: null },
      cooling_expected: true,
    });
    for (const { kind, body } of rig.batches) decodeBody({ kind, schema: 1 }, encodeBody(body));
    expect(rig.frames('QATAR-C02')[0]).toMatchObject({ cooling: null, cooling_expected: false });
  });

  test('a silent cooling loop and a silent meter are null, never zero', async () => {
    rig = new Rig();
    rig.modbus = ({ host }) =>
      host === '10.9.1.2'
        ? Promise.resolve({ values: { active_power_kw: 1 }, implausible: [], definition: 'x' })
        : Promise.reject(new DeviceError('timeout', host, 'silent'));
    rig.poller.start();
    await rig.clock.pass(1000);
    expect(rig.frames('QATAR-C01')[0]).toMatchObject({ cooling: null, cooling_expected: true });
    expect(rig.meterFrames().map(({ meter, transformer, values }) => [meter, transformer, values])).toEqual([
      ['QATAR-E01', 'QATAR-T01', null],
      ['QATAR-E02', null, { active_power_kw: 1 }],
    ]);
  });

  test("a monitor's temperatures travel with its transformer's meter, and its silence is its own", async () => {
    rig = new Rig(
      SITE.replace('rated_kva: 3750', 'monitor: { address: "10.9.2.1:502", profile: antspace-hd5 }').replace(
        'interval: 60s',
        'interval: 60s, meters: 60s',
      ),
    );
    let heard = true;
    rig.modbus = ({ host }) => {
      if (host !== '10.9.2.1')
        return Promise.resolve({ values: { active_power_kw: 3500 }, implausible: [], definition: 'x' });
      return heard
        ? Promise.resolve({ values: { temp_oil_c: 71, temp_winding_c: 84 }, implausible: [], definition: 'x' })
        : Promise.reject(new DeviceError('timeout', host, 'silent'));
    };
    rig.poller.start();
    await rig.clock.pass(1000);
    heard = false;
    await rig.clock.pass(60_000);
    expect(rig.meterFrames().map(({ meter, values }) => [meter, values])).toEqual([
      ['QATAR-E01', { active_power_kw: 3500, temp_oil_c: 71, temp_winding_c: 84 }],
      ['QATAR-E02', { active_power_kw: 3500 }],
      ['QATAR-E01', { active_power_kw: 3500 }],
      ['QATAR-E02', { active_power_kw: 3500 }],
    ]);
  });

  test('the heat of a loop that measures flow travels with its values, over HTTP too', async () => {
    const loop = { temp_supply_c: 34, temp_return_c: 44, flow_m3h: 148 };
    for (const cooling of ['address: "10.9.0.1:502", profile: antspace-hd5', 'url: "http://10.9.0.1"']) {
      rig = new Rig(SITE.replace('address: "10.9.0.1:502", profile: antspace-hd5', cooling));
      rig.modbus = async () => ({ values: loop, implausible: [], definition: 'x' });
      rig.poller.start();
      await rig.clock.pass(1000);
      expect(rig.frames('QATAR-C01')[0]?.cooling).toEqual({ ...loop, heat_kw: 1708.13 });
      await rig.poller.stop();
    }
  });

  test('pressures in another unit are unknown, and an event says so once', async () => {
    rig = new Rig(SITE.replace('antspace-hd5 }', 'antspace-hd5, coolant: oil }'));
    let bar = 0.29;
    rig.modbus = async () => ({
      values: { pressure_supply_bar: bar, flow_m3h: 148 },
      implausible: [],
      definition: 'x',
    });
    rig.poller.start();
    await rig.clock.pass(2 * 60_000 + 1000);
    bar = 2.9;
    await rig.clock.pass(60_000);
    expect(rig.frames('QATAR-C01').map(({ cooling }) => cooling?.pressure_supply_bar)).toEqual([null, null, null, 2.9]);
    const told = rig.events().filter(({ code }) => code === 'cooling.pressure_unit');
    expect(told).toMatchObject([{ severity: 'warning', subject: 'QATAR-C01', data: { value: 0.29 } }]);
  });

  test('all containers of a poll and all meters travel as one transaction, each container a batch of its own', async () => {
    rig = new Rig();
    const calls: string[][] = [];
    rig.append = (batches) => void calls.push(batches.map(({ kind, readings }) => `${kind} ${readings}`));
    rig.poller.start();
    await rig.clock.pass(1000);
    expect(calls[0]).toEqual(['inventory 0', 'inventory 0', 'inventory 0']);
    expect(calls[1]?.filter((batch) => batch.startsWith('frames')).sort()).toEqual([
      'frames 2',
      'frames 2',
      'frames 5',
    ]);
    expect(calls).toHaveLength(2);
  });

  test('a poll that stop interrupts leaves no frame: half a container is not told as silent', async () => {
    rig = new Rig();
    rig.silent('10.0.1.1');
    rig.poller.start();
    await rig.clock.pass(1000);
    const stopped = rig.poller.stop();
    await rig.clock.pass(5000);
    await stopped;
    expect(rig.frames('QATAR-C01')).toEqual([]);
    expect(rig.frames('QATAR-C02')).toHaveLength(1);
  });
});

describe('what is asked', () => {
  test('stats always, summary and pools every fifth poll by turns, version at the start and after a restart', async () => {
    rig = new Rig();
    let uptime = 1000;
    rig.behaviours.set('10.0.1.1', () => {
      uptime += 60;
      return reading({ hashrate_ths: 1, uptime_s: uptime });
    });
    rig.poller.start();
    await rig.clock.pass(7 * 60_000 - 1);
    uptime = 0;
    await rig.clock.pass(3 * 60_000);
    const asks = (host: string) => rig.asked.filter((one) => one.host === host).map(({ ask }) => ask);
    expect(asks('10.0.1.1').map(({ pools }) => pools)).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(asks('10.0.2.1').map(({ summary }) => summary)).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(asks('10.0.1.1').map(({ version }) => version)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(rig.events()).toMatchObject([{ code: 'miner.restarted', subject: 'QATAR-C01-M001', severity: 'info' }]);
  });

  test('the start announces the site; identities follow in one batch per container, once', async () => {
    rig = new Rig();
    rig.behaviours.set('10.0.1.2', () => reading(undefined, 'SN-2'));
    rig.poller.start();
    await rig.clock.pass(3 * 60_000);
    const inventories = rig.batches.filter(({ kind }) => kind === 'inventory').map(({ body }) => body as InventoryBody);
    const briefly = inventories.map(({ container, miners, meters }) => [
      container?.container ?? null,
      miners.length,
      meters.length,
    ]);
    expect(briefly.slice(0, 3)).toEqual([
      [null, 0, 2],
      ['QATAR-C01', 4, 0],
      ['QATAR-C02', 2, 0],
    ]);
    expect(briefly.slice(3).sort()).toEqual([
      ['QATAR-C01', 4, 0],
      ['QATAR-C02', 2, 0],
    ]);
    expect(inventories.flatMap(({ miners }) => miners).filter(({ serial }) => serial === 'SN-2')).toEqual([
      { position: 2, ip: '10.0.1.2', model: 'Antminer S21 XP Hyd.', serial: 'SN-2', mac: null, firmware: null },
    ]);
  });

  test('the errors of a miner are an event when they change, and when they are gone; not at each poll', async () => {
    rig = new Rig();
    const errors: (string[] | undefined)[] = [[], ['F:1', 'J1:2'], ['J1:2', 'F:1'], undefined, ['F:1'], [], []];
    rig.behaviours.set('10.0.1.2', () => {
      const told = errors.length > 1 ? errors.shift() : errors[0];
      return { ...reading(), ...(told !== undefined && { errors: told }) };
    });
    rig.poller.start();
    await rig.clock.pass(10 * 60_000);
    expect(rig.events()).toMatchObject([
      { code: 'miner.errors', severity: 'info', subject: 'QATAR-C01-M002', data: { codes: 'F:1, J1:2' } },
      { code: 'miner.errors', data: { codes: 'F:1' } },
      { code: 'miner.errors', data: { codes: '' } },
    ]);
  });

  test('another serial at an address is told in the inventory, with nothing left of the miner before', async () => {
    rig = new Rig();
    let identity: MinerReading['identity'] = { model: 'S21', serial: 'SN-A', mac: '02:00:00:00:00:01', firmware: 'f1' };
    rig.behaviours.set('10.0.1.2', () => ({ ...reading(), identity }));
    rig.poller.start();
    await rig.clock.pass(60_000);
    identity = { model: 'S21', serial: 'SN-B', mac: null, firmware: null };
    await rig.clock.pass(61_000);
    expect(rig.events()).toEqual([]);
    expect(rig.toldOf('QATAR-C01', 2).at(-1)).toEqual({ position: 2, ip: '10.0.1.2', ...identity });
  });
});

describe('one machine at two slots', () => {
  const both = (serial: string) => {
    for (const host of ['10.0.1.2', '10.0.2.1']) rig.behaviours.set(host, () => reading(undefined, serial));
  };

  test('is counted where it was known first; the other slot is unknown, is told once and not in the inventory', async () => {
    rig = new Rig();
    both('SN-2');
    rig.behaviours.set('10.0.2.1', () => ({
      ...reading(undefined, 'SN-2'),
      pool: { url: 'p', worker: 'w', state: null },
    }));
    rig.poller.start();
    await rig.clock.pass(5 * 60_000 + 1000);
    expect(rig.frames('QATAR-C01').map(({ status }) => status[1])).toEqual(Array(6).fill(HASHING));
    for (const { status, columns, pools } of rig.frames('QATAR-C02')) {
      expect(status).toEqual([UNKNOWN, HASHING]);
      expect(columns.hashrate_ths).toEqual([null, 473]);
      expect(pools?.of[0] ?? null).toBeNull();
    }
    expect(rig.events()).toMatchObject([
      {
        code: 'miner.duplicate',
        subject: 'QATAR-C02-M001',
        data: { other: 'QATAR-C01-M002', serial: 'SN-2', mac: null },
      },
    ]);
    expect(rig.toldOf('QATAR-C02', 1).map(({ serial }) => serial)).toEqual([null]);
  });

  test('is a move where the first slot falls silent: nothing is credited until that is known', async () => {
    rig = new Rig();
    rig.behaviours.set('10.0.1.2', () => reading(undefined, 'SN-2'));
    rig.poller.start();
    await rig.clock.pass(60_000);
    rig.silent('10.0.1.2');
    rig.behaviours.set('10.0.2.1', () => reading(undefined, 'SN-2'));
    await rig.clock.pass(4 * 60_000);
    const credited = rig.frames('QATAR-C02').map(({ status }) => status[0]);
    expect(credited[0]).toBe(HASHING); // it stood there unnamed
    expect(credited.at(-1)).toBe(HASHING);
    expect(credited.slice(1, 3)).toContain(UNKNOWN);
    expect(rig.events()).toEqual([]);
    expect(rig.toldOf('QATAR-C02', 1).at(-1)?.serial).toBe('SN-2');
  });
});

describe('an address at which something else answers', () => {
  test('is told when it has said so three times, and again while it lasts', async () => {
    rig = new Rig();
    rig.behaviours.set('10.0.1.3', () => {
      throw new DeviceError('malformed', '10.0.1.3:4028', 'the reply to "stats" has no STATUS; not a miner\u0000');
    });
    rig.silent('10.0.1.4');
    rig.poller.start();
    await rig.clock.pass(10 * 60_000);
    expect(rig.events()).toMatchObject([
      { code: 'device.unknown', subject: '10.0.1.3', data: { miner: 'QATAR-C01-M003', container: 'QATAR-C01' } },
    ]);
    await rig.clock.pass(60 * 60_000);
    expect(rig.events()).toHaveLength(2);
  });
});

describe('dead, slow and hanging devices', () => {
  test('a dead miner is asked ever more rarely, at least every fifth poll, and is back within five', async () => {
    rig = new Rig();
    rig.silent('10.0.1.2');
    rig.poller.start();
    await rig.clock.pass(30 * 60_000);
    const polls = rig.times('10.0.1.2');
    expect(polls.slice(0, 3)).toEqual([0, 1, 3]);
    const gaps = polls.slice(1).map((poll, i) => poll - polls[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5);
    expect(polls.length).toBeLessThan(12);
    rig.behaviours.delete('10.0.1.2');
    const before = rig.frames('QATAR-C01').length;
    await rig.clock.pass(6 * 60_000);
    const back = rig
      .frames('QATAR-C01')
      .slice(before)
      .findIndex(({ status }) => status[1] === HASHING);
    expect(back).toBeGreaterThanOrEqual(0);
    expect(back).toBeLessThan(5);
  });

  test('once known, a dead miner no longer holds up the frame of its neighbours', async () => {
    rig = new Rig();
    rig.silent('10.0.1.2');
    rig.poller.start();
    await rig.clock.pass(3 * 60_000 - 1);
    const took = () => rig.poller.state().containers[0]!.tookMs;
    await rig.clock.pass(30_000); // fourth poll: probed
    expect(rig.times('10.0.1.2')).toEqual([0, 1, 3]);
    expect(took()).toBeLessThan(500);
  });

  test('a device whose request never ends holds a frame until the deadline only, and is never asked twice at once', async () => {
    rig = new Rig();
    rig.behaviours.set('10.0.1.2', () => new Promise(() => undefined));
    rig.poller.start();
    await rig.clock.pass(5 * 60_000);
    expect(rig.mostAtOnce).toBe(1);
    expect(rig.times('10.0.1.2')).toHaveLength(1);
    const frames = rig.frames('QATAR-C01');
    expect(frames.length).toBe(5);
    expect(frames.every(({ status }) => status[1] === OFFLINE && status[0] === HASHING)).toBe(true);
    expect(rig.poller.state().abandoned).toBe(1);
  });

  test('a poll longer than the interval: the next is left out and counted, the reading belongs to one frame', async () => {
    rig = new Rig(SITE.replace('interval: 60s', 'interval: 2s'));
    rig.behaviours.set('10.0.2.1', async () => {
      await rig.clock.sleep(2500);
      return reading();
    });
    rig.poller.start();
    await rig.clock.pass(20_000);
    expect(rig.mostAtOnce).toBe(1);
    const frames = rig.frames('QATAR-C02');
    expect(frames.map(({ at }) => (at - frames[0]!.at) / 1000)).toEqual([0, 4, 8, 12, 16]);
    expect(frames.every(({ status }) => status[0] === HASHING)).toBe(true);
    expect(rig.poller.state().skipped).toBeGreaterThanOrEqual(4);
  });

  test('a bug in a driver costs one device one reading, and is logged once', async () => {
    rig = new Rig();
    rig.behaviours.set('10.0.1.2', () => {
      throw new TypeError('x is undefined');
    });
    rig.poller.start();
    await rig.clock.pass(150_000);
    expect(rig.frames('QATAR-C01')[0]?.status).toEqual([HASHING, OFFLINE, HASHING, HASHING]);
    expect(rig.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(rig.poller.state().devices.faults).toEqual({ 'TypeError: x is undefined': 2 });
  });
});

describe('the outbox refuses', () => {
  test('polling goes on, what was refused is offered again, trouble is logged on change', async () => {
    rig = new Rig();
    let full = true;
    rig.append = () => {
      if (full) throw new OutboxError('full', 'no room');
    };
    rig.poller.start();
    await rig.clock.pass(2 * 60_000);
    expect(rig.batches).toEqual([]);
    expect(rig.poller.state().kept).toMatchObject({ trouble: 'full', lost_batches: 0 });
    full = false;
    await rig.clock.pass(10_000);
    expect(rig.frames('QATAR-C01')).toHaveLength(3);
    expect(rig.poller.state().kept).toMatchObject({ trouble: null, held: 0 });
    expect(rig.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('memory is bounded: the oldest are given up, counted, and owned up to', async () => {
    rig = new Rig();
    let full = true;
    rig.append = () => {
      if (full) throw new OutboxError('io', 'disk gone');
    };
    rig.poller.start();
    await rig.clock.pass(20 * 60_000);
    const { held, lost_batches } = rig.poller.state().kept;
    expect(held).toBeLessThanOrEqual(20);
    expect(lost_batches).toBeGreaterThan(20);
    full = false;
    await rig.clock.pass(10_000);
    const told = rig.events().find(({ code }) => code === 'agent.readings_lost');
    expect(told?.data.batches).toBe(rig.poller.state().kept.lost_batches);
  });

  test('a batch that can never be kept does not hold up the others', async () => {
    rig = new Rig();
    rig.append = (batches) => {
      if (batches.some(({ kind, readings }) => kind === 'frames' && readings === 5)) throw new Error('too large');
    };
    rig.poller.start();
    await rig.clock.pass(5000);
    expect(rig.frames('QATAR-C02')).toHaveLength(1);
    expect(rig.poller.state().kept).toMatchObject({ lost_batches: 1, lost_readings: 5, held: 0 });
  });
});

test('a cooling loop that is read less often holds its values in between', async () => {
  rig = new Rig(SITE.replace('interval: 60s,', 'interval: 60s, cooling: 180s,'));
  let reads = 0;
  rig.modbus = async () => ({ values: { temp_supply_c: 30 + ++reads }, implausible: [], definition: 'x' });
  rig.poller.start();
  await rig.clock.pass(7 * 60_000 - 1000);
  const temperatures = rig.frames('QATAR-C01').map(({ cooling }) => cooling?.temp_supply_c);
  expect(new Set(temperatures).size).toBe(3);
  expect(temperatures.slice(0, 3)).toEqual([temperatures[0], temperatures[0], temperatures[0]]);
});
