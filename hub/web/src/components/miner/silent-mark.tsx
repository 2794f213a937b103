import { StatusMark } from '../status-mark.tsx';
import type { Look } from './looks.ts';

/** How a miner without a value is marked: a cross, a z, a dash. */
export function SilentMark({ state }: { state: Look['state'] }) {
  if (state === 'value') return null;
  if (state !== 'sleeping') return <StatusMark mark={state} />;
  return (
    <svg className="st" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M4 4h8l-8 8h8"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** The name of a state in the styles. */
export const styleOf = (state: Look['state']): string =>
  state === 'value' ? 'normal' : state === 'sleeping' ? 'sleep' : state;
