const KEPT = 'hearst.sound';
const listeners = new Set<() => void>();

/** Whether new critical alerts are heard on this device: only by choice. */
export function soundOn(): boolean {
  try {
    return localStorage.getItem(KEPT) === 'on';
  } catch {
    return false;
  }
}

export function setSound(on: boolean): void {
  try {
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  } catch {
    // A browser that keeps nothing stays silent.
  }
  for (const listener of listeners) listener();
}

/** For `useSyncExternalStore`; also hears what another window of the browser chooses. */
export function onSound(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}
