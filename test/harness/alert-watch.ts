import type { ContainerFrame, MeterFrame } from '@hearst/protocol';
import type { Conditions } from '../../hub/src/alerts/conditions.ts';
import type { OpenAlert, Picture, ResolvedAlert } from '../../hub/src/alerts/evaluate/picture.ts';
import { RECENT_MS } from '../../hub/src/alerts/evaluate/picture.ts';
import type { AlertChange, AlertReference, NewAlert } from '../../hub/src/alerts/evaluate/plan.ts';
import { step } from '../../hub/src/alerts/evaluate/step.ts';
import { judgeContainer } from '../../hub/src/alerts/judge/container.ts';
import { EarlierCounters } from '../../hub/src/alerts/judge/earlier-counters.ts';
import { judgeMeter } from '../../hub/src/alerts/judge/meter.ts';
import { latch } from '../../hub/src/alerts/latch.ts';
import { ruleBook } from '../../hub/src/alerts/rule-book.ts';
import { type Place, Topology } from '../../hub/src/alerts/topology.ts';
import { type ContainerSummary, summarize } from '../../hub/src/ingest/summarize.ts';
import type { PlanAlert, PlanChannel, Thread } from '../../hub/src/notify/picture.ts';
import { plan } from '../../hub/src/notify/plan.ts';

const RATED_KVA = 3750;
const CHANNEL: PlanChannel = {
  ...{ project_id: 'QATAR-001', channel_id: 'channel', kind: 'webhook', min_severity: 'warning', level: 1 },
  ...{ hours: null, grouped: true, recipients: [''] },
};

interface Watched {
  readonly at: number;
  readonly conditions: Conditions;
  readonly summary: ContainerSummary;
}

/**
 * The chain from frames to messages without a database: the same functions as the hub's, in the same order, with what the
 * hub keeps in Postgres kept here. For days of tens of thousands of frames.
 */
export class AlertWatch {
  readonly #projectId: string;
  readonly #places: readonly Place[];
  readonly #rules = ruleBook([]);
  readonly #counters = new EarlierCounters();
  readonly #containers = new Map<string, Watched>();
  readonly #transformers = new Map<string, Conditions>();
  readonly #open = new Map<number, OpenAlert & { openedAt: number }>();
  readonly #resolved: (ResolvedAlert & PlanAlert)[] = [];
  #threads: readonly Thread[] = [];
  #lastId = 0;
  #deliveries = 0;
  #nextAt: number | null = null;
  /** What was told, one line for each message. */
  readonly told: string[] = [];

  constructor(projectId: string, places: readonly Place[]) {
    this.#projectId = projectId;
    this.#places = places;
  }

  /** Alerts there ever were, by severity. */
  readonly counts = { critical: 0, warning: 0, info: 0 };

  container(frame: ContainerFrame): void {
    const summary = summarize(frame);
    const earlier = this.#counters.exchange('agent', frame);
    const findings = judgeContainer(frame, summary, this.#rules, earlier);
    const conditions = latch(this.#containers.get(frame.container)?.conditions ?? null, findings);
    this.#containers.set(frame.container, { at: frame.at, conditions, summary });
  }

  /** Takes over what another watch made of the same frame, so that it is judged once. */
  containerAs(other: AlertWatch, containerId: string): void {
    const watched = other.#containers.get(containerId);
    if (watched !== undefined) this.#containers.set(containerId, watched);
  }

  meter({ transformer, at, values }: MeterFrame): void {
    if (transformer === null) return;
    const findings = judgeMeter({ at, values }, RATED_KVA, this.#rules);
    this.#transformers.set(transformer, latch(this.#transformers.get(transformer) ?? null, findings));
  }

  /** Evaluates until `end` as a running hub does: now, and whenever time alone makes something due. */
  evaluate(now: number, end: number): void {
    for (let at = now; at < end; at = Math.max(at + 1000, this.#nextAt ?? end)) this.#evaluate(at);
  }

  #evaluate(now: number): void {
    const { opens, changes, nextAt } = step(this.#picture(now), now);
    const first = this.#lastId + 1;
    const idOf = (cause: AlertReference | null): number | null =>
      cause === null ? null : 'id' in cause ? cause.id : first + cause.opening;
    for (const alert of opens) this.#openAlert(alert, idOf(alert.cause), now);
    for (const change of changes) this.#change(change, idOf(change.cause), now);
    const noticesAt = this.#notify(now);
    const moments = [nextAt, noticesAt].filter((moment) => moment !== null);
    this.#nextAt = moments.length === 0 ? null : Math.min(...moments);
  }

  #picture(now: number): Picture {
    return {
      projectId: this.#projectId,
      book: this.#rules,
      topology: new Topology(this.#projectId, this.#places),
      containers: this.#places.map(({ containerId }) => {
        const watched = this.#containers.get(containerId);
        return {
          containerId,
          conditions: watched?.conditions ?? null,
          stateAt: watched?.at ?? null,
          intervalS: 60,
          minersExpected: 308,
          expectedThs: watched?.summary.hashrateExpectedThs ?? null,
          minersAnswering: watched?.summary.minersAnswering ?? null,
        };
      }),
      subjects: [...this.#transformers].map(([id, conditions]) => ({
        ...{ target: { type: 'transformer' as const, id }, conditions, fresh: true },
      })),
      open: [...this.#open.values()],
      resolved: this.#resolved.filter(({ endedAt }) => endedAt > now - RECENT_MS),
      agentNames: new Map(),
      planned: { perMinerThs: null, totalThs: null },
    };
  }

  #openAlert(
    { rule, cause: _, seenAt, firstSeenAt: __, previousId: ___, ...alert }: NewAlert,
    parentId: number | null,
    now: number,
  ): void {
    const id = ++this.#lastId;
    this.counts[rule.severity]++;
    this.#open.set(id, {
      ...alert,
      ...{
        id,
        ruleId: rule.id,
        severity: rule.severity,
        status: 'active',
        lastSeenAt: seenAt,
        occurrences: 1,
        parentId,
      },
      ...{ conditionHolds: true, recoveringSince: null, silencedUntil: null, acknowledgedUntil: null, openedAt: now },
    });
  }

  #change(
    { resolved, events: _, cause: __, threshold: ___, ...change }: AlertChange,
    parentId: number | null,
    now: number,
  ): void {
    const before = this.#open.get(change.id);
    if (before === undefined) return;
    const after = { ...before, ...change, parentId };
    if (!resolved) {
      this.#open.set(change.id, after);
      return;
    }
    this.#open.delete(change.id);
    const { ruleId, target, recoveringSince, data } = after;
    const ended = { ruleId, target, endedAt: recoveringSince ?? now, changes: data.changes ?? [] };
    this.#resolved.push({ ...this.#planAlert(after), ...ended, status: 'resolved', resolved_at: new Date(now) });
  }

  #planAlert(alert: OpenAlert & { openedAt: number }): PlanAlert {
    return {
      ...{ id: alert.id, rule_id: alert.ruleId, alert_type: alert.ruleId, severity: alert.severity },
      ...{ status: 'active', target_type: alert.target.type, target_id: alert.target.id, target_name: null },
      ...{ message: alert.message, value: alert.value, threshold: null, unit: null, occurrences: alert.occurrences },
      ...{ miners_affected: alert.minersAffected, hashrate_lost_ths: alert.hashrateLostThs },
      ...{
        hashrate_share: alert.hashrateShare,
        timestamp: new Date(alert.openedAt),
        first_seen_at: new Date(alert.openedAt),
      },
      ...{ parent_id: alert.parentId, silenced_until: null, assignee: null, acknowledged_at: null },
      ...{ acknowledged_by: null, acknowledged_until: null, resolved_at: null, resolved_by: null },
      recovering_since: alert.recoveringSince === null ? null : new Date(alert.recoveringSince),
      flapping: alert.flapping,
      place: { container_id: null, transformer_id: null, position: null, slot: null },
    };
  }

  #notify(now: number): number | null {
    const untold = new Set(
      this.#threads.filter(({ told_status }) => told_status !== 'resolved').map((thread) => thread.alert_id),
    );
    const alerts = [
      ...[...this.#open.values()].map((alert) => this.#planAlert(alert)),
      ...this.#resolved.filter(({ id }) => untold.has(id)),
    ];
    const project = { id: this.#projectId, name: 'Qatar', location: null, time_zone: 'UTC', target_hashrate_eh: null };
    const picture = { project, channels: [CHANNEL], alerts, threads: this.#threads, windows: [] };
    const { deliveries, threads, dueAt } = plan(picture, now, () => `delivery ${++this.#deliveries}`);
    const changed = new Set(threads.map(({ alert_id }) => alert_id));
    this.#threads = [...this.#threads.filter(({ alert_id }) => !changed.has(alert_id)), ...threads];
    for (const { payload } of deliveries)
      if (payload.kind === 'alerts')
        this.told.push(payload.news.map(({ news, alert }) => `${news} ${alert.rule_id} ${alert.target_id}`).join(', '));
    return dueAt;
  }
}
