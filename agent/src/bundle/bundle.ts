import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../clock.ts';
import type { Item } from './collect.ts';
import type { Redactor } from './redact.ts';
import { type ArchiveFile, tarOf } from './tar.ts';

export interface BundleOptions {
  items: readonly Item[];
  redactor: Redactor;
  clock: Clock;
  /** Of one item, and of all together, bytes before compression. */
  maxItemBytes?: number;
  maxBytes?: number;
  /** For all items together, and for one, ms. */
  maxMs?: number;
  maxItemMs?: number;
}

/** What became of one item. */
export interface Entry {
  name: string;
  what: string;
  bytes: number;
  /** Null when it is complete; else what is missing, and why. */
  note: string | null;
  sha256: string;
}

const MB = 1e6;

/**
 * A support bundle: a compressed archive with a summary, a manifest, and whatever could be had of the items within the
 * time and size allowed. What fails is noted and nothing else suffers. Everything passes the redactor, notes included.
 */
export async function makeBundle(options: BundleOptions): Promise<{ archive: Buffer; entries: Entry[] }> {
  const {
    items,
    redactor,
    clock,
    maxItemBytes = 4 * MB,
    maxBytes = 16 * MB,
    maxMs = 30_000,
    maxItemMs = 10_000,
  } = options;
  const end = clock.mono() + maxMs;
  const at = clock.wall();
  const files: ArchiveFile[] = [];
  const entries: Entry[] = [];
  let room = maxBytes;
  for (const { name, what, read } of items) {
    const { text, note } = await within(read, Math.min(maxItemMs, end - clock.mono()));
    const whole = Buffer.from(redactor.text(text));
    const most = Math.max(0, Math.min(maxItemBytes, room));
    // Of a log the end says most.
    const content = whole.length > most ? whole.subarray(whole.length - most) : whole;
    room -= content.length;
    const cut = whole.length > most ? `only the last ${content.length} of ${whole.length} bytes` : null;
    files.push({ name: `support/${name}`, content, at });
    const told = note ?? cut;
    entries.push({ name, what, bytes: content.length, note: told && redactor.text(told), sha256: digest(content) });
  }
  const manifest = Buffer.from(
    `${JSON.stringify({ made_at: new Date(at).toISOString(), secrets_removed: redactor.removed, files: entries }, null, 2)}\n`,
  );
  const summary = Buffer.from(redactor.text(summaryOf(entries, at)));
  const archive = tarOf([
    { name: 'support/README.txt', content: summary, at },
    { name: 'support/manifest.json', content: manifest, at },
    ...files,
  ]);
  return { archive: gzipSync(archive), entries };
}

async function within(read: Item['read'], ms: number): Promise<{ text: string; note: string | null }> {
  if (ms <= 0) return { text: '', note: 'left out: no time was left' };
  const signal = AbortSignal.timeout(ms);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new Error(`not had within ${Math.round(ms)} ms`));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return { text: await Promise.race([read(signal), late]), note: null };
  } catch (error) {
    return { text: '', note: `could not be had: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function summaryOf(entries: readonly Entry[], at: number): string {
  const rows = entries.map(({ name, what, bytes, note }, i) => {
    const line = `${String(i + 1).padStart(2)}. ${name.padEnd(18)} ${what}${bytes === 0 ? ' (empty)' : ''}`;
    return note ? `${line}\n    ${note}` : line;
  });
  return [
    'Hearst Control agent: support bundle',
    `made ${new Date(at).toISOString()}`,
    '',
    'Read in this order:',
    ...rows,
    '',
    'Secrets were removed. Addresses and names of machines are pseudonyms; the same one is the same machine,',
    'in other bundles of this agent too. manifest.json has sizes and checksums.',
    '',
  ].join('\n');
}
