import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let admin: string;

beforeAll(async () => {
  api = await openTestApi();
  admin = await api.makeKey('super_admin');
});
afterAll(() => api.close());

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const create = (json: string) => api.ask('/api/projects', { key: admin, json });

it.each([
  ['a NUL', '{"project_id":"A-001","name":"a\\u0000b"}', '/name', 'bad_text'],
  [
    'a NUL deep in metadata',
    '{"project_id":"A-001","name":"a","metadata":{"x":["\\u0000"]}}',
    '/metadata/x/0',
    'bad_text',
  ],
  ['a NUL in a key', '{"project_id":"A-001","name":"a","metadata":{"\\u0000":1}}', '/metadata', 'bad_text'],
  ['half a surrogate pair', '{"project_id":"A-001","name":"\\ud83d"}', '/name', 'bad_text'],
  ['10,000 levels', `{"project_id":"A-001","name":"a","metadata":${nested(10_000)}}`, expect.any(String), 'too_deep'],
])('%s is refused at its place', async (_, json, pointer, code) => {
  const { status, body } = await create(json);
  expect(status).toBe(422);
  expect(body).toMatchObject({ code: 'invalid_request', errors: [{ pointer, code }] });
});

it('what people write down is kept as it is', async () => {
  const metadata = JSON.parse(nested(20));
  const made = await create(JSON.stringify({ project_id: 'A-001', name: "Robert'); drop table 🙂", metadata }));
  expect(made.body).toMatchObject({ name: "Robert'); drop table 🙂", metadata });
});
