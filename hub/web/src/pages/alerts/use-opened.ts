import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Alert } from '../../api/alerts.ts';
import { useMedia } from '../../components/use-media.ts';
import { focusLine } from './list.tsx';
import type { AlertsChange, AlertsSearch } from './search.ts';

/** From here on list and detail stand side by side; below, each is a screen of its own. */
const SIDE_BY_SIDE = '(min-width: 1024px)';

/**
 * The address of the inbox and how it changes. Opening a detail is a step that "back" undoes; going from one detail to
 * another is none. Side by side, the first alert of a view is opened once by itself, and stays whatever comes in after.
 *
 * @param alerts as they are listed; undefined while that is not known
 */
export function useOpened(alerts: readonly Alert[] | undefined) {
  const search = useSearch({ from: '/shell/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const { history } = useRouter();
  const isWide = useMedia(SIDE_BY_SIDE);
  const { alert: opened, view = 'open' } = search;
  const firstOf = useRef<string>(undefined);
  const wasOpened = useRef(opened);
  const isStep = useRef(false);
  const go = (change: AlertsChange, replace: boolean, resetScroll = false): void => {
    void navigate({ search: (now) => ({ ...now, ...change }) as AlertsSearch, replace, resetScroll });
  };

  const first = alerts?.[0]?.id;
  useEffect(() => {
    if (opened !== undefined) firstOf.current = view;
    if (!isWide || first === undefined || firstOf.current === view) return;
    firstOf.current = view;
    void navigate({ search: (now) => ({ ...now, alert: first }), replace: true, resetScroll: false });
  }, [isWide, first, opened, view, navigate]);
  useEffect(() => {
    const before = wasOpened.current;
    wasOpened.current = opened;
    isStep.current = opened !== undefined && (isStep.current || (before === undefined && !isWide));
    // Back in the list one goes on from the line that one came from.
    if (opened === undefined && before !== undefined) focusLine(before);
  }, [opened, isWide]);

  return {
    search,
    isWide,
    open: (id: number) => go({ alert: id }, opened !== undefined || isWide, !isWide),
    close: () => {
      if (isStep.current) history.back();
      else go({ alert: undefined }, true);
    },
    /** What stands beside the list and its filter. */
    show: (changes: AlertsChange) => go(changes, true),
    /** Another view or filter: what was open belongs to the one before. */
    change: (changes: AlertsChange) => {
      firstOf.current = undefined;
      go({ ...changes, alert: undefined }, false);
    },
  };
}
