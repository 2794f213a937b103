// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiProblem, type Tagged } from '../api/http.ts';
import { useEdited } from './use-edited.ts';

interface Person {
  readonly name: string;
  readonly role: string;
}

afterEach(cleanup);

const MOVED = new ApiProblem({ code: 'changed_meanwhile', status: 412, title: 'Changed meanwhile' });
const BASE: Tagged<Person> = { value: { name: 'Amina', role: 'viewer' }, tag: '"1"' };

function edit(now: Person) {
  const save = vi.fn<(draft: Person, base: Tagged<Person>) => Promise<void>>().mockRejectedValueOnce(MOVED);
  save.mockResolvedValue();
  const onSaved = vi.fn<() => void>();
  const { result } = renderHook(
    () =>
      useEdited({
        edited: BASE,
        draftOf: (value: Person) => ({ ...value }),
        save,
        reread: async () => ({ value: now, tag: '"2"' }),
        onSaved,
      }),
    {
      wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>,
    },
  );
  return { result, save, onSaved };
}

it('what somebody else changed besides is taken over, and saving again names what stands there now', async () => {
  const { result, save, onSaved } = edit({ name: 'Amina', role: 'operator' });
  act(() => result.current.change({ name: 'Amina B.' }));
  act(() => result.current.save());
  await waitFor(() => expect(result.current.base.tag).toBe('"2"'));
  expect(result.current.draft).toEqual({ name: 'Amina B.', role: 'operator' });
  expect([result.current.conflicts, result.current.error]).toEqual([null, null]);
  act(() => result.current.save());
  await waitFor(() => expect(onSaved).toHaveBeenCalledTimes(1));
  expect(save.mock.lastCall?.[1].tag).toBe('"2"');
});

it('of what both changed one chooses first', async () => {
  const { result } = edit({ name: 'A. Benali', role: 'viewer' });
  act(() => result.current.change({ name: 'Amina B.' }));
  act(() => result.current.save());
  await waitFor(() => expect(result.current.conflicts).toEqual(['name']));
  expect(result.current.theirs?.name).toBe('A. Benali');
  act(() => result.current.settle(['name']));
  expect(result.current.conflicts).toBeNull();
  expect(result.current.draft.name).toBe('Amina B.');
  expect(result.current.changed).toEqual(['name']);
});
