import type { Values } from '@hearst/protocol';
import type { Container, PollSettings } from '../config/site.ts';
import { LEAST_DEADLINE_MS } from '../drivers/antspace/client.ts';
import { readLoop } from '../drivers/cooling/read.ts';
import type { ModbusReading } from '../drivers/driver.ts';
import { Device } from './device.ts';
import type { Gatherer } from './gather.ts';
import type { AntspaceSource, ModbusSource } from './sources.ts';
import type { Tally } from './tally.ts';
import type { Tidings } from './tidings.ts';

export interface LoopPollParts {
  site: { poll: PollSettings };
  gatherer: Gatherer;
  modbus: ModbusSource;
  antspace: AntspaceSource;
  tally: Tally;
  signal: AbortSignal;
}

/** The cooling loop of one container; one that is read less often than its miners holds its values in between. */
export class LoopPoll {
  readonly #target: Container['cooling'];
  readonly #controller: Device<ModbusReading>;
  readonly #parts: LoopPollParts;
  readonly #tidings: Tidings;
  #latest: { values: Values; mono: number } | null = null;
  #inOtherUnit = false;

  constructor({ id, cooling }: Container, index: number, parts: LoopPollParts, tidings: Tidings) {
    this.#target = cooling;
    this.#controller = new Device(`${id} cooling`, index);
    this.#parts = parts;
    this.#tidings = tidings;
  }

  /** Whether the container has a controller at all, and what it said when it was read last; null when it was silent. */
  get state(): { expected: boolean; values: Values | null } {
    return { expected: this.#target !== null, values: this.#latest?.values ?? null };
  }

  /** Reads it where it is due. */
  async read(now: number): Promise<void> {
    const { gatherer, modbus, antspace, site, signal, tally } = this.#parts;
    const target = this.#target;
    if (!target) return;
    const { intervalMs, coolingMs, timeoutMs } = site.poll;
    if (this.#latest && now - this.#latest.mono < coolingMs - intervalMs / 2) return;
    const answers: ModbusReading[] = [];
    await gatherer.gather({
      devices: [this.#controller],
      take: (_index, reading) => void answers.push(reading),
      lane: 'slow',
      deadlineMs: target.by === 'antspace' ? Math.max(timeoutMs, LEAST_DEADLINE_MS) : timeoutMs,
      read: async () => {
        signal.throwIfAborted();
        const reading = await readLoop(target, { modbus, antspace }, signal);
        tally.struck(reading.implausible.length);
        return reading;
      },
      failed: (device, reason) => {
        if (!signal.aborted) tally.failed(device.id, reason);
      },
    });
    const [answer] = answers;
    this.#latest = answer ? { values: answer.values, mono: now } : null;
    if (answer) this.#notePressureUnit(answer);
  }

  /** Told once when it begins: pressures that are unknown for that reason say nothing of it themselves. */
  #notePressureUnit({ implausible }: ModbusReading): void {
    const struck = implausible.find(({ reason }) => reason === 'pressure_unit');
    if (struck && !this.#inOtherUnit) this.#tidings.pressureUnit(struck.metric, struck.value);
    this.#inOtherUnit = struck !== undefined;
  }
}
