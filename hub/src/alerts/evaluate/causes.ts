import { SEVERITIES } from '../../db/schema.ts';
import type { AlertRule } from '../rule.ts';
import { alertKey, type Target } from '../target.ts';
import type { OpenAlert, Picture } from './picture.ts';
import type { Holding, Situation } from './situation.ts';

/** What explains an alert: a condition that holds, or an alert that is open still. */
export interface Cause {
  readonly rule: AlertRule;
  readonly target: Target;
  readonly holding: Holding | null;
  readonly alert: OpenAlert | null;
  /** False while its own hold time runs: what it would explain waits for it. */
  readonly ready: boolean;
}

/**
 * What explains what: a rule explains those that it lists, on its own target and on what stands below. Of a chain the
 * root is the cause: a transformer that trips explains its containers and, past them, their miners.
 */
export class Causes {
  readonly #picture: Picture;
  readonly #at = new Map<string, Cause[]>();
  readonly #restarts = new Map<string, number>();

  constructor(picture: Picture, situation: Situation) {
    this.#picture = picture;
    const open = new Map(picture.open.map((alert) => [alertKey(alert.ruleId, alert.target), alert]));
    for (const holding of situation.holdings) {
      const { rule, target } = holding;
      const key = alertKey(rule.id, target);
      const alert = open.get(key) ?? null;
      open.delete(key);
      this.#add({ rule, target, holding, alert, ready: alert !== null || this.isRipe(holding) });
    }
    for (const alert of open.values()) {
      const rule = picture.book.get(alert.ruleId);
      // Of single miners only what holds explains (by position, where the miners are gone through).
      if (rule === undefined || alert.target.type === 'miner') continue;
      this.#add({ rule, target: alert.target, holding: null, alert, ready: true });
    }
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
    const best = this.#direct(ruleId, target, seen)[0];
    if (best === undefined) return null;
    seen.add(alertKey(best.rule.id, best.target));
    return this.#root(best.rule.id, best.target, seen) ?? best;
  }

  /** Those that explain it themselves: the highest first, of one target the worst. */
  #direct(ruleId: string, target: Target, seen: ReadonlySet<string>): Cause[] {
    const places = [target, ...this.#picture.topology.above(target)].reverse();
    return places.flatMap(({ type, id }) =>
      (this.#at.get(`${type} ${id}`) ?? [])
        .filter((cause) => cause.rule.explains.includes(ruleId) && !seen.has(alertKey(cause.rule.id, cause.target)))
        .sort((a, b) => SEVERITIES.indexOf(a.rule.severity) - SEVERITIES.indexOf(b.rule.severity)),
    );
  }

  /** Whether a condition has held for its rule's hold time, counted anew after what explained it was over. */
  isRipe({ rule, target, since, at }: Pick<Holding, 'rule' | 'target' | 'since' | 'at'>): boolean {
    return at - Math.max(since, this.restartOf(rule.id, target)) >= rule.holdS * 1000;
  }

  /** When the last alert that would have explained this one was resolved; 0 where none was lately. */
  restartOf(ruleId: string, target: Target): number {
    const key = alertKey(ruleId, target);
    const known = this.#restarts.get(key);
    if (known !== undefined) return known;
    const { resolved, book, topology } = this.#picture;
    const places = [target, ...topology.above(target)];
    const restart = resolved
      .filter((alert) => book.get(alert.ruleId)?.explains.includes(ruleId))
      .filter(({ target: { type, id } }) => places.some((place) => place.type === type && place.id === id))
      .reduce((latest, { resolvedAt }) => Math.max(latest, resolvedAt), 0);
    this.#restarts.set(key, restart);
    return restart;
  }
}
