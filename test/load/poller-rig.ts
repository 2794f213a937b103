import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { driversOf } from '../../agent/src/agent.ts';
import { systemClock } from '../../agent/src/clock.ts';
import type { Site } from '../../agent/src/config/site.ts';
import type { Profiles } from '../../agent/src/drivers/modbus/profile.ts';
import { Outbox } from '../../agent/src/outbox/outbox.ts';
import { Poller } from '../../agent/src/poller/poller.ts';

/** What came of the sweeps so far. */
export interface Readings {
  /** Miners, cooling loops and meters that were read. */
  miners: number;
  modbus: number;
  /** When the last of them was, by `performance.now()`. */
  lastAt: number;
}

/** A fresh poller of the agent over its real drivers and a real outbox, asking `stats` alone. */
export function pollerOf(
  site: Site,
  profiles: Profiles,
  folder: string,
): { poller: Poller; readings: Readings; close(): Promise<void> } {
  const log = pino({ level: 'silent' });
  const outbox = Outbox.open({
    folder: join(folder, randomUUID()),
    clock: systemClock,
    boot: randomUUID(),
    project: site.project,
    log,
  });
  const readings: Readings = { miners: 0, modbus: 0, lastAt: 0 };
  const seen = <T>(of: 'miners' | 'modbus', reading: T): T => {
    readings[of]++;
    readings.lastAt = performance.now();
    return reading;
  };
  const { miners, modbus, antspace } = driversOf(site, profiles);
  const poller = new Poller({
    site,
    clock: systemClock,
    log,
    keeper: outbox,
    miners: { read: async (...args) => seen('miners', await miners.read(...args)) },
    modbus: { read: async (...args) => seen('modbus', await modbus.read(...args)) },
    antspace,
    statsOnly: true,
  });
  const close = async (): Promise<void> => {
    await poller.stop();
    outbox.close();
  };
  return { poller, readings, close };
}
