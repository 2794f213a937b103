import { useTranslation } from 'react-i18next';
import { Icon } from '../../components/icon.tsx';
import { Select } from '../../components/select.tsx';
import { type Mark, StatusMark } from '../../components/status-mark.tsx';
import { statusWord } from '../../components/status-word.ts';
import { number } from '../../format.ts';
import { DENSITIES, FILLS, type Group, SORTS, type View } from './view.ts';

/** Chips in this order; the first four are there also when nothing is so. */
const CHIPS: readonly Mark[] = ['normal', 'warning', 'critical', 'offline', 'maint', 'stale', 'unknown', 'planned'];
const ALWAYS = 4;

/** How the grid is coloured, grouped, filtered and sorted. */
export function GridControls({
  view,
  counts,
  groups,
  onChange,
  isPicking = false,
  onPicking,
}: {
  view: View;
  counts: ReadonlyMap<Mark, number>;
  /** Those that make sense here. */
  groups: readonly Group[];
  onChange: (change: Partial<View>) => void;
  /** Whether tiles are being chosen for comparison; without `onPicking` none may be. */
  isPicking?: boolean;
  onPicking?: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="ctl">
      <Select
        label={t('project.fillBy')}
        value={view.fill}
        options={FILLS.map((value) => ({ value, label: t(`project.fills.${value}`) }))}
        onChange={(fill) => onChange({ fill })}
      />
      <Select
        label={t('project.groupBy')}
        value={view.group}
        options={groups.map((value) => ({ value, label: t(`project.groups.${value}`) }))}
        onChange={(group) => onChange({ group })}
      />
      <Select
        label={t('project.sort')}
        value={view.sort}
        options={SORTS.map((value) => ({ value, label: t(`project.sorts.${value}`) }))}
        onChange={(sort) => onChange({ sort })}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form */}
      <span className="seg not-phone" role="group" aria-label={t('project.density')}>
        {DENSITIES.map((density) => (
          <button
            key={density}
            type="button"
            aria-pressed={view.density === density}
            onClick={() => onChange({ density })}
          >
            {t(`project.densities.${density}`)}
          </button>
        ))}
      </span>
      <label className="field">
        <Icon name="filter" />
        <span className="sr">{t('project.filter')}</span>
        <input
          type="text"
          placeholder={t('project.filterShort')}
          value={view.filter}
          onChange={(event) => onChange({ filter: event.target.value })}
        />
      </label>
      {onPicking !== undefined && (
        <button type="button" className="btn" aria-pressed={isPicking} onClick={onPicking}>
          <Icon name="compare" />
          {t('compare.title')}
        </button>
      )}
      <StatusChips view={view} counts={counts} onChange={onChange} />
    </div>
  );
}

function StatusChips({
  view: { statuses },
  counts,
  onChange,
}: {
  view: View;
  counts: ReadonlyMap<Mark, number>;
  onChange: (change: Partial<View>) => void;
}) {
  const { t } = useTranslation();
  const chips = CHIPS.filter((mark, i) => i < ALWAYS || counts.has(mark) || statuses.includes(mark));
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form
    <span className="row wrap end" role="group" aria-label={t('project.byStatus')}>
      {chips.map((mark) => {
        const isOn = statuses.includes(mark);
        const others = statuses.filter((each) => each !== mark);
        return (
          <button
            key={mark}
            type="button"
            className={counts.has(mark) ? 'chip' : 'chip zero'}
            data-s={mark}
            aria-pressed={isOn}
            onClick={() => onChange({ statuses: isOn ? others : [...others, mark] })}
          >
            <StatusMark mark={mark} />
            <b>{number(counts.get(mark) ?? 0)}</b>
            {statusWord(t, mark)}
          </button>
        );
      })}
    </span>
  );
}
