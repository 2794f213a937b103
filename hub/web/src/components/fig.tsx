import type { Shown } from '../format.ts';
import { Figure } from './figure.tsx';

/** One of the figures in a row of them: what it is, how much, and what it is measured against. */
export function Fig({ label, shown, children }: { label: string; shown: Shown; children?: React.ReactNode }) {
  return (
    <div className="fig">
      <dt>{label}</dt>
      <dd>
        <Figure {...shown} />
      </dd>
      <dd className="small f">{children}</dd>
    </div>
  );
}
