/** Scripts and styles that a page names; their names hold a hash of what they contain. */
export const assetsIn = (html: string): readonly string[] =>
  [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g)].flatMap(([, path]) =>
    path === undefined ? [] : [path],
  );

/** Whether the hub now serves another program than the one that runs here. */
export function isUpdated(html: string, running: readonly string[]): boolean {
  return assetsIn(html).some((path) => !running.includes(path));
}

/** What runs here, as the document names it. */
export function runningAssets(): readonly string[] {
  return [...document.querySelectorAll('script[src], link[href]')].map(
    (element) => new URL(element.getAttribute('src') ?? element.getAttribute('href') ?? '', location.href).pathname,
  );
}

/** Asks the hub for its page. Null: it did not answer, which is no reason to leave the last picture. */
export async function servedPage(): Promise<string | null> {
  try {
    const response = await fetch('/', { cache: 'no-store', headers: { Accept: 'text/html' } });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
