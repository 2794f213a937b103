import { afterEach, expect, it, vi } from 'vitest';
import type { Alert } from './alerts.ts';
import { take, takeBack } from './taking.ts';

const alert = (id: number, given: Partial<Alert> = {}): Alert =>
  ({ id, status: 'active', assignee: null, ...given }) as Alert;

/** What the hub is asked, and answers. */
function hub(answer: object) {
  const asked: { path: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(String(init.body)) });
    return Promise.resolve(new Response(JSON.stringify(answer)));
  });
  return asked;
}
afterEach(() => {
  vi.unstubAllGlobals();
});

it('one is acknowledged by who has it then, and taken back with that', async () => {
  const asked = hub({ id: 7, acknowledged_by: 'Ines' });
  const taken = await take([alert(7)], 'Ines');
  expect(taken).toMatchObject({ count: 1, by: null, undoable: [7] });
  await takeBack(taken);
  expect(asked).toEqual([
    { path: '/api/alerts/7/acknowledge', body: { assignee: 'Ines' } },
    { path: '/api/alerts/7/unacknowledge', body: { assignee: null } },
  ]);
});

it('what somebody else has stays theirs', async () => {
  const asked = hub({ id: 7, acknowledged_by: 'Ines' });
  await takeBack(await take([alert(7, { assignee: 'Omar' })], 'Ines'));
  expect(asked.map(({ body }) => body)).toEqual([{}, {}]);
});

it('what somebody else has acknowledged first is not to be taken back', async () => {
  hub({ id: 7, acknowledged_by: 'Omar' });
  expect(await take([alert(7)], 'Ines')).toMatchObject({ by: 'Omar', undoable: [] });
});

it('of several those are taken back that were acknowledged now', async () => {
  const done = (id: number, isDone: boolean) => ({ id, done: isDone, problem: null });
  const asked = hub({ data: [done(1, true), done(2, true), done(3, false), done(4, true)], done: 3, refused: 1 });
  const taken = await take([alert(1), alert(2), alert(3), alert(4, { status: 'acknowledged' })], 'Ines');
  expect(taken.undoable).toEqual([1, 2]);
  await takeBack(taken);
  expect(asked[1]).toEqual({
    path: '/api/alerts/bulk',
    body: { ids: [1, 2], action: 'unacknowledge', assignee: null },
  });
});
