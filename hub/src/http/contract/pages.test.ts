import { afterAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../problem.ts';
import { openTestApi } from '../testing.ts';

const api = await openTestApi();
afterAll(() => api.close());

const textOf = async (path: string) => String((await api.ask(path)).body);
/** What a page asks the browser to fetch. */
const named = (html: string) =>
  [...html.matchAll(/<(?:link|script|img)\b[^>]*(?:href|src)="([^"]*)"/g)].map(([, at]) => at!);

describe('/api/docs', async () => {
  const page = await api.ask('/api/docs');
  const html = String(page.body);
  const assets = named(html).filter((at) => at !== 'data:,');

  it.each(assets)('%s comes from the hub and may be kept for ever', async (path) => {
    expect(path).toMatch(/^\/api\/docs\/[0-9a-f]{16}\/[a-z-]+\.(css|js)$/);
    const { status, headers, body } = await api.ask(path);
    expect(status).toBe(200);
    expect(String(body).length).toBeGreaterThan(50);
    expect(headers.get('Content-Type')).toBe(`text/${path.endsWith('css') ? 'css' : 'javascript'}; charset=utf-8`);
    expect(headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('Vary')).toBe('Accept-Encoding');
  });

  it('names nothing outside the hub', async () => {
    expect(assets).toHaveLength(4);
    const styles = await Promise.all(assets.filter((at) => at.endsWith('.css')).map(textOf));
    const start = await textOf(assets.find((at) => at.endsWith('start.js'))!);
    const elsewhere = /https?:\/\/[^\s"')\\]+|@import[^;]*|url\((?!["']?data:)[^)]*\)|["']\/\/[^"']*/g;
    // The name of a language, not an address.
    const svg = 'http://www.w3.org/2000/svg';
    expect([html, start, ...styles].flatMap((text) => text.match(elsewhere) ?? []).filter((at) => at !== svg)).toEqual(
      [],
    );
  });

  it('runs under a policy without inline code, eval or another origin', () => {
    const policy = page.headers.get('Content-Security-Policy')!;
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|http|\*/);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/);
  });

  it('answers 404 for another file and another version', async () => {
    for (const path of [assets[0]!.replace(/[^/]+$/, 'package.json'), '/api/docs/0000000000000000/start.js'])
      expect((await api.ask(path)).body).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe.each(['/', '/api/problems'])('%s', (path) => {
  it('shows its style, which its policy lets through, and nothing else', async () => {
    const { headers, body } = await api.ask(path);
    const policy = headers.get('Content-Security-Policy')!;
    const style = /<style>([^<]*)<\/style>/.exec(body)![1]!;
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(policy).toContain(`style-src 'sha256-${Buffer.from(hash).toString('base64')}'`);
    expect(policy).not.toContain('script-src');
    expect(named(body)).toEqual([]);
  });
});

it('/api/problems says every code in both languages, at the place that `type` leads to', async () => {
  const html = await textOf('/api/problems');
  const plain = html.replaceAll('&#39;', "'");
  for (const [code, { title }] of Object.entries(PROBLEMS)) {
    expect(plain).toContain(`<tr id="${code}">`);
    expect(plain).toContain(`<td lang="en">${title.en}</td><td lang="fr">${title.fr}</td>`);
  }
});

it("/api/problems is introduced in the reader's language", async () => {
  const { body, headers } = await api.ask('/api/problems', { headers: { 'Accept-Language': 'fr-FR,fr;q=0.9' } });
  expect(String(body)).toContain('<html lang="fr">');
  expect(String(body).replaceAll('&#39;', "'")).toContain("<h1>Erreurs de l'API</h1>");
  expect(headers.get('Content-Language')).toBe('fr');
});
