import { minerIdOf } from '@hearst/protocol';
import { alertKey, type Target } from '../target.ts';
import { type Cause, Causes } from './causes.ts';
import { changeOf } from './change.ts';
import { Explanations } from './explanations.ts';
import { changesAt, FLAPPING_MS, flapsAt } from './flapping.ts';
import { impactOf } from './impact.ts';
import { messageOf, targetNameOf } from './message.ts';
import type { OpenAlert, Picture } from './picture.ts';
import type { AlertChange, AlertReference, NewAlert, Plan } from './plan.ts';
import { type Holding, type MinersHolding, Situation } from './situation.ts';

/**
 * One evaluation of a project: from what holds and what is open to what is to be opened, changed and resolved. Pure: the
 * same picture at the same moment always gives the same plan, and a plan carried out leaves nothing more to do.
 */
export function step(picture: Picture, now: number): Plan {
  return new Step(picture, now).run();
}

class Step {
  readonly #picture: Picture;
  readonly #now: number;
  readonly #situation: Situation;
  readonly #causes: Causes;
  readonly #open: ReadonlyMap<string, OpenAlert>;
  readonly #explanations = new Explanations();
  readonly #opens: NewAlert[] = [];
  /** Places in `#opens` by key. */
  readonly #opening = new Map<string, number>();
  readonly #moments: number[] = [];

  constructor(picture: Picture, now: number) {
    this.#picture = picture;
    this.#now = now;
    this.#situation = new Situation(picture, now);
    this.#causes = new Causes(picture, this.#situation, now);
    this.#open = new Map(picture.open.map((alert) => [alertKey(alert.ruleId, alert.target), alert]));
  }

  run(): Plan {
    for (const held of this.#situation.miners) this.#explainMiners(held);
    for (const holding of this.#situation.holdings) this.#openOwn(holding);
    for (const held of this.#situation.miners) this.#openMiners(held);
    const changes = this.#picture.open.map((alert) => this.#change(alert)).filter((change) => change !== null);
    const next = this.#moments.filter((moment) => moment > this.#now);
    return { opens: this.#opens, changes, nextAt: next.length === 0 ? null : Math.min(...next) };
  }

  /** Counts at their cause the miners whose condition something above them explains. */
  #explainMiners({ rule, containerId, held }: MinersHolding): void {
    const cause = this.#causes.of(rule.id, { type: 'container', id: containerId });
    if (cause?.ready)
      this.#explanations.add(cause, containerId, rule.id, held.map(([position]) => position)); // biome-ignore format: one call
  }

  /** Opens an alert for a condition whose hold time has run out; its cause before it. */
  #openOwn(holding: Holding): AlertReference | null {
    const { rule, target } = holding;
    const known = this.#reference(alertKey(rule.id, target));
    if (known !== null) return known;
    if (!this.#causes.isRipe(holding)) {
      this.#moments.push(Math.max(holding.since, this.#causes.restartOf(rule.id, target)) + rule.holdS * 1000);
      return null;
    }
    const cause = this.#causes.of(rule.id, target);
    if (cause !== null && !cause.ready) return null;
    return this.#add(holding, cause === null ? null : this.#referenceOf(cause));
  }

  #openMiners({ rule, containerId, at, held }: MinersHolding): void {
    const container: Target = { type: 'container', id: containerId };
    if (this.#causes.of(rule.id, container) !== null) return;
    const restart = this.#causes.restartOf(rule.id, container);
    for (const [position, since, value, seen = at] of held) {
      if (seen - Math.max(since, restart) < rule.holdS * 1000) continue;
      const target: Target = { type: 'miner', id: minerIdOf(containerId, position) };
      if (this.#open.has(alertKey(rule.id, target)) || this.#explainedBySelf(rule.id, target)) continue;
      this.#add({ rule, target, since, at: seen, value }, null);
    }
  }

  /** Whether another condition of the same miner explains this one: a miner without a board is slow. */
  #explainedBySelf(ruleId: string, target: Target): boolean {
    for (const rule of this.#picture.book.values()) {
      if (rule.target !== 'miner' || !rule.explains.includes(ruleId)) continue;
      if (this.#situation.holding(rule.id, target) !== null) return true;
    }
    return false;
  }

  #add(holding: Holding, cause: AlertReference | null): AlertReference {
    const { rule, target, since, at, value } = holding;
    const explained = this.#explanations.of(rule.id, target);
    const impact = impactOf(rule, target, explained, this.#picture);
    const previous = this.#picture.resolved
      .filter((alert) => alert.ruleId === rule.id && alert.target.type === target.type && alert.target.id === target.id)
      .reduce<{ id: number; changes: readonly number[] } | null>((a, b) => (a === null || b.id > a.id ? b : a), null);
    const changes = changesAt(this.#now, previous?.changes ?? [], this.#now);
    const opening = this.#opens.length;
    this.#opening.set(alertKey(rule.id, target), opening);
    this.#opens.push({
      ...{ rule, target, firstSeenAt: since, seenAt: at, value, cause },
      targetName: targetNameOf(target, this.#picture),
      message: messageOf(rule, target, { value, impact, picture: this.#picture }),
      previousId: previous?.id ?? null,
      flapping: flapsAt(this.#now, changes, false),
      minersAffected: impact.miners,
      hashrateLostThs: impact.hashrateThs,
      hashrateShare: impact.share,
      data: { changes, ...(explained && { miners: explained }) },
    });
    return { opening };
  }

  /** A rule that this program does not know is another version's business. */
  #change(alert: OpenAlert): AlertChange | null {
    const rule = this.#picture.book.get(alert.ruleId);
    if (rule === undefined) return null;
    const cause = this.#causeOf(alert);
    const change = changeOf(alert, {
      now: this.#now,
      rule,
      stands: this.#situation.stands(alert.ruleId, alert.target),
      holding: this.#situation.holding(alert.ruleId, alert.target),
      cause,
      explained: this.#explanations.of(alert.ruleId, alert.target),
      picture: this.#picture,
    });
    const { recoveringSince, flapping, data } = change ?? alert;
    if (recoveringSince !== null) this.#moments.push(recoveringSince + rule.keepS * 1000);
    if (flapping) this.#moments.push(Math.max(...(data.changes ?? [])) + FLAPPING_MS);
    return change;
  }

  /** What explains an open alert; one whose cause is over stays with it until its own hold time has run out anew. */
  #causeOf(alert: OpenAlert): AlertReference | null {
    const kept = alert.parentId === null ? null : { id: alert.parentId };
    const { ruleId, target } = alert;
    const cause = this.#causes.of(ruleId, target) ?? null;
    if (cause !== null) return cause.ready ? this.#referenceOf(cause) : kept;
    if (kept === null) return null;
    const holding = this.#situation.holding(ruleId, target);
    return holding !== null && this.#causes.isRipe(holding) ? null : kept;
  }

  #referenceOf({ rule, target, alertId, holding }: Cause): AlertReference | null {
    if (alertId !== null) return { id: alertId };
    return this.#reference(alertKey(rule.id, target)) ?? (holding === null ? null : this.#openOwn(holding));
  }

  #reference(key: string): AlertReference | null {
    const open = this.#open.get(key);
    if (open !== undefined) return { id: open.id };
    const opening = this.#opening.get(key);
    return opening === undefined ? null : { opening };
  }
}
