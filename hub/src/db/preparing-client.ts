import pg from 'pg';

/**
 * So many statements are prepared per connection, each of which keeps its plan in the server's memory; lists with rare
 * filters and orders come after that and are planned anew each time.
 */
const MOST = 250;

/**
 * A connection that prepares what it is asked with parameters, once for each text: the server then neither reads nor plans
 * it again. Under row security that is a third of what a request costs (see docs/benchmarks.md).
 */
export class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>();

  // biome-ignore lint/suspicious/noExplicitAny: the library's overloads, passed on as they came
  override query(...sent: any[]): any {
    return (super.query as (...sent: unknown[]) => unknown).apply(this, this.#prepared(sent));
  }

  #prepared(sent: unknown[]): unknown[] {
    const [first, second, ...others] = sent;
    const asked = typeof first === 'string' ? { text: first } : first;
    if (!isPlain(asked)) return sent;
    const values = second ?? asked.values;
    if (!Array.isArray(values) || values.length === 0) return sent;
    const name = this.#nameOf(asked.text);
    return name === undefined ? sent : [{ ...asked, name }, values, ...others];
  }

  #nameOf(text: string): string | undefined {
    let name = this.#names.get(text);
    if (name === undefined && this.#names.size < MOST) {
      name = `s${this.#names.size}`;
      this.#names.set(text, name);
    }
    return name;
  }
}

/** A query as text or as the builder sends it; not one that reads its answer by itself (`submit`: a cursor, a copy). */
function isPlain(asked: unknown): asked is { text: string; values?: unknown } {
  return typeof asked === 'object' && asked !== null && 'text' in asked && !('submit' in asked);
}
