import { minerIdOf } from '@hearst/protocol';
import { unpackFrame } from '../../history/unpack.ts';
import { summarize } from '../../ingest/summarize.ts';
import type { Conditions } from '../conditions.ts';
import { judgeContainer } from '../judge/container.ts';
import { EarlierCounters } from '../judge/earlier-counters.ts';
import { judgeMeter, type MeterReading } from '../judge/meter.ts';
import { latch } from '../latch.ts';
import type { AlertRule, RuleBook } from '../rule.ts';
import { Episodes } from './episodes.ts';

/** Runs one rule over frames that are given in order of time, container by container, meter by meter. */
export class FrameReplay {
  readonly #rule: AlertRule;
  readonly #book: RuleBook;
  readonly #episodes: Episodes;
  readonly #counters = new EarlierCounters();
  #subject = '';
  #conditions: Conditions | null = null;

  /** @param book all rules: what a share is made of is judged by rules of its own */
  constructor(rule: AlertRule, book: RuleBook) {
    this.#rule = rule;
    const parts = Array.isArray(rule.options.of) ? rule.options.of : [];
    const needed = [...parts, rule.id].flatMap((id): [string, AlertRule][] => {
      const found = id === rule.id ? rule : book.get(id);
      return found === undefined ? [] : [[id, { ...found, enabled: true }]];
    });
    this.#book = new Map(needed);
    this.#episodes = new Episodes(rule);
  }

  /** @param body as stored */
  async container(containerId: string, body: Buffer): Promise<void> {
    const frame = await unpackFrame(body, { boards: false });
    const earlier = this.#counters.exchange(containerId, frame);
    const findings = judgeContainer(frame, summarize(frame), this.#book, earlier);
    const conditions = latch(this.#before(containerId), findings);
    this.#conditions = conditions;
    if (this.#rule.target === 'miner') this.#miners(containerId, conditions);
    else this.#own(containerId, conditions);
  }

  meter(transformerId: string, reading: MeterReading, ratedKva: number | null): void {
    const findings = judgeMeter(reading, ratedKva, this.#book);
    this.#conditions = latch(this.#before(transformerId), findings);
    this.#own(transformerId, this.#conditions);
  }

  /** What it comes to. */
  episodes() {
    return this.#episodes.ended();
  }

  /** What held at this subject before; nothing where it is another one than last time. */
  #before(subject: string): Conditions | null {
    if (subject !== this.#subject) this.#conditions = null;
    this.#subject = subject;
    return this.#conditions;
  }

  #own(target: string, { at, own, unknown }: Conditions): void {
    if (unknown.includes(this.#rule.id)) return;
    const held = own[this.#rule.id];
    if (held === undefined) this.#episodes.clear(target, at);
    else this.#episodes.holds(target, at, held.since, held.value);
  }

  #miners(containerId: string, { at, miners = {}, unknown, silent = [] }: Conditions): void {
    if (unknown.includes(this.#rule.id)) return;
    const mute = new Set(
      this.#rule.reading === 'offline' ? [] : silent.map((position) => minerIdOf(containerId, position)),
    );
    const holding = new Set<string>();
    for (const [position, since, value] of miners[this.#rule.id] ?? []) {
      const target = minerIdOf(containerId, position);
      holding.add(target);
      if (!mute.has(target)) this.#episodes.holds(target, at, since, value);
    }
    for (const target of this.#episodes.begun())
      if (!holding.has(target) && !mute.has(target) && target.startsWith(`${containerId}-`))
        this.#episodes.clear(target, at);
  }
}
