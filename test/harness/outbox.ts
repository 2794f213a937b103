import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type BatchBody, type ContainerFrame, type Frame, type MeterFrame, readingsIn } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../../agent/src/clock.ts';
import { type NewBatch, Outbox, type OutboxOptions } from '../../agent/src/outbox/outbox.ts';
import type { StoredBatch } from '../../agent/src/outbox/store.ts';
import { scratchFolder } from './scratch-folder.ts';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
/** Noon of some day, ms since 1970. */
export const NOON = Date.UTC(2026, 5, 15, 12);

/** A clock that stands still until it is moved. */
class ManualClock implements Clock {
  wallMs = NOON;
  monoMs = 1000;

  wall(): number {
    return this.wallMs;
  }

  mono(): number {
    return this.monoMs;
  }

  sleep(): Promise<void> {
    return Promise.resolve();
  }

  /** Lets time pass on both clocks. */
  pass(ms: number): void {
    this.wallMs += ms;
    this.monoMs += ms;
  }
}

/** A logger that keeps what it was told. */
export class Recorder {
  readonly lines: { level: string; text: string }[] = [];

  get log(): Logger {
    const at =
      (level: string) =>
      (...args: unknown[]): void => {
        this.lines.push({
          level,
          text: args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' '),
        });
      };
    const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
    return Object.fromEntries(levels.map((level) => [level, at(level)])) as unknown as Logger;
  }
}

export interface TestOutbox {
  outbox: Outbox;
  folder: string;
  clock: ManualClock;
  log: Recorder;
  /** Closes it and opens it again as a new run of the agent would. */
  reopen(options?: Partial<OutboxOptions>): Outbox;
  remove(): void;
}

/** An outbox in a temporary folder. */
export function testOutbox(options: Partial<OutboxOptions> = {}): TestOutbox {
  const folder = options.folder ?? scratchFolder('outbox');
  const clock = new ManualClock();
  const log = new Recorder();
  const open = (more: Partial<OutboxOptions> = {}): Outbox =>
    Outbox.open({
      folder,
      maxBytes: 64 * 1024 * 1024,
      ballastBytes: 0,
      clock,
      boot: randomUUID(),
      project: 'QATAR-001',
      log: log.log,
      ...options,
      ...more,
    });
  const kit: TestOutbox = {
    outbox: open(),
    folder,
    clock,
    log,
    reopen: (more) => {
      kit.outbox.close();
      kit.outbox = open(more);
      return kit.outbox;
    },
    remove: () => {
      kit.outbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return kit;
}

export function containerFrame(container: number, at: number, miners = 20): ContainerFrame {
  const positions = Array.from({ length: miners }, (_, i) => i + 1);
  return {
    kind: 'container',
    project: 'QATAR-001',
    container: `QATAR-C${String(container).padStart(2, '0')}`,
    at,
    interval_s: 60,
    positions,
    status: positions.map(() => 1),
    columns: {
      hashrate_ths: positions.map((p) => 470 + ((p * 7 + at / 1000) % 10)),
      power_w: positions.map(() => 5600),
    },
    cooling: null,
    cooling_expected: false,
  };
}

export function meterFrame(meter: number, at: number): MeterFrame {
  return {
    kind: 'meter',
    project: 'QATAR-001',
    meter: `QATAR-E${String(meter).padStart(2, '0')}`,
    transformer: null,
    at,
    interval_s: 60,
    values: { energy_import_kwh: 1000 + at / 60_000 },
  };
}

export function framesBatch(frames: Frame[]): NewBatch {
  const first = frames[0] as Frame;
  return {
    kind: 'frames',
    body: { frames },
    readings: frames.reduce((sum, frame) => sum + readingsIn(frame), 0),
    at: first.at,
  };
}

export function eventBatch(at: number, code = 'test.event'): NewBatch {
  const event = { at, code, severity: 'info' as const, subject: null, message: 'm', data: {} };
  return { kind: 'events', body: { project: 'QATAR-001', events: [event] }, readings: 0, at };
}

/** Everything that waits, event lane first. */
export function waitingOf(outbox: Outbox): StoredBatch[] {
  return (['event', 'readings'] as const).flatMap((lane) =>
    outbox.next(lane, 0, 1_000_000).flatMap(({ row }) => outbox.read(row) ?? []),
  );
}

type BodyOf<K extends BatchBody['kind']> = Extract<BatchBody, { kind: K }>['body'];

/** A stored batch's body; the caller says of which kind it is. */
export function bodyOf<K extends BatchBody['kind']>(batch: StoredBatch, _kind: K): BodyOf<K> {
  const body: BodyOf<K> = JSON.parse(gunzipSync(batch.body).toString('utf8'));
  return body;
}
