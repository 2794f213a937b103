import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/projects.ts';
import { Icon } from '../../components/icon.tsx';
import { Select } from '../../components/select.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { number } from '../../format.ts';
import { type AlertsChange, type AlertsSearch, SEVERITIES, VIEWS, type View } from './search.ts';
import type { Counts } from './views.ts';

interface Props {
  readonly search: AlertsSearch;
  readonly counts: Counts;
  readonly projects: readonly Project[];
  readonly onView: (view: View) => void;
  readonly onFilter: (filter: AlertsChange) => void;
}

/** Saved views, and what narrows them. */
export function ViewsBar({ search, counts, projects, onView, onFilter }: Props) {
  const { t } = useTranslation();
  const { view = 'open', severity, project } = search;
  return (
    <div className="ctl views">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form */}
      <span className="row wrap" role="group" aria-label={t('alerts.views')}>
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            className={counts[name] === 0 ? 'chip zero' : 'chip'}
            aria-pressed={name === view}
            data-s={name === 'critical' && counts.critical !== 0 ? 'critical' : 'unknown'}
            onClick={() => onView(name)}
          >
            {name === 'critical' && <StatusMark mark="critical" />}
            {t(`alerts.view.${name}`)} {counts[name] !== undefined && <b>{number(counts[name])}</b>}
          </button>
        ))}
      </span>
      <span className="row wrap end narrow">
        {view !== 'critical' && (
          <Select
            label={t('alerts.severity')}
            value={severity ?? ALL}
            options={[
              { value: ALL, label: t('alerts.anySeverity') },
              ...SEVERITIES.map((value) => ({ value: value as string, label: t(`common.severity.${value}`) })),
            ]}
            onChange={(value) => onFilter({ severity: SEVERITIES.find((known) => known === value) })}
          />
        )}
        {projects.length > 1 && (
          <Select
            label={t('alerts.project')}
            value={project ?? ALL}
            options={[
              { value: ALL, label: t('alerts.allProjects') },
              ...projects.map(({ project_id: id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => onFilter({ project: value === ALL ? undefined : value })}
          />
        )}
        <Search text={search.q ?? ''} onChange={(q) => onFilter({ q: q === '' ? undefined : q })} />
      </span>
    </div>
  );
}

const ALL = '';
const TYPED_MS = 300;

/** What is typed goes into the address once the hand rests. */
function Search({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  const told = useRef(text);
  const tell = useEffectEvent(() => {
    told.current = typed.trim();
    onChange(told.current);
  });
  useEffect(() => {
    // An address that changed otherwise: by a link, by going back.
    if (text !== told.current) setTyped(text);
    told.current = text;
  }, [text]);
  useEffect(() => {
    if (typed.trim() === told.current) return;
    const timer = setTimeout(() => tell(), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className="field">
      <Icon name="search" />
      <span className="sr">{t('shell.search')}</span>
      <input
        type="search"
        placeholder={t('alerts.searchFor')}
        value={typed}
        maxLength={100}
        onChange={({ target }) => setTyped(target.value)}
      />
    </label>
  );
}
