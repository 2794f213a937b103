import { SEVERITIES } from '../../db/schema.ts';
import type { AlertRule } from '../rule.ts';
import { alertKey, type Target } from '../target.ts';
import type { Picture } from './picture.ts';
import type { Holding, Situation } from './situation.ts';

/** What explains an alert: a condition that holds, or an alert that is or was there. */
export interface Cause {
  readonly rule: AlertRule;
  readonly target: Target;
  readonly holding: Holding | null;
  /** Its alert; null where none was opened yet. */
  readonly alertId: number | null;
  /** When its condition ended, ms since 1970: effects linger. Null while it holds, or while nobody can tell. */
  readonly endedAt: number | null;
  /** False while its own hold time runs: what it would explain waits for it. */
  readonly ready: boolean;
}

/**
 * What explains what: a rule explains those that it lists, on its own target and on what stands below, while its condition
 * holds and for as long afterwards as they linger. Of a chain the root is the cause: a transformer that trips explains its
 * containers and, past them, their miners.
 */
export class Causes {
  readonly #picture: Picture;
  readonly #now: number;
  readonly #at = new Map<string, Cause[]>();
  readonly #restarts = new Map<string, number>();

  constructor(picture: Picture, situation: Situation, now: number) {
    this.#picture = picture;
    this.#now = now;
    this.#addEnded();
    const open = new Map(picture.open.map((alert) => [alertKey(alert.ruleId, alert.target), alert]));
    for (const holding of situation.holdings) {
      const { rule, target } = holding;
      const key = alertKey(rule.id, target);
      const alertId = open.get(key)?.id ?? null;
      open.delete(key);
      this.#add({ rule, target, holding, alertId, endedAt: null, ready: alertId !== null || this.isRipe(holding) });
    }
    for (const { ruleId, target, id: alertId, recoveringSince: endedAt } of open.values())
      this.#addAlert(ruleId, { target, alertId, endedAt });
  }

  #addEnded(): void {
    for (const { ruleId, target, id: alertId, endedAt } of this.#picture.resolved)
      this.#addAlert(ruleId, { target, alertId, endedAt });
  }

  /** Of single miners only what holds explains (by position, where the miners are gone through). */
  #addAlert(ruleId: string, alert: Pick<Cause, 'target' | 'alertId' | 'endedAt'>): void {
    const rule = this.#picture.book.get(ruleId);
    if (rule !== undefined && alert.target.type !== 'miner') this.#add({ rule, holding: null, ready: true, ...alert });
  }

  #add(cause: Cause): void {
    const place = `${cause.target.type} ${cause.target.id}`;
    const there = this.#at.get(place);
    if (there) there.push(cause);
    else this.#at.set(place, [cause]);
  }

  /** The root of what explains a rule's alert at a target; null where nothing does. */
  of(ruleId: string, target: Target): Cause | null {
    return this.#root(ruleId, target, new Set([alertKey(ruleId, target)]));
  }

  #root(ruleId: string, target: Target, seen: Set<string>): Cause | null {
    const lingersMs = (this.#picture.book.get(ruleId)?.lingersS ?? 0) * 1000;
    const best = this.#direct(ruleId, target).find(
      (cause) =>
        !seen.has(alertKey(cause.rule.id, cause.target)) &&
        (cause.endedAt === null || this.#now < cause.endedAt + lingersMs),
    );
    if (best === undefined) return null;
    seen.add(alertKey(best.rule.id, best.target));
    return this.#root(best.rule.id, best.target, seen) ?? best;
  }

  /** Those that explain it, or did: the highest first, of one target what lasts before what is over, then the worst. */
  #direct(ruleId: string, target: Target): Cause[] {
    const places = [target, ...this.#picture.topology.above(target)].reverse();
    return places.flatMap(({ type, id }) =>
      (this.#at.get(`${type} ${id}`) ?? [])
        .filter(({ rule }) => rule.explains.includes(ruleId))
        .sort(
          (a, b) =>
            (b.endedAt ?? Number.MAX_VALUE) - (a.endedAt ?? Number.MAX_VALUE) ||
            SEVERITIES.indexOf(a.rule.severity) - SEVERITIES.indexOf(b.rule.severity),
        ),
    );
  }

  /** Whether a condition has held for its rule's hold time, counted anew once it is nobody's effect any more. */
  isRipe({ rule, target, since, at }: Pick<Holding, 'rule' | 'target' | 'since' | 'at'>): boolean {
    return at - Math.max(since, this.restartOf(rule.id, target)) >= rule.holdS * 1000;
  }

  /** Until when a rule's alert at a target was explained by something that is over, ms since 1970; 0 where nothing was. */
  restartOf(ruleId: string, target: Target): number {
    const key = alertKey(ruleId, target);
    const known = this.#restarts.get(key);
    if (known !== undefined) return known;
    const lingersMs = (this.#picture.book.get(ruleId)?.lingersS ?? 0) * 1000;
    const { resolved, book, topology } = this.#picture;
    const places = [target, ...topology.above(target)];
    const restart = resolved
      .filter((alert) => book.get(alert.ruleId)?.explains.includes(ruleId))
      .filter(({ target: { type, id } }) => places.some((place) => place.type === type && place.id === id))
      .reduce((latest, { endedAt }) => Math.max(latest, endedAt + lingersMs), 0);
    this.#restarts.set(key, restart);
    return restart;
  }
}
