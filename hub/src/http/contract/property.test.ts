import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from './answers.ts';
import { type Asker, askersOf, hiddenFrom, letsIn } from './askers.ts';
import { attempts } from './attempts.ts';
import { type ApiOperation, apiOperations, documentOf } from './operations.ts';
import { type Attempt, NEVER_PLAIN, plainAttempt } from './requests.ts';
import { send } from './send.ts';
import { sweep } from './sweep.ts';
import { openWorld } from './tenants.ts';

/**
 * Every operation of the document, driven with good and bad input in every part: never a 500, never a hang, always an
 * answer that the document has, and never a word of another tenant. More of it: `FUZZ_RUNS=2000 FUZZ_SEED=7`.
 */
const RUNS = Number(process.env.FUZZ_RUNS ?? 25);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

const world = await openWorld(['NORTH', 'SOUTH']);
afterAll(() => world.close());
const { api, tenants } = world;
const [north, south] = tenants;
const document = documentOf(api.app);
const components = document.components ?? {};

const operations = apiOperations(api.app, document);
const named = operations.map((operation, turn) => ({ route: operation.route, operation, turn }));
/** What may end somebody's session, or change whose it is. */
const OF_PEOPLE = /^\/api\/(session|sessions|account|invitations|users)\b/;

describe.each(named)('$route', ({ route, operation, turn }) => {
  const askers = askersOf(north, { last: operation.method === 'get' || !OF_PEOPLE.test(operation.path) });

  // The guesses of the one before are forgotten.
  beforeAll(() => {
    api.now += 61_000;
  });

  it('answers a plain request', async () => {
    const asker = askers.find((one) => letsIn(operation, one))!;
    const { status, faults } = await ask(operation, plainAttempt(operation, north), asker);
    expect(faults).toEqual([]);
    if (!NEVER_PLAIN.includes(route)) expect(status).toBeLessThan(300);
  });

  it('keeps to its contract with something hostile in each place in turn', async () => {
    const asker = askers.findLast((one) => letsIn(operation, one) && one.kind !== 'nobody')!;
    await expectKept(
      operation,
      sweep(operation, components, north, turn).map((attempt) => ({ asker, attempt })),
    );
  });

  it('keeps to its contract with anything good or bad, whoever asks', async () => {
    const tries = fc.record({
      asker: fc.constantFrom(...askers),
      attempt: attempts(operation, components, north, south),
    });
    const statuses = await expectKept(operation, fc.sample(tries, { numRuns: RUNS, seed: SEED }));
    // Else the tries were all of one sort, and proved little.
    if (operation.access !== 'anyone') expect(statuses.size).toBeGreaterThan(1);
  });

  if (operation.method === 'get') return;
  it("refuses what another site's page has a browser ask", async () => {
    const asker = askers.find((one) => one.kind === 'session' && letsIn(operation, one))!;
    const attempt = plainAttempt(operation, north);
    for (const lies of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
      const { text, faults } = await ask(operation, { ...attempt, headers: { ...attempt.headers, ...lies } }, asker);
      expect(faults).toEqual([]);
      expect(JSON.parse(text)).toMatchObject({ status: 403, code: 'cross_site' });
    }
  });
});

/** Sends each, and expects of each answer what the document promises; says which statuses came. */
async function expectKept(
  operation: ApiOperation,
  tries: readonly { asker: Asker; attempt: Attempt }[],
): Promise<ReadonlySet<number>> {
  const broken: string[] = [];
  const statuses = new Set<number>();
  for (const { asker, attempt } of tries) {
    const { status, faults } = await ask(operation, attempt, asker);
    statuses.add(status);
    for (const fault of faults) broken.push(`${fault}\n  when asked by ${asker.name}: ${show(attempt)}`);
  }
  expect(broken.slice(0, 5).join('\n'), `${broken.length} of ${tries.length}, FUZZ_SEED=${SEED}`).toBe('');
  return statuses;
}

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly faults: string[];
}

/** Asks and says what is wrong with the answer. */
async function ask(operation: ApiOperation, attempt: Attempt, asker: Asker): Promise<Outcome> {
  const logged = api.logged.length;
  const answered = await send(api, attempt, asker);
  if (answered === null) return { status: 0, text: '', faults: ['does not answer'] };
  const { status, headers, text } = answered;
  const errors = api.logged.slice(logged).filter((line) => /"level":"(error|fatal)"/.test(line));
  const shown = `${text}${JSON.stringify([...headers])}`.toLowerCase();
  const leaked = hiddenFrom(asker, north, world).filter((canary) => shown.includes(canary));
  const faults = [
    ...breaches(operation, attempt.path.split('?')[0]!, answered),
    ...errors,
    ...leaked.map((canary) => `leaks ${canary}`),
  ];
  return { status, text, faults };
}

function show({ method, path, headers, body }: Attempt): string {
  const text = typeof body === 'string' ? body : body === null ? '' : `bytes ${Buffer.from(body).toString('hex')}`;
  return `${method.toUpperCase()} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${text.slice(0, 300)}`;
}
