import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, type Tagged } from '../api/http.ts';
import { changedFields, conflictsOf, rebased } from '../components/draft.ts';

/**
 * A form that changes something which others may change as well. Where somebody has (412), what they changed besides is
 * taken over; fields that both changed are in `conflicts`, to be chosen from by `settle`, and nothing is saved until then.
 */
export function useEdited<Value, Draft extends object>({
  edited,
  draftOf,
  save,
  reread,
  onSaved,
}: {
  edited: Tagged<Value>;
  draftOf: (value: Value) => Draft;
  save: (draft: Draft, base: Tagged<Value>) => Promise<unknown>;
  reread: () => Promise<Tagged<Value>>;
  onSaved: () => unknown;
}) {
  const [base, setBase] = useState(edited);
  const [draft, setDraft] = useState(() => draftOf(edited.value));
  const [theirs, setTheirs] = useState<Tagged<Value> | null>(null);
  const saving = useMutation({
    mutationFn: () => save(draft, base),
    onSuccess: () => onSaved(),
    onError: async (error) => {
      if (!hasMoved(error)) return;
      const now = await reread();
      if (conflictsOf(draft, draftOf(base.value), draftOf(now.value)).length > 0) setTheirs(now);
      else settle(now, []);
    },
  });
  const settle = (now: Tagged<Value>, kept: readonly string[]): void => {
    setDraft(rebased(draft, draftOf(base.value), draftOf(now.value), kept));
    setBase(now);
    setTheirs(null);
    saving.reset();
  };
  const before = draftOf(base.value);
  const after = theirs === null ? null : draftOf(theirs.value);
  return {
    base,
    draft,
    change: (part: Partial<Draft>): void => {
      setDraft((now) => ({ ...now, ...part }));
      if (saving.error !== null) saving.reset();
    },
    undo: (): void => setDraft(before),
    changed: changedFields(draft, before),
    /** Null: nothing to choose from. */
    conflicts: after === null ? null : conflictsOf(draft, before, after),
    theirs: after,
    settle: (kept: readonly string[]): void => {
      if (theirs !== null) settle(theirs, kept);
    },
    save: (): void => saving.mutate(),
    isBusy: saving.isPending,
    /** What is to be told; that somebody else was faster is told by the conflict. */
    error: hasMoved(saving.error) ? null : saving.error,
  };
}

const hasMoved = (error: Error | null): boolean => error instanceof ApiProblem && error.code === 'changed_meanwhile';
