import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';

/** Throughput in bytes per second, latency in ms. */
export interface Network {
  readonly latency: number;
  readonly downloadThroughput: number;
  readonly uploadThroughput: number;
}

const megabits = (count: number): number => (count * 1e6) / 8;

const UNBOUND: Network = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

/** As WebPageTest has them (4G: 9 Mbit/s, 170 ms), an office's wireless net, and this machine itself. */
export const NETWORKS: Record<string, { readonly network: Network; readonly limit: number | null }> = {
  'this machine': { network: UNBOUND, limit: null },
  'office Wi-Fi (30 Mbit/s, 20 ms)': {
    network: { latency: 20, downloadThroughput: megabits(30), uploadThroughput: megabits(15) },
    limit: 2_000,
  },
  '4G (9 Mbit/s, 170 ms)': {
    network: { latency: 170, downloadThroughput: megabits(9), uploadThroughput: megabits(9) },
    limit: 4_000,
  },
};

/** One entry of a trace, µs; `tdur` is CPU time. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** How long something took, ms: by the clock, and of the CPU for the page's main thread. */
export interface Taken {
  readonly clock: number;
  readonly work: number;
}

/** What a page costs in the browser, told by its debugging protocol. */
export class PageMeter {
  readonly #page: Page;
  readonly #session: CDPSession;
  #scriptBytes = 0;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async of(page: Page): Promise<PageMeter> {
    const session = await page.context().newCDPSession(page);
    // CPU time: what else the machine does is not the page's.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await session.send('Network.enable');
    await session.send('HeapProfiler.enable');
    const meter = new PageMeter(page, session);
    meter.#countScripts();
    return meter;
  }

  /** What came over the wire as script in the last fresh load, bytes. */
  get scriptBytes(): number {
    return this.#scriptBytes;
  }

  #countScripts(): void {
    const scripts = new Set<string>();
    this.#session.on('Network.responseReceived', ({ requestId, type }) => {
      if (type === 'Script') scripts.add(requestId);
    });
    this.#session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.delete(requestId)) this.#scriptBytes += encodedDataLength;
    });
  }

  /**
   * Loads a page with an empty cache.
   *
   * @param isThere selector of what has to stand there with a digit in it
   */
  async loadFresh(
    network: Network,
    load: () => Promise<unknown>,
    isThere: string,
  ): Promise<{ interactiveMs: number; firstPaintMs: number }> {
    await this.#page.goto('about:blank');
    await this.#session.send('Network.clearBrowserCache');
    await this.#session.send('Network.emulateNetworkConditions', { offline: false, ...network });
    this.#scriptBytes = 0;
    await load();
    const interactiveMs = await this.#page.evaluate<number>(untilThere(isThere));
    const firstPaintMs = await this.#page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    await this.#session.send('Network.emulateNetworkConditions', { offline: false, ...UNBOUND });
    return { interactiveMs, firstPaintMs };
  }

  /**
   * From the event of a click until the frame in which something is painted.
   *
   * @param what selector of what has to be there; of a line that is there already, which has to be another one
   */
  async untilPainted(click: () => Promise<unknown>, what: string): Promise<Taken> {
    const { events, result: clock } = await this.#traced(['blink.user_timing'], async () => {
      const painted = this.#page.evaluate<number>(fromClickUntil(what));
      await click();
      return painted;
    });
    const [clicked, painted] = [CLICKED, PAINTED].map((mark) => events.find(({ name }) => name === mark)?.ts ?? NaN);
    const between = tasksOf(events).filter(({ ts, dur = 0 }) => ts + dur > clicked! && ts < painted!);
    if (between.length === 0) throw new Error('the trace holds nothing between the click and its frame');
    return { clock, work: between.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000 };
  }

  /** The part of a core that the page takes while nobody touches it, over two rounds of live updates. */
  async idle(): Promise<number> {
    const [before, begun] = [await this.taskSeconds(), performance.now()];
    await sleep(10_000);
    return ((await this.taskSeconds()) - before) / ((performance.now() - begun) / 1000);
  }

  /**
   * How long the page's main thread works for what follows from something within half a second: CPU time, ms.
   *
   * @param idle what it does anyway, as a part of a core; left out of it
   */
  async workOf(action: () => Promise<unknown>, idle: number): Promise<number> {
    const [before, begun] = [await this.taskSeconds(), performance.now()];
    await action();
    await sleep(500);
    return ((await this.taskSeconds()) - before) * 1000 - idle * (performance.now() - begun);
  }

  /** The work of the main thread so far, CPU seconds: scripts, styles, layout, painting. */
  async taskSeconds(): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  }

  /** The longest task of the page's main thread in each of so many stretches of time: CPU time, ms. */
  async longestTasks(stretches: number, seconds: number): Promise<number[]> {
    const { events } = await this.#traced([], () => sleep(stretches * seconds * 1000));
    const tasks = tasksOf(events);
    const begun = Math.min(...tasks.map(({ ts }) => ts));
    return Array.from({ length: stretches }, (_, i) => {
      const within = tasks.filter(({ ts }) => Math.floor((ts - begun) / (seconds * 1e6)) === i);
      if (within.length === 0) throw new Error(`the trace holds no task of the page in stretch ${i + 1}`);
      return Math.max(...within.map(({ tdur = 0 }) => tdur)) / 1000;
    });
  }

  /** What happened in the browser during something. */
  async #traced<Result>(
    categories: readonly string[],
    during: () => Promise<Result>,
  ): Promise<{ events: readonly TraceEvent[]; result: Result }> {
    const browser = this.#page.context().browser();
    if (browser === null) throw new Error('the page has no browser of its own');
    await browser.startTracing(this.#page, { categories: ['toplevel', '__metadata', ...categories] });
    const result = await during();
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    return { events: traceEvents, result };
  }

  /** Bytes of the page's heap that are alive. */
  async heapAfterCollection(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  }
}

/** Everything that the main threads of pages did, one task after the other. */
function tasksOf(events: readonly TraceEvent[]): TraceEvent[] {
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  return events.filter(({ name, pid, tid }) => /RunTask$/.test(name) && main.has(`${pid}/${tid}`));
}

/** Marks in a trace. */
const CLICKED = 'hearst clicked';
const PAINTED = 'hearst painted';

/** Runs in the page: ms since the load until digits stand at a selector and the page has time for another task. */
const untilThere = (selector: string): string => `new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('nothing there after a minute: ' + ${JSON.stringify(selector)})), 60_000);
  const look = () => {
    const found = [...document.querySelectorAll(${JSON.stringify(selector)})].some(({ textContent }) => /\\d/.test(textContent));
    if (found) setTimeout(() => resolve(performance.now()), 0);
    else requestAnimationFrame(look);
  };
  look();
})`;

/** Runs in the page: ms from the next click until the frame with a selector, or with another line there, was painted. */
const fromClickUntil = (selector: string): string => `new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('nothing there after a minute: ' + ${JSON.stringify(selector)})), 60_000);
  const lineOf = (found) => found?.getAttribute('d') ?? null;
  const before = lineOf(document.querySelector(${JSON.stringify(selector)}));
  let begun = NaN;
  addEventListener('click', ({ timeStamp }) => { begun = timeStamp; performance.mark('${CLICKED}'); }, { once: true, capture: true });
  const look = () => {
    const found = document.querySelector(${JSON.stringify(selector)});
    const isPainted = found !== null && (before === null || lineOf(found) !== before);
    // A frame is painted right after what it calls, and before the next task.
    if (!Number.isNaN(begun) && isPainted)
      setTimeout(() => { performance.mark('${PAINTED}'); resolve(performance.now() - begun); }, 0);
    else requestAnimationFrame(look);
  };
  look();
})`;
