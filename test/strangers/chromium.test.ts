import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpServer } from '../../hub/src/http/server.ts';
import { openTestApi, type TestApi } from '../../hub/src/http/testing.ts';
import { hasChromium, render } from '../harness/chromium.ts';
import { needs } from '../harness/needs.ts';

const here = needs(hasChromium, "Debian's Chromium (package chromium) is not installed");

describe.skipIf(!here)('in a browser that reaches nothing but the hub', () => {
  let api: TestApi;
  let server: HttpServer;
  let origin: string;

  beforeAll(async () => {
    api = await openTestApi();
    server = new HttpServer({ app: api.app, host: '127.0.0.1', port: 0 });
    origin = `http://127.0.0.1:${(await server.start()).port}`;
  });
  afterAll(async () => {
    await server.stop();
    await api.close();
  });

  it('the page of the API shows every operation of the document, and its policy refuses nothing', async () => {
    const { body } = await api.ask('/api/openapi.json');
    const { paths } = body as { paths: Record<string, Record<string, { operationId: string }>> };
    const ids = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    const page = await render(`${origin}/api/docs`);
    expect(page.console).toEqual([]);
    expect(ids.filter((id) => !page.html.includes(`-${id}"`))).toEqual([]);
    expect(ids.length).toBeGreaterThan(5);
  });
});
