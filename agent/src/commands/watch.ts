import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from './command.ts';

export interface WatchOptions {
  terminal: Terminal;
  json: boolean;
  everyMs: number;
  /** Ends the watching. */
  signal: AbortSignal;
}

/** One screenful: for people, and for programs. */
export interface Frame {
  text: string;
  data: unknown;
}

/**
 * Shows a thing again and again until it is told to stop: on a terminal the screen is drawn anew, with `--json` each is
 * one document a line, and elsewhere they follow one another.
 */
export async function watch(
  look: () => Promise<Frame>,
  { terminal, json, everyMs, signal }: WatchOptions,
): Promise<void> {
  while (!signal.aborted) {
    const { text, data } = await look();
    if (json) terminal.out(`${JSON.stringify(data)}\n`);
    else
      terminal.out(terminal.screen ? `${HOME}${text.replaceAll('\n', `${CLEAR_REST}\n`)}${CLEAR_BELOW}` : `${text}\n`);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined); // ends early when told to
  }
}

const HOME = '\u001b[H';
const CLEAR_REST = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Aborted by the first SIGINT or SIGTERM. */
export function untilSignal(): { signal: AbortSignal; forget: () => void } {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  return { signal: stop.signal, forget: () => process.off('SIGINT', end).off('SIGTERM', end) };
}
