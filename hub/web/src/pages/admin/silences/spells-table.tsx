import { useTranslation } from 'react-i18next';
import { Empty } from '../../../components/panel.tsx';
import { UNKNOWN } from '../../../format.ts';
import { Phase, Span } from './span.tsx';

/** A silence or a maintenance window, as far as a list shows it. */
export interface Spell {
  readonly id: string;
  readonly project_id: string;
  readonly target: string;
  /** What of the target; nothing where all of it. */
  readonly rule?: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly active: boolean;
  readonly reason: string;
  readonly created_by: string;
  /** Null: it is over, or not for the reader to end. */
  readonly end: (() => void) | null;
}

export function SpellsTable({
  spells,
  now,
  mark,
  empty,
  isBusy,
}: {
  spells: readonly Spell[];
  now: number;
  mark: 'maint' | 'info';
  empty: string;
  isBusy: boolean;
}) {
  const { t } = useTranslation();
  if (spells.length === 0) return <Empty>{empty}</Empty>;
  return (
    <div className="card-b scrolls">
      <table className="tbl stacks">
        <thead>
          <tr>
            {(['what', 'state', 'when', 'why', 'by'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`admin.silences.${column}`)}
              </th>
            ))}
            <th scope="col">
              <span className="sr">{t('admin.silences.end')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {spells.map((spell) => (
            <tr key={spell.id}>
              <th scope="row">
                {spell.target} <span className="t2">{spell.rule}</span>
              </th>
              <td data-label={t('admin.silences.state')}>
                <Phase of={spell} now={now} mark={mark} />
              </td>
              <td data-label={t('admin.silences.when')}>
                <Span of={spell} />
              </td>
              <td className="wraps" data-label={t('admin.silences.why')}>
                {spell.reason || UNKNOWN}
              </td>
              <td data-label={t('admin.silences.by')}>{spell.created_by}</td>
              <td className="acts-cell">
                {spell.end !== null && (
                  <button type="button" className="btn sm" disabled={isBusy} onClick={spell.end}>
                    {t('admin.silences.end')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Those that are shown: what is over only where it is asked for. */
export const shownOf = <Item extends { ends_at: string }>(
  pages: readonly { readonly data: readonly Item[] }[],
  hasPast: boolean,
  now: number,
): Item[] => pages.flatMap(({ data }) => data).filter((one) => hasPast || Date.parse(one.ends_at) > now);
