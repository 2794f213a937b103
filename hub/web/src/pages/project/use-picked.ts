import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useKeys } from '../../components/keys.ts';
import { comparedItems, pickedOf, toggled } from './picked.ts';

const route = getRouteApi('/shell/projects/$projectId');

/** Choosing containers to compare: which are, and whether any are being chosen. `c` goes there, Escape ends it. */
export function usePicked(projectId: string) {
  const text = route.useSearch({ select: ({ picked }) => picked });
  const picked = useMemo(() => pickedOf(text), [text]);
  const [wanted, setWanted] = useState(false);
  const isPicking = wanted || picked.length > 0;
  const go = useNavigate();
  const navigate = route.useNavigate();
  const toggle = useCallback(
    (id: string): void => {
      void navigate({
        search: ({ picked: before, ...rest }) => {
          const next = toggled(before, id);
          return next === undefined ? rest : { ...rest, picked: next };
        },
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const clear = (): void => {
    setWanted(false);
    void navigate({ search: ({ picked: _, ...rest }) => rest, replace: true, resetScroll: false });
  };
  useKeys({
    ...(picked.length > 0
      ? { c: () => void go({ to: '/compare', search: { items: comparedItems(projectId, picked) } }) }
      : {}),
    ...(isPicking ? { Escape: clear } : {}),
  });
  return { picked, isPicking, toggle, clear, begin: () => setWanted(true) };
}
