import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Live } from './live.ts';
import { liveOf } from './live-meta.ts';

/** A stream whose messages tests send. */
class Stream {
  static last: Stream;
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    Stream.last = this;
  }
  close(): void {}
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const READING = {
  type: 'snapshot',
  project_id: 'QATAR-001',
  container_id: 'QATAR-C01',
  at: '2026-11-26T12:00:00.000Z',
};
let queries: QueryClient;
let live: Live;
const large = vi.fn(async () => 1);
const small = vi.fn(async () => 1);

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  queries = new QueryClient();
  live = new Live(queries);
  live.start();
  const watch = (name: string, queryFn: () => Promise<number>, every: number) => {
    const meta = liveOf('snapshot').in('QATAR-001').atMostEvery(every);
    return queries.fetchQuery({ queryKey: [name], queryFn, meta });
  };
  await Promise.all([watch('large', large, 60_000), watch('small', small, 0)]);
});
afterEach(() => {
  live.stop();
  queries.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const isStale = (name: string): boolean => queries.getQueryState([name])?.isInvalidated ?? false;

it('what is large waits for its turn, and is asked again once however much was told', async () => {
  for (const _ of [1, 2, 3]) {
    Stream.last.say(READING);
    await vi.advanceTimersByTimeAsync(2_000);
  }
  expect([isStale('small'), isStale('large')]).toEqual([true, false]);
  const again = vi.spyOn(queries, 'invalidateQueries');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(isStale('large')).toBe(true);
  expect(again).toHaveBeenCalledTimes(1);
});

it('nothing is asked once the stream has been closed', async () => {
  Stream.last.say(READING);
  await vi.advanceTimersByTimeAsync(2_000);
  live.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(isStale('large')).toBe(false);
});
