import { minerIdOf } from '@hearst/protocol';
import { offlineAfterS, stillTells } from '../../freshness.ts';
import { type HeldMiner, SAID_FOR_MS } from '../conditions.ts';
import type { AlertRule } from '../rule.ts';
import { alertKey, type Target } from '../target.ts';
import { containerOfMiner } from '../topology.ts';
import type { ContainerPicture, Picture, Subject } from './picture.ts';

/** A condition that holds now, at anything but a miner of a container's frame. */
export interface Holding {
  readonly rule: AlertRule;
  readonly target: Target;
  readonly since: number;
  /** The reading that says so. */
  readonly at: number;
  readonly value: number | null;
}

/** Conditions at the miners of one container, of one rule. */
export interface MinersHolding {
  readonly rule: AlertRule;
  readonly containerId: string;
  readonly at: number;
  readonly held: readonly HeldMiner[];
}

/** Whether a rule's condition holds at a target now. */
export type Stands = 'holds' | 'clear' | 'unknown';

const NO_FRAMES = 'container_offline';
const DEAD = 'transformer_dead';
const SILENT_MINER = 'miner_offline';

/**
 * What holds where, as of one moment. What no reading has said for a while is unknown, and so is what is too old to say anything is unknown; a container whose frames have been
 * missing for a quarter of an hour is offline; a transformer all of whose containers fell silent with their agent still
 * there is dead.
 */
export class Situation {
  readonly holdings: readonly Holding[];
  readonly miners: readonly MinersHolding[];
  readonly #subjects: ReadonlyMap<string, readonly Subject[]>;
  readonly #holding: ReadonlyMap<string, Holding>;
  readonly #minersHolding: ReadonlyMap<string, MinersHolding>;
  readonly #missing: ReadonlySet<string>;

  constructor(picture: Picture, now: number) {
    const { book, containers } = picture;
    const read = containers.flatMap((container) => subjectOf(container, now));
    const missing = containers.filter((container) => isMissing(container, now));
    this.#subjects = Map.groupBy([...read, ...picture.subjects], ({ target }) => nameOf(target));
    this.#missing = new Set(missing.map(({ containerId }) => containerId));
    const holdings = [
      ...[...read, ...picture.subjects].flatMap((subject) => holdingsOf(subject, picture)),
      ...missing.flatMap((container) => noFrames(container, picture, now)),
    ];
    holdings.push(...deadTransformers(picture, holdings));
    this.#holding = new Map(holdings.map((holding) => [alertKey(holding.rule.id, holding.target), holding]));
    this.holdings = [...this.#holding.values()];
    this.miners = read.flatMap((subject) => minersOf(subject, picture)).filter(({ rule }) => book.has(rule.id));
    this.#minersHolding = new Map(this.miners.map((held) => [`${held.rule.id} ${held.containerId}`, held]));
  }

  /** The condition of a rule at a target, where it holds. */
  holding(ruleId: string, target: Target): Holding | null {
    const own = this.#holding.get(alertKey(ruleId, target));
    if (own !== undefined) return own;
    if (target.type !== 'miner') return null;
    const containerId = containerOfMiner(target.id);
    const miners = this.#minersHolding.get(`${ruleId} ${containerId}`);
    const held = miners?.held.find(([position]) => minerIdOf(containerId, position) === target.id);
    if (miners === undefined || held === undefined) return null;
    const [, since, value, seen = miners.at] = held;
    return { rule: miners.rule, target, since, at: seen, value };
  }

  /** Whether it holds; clear only where a reading that is fresh says so. */
  stands(ruleId: string, target: Target): Stands {
    if (this.holding(ruleId, target) !== null) return 'holds';
    const containerId = target.type === 'miner' ? containerOfMiner(target.id) : null;
    const subjects = [
      ...(this.#subjects.get(nameOf(target)) ?? []),
      ...(containerId === null ? [] : (this.#subjects.get(nameOf({ type: 'container', id: containerId })) ?? [])),
    ];
    if (subjects.length === 0 || this.#missing.has(containerId ?? target.id)) return 'unknown';
    for (const { conditions, fresh } of subjects) {
      if (!fresh || conditions.unknown.includes(ruleId)) return 'unknown';
      if (containerId !== null && ruleId !== SILENT_MINER && isSilent(conditions.silent, containerId, target))
        return 'unknown';
    }
    return 'clear';
  }
}

function isSilent(silent: readonly number[] | undefined, containerId: string, target: Target): boolean {
  return silent?.some((position) => minerIdOf(containerId, position) === target.id) ?? false;
}

function nameOf({ type, id }: Target): string {
  return `${type} ${id}`;
}

function subjectOf(container: ContainerPicture, now: number): Subject[] {
  const { containerId, conditions, stateAt, intervalS } = container;
  if (conditions === null || stateAt === null) return [];
  const fresh = stillTells(now - stateAt, intervalS);
  return [{ target: { type: 'container', id: containerId }, conditions, fresh }];
}

function isMissing({ stateAt, intervalS }: ContainerPicture, now: number): boolean {
  return stateAt !== null && now - stateAt >= offlineAfterS(intervalS) * 1000;
}

function holdingsOf({ target, conditions, fresh }: Subject, { book }: Picture): Holding[] {
  if (!fresh) return [];
  return Object.entries(conditions.own).flatMap(([ruleId, { since, value, seen = conditions.at }]) => {
    const rule = conditions.at - seen > SAID_FOR_MS ? undefined : book.get(ruleId);
    return rule?.enabled ? [{ rule, target, since, at: seen, value }] : [];
  });
}

function minersOf({ target, conditions, fresh }: Subject, { book }: Picture): MinersHolding[] {
  if (!fresh) return [];
  const { at } = conditions;
  return Object.entries(conditions.miners ?? {}).flatMap(([ruleId, all]) => {
    const rule = book.get(ruleId);
    const held = all.filter(([, , , seen = at]) => at - seen <= SAID_FOR_MS);
    return rule?.enabled && held.length > 0 ? [{ rule, containerId: target.id, at, held }] : [];
  });
}

/** Holds since the frames were due; the hold time has run out by then. */
function noFrames({ containerId, stateAt, intervalS }: ContainerPicture, { book }: Picture, now: number): Holding[] {
  const rule = book.get(NO_FRAMES);
  if (!rule?.enabled || stateAt === null) return [];
  const since = Math.min(stateAt + offlineAfterS(intervalS) * 1000, now - rule.holdS * 1000);
  return [{ rule, target: { type: 'container', id: containerId }, since, at: now, value: null }];
}

/** Told by frames alone: a container whose frames are missing says nothing about its supply. */
function deadTransformers(picture: Picture, holdings: readonly Holding[]): Holding[] {
  const rule = picture.book.get(DEAD);
  if (!rule?.enabled) return [];
  const offline = new Map(
    holdings.filter((holding) => holding.rule.id === NO_FRAMES).map((holding) => [holding.target.id, holding]),
  );
  const told = new Set(holdings.filter((holding) => holding.rule.id === DEAD).map(({ target }) => target.id));
  return picture.topology.transformers().flatMap(([id, containerIds]) => {
    const all = containerIds.map((containerId) => offline.get(containerId)).filter((holding) => holding !== undefined);
    if (told.has(id) || all.length < 2 || all.length < containerIds.length) return [];
    const frames = all.every(({ target }) => !isMissingId(picture, target.id, offline));
    if (!frames) return [];
    const since = Math.max(...all.map((holding) => holding.since));
    const at = Math.min(...all.map((holding) => holding.at));
    return [{ rule, target: { type: 'transformer' as const, id }, since, at, value: null }];
  });
}

function isMissingId({ containers }: Picture, id: string, offline: ReadonlyMap<string, Holding>): boolean {
  const container = containers.find(({ containerId }) => containerId === id);
  return container === undefined || isMissing(container, offline.get(id)?.at ?? 0);
}
