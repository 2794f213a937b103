/** Where the price of bitcoin is read: an address that answers JSON, and where in the answer it stands. */
export interface PricePlace {
  readonly url: string;
  /** Names and places joined by dots: `data.0.price`. */
  readonly path: string;
}

const WITHIN_MS = 10_000;
const MOST_BYTES = 64 * 1024;

/**
 * Asks for the price once. Throws an Error that says what came instead: whatever the other side does, this ends within
 * ten seconds, reads 64 KB at most and follows no redirect.
 */
export async function fetchPrice(
  { url, path }: PricePlace,
  signal: AbortSignal,
  withinMs = WITHIN_MS,
): Promise<number> {
  const what = `the price of bitcoin at ${new URL(url).host}`;
  const late = AbortSignal.timeout(withinMs);
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, late]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the answer is HTTP ${response.status}`);
    }
    return priceAt(parse(await bodyOf(response)), path);
  } catch (error) {
    const reason = late.aborted ? `no whole answer within ${withinMs / 1000} s` : spoken(error as Error);
    throw new Error(`${what} was not read: ${reason}. Check HEARST_PRICE_URL and HEARST_PRICE_PATH.`, { cause: error });
  }
}

async function bodyOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`the answer is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer is no JSON');
  }
}

/** A price may stand there as a number or as the text of one. */
function priceAt(answer: unknown, path: string): number {
  const found = path
    .split('.')
    .reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? at[name as never] : undefined),
      answer,
    );
  const text = typeof found === 'string' ? found.trim() : found;
  const price = typeof text === 'number' || (typeof text === 'string' && text !== '') ? Number(text) : Number.NaN;
  if (Number.isFinite(price) && price > 0) return price;
  throw new Error(`no price stands at ${path} in the answer`);
}

/** The library says no more than "fetch failed" where the connection does. */
function spoken(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
