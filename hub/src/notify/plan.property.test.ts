import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOpen } from './hours.ts';
import type { PlanAlert, Thread } from './picture.ts';
import { MINUTE, SECOND, START, Story } from './testing.ts';

const HOURS = { from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5, 6, 7], time_zone: 'Asia/Qatar' };
const CHANNELS = [
  { channel_id: 'ops' },
  { channel_id: 'day', hours: HOURS },
  { channel_id: 'pages', kind: 'pagerduty', grouped: false, min_severity: 'critical' },
] as const;
const WAIT = { critical: 10 * SECOND, warning: 30 * SECOND, info: 30 * SECOND };

const Happening = fc.record({
  what: fc.constantFrom('open', 'acknowledge', 'resolve', 'silence', 'hear', 'flap', 'settle', 'window'),
  alert: fc.integer({ min: 0, max: 4 }),
  warning: fc.boolean(),
  lasts: fc.integer({ min: 0, max: 50 * MINUTE }),
  /** How long until the next look. */
  pause: fc.oneof(
    fc.integer({ min: 0, max: 40 * SECOND }),
    fc.integer({ min: 0, max: 40 * MINUTE }),
    fc.integer({ min: 0, max: 900 * MINUTE }),
  ),
});
type Happening = typeof Happening extends fc.Arbitrary<infer T> ? T : never;

/** One life of random alerts, looked at whenever somebody happens to look. */
class Life {
  readonly story = new Story(...CHANNELS);
  /** Since when an alert is active and nothing mutes it. */
  readonly #plain = new Map<number, number>();
  readonly #current = new Map<number, number>();
  #next = 0;

  happens({ what, alert: slot, warning, lasts, pause }: Happening): void {
    const { story } = this;
    const id = this.#current.get(slot);
    const alert = id === undefined ? undefined : story.alerts.get(id);
    if (what === 'window') story.window(lasts / MINUTE + 1);
    else if (what === 'open' && (alert === undefined || alert.status === 'resolved')) {
      this.#current.set(slot, ++this.#next);
      story.opens(this.#next, warning ? { severity: 'warning' } : {});
    } else if (alert !== undefined && alert.status !== 'resolved') this.#change(alert, what, lasts);
    story.now += pause;
    this.#look();
  }

  #change(alert: PlanAlert, what: Happening['what'], lasts: number): void {
    const { story } = this;
    if (what === 'acknowledge' && alert.status === 'active') story.acknowledged(alert.id);
    if (what === 'resolve') story.resolved(alert.id);
    if (what === 'silence') story.becomes(alert.id, { silenced_until: new Date(story.now + lasts) });
    if (what === 'hear') story.becomes(alert.id, { silenced_until: null });
    if (what === 'flap' || what === 'settle') story.becomes(alert.id, { flapping: what === 'flap' });
  }

  #look(): void {
    const { story } = this;
    const before = new Map(story.threads);
    const summarised = story.deliveries.length;
    story.look();
    for (const delivery of story.deliveries.slice(summarised)) {
      if (delivery.payload.kind !== 'alerts') continue;
      for (const { alert } of delivery.payload.news) this.#hasReason(delivery.channel_id, alert.id, before);
    }
    this.#nobodyIsForgotten();
    expect(story.look(), 'what was told a moment ago').toEqual([]);
    if (story.dueAt !== null) expect(story.dueAt).toBeGreaterThan(story.now);
  }

  /** It is new to the channel, or changed, or a critical one that waits to be acknowledged; and it may be told now. */
  #hasReason(channel: string, id: number, before: ReadonlyMap<string, Thread>): void {
    const { story } = this;
    const alert = story.alerts.get(id)!;
    const thread = before.get(`${channel} ${id}`);
    const isNew = thread === undefined && alert.status === 'active';
    const changed = thread !== undefined && thread.told_status !== alert.status && thread.told_status !== 'resolved';
    const urges =
      thread !== undefined &&
      alert.status === 'active' &&
      alert.severity === 'critical' &&
      story.now - thread.told_at >= 30 * MINUTE;
    expect(isNew || changed || urges, `${channel} is told of ${id} without a reason`).toBe(true);
    expect(this.#isMuted(alert), `${channel} is told of ${id} although it is muted`).toBe(false);
    if (channel === 'day' && alert.severity !== 'critical') expect(isOpen(HOURS, story.now)).toBe(true);
  }

  #nobodyIsForgotten(): void {
    const { story } = this;
    for (const alert of story.alerts.values()) {
      const plain = alert.status === 'active' && !alert.flapping && !this.#isMuted(alert);
      if (!plain) this.#plain.delete(alert.id);
      else if (!this.#plain.has(alert.id)) this.#plain.set(alert.id, Math.max(+alert.timestamp, this.#lastMute(alert)));
      const since = this.#plain.get(alert.id);
      if (since === undefined || story.now - since < WAIT[alert.severity]) continue;
      const hearing = CHANNELS.filter(({ channel_id }) =>
        channel_id === 'ops'
          ? true
          : alert.severity === 'critical' || (channel_id === 'day' && isOpen(HOURS, story.now)),
      );
      for (const { channel_id } of hearing)
        expect(story.threads.has(`${channel_id} ${alert.id}`), `${channel_id} was never told of ${alert.id}`).toBe(
          true,
        );
    }
  }

  #isMuted(alert: PlanAlert): boolean {
    return +(alert.silenced_until ?? 0) > this.story.now || this.#ends(alert).some((end) => end > this.story.now);
  }

  #lastMute(alert: PlanAlert): number {
    return Math.max(+(alert.silenced_until ?? 0), ...this.#ends(alert), 0);
  }

  #ends({ timestamp }: PlanAlert): number[] {
    return this.story.windows.map(({ ends_at }) => +ends_at).filter((end) => end > +timestamp);
  }
}

it('whenever somebody looks: nothing active and unmuted is forgotten, nothing is told without a reason', () => {
  fc.assert(
    fc.property(fc.array(Happening, { minLength: 5, maxLength: 40 }), (happenings) => {
      const life = new Life();
      for (const happening of happenings) life.happens(happening);
      expect(life.story.now).toBeGreaterThanOrEqual(START);
    }),
    { numRuns: 100 },
  );
});
