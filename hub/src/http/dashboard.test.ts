import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { readDashboard } from './dashboard-files.ts';
import { openTestApi, type TestApi } from './testing.ts';

const folder = temporaryFolder('built');
let api: TestApi;
let plain: TestApi;

beforeAll(async () => {
  mkdirSync(join(folder.path, 'assets'));
  writeFileSync(join(folder.path, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder.path, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder.path, 'assets/index-abc.js'), 'const a = "é";');
  api = await openTestApi({ dashboard: readDashboard(folder.path) });
  plain = await openTestApi();
});
afterAll(async () => {
  await api.close();
  await plain.close();
  folder[Symbol.dispose]();
});

it.each(['/', '/sign-in', '/alerts?alert=1', '/projects/QATAR-001/containers/QATAR-C01'])(
  'answers the page at %s, under a policy without inline script or style',
  async (path) => {
    const { status, headers, body } = await api.ask(path);
    expect([status, body]).toEqual([200, '<!doctype html><title>page</title>']);
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('Cache-Control')).toBe('no-cache');
  },
);

it('keeps what has its content in its name for ever, and knows nothing else', async () => {
  const script = await api.ask('/assets/index-abc.js');
  expect([script.status, script.headers.get('Content-Type'), script.headers.get('Cache-Control')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'public, max-age=31536000, immutable',
  ]);
  expect(script.body).toBe('const a = "é";');
  for (const path of ['/assets/other.js', '/assets/..%2findex.html', '/nothing', '/assets'])
    expect((await api.ask(path)).status, path).toBe(404);
});

it('is not in the way of the API', async () => {
  expect((await api.ask('/api/projects')).status).toBe(401);
  expect((await api.ask('/api/nothing')).body).toMatchObject({ code: 'not_found' });
});

it('leaves the plain page where it was not built', async () => {
  expect(readDashboard(join(folder.path, 'nowhere'))).toBeNull();
  expect((await plain.ask('/')).body).toContain('The hub, version');
  expect((await plain.ask('/alerts')).status).toBe(404);
});
