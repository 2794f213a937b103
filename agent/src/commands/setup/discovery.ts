import { statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { mergeScan } from '../../inventory/merge.ts';
import { type Plan, planOf } from '../../inventory/plan.ts';
import { type Inventory, loadInventory, saveInventory } from '../../inventory/store.ts';
import { CommandFailure, EXIT, type Surroundings } from '../command.ts';
import { inventoryFailure } from '../open-inventory.ts';
import { rowsOf, tableOf } from '../plan-table.ts';
import { countsOf, diffLines, planLine, planProblems } from '../plan-text.ts';
import { grouped } from '../progress.ts';
import type { SiteContext } from '../site.ts';
import { sweepSite } from '../sweep-site.ts';
import { hashOf, keepState, type SetupState } from './state.ts';
import { stepHead, tellStep } from './steps.ts';

/** Step 3; null when it was interrupted. */
export async function discover(
  around: Surroundings,
  folder: string,
  { site, profiles, text }: SiteContext,
  state: SetupState,
): Promise<Plan | null> {
  const before = inventoryOf(folder);
  const hash = hashOf(text);
  const done = state.discovery?.site === hash && before.scanned_at !== null;
  let inventory = before;
  if (!done) {
    const nothing = {
      rate: undefined,
      width: undefined,
      timeoutMs: undefined,
      minerPort: undefined,
      modbusPort: undefined,
    };
    const request = {
      ...nothing,
      site,
      profiles,
      inventory: before,
      ranges: [],
      exclude: [],
      head: stepHead('Discovery'),
    };
    const result = await sweepSite(around, request);
    if (!result.complete) return null;
    inventory = mergeScan(before, result);
    saveInventory(folder, inventory);
    state.discovery = { site: hash, at: result.started_at };
    keepState(folder, state);
  }
  const plan = planOf(site, inventory);
  const { modbus } = countsOf(plan);
  tellStep(around, 'Discovery', 'ok', [
    ...(done ? [`swept before, ${state.discovery?.at}`] : []),
    ...modelsOf(inventory),
    `${modbus.answering} of ${modbus.expected} Modbus devices`,
    `${grouped(plan.slots.filter((slot) => slot.state === 'absent').length)} without answer`,
  ]);
  return plan;
}

/** What is known so far. Throws CommandFailure. */
export function inventoryOf(folder: string): Inventory {
  try {
    return loadInventory(folder);
  } catch (error) {
    throw inventoryFailure(error);
  }
}

/** How many miners of which model answer, the commonest first. */
export function modelsOf({ devices }: Inventory): string[] {
  const miners = devices.filter(({ kind, answers }) => kind === 'miner' && answers);
  const models = [...Map.groupBy(miners, ({ model }) => model ?? 'not recognised')].sort(
    (a, b) => b[1].length - a[1].length,
  );
  return models.slice(0, 4).map(([model, list]) => `${model} ${grouped(list.length)}`);
}

/** Step 4: the plan, and somebody's word that it is right. */
export async function accepted(around: Surroundings, folder: string, plan: Plan, state: SetupState): Promise<boolean> {
  const before = state.plan !== null;
  const odd = planProblems(plan).length > 0;
  tellStep(around, 'Plan', odd ? 'warning' : 'ok', [
    ...planLine(plan).split(', '),
    ...(before ? ['accepted before'] : []),
  ]);
  if (!before && !around.yes) {
    if (around.json || !around.interactive)
      throw new CommandFailure(EXIT.usage, {
        code: 'E2404',
        what: 'nobody is here to accept the plan',
        where: '',
        cause: 'there is no terminal',
        next: 'Look at it: hearst-agent inventory diff   then: hearst-agent setup --yes',
      });
    if (!(await agreed(around, folder, plan))) return false;
  }
  state.plan ??= new Date().toISOString();
  keepState(folder, state);
  return true;
}

async function agreed({ terminal }: Surroundings, folder: string, plan: Plan): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const answer = await lines.question('                 Look at it: v   as a CSV: e   stop: q   go on: Enter  ');
      if (answer === '') return true;
      if (answer === 'q') return false;
      if (answer === 'v') terminal.err(`${[planLine(plan), '', ...diffLines(plan)].join('\n')}\n`);
      if (answer === 'e') {
        const file = `${folder}/plan.csv`;
        writeFileSync(file, tableOf(rowsOf(plan)));
        terminal.err(`                 ${file}, ${statSync(file).size} bytes\n`);
      }
    }
  } finally {
    lines.close();
  }
}
