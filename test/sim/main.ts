import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { simClock } from './clock.ts';
import { type CoolingKind, KINDS } from './immersion.ts';
import { SimulatedSite } from './site.ts';
import { siteFileOf } from './site-file.ts';
import { Firewall } from './swallow.ts';

const HELP = `Simulates a mining site on loopback: miners, cooling controllers, meters.

  pnpm sim [--containers 58] [--miners 308] [--project QATAR-001] [--prefix QATAR] [--seed 1]
           [--cooling hydro] [--miner-port 4028] [--modbus-port 5020] [--control-port 4700]
           [--no-noise] [--start-at TIME] [--time-factor 1] [--oracle FILE] [--firewall]
           [--write-site-file PATH --hub URL --poll 60]

  --containers N          how many; two stand on each transformer
  --miners N              slots in each container
  --seed N                another seed, another site
  --cooling KIND          hydro: Antminer S21 XP Hyd. in ANTSPACE HD5; immersion: XP Imm. in tanks of oil
  --miner-port, --modbus-port, --control-port
                          0 takes any free one
  --no-noise              no reboots, absences, cut replies, jitter
  --start-at TIME         simulated time to begin with, such as 2026-07-14T06:00:00Z
  --time-factor N         simulated seconds per second
  --oracle FILE           number every reading and note what was sent in this new file
  --firewall              let nftables refuse and swallow (root, and a network namespace of its own)
  --write-site-file PATH  the agent's site file for this site; --hub and --poll go into it

Addresses: miner p of container c is 127.20.0.0 + c*512 + p, its cooling controller 127.9.(c div 250).(c mod 250 + 1),
the meter of transformer t 127.10.(t div 250).(t mod 250 + 1). Faults come through the control port:

  curl -s localhost:4700/state
  curl -s localhost:4700/faults -d '{"target":"QATAR-C01","kind":"pump-stop"}'
  curl -s localhost:4700/faults -d '{"target":"site","kind":"dead","share":0.05}'
  curl -s -X DELETE localhost:4700/faults
`;

/** A wrong argument: told in one sentence, exit code 2. */
class UsageError extends Error {}

async function main(args: string[]): Promise<void> {
  const options = readArguments(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { oracle } = options;
  const startAt = options['start-at'] === undefined ? undefined : Date.parse(options['start-at']);
  if (Number.isNaN(startAt)) throw new UsageError(`--start-at: expected a time such as 2026-07-14T06:00:00Z`);
  const site = new SimulatedSite({
    containers: whole(options, 'containers'),
    minersPerContainer: whole(options, 'miners'),
    projectId: options.project,
    seed: whole(options, 'seed'),
    noise: !options['no-noise'],
    cooling: coolingOf(options.cooling),
    clock: simClock({ factor: number(options, 'time-factor'), ...(startAt === undefined ? {} : { startAt }) }),
    minerPort: whole(options, 'miner-port'),
    modbusPort: whole(options, 'modbus-port'),
    controlPort: whole(options, 'control-port'),
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
    ...(oracle === undefined ? {} : { oracle }),
    ...(options.firewall ? { firewall: new Firewall() } : {}),
  });
  const ports = await site.start();
  const stopped = untilStopped();
  const { layout } = site;
  const last = layout.minerAddress(layout.miners - 1);
  const path = options['write-site-file'];
  if (path !== undefined) {
    writeFileSync(path, siteFileOf(site, { ...ports, hubUrl: options.hub, pollSeconds: number(options, 'poll') }));
  }
  process.stdout.write(
    `${layout.projectId}: ${layout.miners} miners, ${layout.containers} containers, ${layout.transformers} meters\n` +
      `  miners   ${layout.minerAddress(0)} to ${last}, port ${ports.minerPort}\n` +
      `  cooling  ${layout.coolingAddress(1)} to ${layout.coolingAddress(layout.containers)}, port ${ports.modbusPort}, unit 1\n` +
      `  meters   ${layout.meterAddress(1)} to ${layout.meterAddress(layout.transformers)}, port ${ports.modbusPort}, unit 1\n` +
      `  control  http://127.0.0.1:${ports.controlPort}\n` +
      (path === undefined ? '' : `  site file ${path}\n`) +
      (oracle === undefined ? '' : `  oracle   ${oracle}\n`) +
      'Stop with Ctrl-C.\n',
  );
  await stopped;
  await site.stop();
}

function readArguments(args: string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    return parseArgs({
      args: args.filter((arg) => arg !== '--'),
      options: {
        containers: text('58'),
        miners: text('308'),
        project: text('QATAR-001'),
        cooling: text('hydro'),
        prefix: { type: 'string' },
        seed: text('1'),
        'miner-port': text('4028'),
        'modbus-port': text('5020'),
        'control-port': text('4700'),
        'no-noise': { type: 'boolean', default: false },
        'start-at': { type: 'string' },
        'time-factor': text('1'),
        oracle: { type: 'string' },
        firewall: { type: 'boolean', default: false },
        'write-site-file': { type: 'string' },
        hub: text('http://127.0.0.1:8080'),
        poll: text('60'),
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function coolingOf(name: string): CoolingKind {
  if (name in KINDS) return name as CoolingKind;
  throw new UsageError(`--cooling ${name}: expected ${Object.keys(KINDS).join(' or ')}`);
}

type Options = ReturnType<typeof readArguments>;

function number(options: Options, name: keyof Options): number {
  const value = Number(options[name]);
  if (options[name] === '' || !Number.isFinite(value) || value < 0) {
    throw new UsageError(`--${name}: expected a number, found ${JSON.stringify(options[name])}`);
  }
  return value;
}

function whole(options: Options, name: keyof Options): number {
  const value = number(options, name);
  if (!Number.isInteger(value)) throw new UsageError(`--${name}: expected a whole number, found ${value}`);
  return value;
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`sim: ${message}\n`);
  if (error instanceof UsageError) process.stderr.write('See pnpm sim --help.\n');
  process.exitCode = error instanceof UsageError || error instanceof RangeError ? 2 : 1;
}
