import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpServer } from './server.ts';
import { openTestApi, type TestApi } from './testing.ts';

/** Bodies as they come over a socket: of no length that is said, of none at all. */
let api: TestApi;
let server: HttpServer;
let port: number;
let key: string;

beforeAll(async () => {
  api = await openTestApi();
  server = new HttpServer({ app: api.app, host: '127.0.0.1', port: 0 });
  ({ port } = await server.start());
  key = await api.makeKey('super_admin');
});
afterAll(async () => {
  await server.stop();
  await api.close();
});

/** Sends pieces without saying how long they are together (`Transfer-Encoding: chunked`); none: no body and no length. */
function send(method: string, path: string, pieces: readonly string[]): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${key}`,
      ...(pieces.length > 0 && { 'Content-Type': 'application/json' }),
    };
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on('error', reject);
    if (pieces.length === 0) asked.useChunkedEncodingByDefault = false;
    for (const piece of pieces) asked.write(piece);
    asked.end();
  });
}

describe('a body that does not say how long it is', () => {
  it('is read in pieces', async () => {
    const { status, body } = await send('POST', '/api/projects', ['{"project_id": "PIECE-001",', ' "name": "Pièces"}']);
    expect({ status, name: JSON.parse(body).name }).toEqual({ status: 201, name: 'Pièces' });
  });

  it('is refused as soon as it is too large', async () => {
    const piece = 'x'.repeat(30_000);
    const { status, body } = await send('POST', '/api/projects', [piece, piece, piece]);
    expect({ status, code: JSON.parse(body).code }).toEqual({ status: 413, code: 'too_large' });
  });

  it('may be none at all', async () => {
    expect(await send('DELETE', '/api/session', [])).toEqual({ status: 204, body: '' });
    expect((await send('DELETE', '/api/projects/PIECE-001', [])).status).toBe(204);
  });
});
