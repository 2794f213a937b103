import type { ClientBase } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/harness/postgres.ts';
import { Database, withContext } from '../../db/client.ts';
import { listStanding } from '../../db/queries/standing.ts';
import { createLog } from '../../log.ts';
import type { StandingConditions } from '../conditions.ts';
import type { AlertRule } from '../rule.ts';
import { ruleBook } from '../rule-book.ts';
import { Standing } from './refresh.ts';
import type { Source } from './source.ts';
import { COMPANY } from './subject.ts';

/** A database in which sources are asked as the evaluator asks them. For tests only. */
export class StandingRig {
  readonly database: Database;
  readonly logged: string[];
  readonly #place: TestDatabase;

  private constructor(place: TestDatabase, database: Database, logged: string[]) {
    this.#place = place;
    this.database = database;
    this.logged = logged;
  }

  static async open(): Promise<StandingRig> {
    const logged: string[] = [];
    const place = await createTestDatabase();
    const database = await Database.open({ url: place.url, log: createLog('silent') });
    return new StandingRig(place, database, logged);
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.#place.drop();
  }

  standing(...sources: Source[]): Standing {
    return new Standing({ sources, log: createLog('debug', { write: (line) => this.logged.push(line) }) });
  }

  /** One statement as the owner. */
  async run(text: string, values: unknown[] = []): Promise<void> {
    await this.database.owner.query(text, values);
  }

  /** As the evaluator's transaction begins. */
  asEvaluator<T>(projectId: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
    return withContext(this.database.ingest, { projectIds: [...new Set([projectId, COMPANY])] }, work);
  }

  /** Asks what is due, and answers what stands then, by `rule target`; unknown ones as `rule target?`. */
  async refresh(
    standing: Standing,
    projectId: string,
    at: Date,
    change: Readonly<Record<string, Partial<AlertRule>>> = {},
  ): Promise<Record<string, number | null>> {
    const rules = new Map([...ruleBook([])].map(([id, rule]) => [id, { ...rule, ...change[id] }]));
    return this.asEvaluator(projectId, async (client) => {
      await standing.refresh(client, projectId, rules, at);
      const rows = await listStanding(client, projectId);
      return Object.fromEntries(rows.flatMap(({ conditions }) => conditions.flatMap(told)));
    });
  }
}

function told({ target, own, unknown }: StandingConditions): [string, number | null][] {
  const held = Object.entries(own).map(([rule, { value }]): [string, number | null] => [`${rule} ${target.id}`, value]);
  return [...held, ...unknown.map((rule): [string, null] => [`${rule} ${target.id}?`, null])];
}
