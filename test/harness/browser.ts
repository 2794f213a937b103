import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, which reaches this machine alone. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

export interface Look {
  readonly language?: 'en' | 'fr';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A browser of one person: its pages, and what none of them may do. */
export class Visitor {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests that left the hub's origin. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;
  readonly #origin: string;

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.page = page;
    this.#origin = origin;
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4(0[139]|12|22)/.test(message.text()))
        this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.origin !== this.#origin) this.complaints.push(`left for ${url}`);
    });
  }

  static async come(browser: Browser, origin: string, look: Look = {}): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
      colorScheme: look.theme ?? 'light',
      locale: look.language === 'fr' ? 'fr-FR' : 'en-GB',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(45_000);
    return new Visitor(context, await context.newPage(), origin);
  }

  async signIn({ email, password }: { email: string; password: string }): Promise<void> {
    await this.page.goto(`${this.#origin}/sign-in`);
    await this.page.fill('input[type=email]', email);
    await this.page.fill('input[autocomplete=current-password]', password);
    await this.page.click('button[type=submit]');
    await this.page.waitForURL(`${this.#origin}/`);
  }

  goto(path: string): Promise<unknown> {
    return this.page.goto(this.#origin + path);
  }

  /** What axe finds against WCAG 2.2 AA on the page as it is: `rule: element`. */
  async accessibilityFaults(): Promise<string[]> {
    await this.page.evaluate(AXE);
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        resultTypes: ['violations'],
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
      );
    });
  }

  /** Takes back complaints about trouble that a test has made itself. */
  forgive(trouble: RegExp): void {
    const others = this.complaints.filter((complaint) => !trouble.test(complaint));
    this.complaints.splice(0, this.complaints.length, ...others);
  }

  leave(): Promise<void> {
    return this.#context.close();
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
