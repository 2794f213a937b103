import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../config/units.ts';
import { mergeScan } from '../inventory/merge.ts';
import { type Plan, planOf } from '../inventory/plan.ts';
import { EMPTY_INVENTORY, saveInventory } from '../inventory/store.ts';
import type { ScanResult } from '../scan/device.ts';
import { type Declare, EXIT, type ExitCode, type Outcome, type Surroundings } from './command.ts';
import { openInventory } from './open-inventory.ts';
import { rowsOf, tableOf } from './plan-table.ts';
import { containerTable, countsOf, planProblems } from './plan-text.ts';
import { grouped } from './progress.ts';
import { sweepSite } from './sweep-site.ts';

export interface ScanFlags {
  rate: number | undefined;
  width: number | undefined;
  timeoutMs: number | undefined;
  minerPort: number | undefined;
  modbusPort: number | undefined;
  exclude: string[];
  save: boolean;
  output: 'text' | 'csv' | 'json';
}

export const declareScan: Declare = (program, perform) =>
  void program
    .command('scan')
    .argument('[range...]', 'CIDR, FIRST-LAST or one address (default: what the site file names)')
    .description('who answers on the network, who they are, and where they belong; writes nothing')
    .option('--rate <n>', 'the most addresses a second (default: networks.rate, 500)', wholeNumber)
    .option('--width <n>', 'addresses asked at once (default: 256)', wholeNumber)
    .option('--timeout <duration>', 'the longest a connection may take (default: 1500ms)', duration)
    .option('--exclude <range>', 'leave out; may be given again', (one: string, all: string[]) => [...all, one], [])
    .option('--miner-port <port>', "default: the site file's, else 4028", wholeNumber)
    .option('--modbus-port <port>', "default: the site file's, else 502", wholeNumber)
    .option('--save', 'keep what was found for the inventory commands')
    .addOption(
      new Option('--output <format>', 'instead of the summary').choices(['text', 'csv', 'json']).default('text'),
    )
    .action((ranges, { timeout, save, ...rest }, command) =>
      perform(command, (around) => scan(around, ranges, { ...rest, timeoutMs: timeout, save: save === true })),
    );

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number above 0');
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new InvalidArgumentError('expected a duration such as 500ms or 2s');
}

/** `scan [RANGE...]`: sweeps, identifies, proposes places. Writes nothing unless `--save`. */
export async function scan(around: Surroundings, ranges: readonly string[], flags: ScanFlags): Promise<Outcome> {
  const { site, profiles, inventory, folder, warnings } = openInventory(around, { mayLackSite: ranges.length > 0 });
  const result = await sweepSite(around, { ...flags, site, profiles, inventory, ranges, head: '' });
  const plan = planOf(site, mergeScan({ ...EMPTY_INVENTORY, by_hand: inventory.by_hand }, result));
  const saved = flags.save && result.complete;
  if (saved) saveInventory(folder, mergeScan(inventory, result));
  const problems = [...warnings, ...(site ? planProblems(plan) : []), ...interruption(result)];
  const { devices, closed, ...facts } = result;
  const data = { scan: facts, counts: countsOf(plan), devices, closed, rows: rowsOf(plan), saved };
  const code = codeOf(result, plan, site !== null);
  const text = {
    text: () => scanText(result, plan, { site: site !== null, saved }),
    csv: () => tableOf(data.rows),
    json: () => JSON.stringify({ ok: code === EXIT.ok, data, problems }),
  }[flags.output]();
  return { code, data, problems, text };
}

/** What ports do at which no device could be found. */
const WORDS: Record<ScanResult['closed'][number]['answer'], string> = {
  gateway: 'answered by a Modbus gateway that has no such unit',
  foreign: 'another service',
  mute: 'connected, nothing said',
  closed: 'connected and closed without a word: an access list?',
  refused: 'refused: the machine is on, the service is not',
  blocked: 'could not be asked by this machine',
};

function codeOf({ complete }: ScanResult, plan: Plan, hasSite: boolean): ExitCode {
  if (!complete) return EXIT.interrupted;
  return hasSite && planProblems(plan).length > 0 ? EXIT.degraded : EXIT.ok;
}

const interruption = ({ complete }: ScanResult): Outcome['problems'] =>
  complete
    ? []
    : [
        {
          code: 'W2309',
          what: 'the sweep was interrupted: what it had not looked at may be there',
          where: '',
          cause: null,
          next: 'Run it again; nothing was saved',
        },
      ];

function scanText(result: ScanResult, plan: Plan, { site, saved }: { site: boolean; saved: boolean }): string {
  const { devices, closed, late, addresses, took_ms } = result;
  const { places, placed, replaced, moved, unseen, modbus, strangers } = countsOf(plan);
  const miners = devices.filter(({ kind }) => kind === 'miner').length;
  const looked = places - unseen;
  const row = (name: string, text: string): string => `${name.padEnd(10)} ${text}`;
  const closedBy = (Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap((answer) => {
    const count = closed.filter((one) => one.answer === answer).length;
    return count === 0 ? [] : [`${grouped(count)} ${WORDS[answer]}`];
  });
  return [
    row(
      'swept',
      `${grouped(addresses)} addresses in ${(took_ms / 1000).toFixed(1)} s${late > 0 ? `, ${grouped(late)} found by the second look` : ''}`,
    ),
    row(
      'miners',
      site
        ? `${grouped(placed + replaced + moved)} of ${grouped(looked)} places answer, ${grouped(miners)} miners found`
        : `${grouped(miners)} found`,
    ),
    row(
      'modbus',
      site ? `${modbus.answering} of ${modbus.expected} devices answer` : `${devices.length - miners} found`,
    ),
    ...(site ? [row('strangers', strangers === 0 ? 'none' : grouped(strangers))] : []),
    ...closedBy.map((text, i) => row(i === 0 ? 'no device' : '', text)),
    '',
    ...(site ? containerTable(plan) : found(result)),
    '',
    saved ? 'saved: hearst-agent inventory list, diff, map' : 'nothing saved: add --save to keep it',
  ].join('\n');
}

/** Without a site file: what was found, address by address. */
function found({ devices }: ScanResult): string[] {
  const rows = devices
    .slice(0, 100)
    .map(({ ip, port, model, serial, mac, problem }) =>
      `${`${ip}:${port}`.padEnd(21)} ${(model ?? problem ?? 'Modbus device').slice(0, 28).padEnd(28)} ${serial ?? mac ?? ''}`.trimEnd(),
    );
  return devices.length > rows.length
    ? [...rows, `and ${grouped(devices.length - rows.length)} more: --output csv`]
    : rows;
}
