import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { effectiveRules } from '../alerts/effective-rule.ts';
import type { Episode } from '../alerts/replay/episodes.ts';
import { FrameReplay } from '../alerts/replay/frames.ts';
import type { AlertRule, RuleBook } from '../alerts/rule.ts';
import { changedSettings, type SettingsChange, settingsFaults } from '../alerts/rule-settings.ts';
import { ruleRows } from '../db/queries/alert-rules.ts';
import {
  countFrames,
  episodesInColumns,
  everyNthFrame,
  everyNthReading,
  type FrameSpan,
  isInColumns,
  ratedMeters,
} from '../db/queries/replay.ts';
import { bodiesOf } from '../db/queries/stored-frames.ts';
import { say } from '../http/language/bilingual.ts';
import { invalidRequest, Problem, refusedField } from '../http/problem.ts';
import { unhurried } from '../http/tables/unhurried.ts';
import { keptOf, ruleOf } from './alert-rules.ts';

/** What a rule would have raised. */
export interface RuleTest {
  readonly rule: AlertRule;
  readonly from: Date;
  readonly to: Date;
  /** How far apart the frames are that were judged, on average; null where there are none. */
  readonly resolutionS: number | null;
  readonly frames: number;
  readonly wouldHaveFired: number;
  /** The first of them. */
  readonly episodes: readonly Episode[];
  /** Whether only some of the frames were judged. */
  readonly sample: boolean;
}

/** Runs something in a transaction of its own, in the rights of whoever asks. */
export type Reading = <T>(work: (client: ClientBase) => Promise<T>) => Promise<T>;

const DAYS = 7;
/** The most frames whose bodies are opened, or whose values are judged here. */
const MOST_FRAMES = 20_000;
/** Bodies that are read and opened at once: few, so that nobody else waits long. */
const SLICE = 32;
const MOST_TOLD = 100;

/**
 * Runs a rule, with changes that are only tried, over the frames of the last seven days. What stands in columns the
 * database judges, all of it; of the rest bodies are opened, of many frames an even choice.
 */
export async function testRule(
  read: Reading,
  asked: { readonly projectId: string; readonly ruleId: string; readonly fields: SettingsChange; readonly at: Date },
  mostFrames = MOST_FRAMES,
): Promise<RuleTest> {
  const { projectId, ruleId, fields, at } = asked;
  if (projectId === GLOBAL_PROJECT_ID)
    throw refusedField('/project_id', 'one_project', say('which project?', 'quel projet ?'));
  const { rule, book } = await read((client) => tried(client, projectId, ruleId, fields));
  refuseUntestable(rule);
  const span = { projectId, from: new Date(+at - DAYS * 86_400_000), to: at };
  const kind = rule.target === 'transformer' ? 'meter' : 'container';
  const { count, intervalS } = await read((client) => countFrames(client, span, kind));
  const told = (found: { count: number; episodes: readonly Episode[] }, nth: number, frames: number): RuleTest => ({
    ...{ rule, from: span.from, to: at, frames, sample: nth > 1 },
    resolutionS: intervalS === null ? null : Math.round(intervalS * nth),
    wouldHaveFired: found.count,
    episodes: found.episodes.map((one) => ({ ...one, to: one.to === null || one.to > +at ? null : one.to })),
  });
  if (isInColumns(rule))
    return told(await read((client) => episodesInColumns(client, span, rule, MOST_TOLD)), 1, count);
  const nth = Math.max(1, Math.ceil(count / mostFrames));
  const replay = new FrameReplay(rule, book);
  const frames = kind === 'meter' ? await runMeters(read, replay, span, nth) : await runBodies(read, replay, span, nth);
  const episodes = replay.episodes();
  return told({ count: episodes.length, episodes: episodes.slice(0, MOST_TOLD) }, nth, frames);
}

/** The rule as it would be, and all the others as they are. */
async function tried(
  client: ClientBase,
  projectId: string,
  ruleId: string,
  fields: SettingsChange,
): Promise<{ rule: AlertRule; book: RuleBook }> {
  const current = await ruleOf(client, projectId, ruleId);
  const kept = keptOf(current);
  const faults = settingsFaults(current.standard, kept, fields);
  if (faults.length > 0) throw invalidRequest(faults);
  const row = { project_id: projectId, rule_id: ruleId, ...changedSettings(kept, fields) };
  const others = (await ruleRows(client, projectId)).filter((one) => one.rule_id !== ruleId);
  const book = new Map(effectiveRules(projectId, [...others, row]).map(({ rule }) => [rule.id, rule]));
  return { rule: book.get(ruleId) ?? current.rule, book };
}

function refuseUntestable(rule: AlertRule): void {
  const refused = (en: string, fr: string) => new Problem('conflict', say(en, fr));
  if (rule.byClock)
    throw refused(
      `The rule ${rule.id} is judged by the clock, not by frames: there is nothing stored to run it over.`,
      `La règle ${rule.id} est jugée par l'horloge, pas par les relevés : rien d'enregistré ne permet de la rejouer.`,
    );
  if (Array.isArray(rule.options.allowed) && rule.options.allowed.length === 0)
    throw refused(
      `The rule ${rule.id} compares with a list that is empty: send what is allowed in options.allowed.`,
      `La règle ${rule.id} compare à une liste vide : envoyez ce qui est permis dans options.allowed.`,
    );
}

/** Answers how many frames there were. */
async function runBodies(read: Reading, replay: FrameReplay, span: FrameSpan, nth: number): Promise<number> {
  const keys = await read((client) => everyNthFrame(client, span, nth));
  for (const [containerId, ofContainer] of Map.groupBy(keys, (key) => key.containerId))
    for (let from = 0; from < ofContainer.length; from += SLICE) {
      const picked = ofContainer.slice(from, from + SLICE).map(({ key }) => ({ key, bucket: 0, even: true }));
      const container = { projectId: span.projectId, containerId };
      const bodies = await read((client) => bodiesOf(client, container, picked));
      // Opened one after the other: the order is what a condition goes by.
      for (const { key } of picked) {
        const body = bodies.get(key);
        if (body !== undefined) await replay.container(containerId, body);
      }
    }
  return keys.length;
}

async function runMeters(read: Reading, replay: FrameReplay, span: FrameSpan, nth: number): Promise<number> {
  let frames = 0;
  for (const { meterId, transformerId, ratedKva } of await read((client) => ratedMeters(client, span.projectId))) {
    const readings = await read((client) => everyNthReading(client, span, nth, meterId));
    for await (const { at, values } of unhurried(readings)) replay.meter(transformerId, { at: +at, values }, ratedKva);
    frames += readings.length;
  }
  return frames;
}
