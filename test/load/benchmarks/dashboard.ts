import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { admitUsers, demoUsers } from '../../demo/users.ts';
import { startBrowser, Visitor } from '../../harness/browser.ts';
import { buildDashboard } from '../../harness/dashboard.ts';
import { until } from '../../harness/until.ts';
import { World } from '../../harness/world.ts';
import { atMost, type Benchmark, type BenchmarkContext, forReference, median, type Result } from '../benchmark.ts';
import { generateHistory, type Stretch } from '../history.ts';
import { Lines } from '../lines.ts';
import { NETWORKS, PageMeter, type Taken } from '../page-meter.ts';

/** Seconds between two polls of every miner: live updates come that often. */
const POLL_S = 5;
const MINUTES = 15;
/** The heap is read this often, seconds, each time after a collection. */
const SAMPLE_S = 20;
/** What was answered is kept for five minutes: only then does as much go as comes. */
const WARM_UP_S = 330;
/** A week on a wall may add this much, MB. */
const WEEK_MB = 200;
const HOURS_A_WEEK = 168;
const FRAME_MS = 1000 / 60;
/** So many updates are looked at: two minutes, in which charts are drawn anew and the browser collects its garbage too. */
const UPDATES = 24;

const QATAR = '/projects/QATAR-001';
/** What a year's chart of the project shows. */
const YEAR: readonly Stretch[] = [
  { scope: 'project', resolution: 86_400, days: 365 },
  { scope: 'project', resolution: 3600, days: 365 },
  { scope: 'project', resolution: 300, days: 2 },
];

async function measure({ folder, options, say }: BenchmarkContext): Promise<Result[]> {
  buildDashboard();
  const users = demoUsers('', {});
  const [{ email, password } = { email: '', password: '' }] = users;
  const world = await World.create({
    folder: join(folder, 'world'),
    containers: 58,
    pollSeconds: POLL_S,
    noise: true,
    hubEnv: { HEARST_ADMIN_EMAIL: email, HEARST_ADMIN_PASSWORD: password },
  });
  const browser = await startBrowser();
  try {
    await world.start();
    await admitUsers(world, users);
    await until(
      async () => {
        const { data } = await world.api<{ data: { observed_at: string | null }[] }>(
          '/api/projects/QATAR-001/containers',
        );
        return data.length === 58 && data.every(({ observed_at: at }) => at !== null);
      },
      { withinMs: 180_000, everyMs: 500, what: () => `all containers\n${world.agent.tail()}` },
    );
    say('the whole of Qatar reports');
    await generateHistory(world.databaseUrl(), YEAR);
    const person = users.find(({ role }) => role === 'super_admin')!;
    const visitor = await Visitor.come(browser, world.httpUrl);
    await visitor.signIn(person);
    const meter = await PageMeter.of(visitor.page);
    const results = [
      ...(await firstLoad(visitor, meter, say)),
      ...(await interactions(visitor, meter, say)),
      ...(await onTheWall(visitor, meter, Number(options.minutes ?? MINUTES), say)),
    ];
    if (visitor.complaints.length > 0) throw new Error(`the pages complained:\n${visitor.complaints.join('\n')}`);
    return results;
  } finally {
    await browser.close();
    await world.stop();
  }
}

/** The overview from nothing, over three networks: until its figures stand there and the page answers. */
async function firstLoad(visitor: Visitor, meter: PageMeter, say: (line: string) => void): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, { network, limit }] of Object.entries(NETWORKS)) {
    const times: number[] = [];
    const paints: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { interactiveMs, firstPaintMs } = await meter.loadFresh(network, () => visitor.goto('/'), TOTALS);
      times.push(interactiveMs);
      paints.push(firstPaintMs);
    }
    say(`${name}: first paint ${median(paints).toFixed(0)} ms, interactive ${median(times).toFixed(0)} ms`);
    results.push(
      limit === null
        ? forReference(`dashboard: interactive, ${name}`, median(times), 'ms')
        : atMost(`dashboard: interactive, ${name}`, median(times), 'ms', limit),
      forReference(`dashboard: first paint, ${name}`, median(paints), 'ms'),
    );
  }
  return [atMost('dashboard: script of the first load, gzip', meter.scriptBytes / 1024, 'KiB', 250), ...results];
}

/** Where figures of the overview stand once they are there. */
const TOTALS = '.kpi:nth-child(2) .kpi-v';

async function interactions(visitor: Visitor, meter: PageMeter, say: (line: string) => void): Promise<Result[]> {
  const { page } = visitor;
  const results: Result[] = [];
  const told = (name: string, ms: number, limit: number): void => {
    say(`${name}: ${ms.toFixed(1)} ms`);
    results.push(atMost(`dashboard: ${name}`, ms, 'ms', limit));
  };

  // Every page once, so that it is in the cache.
  const link = page.locator(`a.rail-i[href="${QATAR}"]`);
  const home = page.locator('a.rail-i[href="/"]');
  await link.click();
  await settled(page);
  await home.click();
  await settled(page);
  const changes: Taken[] = [];
  for (let round = 0; round < 5; round++) {
    changes.push(await meter.untilPainted(() => link.click(), '.tiles [data-cell]'));
    await settled(page);
    await home.click();
    await settled(page);
  }
  told('page change from cache, work until it is painted', median(changes.map(({ work }) => work)), 100);
  results.push(
    forReference('dashboard: page change from cache, by the clock', median(changes.map(({ clock }) => clock)), 'ms'),
  );

  await visitor.goto(`${QATAR}?range=1y`);
  await settled(page);
  const presets = page.locator('.seg button');
  const year = presets.filter({ hasText: /^1\s*y$/ }).first();
  const month = presets.filter({ hasText: /^30\s*d$/ }).first();
  const draws: Taken[] = [];
  for (let round = 0; round < 5; round++) {
    await month.click();
    await settled(page);
    draws.push(await meter.untilPainted(() => year.click(), '.chart path.ln'));
    await settled(page);
  }
  told('chart of a year, work until it is painted', median(draws.map(({ work }) => work)), 50);
  results.push(forReference('dashboard: chart of a year, by the clock', median(draws.map(({ clock }) => clock)), 'ms'));

  await visitor.goto(`${QATAR}/fleet`);
  await settled(page);
  const ofFleet = await meter.idle();
  const fleet: number[] = [];
  for (let round = 0; round < 5; round++) {
    fleet.push(await meter.workOf(() => page.keyboard.press('+'), ofFleet));
    fleet.push(await meter.workOf(() => page.keyboard.press('-'), ofFleet));
  }
  told('fleet map of 17,864, drawn anew', median(fleet), 50);

  for (const [name, path] of [
    ['58 tiles', QATAR],
    ['308 cells', `${QATAR}/containers/QATAR-C12`],
  ] as const) {
    await visitor.goto(path);
    await settled(page);
    const tasks = await meter.longestTasks(UPDATES, POLL_S);
    told(`live update of ${name}, its longest task`, median(tasks), Math.ceil(FRAME_MS * 10) / 10);
    results.push(forReference(`dashboard: the worst of ${UPDATES} updates of ${name}`, Math.max(...tasks), 'ms'));
  }
  return results;
}

/** The overview on a wall, live: what it costs, and whether its memory grows. */
async function onTheWall(
  visitor: Visitor,
  meter: PageMeter,
  minutes: number,
  say: (line: string) => void,
): Promise<Result[]> {
  await visitor.goto('/?wall=1');
  await settled(visitor.page);
  await sleep(WARM_UP_S * 1000);
  const heap = new Lines();
  const begun = performance.now();
  const taskBefore = await meter.taskSeconds();
  let collecting = 0;
  while (performance.now() - begun < minutes * 60_000) {
    await sleep(SAMPLE_S * 1000);
    const before = await meter.taskSeconds();
    const bytes = await meter.heapAfterCollection();
    collecting += (await meter.taskSeconds()) - before;
    heap.add((performance.now() - begun) / 3_600_000, bytes / 1e6);
  }
  const seconds = (performance.now() - begun) / 1000;
  const share = ((await meter.taskSeconds()) - taskBefore - collecting) / seconds;
  const { slope, error, mean } = heap.fit();
  say(
    `heap ${mean.toFixed(1)} MB, ${slope.toFixed(2)} +- ${error.toFixed(2)} MB/h; ${(share * 100).toFixed(2)} % of a core`,
  );
  return [
    atMost('dashboard: live updates, share of a core', share * 100, '%', 5),
    forReference('dashboard: heap after a collection', mean, 'MB'),
    forReference('dashboard: standard error of its growth', error, 'MB/h'),
    atMost(
      `dashboard: growth of the heap (${minutes} min at a ${POLL_S} s poll)`,
      slope,
      'MB/h',
      WEEK_MB / HOURS_A_WEEK,
    ),
  ];
}

/** Until nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(1_500);
}

export default {
  name: 'dashboard',
  about: `the dashboard in Debian's Chromium beside the whole of Qatar at a ${POLL_S} s poll: size, loading, drawing, memory (--minutes N)`,
  run: measure,
} satisfies Benchmark;
