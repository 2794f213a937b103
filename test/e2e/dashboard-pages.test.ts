import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Look } from '../harness/browser.ts';
import { hasChromium } from '../harness/chromium.ts';
import { dashboardSite } from '../harness/dashboard-site.ts';
import { needs } from '../harness/needs.ts';
import { loadsFailsAndComesBack, saysThatThereIsNothing } from '../harness/view-states.ts';

/** Every page of the dashboard opens by its address, in both themes and languages, passes axe, and has its states. */

const here = needs(hasChromium, "Debian's Chromium (package chromium) is not installed");
const QATAR = '/projects/QATAR-001';

const PAGES = [
  '/',
  QATAR,
  `${QATAR}?tab=electrical`,
  `${QATAR}?tab=miners`,
  `${QATAR}?tab=alerts`,
  `${QATAR}?tab=activity`,
  `${QATAR}?tab=configuration`,
  '/projects/AQUA-001',
  `${QATAR}/containers/QATAR-C01`,
  `${QATAR}/miners/QATAR-C01-M001`,
  `${QATAR}/fleet`,
  `${QATAR}/agents`,
  '/alerts',
  '/compare?items=container:QATAR-C01,project:QATAR-001',
  '/reports?project=QATAR-001',
  '/agents',
  '/admin/people',
  '/admin/keys',
  '/admin/channels',
  '/admin/rules',
  '/admin/silences',
  '/admin/audit',
  '/account',
] as const;

/** Pages that are nothing but a list, or several, and so may be empty. */
const LISTS = [
  '/',
  QATAR,
  `${QATAR}?tab=electrical`,
  `${QATAR}?tab=miners`,
  `${QATAR}?tab=alerts`,
  `${QATAR}?tab=activity`,
  `${QATAR}/agents`,
  '/alerts',
  '/agents',
  '/admin/people',
  '/admin/keys',
  '/admin/channels',
  '/admin/silences',
  '/admin/audit',
] as const;

describe.skipIf(!here)('every page of the dashboard', () => {
  const site = dashboardSite({ pollSeconds: 10 });

  it('passes axe and fits the screen: English, light; French, dark; French, light, on a phone', async () => {
    const looks = [
      { language: 'en', theme: 'light', width: 1440 },
      { language: 'fr', theme: 'dark', width: 1440 },
      { language: 'fr', theme: 'light', width: 390 },
    ] as const;
    // Three people at once: most of the time is waiting.
    const found = await Promise.all(looks.map((look) => faultsOf(look)));
    expect(found).toEqual(looks.map(() => ({})));
  }, 300_000);

  /** What is wrong on each page in one look, by its address. */
  const faultsOf = async (look: Look): Promise<Record<string, readonly string[]>> => {
    const stranger = await site.stranger(look);
    await stranger.goto('/sign-in');
    await stranger.page.getByRole('heading', { name: look.language === 'fr' ? 'Connexion' : 'Sign in' }).waitFor();
    const found: Record<string, readonly string[]> = {};
    const note = (path: string, faults: readonly string[]): void => {
      if (faults.length > 0) found[path] = faults;
    };
    note('/sign-in', await stranger.accessibilityFaults());
    const visitor = await site.visitor(look);
    const { page } = visitor;
    for (const path of PAGES) {
      await visitor.goto(path);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      // Everything has come, and is drawn.
      await page.locator('.sk').first().waitFor({ state: 'detached' });
      await page.waitForTimeout(300);
      expect(await page.getAttribute('html', 'lang')).toBe(look.language);
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      const chosenTabs = await page.locator('.tabs').locator('[aria-selected="true"], [aria-current="page"]').count();
      note(path, [
        ...(await visitor.accessibilityFaults()),
        ...(overflow > 0 ? [`${overflow} px wider than the screen`] : []),
        ...(chosenTabs > 1 ? [`${chosenTabs} tabs look chosen`] : []),
      ]);
    }
    return found;
  };

  it('what a viewer may not see says what it takes, instead of showing anything', async () => {
    const visitor = await site.visitor({ role: 'viewer' });
    const { page } = visitor;
    for (const path of [
      `${QATAR}/miners/QATAR-C01-M001`,
      `${QATAR}/fleet`,
      '/alerts',
      '/reports',
      '/agents',
      '/admin/people',
    ]) {
      await visitor.goto(path);
      await page
        .getByText(/Super admin/i)
        .first()
        .waitFor();
      expect(await page.getByRole('alert').count(), path).toBe(0);
    }
  });

  it('an address that is none says so', async () => {
    const visitor = await site.visitor();
    await visitor.goto('/projects/NOWHERE-001');
    await visitor.page.getByRole('alert').first().waitFor();
    visitor.forgive(/status of 404/);
  });

  it('on the wall there is neither rail nor bar, and Escape brings them back', async () => {
    const visitor = await site.visitor({ role: 'viewer', theme: 'light' });
    const { page } = visitor;
    await visitor.goto('/?wall=1');
    await page.getByRole('heading', { name: 'Hearst Qatar Mining' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
  });

  it('shows that it loads, then which request failed and why, and is there after trying again', async () => {
    const views = PAGES.filter((path) => path !== '/projects/AQUA-001');
    expect(await onEach(views, (page, open, path) => loadsFailsAndComesBack(page, open, path === '/'))).toEqual({});
  }, 240_000);

  it('that lists something says so in words when there is nothing, and shows no zero for what nobody measured', async () => {
    expect(await onEach(LISTS, saysThatThereIsNothing)).toEqual({});
  }, 240_000);

  /** What is wrong on each view, by its address: three people share them, since most of the time is waiting. */
  const onEach = async (
    paths: readonly string[],
    look: (page: Page, open: () => Promise<unknown>, path: string) => Promise<string | null>,
  ): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    const left = [...paths];
    await Promise.all(
      [0, 1, 2].map(async () => {
        const visitor = await site.visitor();
        for (let path = left.shift(); path !== undefined; path = left.shift()) {
          const to = path;
          const fault = await look(visitor.page, () => visitor.goto(to), to);
          await visitor.page.unrouteAll({ behavior: 'ignoreErrors' });
          if (fault !== null) found[to] = fault;
        }
      }),
    );
    return found;
  };
});
