import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegisterReading } from '../../agent/src/drivers/modbus/decode.ts';
import { ModbusDriver } from '../../agent/src/drivers/modbus/driver.ts';
import { loadProfiles } from '../../agent/src/drivers/modbus/profile.ts';
import { dumpedDefinitions, dumpPath, manifestOf } from '../../agent/src/drivers/modbus/testing/dumps.ts';
import { needs } from '../harness/needs.ts';
import { mbpoll, type Polled } from './mbpoll.ts';

const runs = (program: string, args: string[]) => spawnSync(program, args).status === 0;
const here = needs(
  () => runs('cc', ['--version']) && runs('pkg-config', ['libmodbus']) && runs('which', ['mbpoll']),
  'gcc, libmodbus and mbpoll are not all here: apt-get install gcc pkg-config libmodbus-dev mbpoll',
);

const driver = new ModbusDriver({ deadlineMs: 10_000, profiles: loadProfiles() });
const dumps = dumpedDefinitions().flatMap((id) => manifestOf(id).dumps.map((dump) => ({ id, ...dump })));

describe.skipIf(!here)("libmodbus's server, read by the agent and by mbpoll", () => {
  let folder: string;
  let meter: ChildProcess | null = null;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'libmodbus-'));
    const source = fileURLToPath(new URL('./libmodbus_meter.c', import.meta.url));
    const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'libmodbus'], { encoding: 'utf8' });
    execFileSync('cc', ['-Wall', '-Werror', source, ...flags.trim().split(/\s+/), '-o', join(folder, 'meter')]);
  }, 60_000);

  afterAll(async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  });

  async function end(): Promise<void> {
    if (!meter || meter.exitCode !== null || meter.signalCode !== null) return;
    const ended = once(meter, 'exit');
    meter.kill('SIGKILL');
    await ended;
  }

  async function start(id: string, file: string): Promise<number> {
    await end();
    const child = spawn(join(folder, 'meter'), [fileURLToPath(dumpPath(id, file))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    meter = child;
    const [line] = await once(createInterface(child.stdout), 'line');
    return Number(line);
  }

  it.each(dumps)('$id $file', async ({ id, file, options, metrics, registers }) => {
    const port = await start(id, file);
    const found = await driver.inspect({ host: '127.0.0.1', port }, 1, id, undefined, options);
    expect(Object.fromEntries(found.registers.map(({ register, value }) => [register.name, value]))).toEqual(registers);
    expect(found.reading).toEqual({ values: metrics, implausible: [], definition: id });

    const polled = await mbpoll(
      port,
      1,
      found.registers.map(({ register }) => register),
    );
    for (const reading of found.registers) {
      const seen = polled.get(reading.register);
      if (seen !== undefined)
        expect(agrees(reading, seen), `${reading.register.name}: mbpoll reads ${seen}`).toBe(true);
    }
    expect(polled.size).toBeGreaterThan(0);
  });
});

/** Before the agent's scale and unit; mbpoll prints six digits of a float. */
function agrees({ register, raw, value }: RegisterReading, seen: Polled): boolean {
  if (typeof seen === 'string') return seen === raw;
  if (register.coding !== null || value === null) return Number.isFinite(seen);
  const own = (value / register.factor - register.offset) / register.scale;
  return Math.abs(own - seen) <= Math.max(Math.abs(own) * 1e-5, 1e-6);
}
