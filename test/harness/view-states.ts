import type { Page, Route } from 'playwright-core';
import { expect } from 'vitest';

/** States that every view of the dashboard has, made by what answers its requests. */

/** What the frame around every page asks; of the overview, the list of projects is its own. */
const OF_EVERY_FRAME = /\/api\/(session|events|version)/;
const OF_THE_FRAME = new RegExp(`${OF_EVERY_FRAME.source}|/api/projects(/QATAR-001)?(\\?|$)`);

/** A figure of nothing. */
const ZERO = /^0([.,]0+)?\s*(EH\/s|PH\/s|TH\/s|MW|kW|J\/TH|°C)/;

/** Null when a view whose lists are all empty says so in words, and shows no zero; else what is wrong. */
export async function saysThatThereIsNothing(page: Page, open: () => Promise<unknown>): Promise<string | null> {
  await page.route('**/api/**', emptied);
  await open();
  const words = page.locator('.empty, .first-steps');
  if (!(await appears(words))) return 'no word about it';
  if (((await words.first().textContent()) ?? '').trim() === '') return 'an empty box';
  return (await page.getByText(ZERO).count()) > 0 ? 'a zero that nobody measured' : null;
}

/** Null when a view says that it loads, then which request failed and why, and is there after trying again; else what is wrong. */
export async function loadsFailsAndComesBack(
  page: Page,
  open: () => Promise<unknown>,
  isOverview: boolean,
): Promise<string | null> {
  let mode: 'held' | 'failing' | 'well' = 'held';
  const waiting: Route[] = [];
  const handle = (route: Route): Promise<void> => {
    const url = route.request().url();
    const isFrames = (isOverview ? OF_EVERY_FRAME : OF_THE_FRAME).test(url);
    if (isFrames || mode === 'well') return route.continue();
    if (mode === 'failing') return route.fulfill(broken());
    waiting.push(route);
    return Promise.resolve();
  };
  await page.route('**/api/**', handle);
  await open();
  const loading = page.getByLabel('Loading');
  if (!(await appears(loading))) return 'does not say that it loads';
  mode = 'failing';
  await Promise.all(waiting.splice(0).map((route) => route.fulfill(broken())));
  const failure = page.getByText(/req-4711/);
  if (!(await appears(failure))) return 'does not say which request failed';
  if (!(await appears(page.getByText('It broke')))) return 'does not say what failed';
  mode = 'well';
  const retry = page.getByRole('button', { name: 'Retry' });
  for (let tries = 0; tries < 20 && (await retry.count()) > 0; tries++)
    await retry
      .first()
      .click({ timeout: 2_000 })
      .catch(() => undefined); // Gone in the meantime: another of the same query was tried.
  const gone = await expect
    .poll(() => failure.count(), { timeout: 30_000 })
    .toBe(0)
    .then(() => true)
    .catch(() => false);
  return gone ? null : 'does not come back';
}

const broken = () => ({
  status: 409,
  contentType: 'application/problem+json',
  body: JSON.stringify({ status: 409, code: 'broken', title: 'It broke', request_id: 'req-4711' }),
});

const appears = (what: ReturnType<Page['locator']>): Promise<boolean> =>
  what
    .first()
    .waitFor({ timeout: 20_000 })
    .then(() => true)
    .catch(() => false);

/** Every list as it would be with nothing in it; the project itself stays. */
async function emptied(route: Route): Promise<void> {
  const request = route.request();
  const path = new URL(request.url()).pathname;
  if (request.method() !== 'GET' || OF_EVERY_FRAME.test(path)) return route.continue();
  const answer = await route.fetch();
  const type = answer.headers()['content-type'] ?? '';
  if (!answer.ok() || !type.includes('json')) return route.fulfill({ response: answer });
  const body = (await answer.json()) as { data?: unknown };
  const isList = Array.isArray(body.data) && path !== '/api/projects';
  return route.fulfill({ response: answer, json: isList ? { ...body, data: [], next_cursor: null, total: 0 } : body });
}
