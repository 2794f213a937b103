import type { HubConfig } from '../config.ts';
import type { Database } from '../db/client.ts';
import type { KeyFile } from '../keys.ts';
import type { ChangeMessage } from '../live/notice.ts';
import type { Log } from '../log.ts';
import { notifyOfAlerts } from '../notify/notify.ts';
import { safePost } from '../notify/safe-fetch.ts';
import { Sender } from '../notify/sender.ts';
import { Standing, standingSources } from './clock/refresh.ts';
import type { ReadHealth } from './clock/sources/own-health.ts';
import { Evaluator } from './evaluate/evaluator.ts';
import { wakesEvaluation } from './evaluate/wakes.ts';
import { ruleBook } from './rule-book.ts';
import { RuleBooks } from './rule-books.ts';

/** One hub's part in alerting: the rules that ingest judges by, the evaluator, and the sender of what it has to say. */
export class Alerting {
  readonly rules: RuleBooks;
  readonly #evaluator: Evaluator;
  readonly #sender: Sender;

  /** @param options.health how the hub is itself, as last looked at */
  constructor(options: {
    database: Database;
    keys: KeyFile;
    config: HubConfig;
    log: Log;
    now: () => number;
    health: ReadHealth;
  }) {
    const { database, keys, config, log, now, health } = options;
    const { mail, publicUrl, allowLocalWebhooks, tls, price } = config;
    const common = { pool: database.ingest, log, now };
    this.rules = new RuleBooks(common);
    // Messages take the rules' texts alone, which nobody changes.
    const texts = ruleBook([]);
    const post = safePost({ allowLocal: allowLocalWebhooks });
    this.#sender = new Sender({ ...common, keys, post, mail, rules: texts, publicUrl });
    const facts = { startedAt: new Date(now()), certificate: tls?.cert ?? null, price: price !== null, health };
    const standing = new Standing({ sources: standingSources(facts), log });
    this.#evaluator = new Evaluator({
      ...common,
      rules: this.rules,
      refreshStanding: (client, projectId, book, at) => standing.refresh(client, projectId, book, at),
      notify: notifyOfAlerts,
      onEvaluated: () => this.#sender.wake(),
    });
  }

  start(): void {
    this.#sender.start();
    this.#evaluator.start();
  }

  async stop(): Promise<void> {
    await this.#evaluator.stop();
    await this.#sender.stop();
  }

  /** Readings have changed what is to be evaluated in a project. */
  ripened(projectId: string): void {
    this.#evaluator.wake(projectId);
  }

  /** Somebody changed something, at whichever hub. */
  changed({ project_id, action }: ChangeMessage): void {
    if (!wakesEvaluation(action)) return;
    this.rules.forget(project_id);
    this.#evaluator.wake(project_id);
  }
}
