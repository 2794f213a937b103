import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { AlertSite } from '../harness/alert-site.ts';

/**
 * Days of the simulated site with scripted faults: exactly these alerts, exactly these messages. The hub is told nothing
 * but frames. Four containers on two transformers, one poll a minute; the fault comes after five.
 */

const START = Date.UTC(2026, 5, 1);
let site: AlertSite;
afterEach(() => site.stop());

async function quietSite(): Promise<void> {
  site = await AlertSite.start({ containers: 4, startAt: START });
  await site.pass(5);
}

/** Every alert there was: rule, target, what explains it, from minute to minute. */
async function alerts(): Promise<string[]> {
  const all = await site.alerts();
  const ruleOf = new Map(all.map(({ id, rule_id }) => [id, rule_id]));
  return all.map(({ rule_id, target_id, parent_id, opened, resolved }) => {
    const cause = parent_id === null ? '' : ` < ${ruleOf.get(parent_id)}`;
    return `${rule_id} ${target_id}${cause}, ${opened} to ${resolved ?? 'now'}`;
  });
}

async function during(minutes: number, ...faults: Parameters<AlertSite['fault']>[0][]): Promise<void> {
  const begun = await Promise.all(faults.map((fault) => site.fault(fault)));
  await site.pass(minutes);
  for (const { id } of begun) await site.sim.removeFault(id);
}

describe('from what the agent reads', { timeout: 240_000 }, () => {
  it('identities, firmware, strangers, pools, a flow meter that lies and a leak: each by its name', async () => {
    site = await AlertSite.start({ containers: 2, miners: 40, startAt: START, reader: 'agent' });
    await site.setOptions('miner_pool_wrong', { allowed: ['pool.hearst.example:3333 hearst'] });
    await site.pass(5);
    expect(await alerts()).toEqual([]);
    for (const [target, kind] of [
      ['QATAR-C01-M001', 'exchanged'],
      ['QATAR-C01-M002', 'exchanged'],
      ['QATAR-C01-M005', 'replaced'],
      ['QATAR-C01-M010', 'updated'],
      ['QATAR-C01-M015', 'wrong-pool'],
      ['QATAR-C02-M012', 'wrong-worker'],
      ['QATAR-C01-M021', 'wrong-identity'],
      ['QATAR-C02-M024', 'cloned'],
    ] as const)
      await site.fault({ target, kind });
    await site.fault({ target: 'QATAR-C01-M030', kind: 'garbled', malformation: 'noise' });
    await site.fault({ target: 'QATAR-C02', kind: 'flow-misread', factor: 1.5 });
    await site.pass(40);
    await site.fault({ target: 'QATAR-C01', kind: 'leak' });
    await site.pass(12);

    const opened = (await alerts()).map((alert) => alert.split(',')[0]);
    expect(opened.toSorted()).toEqual([
      'flow_low QATAR-C01 < leak',
      'leak QATAR-C01',
      'level_low QATAR-C01 < leak',
      'miner_changed QATAR-C01-M001',
      'miner_changed QATAR-C01-M002',
      'miner_changed QATAR-C01-M005',
      'miner_changed QATAR-C01-M010',
      'miner_changed QATAR-C02-M024',
      'miner_offline QATAR-C01-M030',
      'miner_pool_wrong QATAR-C01-M015',
      'miner_pool_wrong QATAR-C02-M012',
      'pressure_out_of_band QATAR-C01 < leak',
      'thermal_balance_implausible QATAR-C02',
      'unknown_device QATAR-001',
    ]);
    const events = await site.rig.rows<{ code: string; subject: string }>(
      site.projectId,
      `select code, subject from agent_events where code like 'miner.%' or code like 'device.%' order by code, subject`,
    );
    expect(events.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'device.unknown 127.20.2.30',
      'miner.cloned QATAR-C02-M024',
      'miner.duplicate QATAR-C01-M021',
      'miner.firmware_changed QATAR-C01',
      'miner.hardware_changed QATAR-C01',
      'miner.hardware_changed QATAR-C02',
      'miner.swapped QATAR-C01-M001',
    ]);
    // What answers at a second slot is nobody's; its neighbour keeps what is its own.
    const miners = await site.rig.rows<{
      position: number;
      status: string;
      hashrate_th: number | null;
      serial: string;
    }>(
      site.projectId,
      `select position, status, hashrate_th, serial from miners where container_id = 'QATAR-C01' and position in (21, 22)
        order by position`,
    );
    expect(miners.map(({ status, hashrate_th: rate }) => [status, rate !== null])).toEqual([
      ['unknown', false],
      ['hashing', true],
    ]);
    expect(new Set(miners.map(({ serial }) => serial)).size).toBe(2);
  });
});

describe('from frames alone', { timeout: 120_000 }, () => {
  it('a pump stops: one cause, one message, and its effects do not outlive it as alerts of their own', async () => {
    await quietSite();
    await during(20, { target: 'QATAR-C02', kind: 'pump-stop' });
    await site.pass(25);
    expect(await alerts()).toEqual([
      'pump_stopped QATAR-C02, 7 to 31',
      'flow_low QATAR-C02 < pump_stopped, 7 to 31',
      'pressure_out_of_band QATAR-C02 < pump_stopped, 7 to 31',
      'supply_too_hot QATAR-C02 < pump_stopped, 13 to 40',
      'supply_hot QATAR-C02 < pump_stopped, 14 to 45',
      'miners_slow_many QATAR-C02 < pump_stopped, 22 to 32',
      'container_hashrate_low QATAR-C02 < pump_stopped, 22 to 32',
      'return_hot QATAR-C02 < pump_stopped, 23 to 43',
      'miners_hot_many QATAR-C02 < pump_stopped, 23 to 38',
    ]);
    const [pump] = await site.alerts();
    expect(pump).toMatchObject({
      ...{ severity: 'critical', miners_affected: 308, status: 'resolved' },
      message: 'QATAR-C02: pump stopped, 308 miners, 146 PH/s, 25 % of the project',
    });
    expect(await site.told()).toEqual(['opened pump_stopped QATAR-C02', 'resolved pump_stopped QATAR-C02']);
  });

  it('maintenance declared at the site holds its alarms, until the site says that it is over', async () => {
    await quietSite();
    const ref = randomUUID();
    const until = new Date(site.now + 4 * 3_600_000).toISOString();
    await site.tell('maintenance.on', 'QATAR-C02', { until, reason: 'filters', by: 'Ali', ref });
    const { id } = await site.fault({ target: 'QATAR-C02', kind: 'pump-stop' });
    await site.pass(8);
    expect((await alerts())[0]).toBe('pump_stopped QATAR-C02, 7 to now');
    expect(await site.told()).toEqual([]);
    await site.tell('maintenance.off', null, { ref });
    await site.pass(3);
    expect(await site.told()).toEqual(['opened pump_stopped QATAR-C02']);
    await site.sim.removeFault(id);
  });

  it('a transformer trips: it is named, and not its two containers or their 616 miners', async () => {
    await quietSite();
    await during(12, { target: 'QATAR-T01', kind: 'trip' });
    await site.pass(12);
    expect(await alerts()).toEqual([
      'transformer_dead QATAR-T01, 7 to 23',
      'container_offline QATAR-C01 < transformer_dead, 7 to 23',
      'container_offline QATAR-C02 < transformer_dead, 7 to 23',
      ...['QATAR-C01', 'QATAR-C02'].flatMap((id) =>
        ['cooling_silent', 'miners_down_many', 'miners_down_most'].map(
          (rule) => `${rule} ${id} < transformer_dead, 11 to 23`,
        ),
      ),
    ]);
    expect((await site.alerts())[0]?.message).toBe('QATAR-T01: no voltage, 616 miners, 291 PH/s, 50 % of the project');
    expect(await site.told()).toEqual(['opened transformer_dead QATAR-T01', 'resolved transformer_dead QATAR-T01']);
  });

  it('40 miners of a container run hot: one alert that counts them', async () => {
    await quietSite();
    await during(16, { target: 'QATAR-C01', kind: 'overheating', share: 0.13 });
    await site.pass(12);
    expect((await site.alerts()).map(({ rule_id, message }) => [rule_id, message])).toEqual([
      ['miners_hot_many', 'QATAR-C01: 13 % of the miners too hot, 40 miners, 18.9 PH/s, 3.2 % of the project'],
    ]);
    expect(await site.told()).toEqual(['opened miners_hot_many QATAR-C01', 'resolved miners_hot_many QATAR-C01']);
  });

  it('the line to the site is cut: its agent is silent, which is why frames are missing; the backlog pages nobody', async () => {
    await quietSite();
    // While nobody can hear of it a pump stops and is mended.
    site.online = false;
    await during(15, { target: 'QATAR-C03', kind: 'pump-stop' });
    await site.pass(15);
    site.online = true;
    await site.pass(2);
    await site.deliverBacklog();
    await site.pass(8);
    const agent = site.agentId;
    expect(await alerts()).toEqual([
      `agent_silent ${agent}, 8 to 37`,
      ...[1, 2, 3, 4].map((n) => `container_offline QATAR-C0${n} < agent_silent, 20 to 41`),
    ]);
    expect(await site.told()).toEqual([`opened agent_silent ${agent}`, `resolved agent_silent ${agent}`]);
  });

  it('a container is cut off: one message, not 308', async () => {
    await quietSite();
    await during(10, { target: 'QATAR-C01', kind: 'refuses' }, { target: 'QATAR-C01', kind: 'controller-silent' });
    await site.pass(10);
    expect(await alerts()).toEqual([
      'container_offline QATAR-C01, 7 to 21',
      'cooling_silent QATAR-C01 < container_offline, 11 to 21',
      'miners_down_many QATAR-C01 < container_offline, 11 to 21',
      'miners_down_most QATAR-C01 < container_offline, 11 to 21',
    ]);
    expect(await site.told()).toEqual(['opened container_offline QATAR-C01', 'resolved container_offline QATAR-C01']);
  });

  it('a rack reboots: nothing', async () => {
    await quietSite();
    await during(3, { target: 'QATAR-C01', kind: 'rebooting', share: 0.1 });
    await site.pass(8);
    expect(await alerts()).toEqual([]);
    expect(await site.told()).toEqual([]);
  });

  it('a pump comes and goes: one alert, marked as flapping, held until it is steady', async () => {
    await quietSite();
    for (let i = 0; i < 5; i++) {
      await during(2, { target: 'QATAR-C02', kind: 'pump-stop' });
      await site.pass(2);
    }
    const [flapping] = await site.alerts();
    expect(flapping).toMatchObject({ rule_id: 'pump_stopped', flapping: true, occurrences: 5, resolved: null });
    await site.pass(15);
    const own = (await site.alerts()).filter(({ rule_id }) => rule_id === 'pump_stopped');
    expect(own).toMatchObject([{ flapping: false, status: 'resolved' }]);
    const told = (await site.told()).filter((message) => message.includes('pump_stopped'));
    expect(told).toEqual(['opened pump_stopped QATAR-C02', 'resolved pump_stopped QATAR-C02']);
  });

  it('a miner comes and goes: one alert that is listed and not sent', async () => {
    await quietSite();
    for (let i = 0; i < 3; i++) {
      await during(7, { target: 'QATAR-C01-M007', kind: 'refuses' });
      await site.pass(2);
    }
    expect(
      (await site.alerts()).map(({ rule_id, target_id, occurrences }) => [rule_id, target_id, occurrences]),
    ).toEqual([['miner_offline', 'QATAR-C01-M007', 3]]);
    expect(await site.told()).toEqual([]);
  });

  it('the cooling fails slowly: the worst that it comes to is told', async () => {
    await quietSite();
    await during(25, { target: 'QATAR-C03', kind: 'cooler-stop' });
    await site.pass(45);
    const all = await alerts();
    expect(all.map((alert) => alert.split(',')[0])).toEqual([
      'supply_too_hot QATAR-C03',
      'supply_hot QATAR-C03 < supply_too_hot',
      'return_hot QATAR-C03 < supply_too_hot',
    ]);
    expect((await site.alerts()).every(({ status }) => status === 'resolved')).toBe(true);
    expect(await site.told()).toEqual(['opened supply_too_hot QATAR-C03', 'resolved supply_too_hot QATAR-C03']);
  });
});
