import type { AlertFacts, News, NewsOfAlert } from './facts.ts';
import { factsOf, newDeliveries } from './message.ts';
import { mutedUntil } from './muting.ts';
import { type NextNews, nextNews } from './next-news.ts';
import type { NewDelivery, Picture, PlanAlert, PlanChannel, Thread } from './picture.ts';
import { summaryOf } from './summary.ts';

/** What follows from a picture: rows to write, threads to put in the place of what stands there, and when to look again. */
export interface Plan {
  readonly deliveries: readonly NewDelivery[];
  readonly threads: readonly Thread[];
  /** The next moment at which something may be due although nothing changes, ms since 1970; null: none. */
  readonly dueAt: number | null;
}

/**
 * What is to be told to whom at `now` (ms since 1970), one project at a time. What holds:
 *
 * - what was told is what the threads say, so that planning again at once plans nothing;
 * - whatever is due is planned, however late it is looked at;
 * - an alert that a channel was never told of is never called acknowledged or resolved there.
 */
export function plan(picture: Picture, now: number, newId: () => string): Plan {
  const plans = picture.channels.map((channel) => new ChannelPlan(picture, channel, now, newId).made());
  const ends = picture.windows.map(({ ends_at }) => +ends_at).filter((end) => end > now);
  const dues = [...ends, ...plans.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt]))];
  return {
    deliveries: plans.flatMap(({ deliveries }) => deliveries),
    threads: plans.flatMap(({ threads }) => threads),
    dueAt: dues.length === 0 ? null : Math.min(...dues),
  };
}

/** One alert and what its channel is to be told of it. */
interface Item {
  readonly alert: PlanAlert;
  readonly next: NextNews;
}

class ChannelPlan {
  readonly #picture: Picture;
  readonly #channel: PlanChannel;
  readonly #now: number;
  readonly #newId: () => string;
  readonly #threads: Map<number, Thread>;
  readonly #told = new Map<number, Thread>();
  readonly #deliveries: NewDelivery[] = [];

  constructor(picture: Picture, channel: PlanChannel, now: number, newId: () => string) {
    this.#picture = picture;
    this.#channel = channel;
    this.#now = now;
    this.#newId = newId;
    const mine = picture.threads.filter(({ channel_id }) => channel_id === channel.channel_id);
    this.#threads = new Map(mine.map((thread) => [thread.alert_id, thread]));
  }

  made(): Plan {
    for (const window of this.#picture.windows) this.#summarise(window);
    const items = this.#items();
    for (const group of this.#groups(items.filter(({ next }) => next.from <= this.#now)))
      if (group.some(({ next }) => next.at <= this.#now)) this.#tell(group);
    const dues = this.#items().map(({ next }) => next.at);
    const dueAt = dues.length === 0 ? null : Math.min(...dues);
    return { deliveries: this.#deliveries, threads: [...this.#told.values()], dueAt };
  }

  /** What is to be told, at whatever time. */
  #items(): Item[] {
    const heard = new Map<string, number>();
    for (const { first_delivery_id: root, told_at } of this.#threads.values())
      heard.set(root, Math.max(told_at, heard.get(root) ?? 0));
    return this.#picture.alerts.flatMap((alert) => {
      const thread = this.#threads.get(alert.id);
      const next = nextNews(alert, this.#channel, {
        thread,
        mutedUntil: mutedUntil(alert, this.#picture.windows),
        heardAt: thread === undefined ? 0 : (heard.get(thread.first_delivery_id) ?? 0),
        now: this.#now,
      });
      return next === null ? [] : [{ alert, next }];
    });
  }

  /** What goes out together: what continues one thread, and what is new. */
  #groups(items: readonly Item[]): Item[][] {
    const groups = Map.groupBy(items, ({ alert }) => {
      const root = this.#threads.get(alert.id)?.first_delivery_id ?? 'new';
      return this.#channel.grouped ? root : `${root} ${alert.id}`;
    });
    return [...groups.values()];
  }

  #tell(group: readonly Item[]): void {
    const [known] = group.flatMap(({ alert }) => this.#threads.get(alert.id) ?? []);
    const id = this.#newId();
    const news = group.map(({ alert, next }) => this.#note(alert, next.news, known?.first_delivery_id ?? id));
    const { project } = this.#picture;
    this.#write(id, { kind: 'alerts', thread: known?.first_delivery_id ?? id, project, news: worstFirst(news) });
  }

  #summarise(window: Picture['windows'][number]): void {
    const held = summaryOf(window, this.#picture, this.#channel, this.#threads, this.#now);
    if (held === null) return;
    const id = this.#newId();
    const news = held.news.map(({ alert, news }) => {
      // What began and ended meanwhile begins no thread.
      const goesOn = this.#threads.has(alert.id) || alert.status !== 'resolved';
      return goesOn ? this.#note(alert, news, id) : { news, alert: factsOf(alert) };
    });
    const { project } = this.#picture;
    const payload = { kind: 'summary', thread: id, project, window: held.window, news: worstFirst(news) } as const;
    this.#write(id, payload, held.sendAt);
  }

  #write(id: string, payload: NewDelivery['payload'], at = this.#now): void {
    this.#deliveries.push(...newDeliveries(id, payload, this.#channel, at));
  }

  /** Keeps what the channel is told now; an alert that has a thread stays in it. */
  #note(alert: PlanAlert, news: News, root: string): NewsOfAlert {
    const before = this.#threads.get(alert.id);
    const thread: Thread = {
      channel_id: this.#channel.channel_id,
      alert_id: alert.id,
      told_status: alert.status,
      told_severity: alert.severity,
      told_at: this.#now,
      first_delivery_id: before?.first_delivery_id ?? root,
      repeats: (before?.repeats ?? 0) + (news === 'repeated' ? 1 : 0),
    };
    this.#threads.set(alert.id, thread);
    this.#told.set(alert.id, thread);
    return { news, alert: factsOf(alert) };
  }
}

function worstFirst(news: readonly NewsOfAlert[]): NewsOfAlert[] {
  const rank = ({ severity }: AlertFacts): number => ['critical', 'warning', 'info'].indexOf(severity);
  return news.toSorted((a, b) => rank(a.alert) - rank(b.alert) || a.alert.id - b.alert.id);
}
