// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startLanguages } from '../../i18n/index.ts';
import { Enrolment, type Issued } from './enrolment.tsx';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const ISSUED: Issued = {
  ...{ projectId: 'AQUA-001', name: 'edge-1', before: new Set(['old']), token: 'het_x' },
  ...{
    expires_at: '2026-11-27T12:00:00.000Z',
    command: "hearst-agent enrol --hub https://hub --token het_x --name 'edge-1'",
  },
};
const FRESH = {
  ...{ agent_id: 'new', name: 'edge-1', created_at: '2026-11-26T12:01:00.000Z' },
  last_seen_at: null as string | null,
};

let agents: (typeof FRESH)[] = [];

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, shouldAdvanceTime: true });
  vi.stubGlobal('fetch', async () => Response.json({ data: agents, next_cursor: null, total: agents.length }));
  agents = [{ ...FRESH, agent_id: 'old' }];
  await startLanguages('en');
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function opened(): Promise<void> {
  const routeTree = createRootRoute({ component: () => <Enrolment issued={ISSUED} onClose={() => undefined} /> });
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: ['/'] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByText(/^hearst-agent enrol/);
}

async function later(): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(3_500));
}

it('shows the command that the hub gave, and until when it works', async () => {
  await opened();
  expect(screen.getByText(ISSUED.command)).toBeDefined();
  await later();
  expect(screen.getByText(/23 hr left/)).toBeDefined();
});

it('turns by itself when the agent enrols, and again when it reports', async () => {
  await opened();
  await later();
  expect(screen.getByText('Waiting for the agent…')).toBeDefined();
  agents = [...agents, FRESH];
  await later();
  expect(screen.getByText(/edge-1 is enrolled/)).toBeDefined();
  agents = [{ ...FRESH, last_seen_at: '2026-11-26T12:02:00.000Z' }];
  await later();
  expect(screen.getByText('edge-1 has reported.')).toBeDefined();
  expect(screen.getByRole('link', { name: 'Show' }).getAttribute('href')).toContain('/projects/AQUA-001/agents');
});
