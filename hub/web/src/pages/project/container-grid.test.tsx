// @vitest-environment happy-dom
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Container } from '../../api/containers.ts';
import { startLanguages } from '../../i18n/index.ts';
import { ContainerGrid } from './container-grid.tsx';
import { groupsOf, tilesOf } from './grid.ts';
import { viewOf } from './view.ts';

const VIEW = viewOf({});
const CONTAINERS = ['QATAR-C01', 'QATAR-C02', 'QATAR-C03'].map(
  (id) =>
    ({ project_id: 'QATAR-001', container_id: id, name: null, status: 'active', freshness: 'fresh' }) as Container,
);

beforeAll(() => startLanguages('en'));
afterEach(cleanup);

async function drawn(picked: readonly string[] | null, containers = CONTAINERS) {
  const onPick = vi.fn();
  const root = createRootRoute();
  const grid = createRoute({
    getParentRoute: () => root,
    path: '/',
    component: () => (
      <ContainerGrid
        groups={groupsOf(tilesOf(containers, 'QATAR-001', VIEW), VIEW)}
        view={VIEW}
        projectId="QATAR-001"
        trends={new Map()}
        transformers={[]}
        isLink
        picked={picked}
        onPick={onPick}
      />
    ),
  });
  const page = createRoute({ getParentRoute: () => root, path: '/projects/$projectId/containers/$containerId' });
  const history = createMemoryHistory();
  const router = createRouter({ routeTree: root.addChildren([grid, page]), history });
  render(<RouterProvider router={router as never} />);
  await screen.findByLabelText(/^C01,/);
  return { onPick, history };
}

it('Space and x choose the tile that has the focus; other letters still lead to names', async () => {
  const { onPick } = await drawn(null);
  const [first, second] = screen.getAllByRole('link');
  first?.focus();
  fireEvent.keyDown(first as HTMLElement, { key: 'ArrowRight' });
  expect(document.activeElement).toBe(second);
  fireEvent.keyDown(second as HTMLElement, { key: ' ' });
  fireEvent.keyDown(second as HTMLElement, { key: 'x' });
  expect(onPick.mock.calls).toEqual([['QATAR-C02'], ['QATAR-C02']]);
  fireEvent.keyDown(second as HTMLElement, { key: '3' });
  expect(document.activeElement?.textContent).toContain('C03');
});

it('while tiles are chosen each says whether it is, and a click chooses instead of opening', async () => {
  const { onPick, history } = await drawn(['QATAR-C03']);
  const boxes = screen.getAllByRole('checkbox');
  expect(boxes.map((box) => box.getAttribute('aria-checked'))).toEqual(['false', 'false', 'true']);
  fireEvent.click(boxes[0] as HTMLElement, { detail: 1 });
  expect(onPick).toHaveBeenLastCalledWith('QATAR-C01');
  expect(history.location.pathname).toBe('/');
  // Enter, a click without detail, opens.
  fireEvent.click(boxes[0] as HTMLElement, { detail: 0 });
  await vi.waitFor(() => expect(history.location.pathname).toBe('/projects/QATAR-001/containers/QATAR-C01'));
  expect(onPick).toHaveBeenCalledTimes(1);
});

it('old readings are dated to the minute, so that a silent site is not drawn every second', async () => {
  const ages = [42, 750, 10];
  const old = CONTAINERS.map((container, i) => ({
    ...container,
    freshness: i === 2 ? ('fresh' as const) : ('stale' as const),
    age_s: ages[i] ?? null,
  }));
  await drawn(null, old);
  const spoken = screen.getAllByRole('img').map((tile) => tile.getAttribute('aria-label') ?? '');
  const dates = spoken.map((words) => /last reading .* ago/.exec(words)?.[0]);
  expect(dates).toEqual(['last reading less than a minute ago', 'last reading 12 min ago', undefined]);
});
