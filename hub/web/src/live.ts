import { createContext, use, useSyncExternalStore } from 'react';
import type { Live, LiveState } from './api/live.ts';

export const LiveContext = createContext<Live | null>(null);

/** The stream of changes; the frame of the page opens and closes it. */
export function useLive(): Live {
  const live = use(LiveContext);
  if (live === null) throw new Error('there is no live stream around this');
  return live;
}

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.state);
}
