import { MAX_FRAMES, type Values } from '@hearst/protocol';
import type { Clock } from '../clock.ts';
import type { Meter, ModbusTarget, Site } from '../config/site.ts';
import type { ModbusReading } from '../drivers/driver.ts';
import type { NewBatch } from '../outbox/outbox.ts';
import { framesBatch } from './batches.ts';
import { Device } from './device.ts';
import { meterFrame } from './frames.ts';
import type { Gatherer } from './gather.ts';
import type { ModbusSource } from './sources.ts';
import type { Tally } from './tally.ts';

export interface MeterPollParts {
  site: Site;
  clock: Clock;
  gatherer: Gatherer;
  modbus: ModbusSource;
  tally: Tally;
  signal: AbortSignal;
}

/** All meters of the site: one poll is one batch. */
export class MeterPoll {
  readonly #parts: MeterPollParts;
  readonly #meterOf: Map<Device<ModbusReading>, Meter>;
  #answering = 0;

  constructor(parts: MeterPollParts) {
    this.#parts = parts;
    this.#meterOf = new Map(parts.site.meters.map((meter, i) => [new Device<ModbusReading>(meter.id, i), meter]));
  }

  state(): { meters: number; answering: number } {
    return { meters: this.#meterOf.size, answering: this.#answering };
  }

  /** Reads every meter once; a silent one is a frame without values. Nothing when stopped midway. */
  async poll(): Promise<NewBatch[]> {
    const { site, clock, gatherer, modbus, tally, signal } = this.#parts;
    const at = clock.wall();
    const devices = [...this.#meterOf.keys()];
    const readings = new Array<ModbusReading | null>(devices.length).fill(null);
    await gatherer.gather({
      devices,
      take: (index, reading) => {
        readings[index] = reading;
      },
      lane: 'slow',
      // Meters behind one gateway take turns.
      deadlineMs: site.poll.timeoutMs * this.#longestQueue(),
      read: async (device) => {
        signal.throwIfAborted();
        const { address, unit, profile, options, monitor } = this.#meterOf.get(device)!;
        const [reading, temperatures] = await Promise.all([
          modbus.read(address, unit, profile, signal, options),
          monitor && this.#readMonitor(device.id, monitor),
        ]);
        tally.struck(reading.implausible.length);
        return temperatures ? { ...reading, values: { ...reading.values, ...temperatures } } : reading;
      },
      failed: (device, reason) => {
        if (!signal.aborted) tally.failed(device.id, reason);
      },
    });
    if (signal.aborted) return [];
    this.#answering = readings.filter((reading) => reading !== null).length;
    const head = { project: site.project, at, intervalMs: site.poll.metersMs };
    const frames = devices.map((device, i) =>
      meterFrame(head, this.#meterOf.get(device)!, readings[i]?.values ?? null),
    );
    const batches: NewBatch[] = [];
    for (let i = 0; i < frames.length; i += MAX_FRAMES) batches.push(framesBatch(frames.slice(i, i + MAX_FRAMES), at));
    return batches;
  }

  /** A silent monitor leaves its temperatures unknown; the meter is told all the same. */
  async #readMonitor(meterId: string, { address, unit, profile }: ModbusTarget): Promise<Values | null> {
    const { modbus, tally, signal } = this.#parts;
    try {
      const { values, implausible } = await modbus.read(address, unit, profile, signal);
      tally.struck(implausible.length);
      return values;
    } catch (reason) {
      if (!signal.aborted) tally.failed(`${meterId} monitor`, reason);
      return null;
    }
  }

  #longestQueue(): number {
    const lengths = new Map<string, number>();
    const targets = [...this.#meterOf.values()].flatMap(({ address, monitor }) => [
      address,
      ...(monitor ? [monitor.address] : []),
    ]);
    for (const address of targets) {
      const key = `${address.host}:${address.port}`;
      lengths.set(key, (lengths.get(key) ?? 0) + 1);
    }
    return Math.max(1, ...lengths.values());
  }
}
