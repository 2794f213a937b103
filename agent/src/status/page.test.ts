import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBrowser, Visitor } from '../../../test/harness/browser.ts';
import { systemClock } from '../clock.ts';
import { CHECKS } from '../doctor/checks/all.ts';
import { examine } from '../doctor/examine.ts';
import { aSite, aView, running } from '../doctor/testing.ts';
import { agentAnswers } from './agent-answers.ts';
import { LocalServer } from './local-server.ts';

// The page in a real browser, of an agent whose line to the hub is down.
const there = existsSync('/usr/bin/chromium');
const HOSTILE = '<img src=x onerror=alert(1)>';

let server: LocalServer;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  if (!there) return;
  const whole = running({ phase: 'connecting', trouble: HOSTILE });
  const report = { ...whole, poller: { ...whole.poller, containers: whole.poller.containers.slice(0, 8) } };
  const view = {
    ...aView(),
    running: report,
    containers:
      aView()
        .containers?.slice(0, 8)
        .map((one, i) => (i === 4 ? { ...one, answering: 0 } : one)) ?? null,
  };
  const miner = (position: number) => ({
    id: `QATAR-C05-M${position}`,
    position,
    address: '10.20.8.1',
    model: HOSTILE,
    serial: null,
    mac: null,
    firmware: null,
    status: position % 9 === 0 ? ('offline' as const) : ('hashing' as const),
    hashrateThs: 473.2,
    temperatureC: 52,
    definition: 'antminer',
  });
  const examination = examine(CHECKS, view);
  server = new LocalServer({
    clock: systemClock,
    answers: agentAnswers({
      site: aSite(),
      report: () => report,
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      doctor: { last: () => examination, now: async () => examination },
      maintenance: () => [],
      miners: () => Array.from({ length: 28 }, (_, i) => miner(i + 1)),
    }),
  });
  origin = `http://127.0.0.1:${await server.start(0)}`;
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it.skipIf(!there)(
  'shows containers, miners, checks; in both languages, on a phone, without the line (skipped without Chromium)',
  async () => {
    const visitor = await Visitor.come(browser, origin, { language: 'fr', width: 390 });
    const { page } = visitor;
    await visitor.goto('/');
    await page.waitForSelector('#map button:nth-child(8)');
    expect(await page.textContent('#hub')).toContain('connecté');
    expect(await page.textContent('#doctor')).toContain('les 7 autres conteneurs vont bien');
    await page.click('#map button:nth-child(5)');
    await page.click('#grid button:nth-child(9)');
    expect(await page.textContent('#miner')).toContain(`QATAR-C05-M9 · sans réponse · 10.20.8.1 · ${HOSTILE}`);
    await page.click('#language');
    expect(await page.textContent('#doctor')).toContain('the 7 other containers are well');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await visitor.accessibilityFaults()).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    await server.stop();
    await page.waitForSelector('#offline:not([hidden])');
  },
  90_000,
);
