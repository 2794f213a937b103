import { alertKey, type Target } from '../target.ts';
import type { Cause } from './causes.ts';
import type { Explained } from './picture.ts';

/** Which miners each cause explains: positions by rule by container. */
export class Explanations {
  readonly #by = new Map<string, Record<string, Record<string, readonly number[]>>>();

  add(cause: Cause, containerId: string, ruleId: string, positions: readonly number[]): void {
    const key = alertKey(cause.rule.id, cause.target);
    const byContainer = this.#by.get(key) ?? {};
    this.#by.set(key, byContainer);
    byContainer[containerId] = { ...byContainer[containerId], [ruleId]: positions };
  }

  of(ruleId: string, target: Target): Explained | undefined {
    return this.#by.get(alertKey(ruleId, target));
  }
}
