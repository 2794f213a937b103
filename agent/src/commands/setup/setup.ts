import { existsSync } from 'node:fs';
import { minersOf } from '../../config/site.ts';
import { dataFolder } from '../../folders.ts';
import { type Plan, planOf } from '../../inventory/plan.ts';
import { EXIT, type ExitCode, type Outcome, type Problem, type Surroundings } from '../command.ts';
import { countsOf, planProblems } from '../plan-text.ts';
import { clockText, grouped, showProgress } from '../progress.ts';
import { type SiteContext, siteFileOf } from '../site.ts';
import { type AnswerName, Asking, type Given, Left, type ReadLine } from './asking.ts';
import { attended, checkAnswers } from './attended.ts';
import { type Arrival, untilConfirmed } from './data.ts';
import { accepted, discover, inventoryOf } from './discovery.ts';
import { joinHub } from './hub.ts';
import { inTheWay } from './proposal.ts';
import { type InstallService, type RunningAgent, startAgent } from './service.ts';
import { adoptSiteFile } from './site-file.ts';
import { hashOf, keepState, openState, type SetupState } from './state.ts';
import { stepHead, tellStep } from './steps.ts';
import { lookAtSystem } from './system.ts';

export interface SetupFlags {
  token: string | undefined;
  hub: string | undefined;
  name: string | undefined;
  siteFile: string | undefined;
  /** False: `--no-service`. */
  service: boolean;
  /** What a site file that is made here needs to know, by flag. */
  answers: Given;
  newSiteFile: boolean;
}

/** Beyond one poll of everything, how long the hub may take to confirm it, ms. */
const CONFIRM_MS = 60_000;

/**
 * `setup`: from a bare machine to data at headquarters, in six steps, each of which may be taken again. What an
 * earlier run has done (setup.json) is not done twice; a run after a finished one looks at everything anew.
 */
export async function setup(
  around: Surroundings,
  flags: SetupFlags,
  install: InstallService | null,
  read: ReadLine,
): Promise<Outcome> {
  try {
    return await stepByStep(around, flags, install, read);
  } catch (error) {
    if (error instanceof Left) return interrupted('a question');
    throw error;
  }
}

async function stepByStep(
  around: Surroundings,
  flags: SetupFlags,
  install: InstallService | null,
  read: ReadLine,
): Promise<Outcome> {
  const begun = performance.now();
  const folder = dataFolder(around.data, around.environment);
  const system = lookAtSystem(folder);
  const state = openState(folder, new Date());
  const { hub, token, name } = flags;
  const asking = new Asking(around, {
    given: flags.answers,
    kept: state.answers,
    keep: () => keepState(folder, state),
    line: around.interactive && !around.yes && !around.json ? read : null,
  });
  const prepared = isThere(around, flags, state) ? adoptSiteFile(around, flags.siteFile) : null;
  if (!prepared) await checkAnswers(around, asking);
  keepState(folder, state);
  tellStep(around, 'System', system.little ? 'warning' : 'ok', [
    ...system.parts,
    prepared ? sizeOf(prepared) : 'no site file yet: it is made here',
  ]);

  const project = prepared?.site.project ?? null;
  const joined = await joinHub(around, { folder, project, hub, token, name, state, asking });
  tellStep(around, 'Hub', 'ok', joined.parts);

  const { credential } = joined;
  const context =
    prepared ?? (await attended(around, { folder, credential, state, asking, replace: flags.newSiteFile }));
  if (!context) return interrupted('the sweep');
  const plan = await planFor(around, folder, context, { state, told: !prepared });
  if (typeof plan === 'string') return interrupted(plan);

  const agent = await startAgent(around, { folder, context, install, wanted: flags.service });
  try {
    tellStep(around, 'Service', agent.stays ? 'ok' : 'warning', agent.parts);
    const arrival = await confirm(around, context, agent);
    if (arrival.missing.length === 0) keepState(folder, { ...state, finished_at: new Date().toISOString() });
    return ended(around, { plan, arrival, context, agent, tookMs: performance.now() - begun });
  } finally {
    await agent.stop();
  }
}

/**
 * Whether there is a site file to go on with: given, or in its place. Answers that a file in its place was not made from
 * would be passed over: that is told. Throws CommandFailure.
 */
function isThere(
  around: Surroundings,
  { siteFile, answers, newSiteFile }: SetupFlags,
  { made, started_at }: SetupState,
): boolean {
  const names = Object.keys(answers) as AnswerName[];
  if (siteFile !== undefined && names.length > 0) throw inTheWay(siteFile);
  if (siteFile !== undefined) return true;
  const target = siteFileOf(around);
  if (!existsSync(target)) return false;
  const inThisRun = made?.run === started_at;
  if (newSiteFile && !inThisRun) return false;
  if (names.every((one) => made?.answers[one] === answers[one])) return true;
  throw inTheWay(target);
}

function sizeOf({ site }: SiteContext): string {
  return `${site.project}: ${site.containers.length} containers, ${grouped(minersOf(site))} miners`;
}

/** Steps 3 and 4 with a site file. `told`: it was made here, from a sweep that is shown already. Where it stopped, else. */
async function planFor(
  around: Surroundings,
  folder: string,
  context: SiteContext,
  { state, told }: { state: SetupState; told: boolean },
): Promise<Plan | 'the sweep' | 'the plan'> {
  if (told && state.discovery?.site === hashOf(context.text)) return planOf(context.site, inventoryOf(folder));
  const plan = await discover(around, folder, context, state);
  if (!plan) return 'the sweep';
  return (await accepted(around, folder, plan, state)) ? plan : 'the plan';
}

/** Step 6: waits for the hub's word. */
async function confirm(around: Surroundings, { site }: SiteContext, agent: RunningAgent): Promise<Arrival> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  let latest: Arrival | null = null;
  const all = site.containers.length;
  const count = (): string => `the hub has ${latest?.containers.length ?? 0} of ${all} containers`;
  const hide = showProgress(around, { lines: () => [`${stepHead('Data')}${count()}`], plain: count });
  try {
    return await untilConfirmed(agent, site, {
      since: Date.now() - site.poll.intervalMs,
      withinMs: 2 * site.poll.intervalMs + site.poll.spreadMs + CONFIRM_MS,
      signal: stop.signal,
      onLook: (arrival) => {
        latest = arrival;
      },
    });
  } finally {
    hide();
    process.off('SIGINT', onInterrupt);
  }
}

interface End {
  plan: Plan;
  arrival: Arrival;
  context: SiteContext;
  agent: RunningAgent;
  tookMs: number;
}

function ended(around: Surroundings, { plan, arrival, context, agent, tookMs }: End): Outcome {
  const { site, problems: warnings } = context;
  const all = site.containers.length;
  const { missing, containers, report } = arrival;
  const arrived = missing.length === 0;
  const meters = site.meters.length > 0 ? [`${arrival.meters}/${site.meters.length} meters`] : [];
  tellStep(around, 'Data', arrived ? 'ok' : 'error', [
    `the hub has confirmed ${containers.length}/${all} containers`,
    ...meters,
    ...(arrived ? [`at ${new Date().toISOString().slice(11, 19)} UTC`] : []),
  ]);
  const odd = planProblems(plan);
  const problems = [...warnings, ...odd, ...(arrived ? [] : [undelivered(missing, report)])];
  const code: ExitCode = !arrived ? EXIT.unavailable : odd.length > 0 ? EXIT.degraded : EXIT.ok;
  const next = agent.stays ? 'hearst-agent status' : 'hearst-agent run   (it is not running now)';
  const text = arrived ? `Done in ${clockText(tookMs)}. Next: ${next}` : '';
  const data = {
    project: site.project,
    containers: all,
    confirmed: containers,
    missing,
    counts: countsOf(plan),
    runs: agent.stays,
  };
  return { code, data, problems, text };
}

function undelivered(missing: string[], report: Arrival['report']): Problem {
  const shown = missing.slice(0, 4).join(', ') + (missing.length > 4 ? ` and ${missing.length - 4} more` : '');
  const hub = report?.hub;
  return {
    code: 'E2406',
    what: `the hub has not confirmed ${missing.length} container${missing.length === 1 ? '' : 's'}: ${shown}`,
    where: '',
    cause: hub ? [hub.phase, hub.advice, hub.uplink?.trouble].filter(Boolean).join(': ') : 'the agent does not answer',
    next: 'Readings are kept meanwhile. See: hearst-agent status   then run setup again, it goes on from here',
  };
}

function interrupted(step: string): Outcome {
  const next = 'hearst-agent setup   goes on from here';
  const problem = { code: 'E2407', what: `stopped at ${step}`, where: '', cause: null, next };
  return { code: EXIT.interrupted, data: null, problems: [problem], text: '' };
}
