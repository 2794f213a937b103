import { useEffect, useState } from 'react';

const WAIT_MS = 300;

/** True once something has been so for 300 ms. */
export function useDelayed(on: boolean): boolean {
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    if (!on) return setWaited(false);
    const timer = setTimeout(() => setWaited(true), WAIT_MS);
    return () => clearTimeout(timer);
  }, [on]);
  return on && waited;
}
