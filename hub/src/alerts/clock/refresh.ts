import type { ClientBase } from 'pg';
import { isConnectionTrouble } from '../../db/client.ts';
import { listStanding, type StandingRow, storeStanding } from '../../db/queries/standing.ts';
import type { Log } from '../../log.ts';
import type { StandingConditions } from '../conditions.ts';
import { latch } from '../latch.ts';
import type { RuleBook } from '../rule.ts';
import type { Judged, Source } from './source.ts';
import { agentsSource } from './sources/agents.ts';
import { certificateSource } from './sources/certificate.ts';
import { devicesSource } from './sources/devices.ts';
import { efficiencySource } from './sources/efficiency.ts';
import { maintenanceSource } from './sources/maintenance.ts';
import { ownHealthSource, type ReadHealth } from './sources/own-health.ts';
import { powerSource } from './sources/power.ts';
import { priceSource } from './sources/price.ts';
import { quarantineSource } from './sources/quarantine.ts';
import { sacrificesSource } from './sources/sacrifices.ts';
import { COMPANY } from './subject.ts';

/** What sources must know of this hub. */
export interface HubFacts {
  readonly startedAt: Date;
  /** What it serves https with, in PEM; null: it does not. */
  readonly certificate: string | null;
  /** Whether a price of bitcoin is asked for. */
  readonly price: boolean;
  /** How it is itself; absent where nobody watches that. */
  readonly health?: ReadHealth;
}

/** All that is judged by the clock. */
export function standingSources({ startedAt, certificate, price, health }: HubFacts): readonly Source[] {
  return [
    agentsSource(startedAt),
    sacrificesSource,
    quarantineSource,
    devicesSource,
    powerSource,
    efficiencySource,
    maintenanceSource,
    certificateSource(certificate),
    priceSource(price),
    ownHealthSource(health ?? (() => null)),
  ];
}

/** Keeps `standing_conditions` as old as the sources want it. */
export class Standing {
  readonly #sources: readonly Source[];
  readonly #log: Log;
  /** When a source that failed was last tried, ms, by project and name. */
  readonly #failed = new Map<string, number>();

  constructor({ sources, log }: { sources: readonly Source[]; log: Log }) {
    this.#sources = sources;
    this.#log = log;
  }

  /**
   * Asks the sources that are due, by when their rows were written, and stores what holds. Nothing is written or asked
   * where none is. A source that fails is logged and tried again when it would be due; what it found last stays.
   *
   * @param client in a transaction as hearst_ingest with the context of the project, which may be HEARST-000
   * @throws what the connection throws
   */
  async refresh(client: ClientBase, projectId: string, rules: RuleBook, now: Date): Promise<void> {
    const level = projectId === COMPANY ? 'company' : 'projects';
    const own = this.#sources.filter((source) => source.of === level || source.of === 'all');
    const rows = new Map((await listStanding(client, projectId)).map((row) => [row.source, row]));
    const due = own.filter((source) => this.#isDue(source, projectId, rows.get(source.name), now));
    if (due.length > 0) await this.#ask(due, client, projectId, { rules, now, rows });
  }

  #isDue({ name, everyS }: Source, projectId: string, row: StandingRow | undefined, now: Date): boolean {
    const asked = Math.max(+(row?.updatedAt ?? 0), this.#failed.get(`${projectId} ${name}`) ?? 0);
    return +now - asked >= everyS * 1000;
  }

  /** All under one savepoint; where that fails each under its own, to learn which it was. */
  async #ask(due: readonly Source[], client: ClientBase, projectId: string, asking: Asking): Promise<void> {
    await client.query('savepoint sources');
    try {
      await judgeAll(due, client, projectId, asking);
      await client.query('release savepoint sources');
      for (const { name } of due) this.#failed.delete(`${projectId} ${name}`);
    } catch (error) {
      if (isConnectionTrouble(error)) throw error;
      await client.query('rollback to savepoint sources; release savepoint sources');
      if (due.length === 1) this.#fail(due[0]!, projectId, asking.now, error);
      else for (const source of due) await this.#ask([source], client, projectId, asking);
    }
  }

  #fail({ name }: Source, projectId: string, now: Date, error: unknown): void {
    this.#failed.set(`${projectId} ${name}`, +now);
    this.#log.error(
      { project: projectId, source: name, err: error },
      'a source of alerts failed: what it found last stays, and it is asked again',
    );
  }
}

interface Asking {
  readonly rules: RuleBook;
  readonly now: Date;
  /** What sources found when they were last asked. */
  readonly rows: ReadonlyMap<string, StandingRow>;
}

async function judgeAll(
  sources: readonly Source[],
  client: ClientBase,
  projectId: string,
  { rules, now, rows }: Asking,
): Promise<void> {
  const found: StandingRow[] = [];
  for (const source of sources) {
    const judged = await source.judge(client, projectId, rules, now);
    const conditions = standing(rows.get(source.name)?.conditions ?? [], judged);
    found.push({ source: source.name, conditions, updatedAt: now });
  }
  await storeStanding(client, projectId, found);
}

/** What holds at each target now, joined to what held there before. */
function standing(before: readonly StandingConditions[], found: readonly Judged[]): StandingConditions[] {
  return found.map(({ target, findings }) => {
    const previous = before.find((held) => held.target.type === target.type && held.target.id === target.id);
    return { target, ...latch(previous ?? null, findings) };
  });
}
