import { existsSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SiteFileError } from '../../config/fault.ts';
import { parseSiteFile, TO_FILL_IN } from '../../config/load.ts';
import { type Draft, draftParts } from '../../draft/draft.ts';
import type { Profiles } from '../../drivers/modbus/profile.ts';
import { type Plan, planOf } from '../../inventory/plan.ts';
import type { Inventory } from '../../inventory/store.ts';
import { writeWhole } from '../../write-whole.ts';
import { CommandFailure, EXIT, type Surroundings } from '../command.ts';
import { countsOf, diffLines, planLine, planProblems } from '../plan-text.ts';
import { grouped } from '../progress.ts';
import { invalidSite, openSite, type SiteContext, siteFileOf } from '../site.ts';
import type { Asking } from './asking.ts';
import type { Places } from './places.ts';
import { hashOf, keepState, type SetupState } from './state.ts';
import { tellStep } from './steps.ts';

/** What the plan would be by this site file; a failure where it is not sound: answers that do not fit together. */
export function planned(
  text: string,
  { table }: Places,
  { inventory, profiles }: { inventory: Inventory; profiles: Profiles },
): Plan | CommandFailure {
  const file = join(table === null ? '.' : dirname(table), 'agent.yaml');
  try {
    return planOf(parseSiteFile(text, profiles.ids(), resolve(file)).site, inventory);
  } catch (error) {
    if (!(error instanceof SiteFileError)) throw error;
    const { problems, diagnosis } = invalidSite(error);
    return new CommandFailure(EXIT.usage, problems, diagnosis);
  }
}

/** A site file that would be written, and what it would mean. */
interface Proposal {
  draft: Draft;
  text: string;
  plan: Plan;
}

/** Somebody's word that the site file is right. */
export async function agreed(around: Surroundings, asking: Asking, { draft, text, plan }: Proposal): Promise<boolean> {
  const odd = planProblems(plan);
  const { modbus, unseen } = countsOf(plan);
  const behind = unasked(plan);
  const marks = text.split('\n').filter((line) => line.includes(TO_FILL_IN)).length;
  tellStep(around, 'Plan', odd.length > 0 || marks > 0 ? 'warning' : 'ok', [
    ...draftParts(draft),
    ...planLine(plan).split(', ').slice(1),
    ...(unseen > 0 ? [`${grouped(unseen)} never looked at: they are swept next`] : []),
    ...(modbus.expected > behind ? [`${modbus.answering} of ${modbus.expected - behind} Modbus devices`] : []),
    ...(behind > 0 ? [`${behind} Modbus units were not asked yet: they are next`] : []),
    ...(marks > 0 ? [`${marks} to fill in, marked in the file`] : []),
  ]);
  if (around.yes) return true;
  if (!asking.line)
    throw new CommandFailure(
      EXIT.usage,
      {
        code: 'E2404',
        what: 'nobody is here to accept the site file that would be written',
        where: siteFileOf(around),
        cause: 'there is no terminal',
        next: 'The same command with --yes writes it',
      },
      undefined,
      { site_file: text },
    );
  const keys = ['', 'v', 'd', 'a', 'q'];
  for (;;) {
    const key = await asking.key('file: v  differences: d  again: a  stop: q  write: Enter  ', keys);
    if (key === 'v') around.terminal.err(`\n${text}\n`);
    else if (key === 'd') around.terminal.err(`\n${[planLine(plan), '', ...diffLines(plan)].join('\n')}\n`);
    else if (key === 'q') asking.leave();
    else return key === '';
  }
}

/** A sweep without a site file asks for unit 1: others, behind a gateway, it knows nothing of. */
const unasked = ({ modbus }: Plan): number =>
  modbus.filter(({ unit, state }) => unit !== 1 && state === 'absent').length;

/** Puts it where the agent looks for it, with its table beside it. What stands there is moved aside, never lost. */
export function written(
  around: Surroundings,
  { folder, state, asking, replace }: { folder: string; state: SetupState; asking: Asking; replace: boolean },
  { text, places: { table }, plan }: { text: string; places: Places; plan: Plan },
): SiteContext {
  const target = siteFileOf(around);
  if (existsSync(target) && !replace) throw inTheWay(target);
  if (table !== null) {
    const beside = join(dirname(target), basename(table));
    const rows = readFileSync(table, 'utf8');
    // The service's own user reads it, whoever it belongs to.
    keepBefore(beside, rows, 0o644);
  }
  // Noted before it is written: a run that ends in between makes it again, one that ends after it goes on.
  state.made = { run: state.started_at, answers: asking.all() };
  state.plan = new Date().toISOString();
  const looked = [...plan.slots, ...plan.modbus].every((one) => one.state !== 'unseen') && unasked(plan) === 0;
  if (looked) state.discovery = { site: hashOf(text), at: state.sweep?.at ?? state.plan };
  keepState(folder, state);
  keepBefore(target, text);
  return openSite(around);
}

/** Writes a file whole; what stood there and is something else stays beside it as `.before`. */
export function keepBefore(path: string, text: string, mode?: number): void {
  if (existsSync(path) && readFileSync(path, 'utf8') !== text) renameSync(path, `${path}.before`);
  writeWhole(path, text, mode);
}

/** There is a site file that nobody said to replace. */
export function inTheWay(file: string): CommandFailure {
  return new CommandFailure(EXIT.usage, {
    code: 'E2413',
    what: 'there is a site file already, and these answers are not the ones it was made from',
    where: file,
    cause: null,
    next: 'Leave the answers out to go on with it, or add --new-site-file: the old one is kept beside it as .before',
  });
}
