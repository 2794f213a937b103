import type { News, Payload } from './facts.ts';
import type { NewDelivery, Picture, PlanAlert, PlanChannel, PlanWindow, Thread } from './picture.ts';
import { plan } from './plan.ts';

/** Thursday noon in Doha. */
export const START = Date.UTC(2026, 10, 26, 9);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const PROJECT = {
  id: 'QATAR-001',
  name: 'Qatar',
  location: 'Doha',
  time_zone: 'Asia/Qatar',
  target_hashrate_eh: 8.6,
};

/** What a channel was told, and when. For tests only. */
export interface Told {
  readonly atS: number;
  readonly channel: string;
  readonly news: readonly string[];
}

/** A project whose alerts and clock a test moves; planning is applied as the database would. For tests only. */
export class Story {
  now = START;
  readonly alerts = new Map<number, PlanAlert>();
  readonly windows: PlanWindow[] = [];
  readonly deliveries: NewDelivery[] = [];
  readonly told: Told[] = [];
  readonly threads = new Map<string, Thread>();
  dueAt: number | null = null;
  #messages = 0;

  readonly channels: PlanChannel[];
  constructor(...channels: Partial<PlanChannel>[]) {
    this.channels = (channels.length === 0 ? [{}] : channels).map(channelOf);
  }

  /** An alert that becomes active now. */
  opens(id: number, fields: Partial<PlanAlert> = {}): void {
    this.alerts.set(id, alertOf(id, this.now, fields));
  }

  becomes(id: number, fields: Partial<PlanAlert>): void {
    this.alerts.set(id, { ...this.alerts.get(id)!, ...fields });
  }

  acknowledged(id: number): void {
    this.becomes(id, { status: 'acknowledged', acknowledged_at: new Date(this.now), acknowledged_by: 'Amal' });
  }

  resolved(id: number): void {
    this.becomes(id, { status: 'resolved', resolved_at: new Date(this.now), resolved_by: 'system' });
  }

  window(minutes: number, fields: Partial<PlanWindow> = {}): void {
    this.windows.push({
      window_id: `window-${this.windows.length + 1}`,
      target_type: 'container',
      target_id: 'QATAR-C14',
      starts_at: new Date(this.now),
      ends_at: new Date(this.now + minutes * MINUTE),
      reason: 'pump exchange',
      summarised: [],
      ...fields,
    });
  }

  /** Looks once, at the time it is. */
  look(): NewDelivery[] {
    const picture: Picture = {
      project: PROJECT,
      channels: this.channels,
      alerts: [...this.alerts.values()],
      threads: [...this.threads.values()],
      windows: this.windows.map((window) => ({ ...window, summarised: this.#summarised(window) })),
    };
    const made = plan(picture, this.now, () => messageId(++this.#messages));
    for (const thread of made.threads) this.threads.set(`${thread.channel_id} ${thread.alert_id}`, thread);
    this.deliveries.push(...made.deliveries);
    for (const { channel_id, payload } of made.deliveries)
      this.told.push({ atS: (this.now - START) / SECOND, channel: channel_id, news: wordsOf(payload) });
    this.dueAt = made.dueAt;
    return [...made.deliveries];
  }

  /** Looks now and whenever something is said to be due, until so much time has passed. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (this.look(); this.dueAt !== null && this.dueAt <= end; this.look())
      this.now = Math.max(this.now + 1, this.dueAt);
    this.now = end;
  }

  /** `10 s: opened 1`, of one channel. */
  heard(channel = 'ops'): string[] {
    return this.told.filter((one) => one.channel === channel).map(({ atS, news }) => `${atS} s: ${news.join(', ')}`);
  }

  #summarised(window: PlanWindow): string[] {
    return this.deliveries
      .filter(({ payload }) => payload.kind === 'summary' && payload.window.id === window.window_id)
      .map(({ channel_id }) => channel_id);
  }
}

function messageId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function wordsOf(payload: Payload): string[] {
  if (payload.kind === 'test') return ['test'];
  const words = payload.news.map(({ news, alert }: { news: News; alert: { id: number } }) => `${news} ${alert.id}`);
  return payload.kind === 'summary' ? ['summary', ...words] : words;
}

function channelOf(fields: Partial<PlanChannel>): PlanChannel {
  return {
    project_id: 'QATAR-001',
    channel_id: 'ops',
    kind: 'webhook',
    min_severity: 'warning',
    level: 1,
    hours: null,
    grouped: true,
    recipients: [''],
    ...fields,
  };
}

export function alertOf(id: number, at: number, fields: Partial<PlanAlert> = {}): PlanAlert {
  return {
    id,
    rule_id: 'pump_stopped',
    alert_type: 'pump_stopped',
    severity: 'critical',
    status: 'active',
    target_type: 'container',
    target_id: 'QATAR-C14',
    message: 'QATAR-C14: pump stopped',
    value: null,
    threshold: null,
    unit: null,
    occurrences: 1,
    miners_affected: 308,
    hashrate_lost_ths: 146_000,
    hashrate_share: 0.0173,
    target_name: null,
    timestamp: new Date(at),
    first_seen_at: new Date(at - 30 * SECOND),
    parent_id: null,
    silenced_until: null,
    assignee: null,
    acknowledged_at: null,
    acknowledged_by: null,
    acknowledged_until: null,
    resolved_at: null,
    resolved_by: null,
    recovering_since: null,
    flapping: false,
    place: { transformer_id: 'QATAR-T07', container_id: 'QATAR-C14', position: null, slot: null },
    ...fields,
  };
}
