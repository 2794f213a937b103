import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/projects.ts';
import type { PeriodKind, ReportAsked } from '../../api/reports.ts';
import { Icon } from '../../components/icon.tsx';
import { Select } from '../../components/select.tsx';
import { isDateOf, otherPeriod, runningAt, stepped } from './period.ts';
import type { ReportsSearch } from './search.ts';

const KINDS = ['daily', 'monthly'] as const satisfies readonly PeriodKind[];
const FIRST: Readonly<Record<PeriodKind, string>> = { daily: '2000-01-01', monthly: '2000-01' };

/** Which project, day or month, and which one. */
export function Controls({
  asked,
  projects,
  zone,
  now,
  onChange,
}: {
  asked: ReportAsked;
  projects: readonly Project[];
  zone: string;
  now: number;
  onChange: (
    part: Partial<Record<'project' | 'date', string>> & { period?: ReportsSearch['period'] | undefined },
  ) => void;
}) {
  const { t } = useTranslation();
  const { projectId, period, date } = asked;
  const newest = runningAt(period, now, zone);
  const step = (by: number): void => onChange({ date: stepped(period, date, by) });
  return (
    <div className="ctl report-ctl not-print">
      <Select
        label={t('reports.project')}
        value={projectId}
        options={projects.map(({ project_id: value, name }) => ({ value, label: name }))}
        onChange={(project) => onChange({ project })}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form */}
      <span className="seg" role="group" aria-label={t('reports.period')}>
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={kind === period}
            onClick={() =>
              kind !== period &&
              onChange({ period: kind === 'daily' ? undefined : kind, date: otherPeriod(kind, date, now, zone) })
            }
          >
            {t(`reports.kinds.${kind}`)}
          </button>
        ))}
      </span>
      <span className="row">
        <button
          type="button"
          className="btn icon"
          aria-label={t(`reports.previous.${period}`)}
          title={t(`reports.previous.${period}`)}
          disabled={date <= FIRST[period]}
          onClick={() => step(-1)}
        >
          <Icon name="left" />
        </button>
        <DateField
          // What is being typed is the field's own until it is a date; another date makes another field.
          key={`${period} ${date}`}
          kind={period}
          date={date}
          newest={newest}
          onChange={(chosen) => onChange({ date: chosen })}
        />
        <button
          type="button"
          className="btn icon"
          aria-label={t(`reports.next.${period}`)}
          title={t(`reports.next.${period}`)}
          disabled={date >= newest}
          onClick={() => step(1)}
        >
          <Icon name="right" />
        </button>
      </span>
      <button
        type="button"
        className="btn ghost to-export"
        onClick={() => document.getElementById('export-data')?.scrollIntoView()}
      >
        {t('reports.export.title')}
        <Icon name="down" small />
      </button>
    </div>
  );
}

function DateField({
  kind,
  date,
  newest,
  onChange,
}: {
  kind: PeriodKind;
  date: string;
  newest: string;
  onChange: (date: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <label className="field">
      <span className="sr">{t(`reports.date.${kind}`)}</span>
      <input
        type={kind === 'daily' ? 'date' : 'month'}
        defaultValue={date}
        min={FIRST[kind]}
        max={newest}
        onChange={({ target: { value } }) => {
          if (value !== date && isDateOf(kind, value) && value <= newest) onChange(value);
        }}
      />
    </label>
  );
}
