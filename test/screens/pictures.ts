import type { Page } from 'playwright-core';
import type { Look } from '../harness/browser.ts';

/** One picture: a page in one look. */
export interface Picture {
  readonly name: string;
  readonly path: string;
  readonly look: Look;
  readonly role?: string;
  readonly isSignedOut?: boolean;
  /** What is done on the page before. */
  readonly prepare?: (page: Page) => Promise<void>;
}

type Subject = Omit<Picture, 'name' | 'look'>;

const QATAR = '/projects/QATAR-001';

/** Opens the alert of the container whose pump has stopped. */
async function openAlert(page: Page): Promise<void> {
  await page
    .getByText(/QATAR-C14/)
    .first()
    .click();
  await page.waitForTimeout(1_000);
}

/** Every page there is. */
const SUBJECTS = {
  'sign-in': { path: '/sign-in', isSignedOut: true },
  overview: { path: '/' },
  project: { path: QATAR },
  transformers: { path: `${QATAR}?tab=electrical` },
  planned: { path: '/projects/AQUA-001' },
  container: { path: `${QATAR}/containers/QATAR-C14` },
  miner: { path: `${QATAR}/miners/QATAR-C12-M051` },
  fleet: { path: `${QATAR}/fleet` },
  alerts: { path: '/alerts', prepare: openAlert },
  compare: { path: '/compare?items=container:QATAR-C14,container:QATAR-C12,container:QATAR-C13' },
  reports: { path: '/reports?project=QATAR-001' },
  agents: { path: `${QATAR}/agents` },
  people: { path: '/admin/people' },
  keys: { path: '/admin/keys' },
  channels: { path: '/admin/channels' },
  rules: { path: '/admin/rules' },
  audit: { path: '/admin/audit' },
  account: { path: '/account' },
} as const satisfies Record<string, Subject>;

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const WALL = { width: 1920, height: 1080 };

/** Each page light and dark, French and English, at the desk and on a phone. */
export function pictures(): Picture[] {
  return Object.entries(SUBJECTS).flatMap(([subject, of]) =>
    (['light', 'dark'] as const).flatMap((theme) =>
      (['en', 'fr'] as const).flatMap((language) =>
        Object.entries({ desk: DESK, phone: PHONE }).map(([size, dimensions]) => ({
          ...of,
          name: `${subject}-${theme}-${language}-${size}`,
          look: { theme, language, ...dimensions },
        })),
      ),
    ),
  );
}

type Size = 'desk' | 'phone' | 'wall';
const SIZES = { desk: DESK, phone: PHONE, wall: WALL };

/** Those of `docs/screens`: each page once or twice, every look among them. */
export function shown(): Picture[] {
  const of = (subject: keyof typeof SUBJECTS, theme: 'light' | 'dark', language: 'en' | 'fr', size: Size): Picture => {
    const { path, ...others }: Subject = SUBJECTS[subject];
    return {
      ...others,
      path: size === 'wall' ? `${path}?wall=1` : path,
      name: `${subject}-${theme}-${language}${size === 'desk' ? '' : `-${size}`}`,
      look: { theme, language, ...SIZES[size] },
    };
  };
  return [
    of('sign-in', 'dark', 'en', 'desk'),
    of('overview', 'light', 'en', 'desk'),
    of('overview', 'dark', 'fr', 'desk'),
    of('overview', 'light', 'fr', 'phone'),
    of('overview', 'dark', 'en', 'wall'),
    of('project', 'light', 'fr', 'desk'),
    of('project', 'dark', 'en', 'desk'),
    of('project', 'dark', 'fr', 'phone'),
    of('project', 'dark', 'en', 'wall'),
    of('transformers', 'light', 'en', 'desk'),
    of('planned', 'dark', 'en', 'desk'),
    of('container', 'light', 'en', 'desk'),
    of('container', 'dark', 'fr', 'desk'),
    of('container', 'light', 'en', 'phone'),
    of('miner', 'light', 'en', 'desk'),
    of('miner', 'dark', 'fr', 'phone'),
    of('fleet', 'dark', 'en', 'desk'),
    of('alerts', 'light', 'fr', 'desk'),
    of('alerts', 'dark', 'en', 'desk'),
    of('compare', 'light', 'en', 'desk'),
    of('reports', 'light', 'fr', 'desk'),
    of('agents', 'dark', 'en', 'desk'),
    of('people', 'light', 'en', 'desk'),
    of('rules', 'dark', 'fr', 'desk'),
    of('account', 'light', 'en', 'phone'),
  ];
}
