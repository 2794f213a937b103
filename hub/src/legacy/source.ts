import pg from 'pg';
import { isConnectionTrouble } from '../db/client.ts';
import { EXIT, HubError } from '../errors.ts';
import { planTable, type SourceColumn, strangeness, type TablePlan } from './columns.ts';
import { otherField } from './containers.ts';
import { LEGACY_TABLES, type LegacyTable } from './finding.ts';
import type { LegacyRow } from './row-reader.ts';

const CONNECT_MS = 10_000;
/** A fetch may have to sort a table first; a source that has vanished without a word is given up after this. */
const ANSWER_MS = 300_000;
const ROWS_A_FETCH = 5_000;

/**
 * The old database, read in one read-only transaction: all tables as of one moment, and nothing there can be changed by
 * it. Every value is read as text, so that no type of a column can surprise (floats in full, times in UTC, ISO).
 */
export class LegacySource {
  /** `database at host:port`, for people. */
  readonly label: string;
  readonly plans: Readonly<Record<LegacyTable, TablePlan>>;
  /** Tables that stand beside the known ones. */
  readonly otherTables: readonly string[];
  readonly #client: pg.Client;

  private constructor(client: pg.Client, columns: ColumnsByTable, otherTables: readonly string[]) {
    this.#client = client;
    this.label = labelOf(client);
    this.plans = {
      containers: planTable('containers', columns.containers),
      miners: planTable('miners', columns.miners),
      metrics: planTable('metrics', columns.metrics),
    };
    this.otherTables = otherTables;
  }

  /** Connects and makes sure that it is a database of the old structure. */
  static async open(url: string): Promise<LegacySource> {
    const client = clientOf(url);
    try {
      await client.connect();
      await client.query('begin transaction isolation level repeatable read read only');
      await client.query(
        "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local extra_float_digits = 3",
      );
      const columns = await columnsOf(client);
      const strange = strangeness(columns);
      if (strange.length > 0)
        throw new HubError(
          `${labelOf(client)} is no database of the old single-site structure: ${strange.join('; ')}. Nothing was imported.`,
        );
      return new LegacySource(client, columns, await tablesBeside(client));
    } catch (error) {
      await client.end();
      throw told(error, `The old database ${labelOf(client)} cannot be read`);
    }
  }

  /** All rows of a table in batches of at most 5,000: fields under their names, a container's others by number. */
  rows(table: LegacyTable): AsyncGenerator<LegacyRow[]> {
    return this.#batches(table, selectOf(this.plans[table]));
  }

  /** The same of the history, but nothing of its rows besides their times. */
  times(): AsyncGenerator<LegacyRow[]> {
    const { fields } = this.plans.metrics;
    return this.#batches('metrics', selectOf({ ...this.plans.metrics, fields: { at: fields.at } }));
  }

  async *#batches(table: LegacyTable, select: string): AsyncGenerator<LegacyRow[]> {
    try {
      await this.#client.query(`declare legacy no scroll cursor for ${select}`);
      for (;;) {
        const { rows } = await this.#client.query<LegacyRow>(`fetch ${ROWS_A_FETCH} from legacy`);
        if (rows.length > 0) yield rows;
        if (rows.length < ROWS_A_FETCH) break;
      }
      await this.#client.query('close legacy');
    } catch (error) {
      throw told(error, `The old database ${this.label} failed while its table ${table} was being read`);
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

type ColumnsByTable = Readonly<Record<LegacyTable, readonly SourceColumn[]>>;

function clientOf(url: string): pg.Client {
  const parsed = URL.parse(url);
  const address = parsed !== null && (parsed.hostname !== '' || parsed.searchParams.has('host'));
  if (!address || !['postgres:', 'postgresql:'].includes(parsed.protocol))
    throw new HubError('The old database must be named as in postgres://user:password@host:5432/database.', {
      exitCode: EXIT.usage,
    });
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hearst-hub import-legacy',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  client.on('error', () => {}); // Whoever waits for an answer gets the same error.
  return client;
}

function labelOf(client: pg.Client): string {
  return `${client.database} at ${client.host}:${client.port}`;
}

async function columnsOf(client: pg.Client): Promise<ColumnsByTable> {
  const { rows } = await client.query<SourceColumn & { table: LegacyTable }>(
    `select t.name as table, a.attname as name, format_type(a.atttypid, null) as type
       from unnest($1::text[]) t (name)
       join pg_attribute a on a.attrelid = to_regclass(t.name) and a.attnum > 0 and not a.attisdropped
      order by t.name, a.attnum`,
    [LEGACY_TABLES],
  );
  const of = (table: LegacyTable) => rows.filter((row) => row.table === table);
  return { containers: of('containers'), miners: of('miners'), metrics: of('metrics') };
}

async function tablesBeside(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = (select relnamespace from pg_class where oid = to_regclass('containers'))
        and relkind in ('r', 'p') and not relname = any ($1) order by relname`,
    [LEGACY_TABLES],
  );
  return rows.map((row) => row.name);
}

/**
 * Of rows that turn out to mean the same id the one that is written out most fully comes first, and the order is the
 * same each time.
 */
function selectOf({ table, fields, others }: TablePlan): string {
  const asText = (column: string) => `t.${pg.escapeIdentifier(column)}::text`;
  const columns = Object.entries(fields).map(([field, chosen]) => `${asText(chosen?.column ?? '')} as ${field}`);
  if (table === 'metrics') return `select ${columns.join(', ')} from metrics t`;
  if (table === 'containers') columns.push(...others.map(({ name }, i) => `${asText(name)} as ${otherField(i)}`));
  const id = asText(fields.id?.column ?? '');
  return (
    `select ${columns.join(', ')} from ${table} t ` +
    `order by length(${id}) desc, ${id} collate "C", (t.*)::text collate "C"`
  );
}

/** What a person is told of an error of the source. Its codes must not be taken for those of the hub's database. */
function told(error: unknown, what: string): unknown {
  if (error instanceof HubError) return error;
  const { code, message } = error as { code?: string; message: string };
  const because = `${what}: ${message.replace(/\.$/, '')}. Nothing was imported.`;
  if (code === '28P01' || code === '28000' || code === '3D000')
    return new HubError(`${because} Check user, password and database in the address.`, {
      exitCode: EXIT.configuration,
      cause: error,
    });
  if (code === '42501')
    return new HubError(`${because} The user needs the right to read ${LEGACY_TABLES.join(', ')}.`, {
      exitCode: EXIT.configuration,
      cause: error,
    });
  if (isConnectionTrouble(error) || code === '57P03')
    return new HubError(`${because} Check that the server runs and can be reached, then start again.`, {
      exitCode: EXIT.unavailable,
      cause: error,
    });
  return new HubError(because, { cause: error });
}
