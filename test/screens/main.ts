import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import type { DemoFile } from '../demo/demo-file.ts';
import { startBrowser, Visitor } from '../harness/browser.ts';
import { root } from '../harness/process.ts';
import { until } from '../harness/until.ts';
import { type Picture, pictures, shown } from './pictures.ts';

/**
 * `pnpm screens`: pictures of the dashboard beside a running `npm start`, those of the README, or with `--every` each
 * page in every look. A pump stops at the site for the while.
 */
const HELP = `pnpm screens [--every] [--out FOLDER] [NAME...]     beside a running npm start

  --every        each page light and dark, French and English, desk and phone, instead of those of docs/screens
  --out FOLDER   where they go (docs/screens; with --every hearst-screens in the folder for temporary files)
  NAME           only pictures whose name begins so

The running demo is found by HEARST_DATA_DIR (./data). Start it with --backlog 24 to have a day's history in the charts.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2).filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      every: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const folder = resolve(values.out ?? (values.every ? join(tmpdir(), 'hearst-screens') : join(root, 'docs/screens')));
  mkdirSync(folder, { recursive: true });
  const demo = running();
  await stopPump(demo);
  const wanted = (values.every ? pictures() : shown()).filter(
    ({ name }) => positionals.length === 0 || positionals.some((begin) => name.startsWith(begin)),
  );
  const browser = await startBrowser();
  try {
    for (const picture of wanted) {
      const bytes = await take(browser, demo, picture);
      writeFileSync(join(folder, `${picture.name}.webp`), bytes);
      console.log(`${picture.name}.webp  ${Math.round(bytes.length / 1024)} kB`);
    }
  } finally {
    await browser.close();
  }
}

function running(): DemoFile {
  const file = join(resolve(root, process.env.HEARST_DATA_DIR || './data'), 'demo.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoFile;
  } catch {
    throw new Error(`There is no ${file}: start the demo with npm start, and run this beside it.`);
  }
}

/** Stops a container's pump until that is an alert: something has to be wrong in pictures of alerts. */
async function stopPump({ url, site, api_key: key }: DemoFile): Promise<void> {
  const ask = (path: string) => fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
  const isTold = async (): Promise<boolean> => {
    const { data } = (await (await ask('/api/alerts?rule=pump_stopped&status=active,acknowledged')).json()) as {
      data: unknown[];
    };
    return data.length > 0;
  };
  if (await isTold()) return;
  console.log('Stopping a pump at the site ...');
  const fault = { target: 'QATAR-C14', kind: 'pump-stop', for_s: 1_800 };
  const asked = await fetch(`${site}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!asked.ok) throw new Error(`the site refuses a fault: ${await asked.text()}`);
  await until(isTold, { withinMs: 300_000, everyMs: 2_000, what: () => 'the alert of a stopped pump' });
}

async function take(browser: Browser, { url, users }: DemoFile, picture: Picture): Promise<Buffer> {
  const { path, look, role = 'super_admin', prepare, isSignedOut = false } = picture;
  const person = users.find((user) => user.role === role);
  if (person === undefined) throw new Error(`demo.json has nobody who is ${role}`);
  const visitor = await Visitor.come(browser, url, look);
  try {
    if (!isSignedOut) await visitor.signIn(person);
    await visitor.goto(path);
    await visitor.page.locator('h1').first().waitFor({ state: 'attached', timeout: 30_000 });
    await visitor.page.locator('.sk').first().waitFor({ state: 'detached', timeout: 30_000 });
    await visitor.page.waitForTimeout(2_000);
    await prepare?.(visitor.page);
    if (visitor.complaints.length > 0) console.error(`${picture.name}: ${visitor.complaints.join('\n')}`);
    const session = await visitor.page.context().newCDPSession(visitor.page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
    return Buffer.from(data, 'base64');
  } finally {
    await visitor.leave();
  }
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
