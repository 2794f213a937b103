import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askFile } from '../../api/http.ts';
import type { Project } from '../../api/projects.ts';
import { rangeText } from '../../charts/range.ts';
import { RangePicker } from '../../charts/range-picker.tsx';
import { apiCall } from '../../components/api-call.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Failure } from '../../components/panel.tsx';
import { saveFile } from '../../components/save-file.ts';
import { type Option, Select } from '../../components/select.tsx';
import { type ExportAsked, exportPath, exportQuery, FORMATS, GROUPS, STEPS } from './export-asked.ts';
import { MetricChoice } from './metric-choice.tsx';

const USUAL = { metrics: ['hashrate_ths', 'power_kw'], range: { kind: 'back', back: '7d' } } as const;

/** Figures over time as a file: what is chosen makes a question to the API, which is shown and may be copied. */
export function ExportData({
  projects,
  projectId,
  now,
}: {
  projects: readonly Project[];
  projectId: string;
  now: number;
}) {
  const { t, i18n } = useTranslation();
  const [asked, setAsked] = useState<ExportAsked>({ projectId, ...USUAL, step: 'auto', group: 'none', format: 'csv' });
  const change = (part: Partial<ExportAsked>): void => setAsked({ ...asked, ...part });
  const path = exportPath(asked);
  const query = exportQuery(asked, i18n.resolvedLanguage === 'fr' ? 'fr' : 'en');
  const file = useMutation({
    mutationFn: async () => {
      const { name, blob } = await askFile(path, { query });
      // JSON is an answer like any other and has no name of its own.
      saveFile(blob, name ?? `${asked.projectId}_${rangeText(asked.range)}.json`);
    },
  });
  const zone = projects.find(({ project_id: id }) => id === asked.projectId)?.time_zone ?? 'UTC';
  const named = <Value extends string>(values: readonly Value[], nameOf: (value: Value) => string): Option<Value>[] =>
    values.map((value) => ({ value, label: nameOf(value) }));
  const call = apiCall(path, query);
  return (
    <section id="export-data" className="card" aria-label={t('reports.export.title')}>
      <div className="card-h">
        <h2>{t('reports.export.title')}</h2>
      </div>
      <form
        className="card-b stack export-data"
        onSubmit={(event) => {
          event.preventDefault();
          file.mutate();
        }}
      >
        <Select
          label={t('reports.project')}
          value={asked.projectId}
          options={projects.map(({ project_id: value, name }) => ({ value, label: name }))}
          onChange={(chosen) => change({ projectId: chosen })}
        />
        <MetricChoice chosen={asked.metrics} onChange={(metrics) => change({ metrics })} />
        <div className="row wrap">
          <RangePicker range={asked.range} timeZone={zone} now={now} onChange={(range) => change({ range })} />
        </div>
        <div className="row wrap">
          <Select
            label={t('reports.export.step')}
            value={asked.step}
            options={named(STEPS, (step) => t(`reports.export.steps.${step}`))}
            onChange={(step) => change({ step })}
          />
          <Select
            label={t('reports.export.each')}
            value={asked.group}
            options={named(GROUPS, (group) => t(`reports.export.groups.${group}`))}
            onChange={(group) => change({ group })}
          />
          <Select
            label={t('reports.export.format')}
            value={asked.format}
            options={named(FORMATS, (format) => t(`reports.export.formats.${format}`))}
            onChange={(format) => change({ format })}
          />
        </div>
        <div className="call">
          <pre className="mono">{call}</pre>
        </div>
        {file.error !== null && <Failure error={file.error} />}
        <div className="row wrap">
          <button type="submit" className="btn primary" disabled={asked.metrics.length === 0 || file.isPending}>
            <Icon name="export" />
            {t('reports.export.download')}
          </button>
          <CopyButton className="btn" label={t('charts.copyCall')} text={call} />
          {asked.metrics.length === 0 && <span className="t2 small">{t('reports.export.noMetric')}</span>}
        </div>
      </form>
    </section>
  );
}
