import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AuditFilter, auditQuery } from '../../../api/activity.ts';
import { ExportMenu } from '../../../charts/export-menu.tsx';
import { parseRange, type Range, rangeText, spanMs } from '../../../charts/range.ts';
import { RangePicker } from '../../../charts/range-picker.tsx';
import { Finder } from '../../../components/finder.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { Empty, Panel, Skeleton } from '../../../components/panel.tsx';
import { Select } from '../../../components/select.tsx';
import { useMinute } from '../../../components/use-now.ts';
import { number } from '../../../format.ts';
import { useMay } from '../../../session/session.ts';
import { useAdminSearch } from '../search.ts';
import { COMPANY, useProjects, useZone } from '../use-projects.ts';
import { AuditTable } from './audit-table.tsx';

/** `/admin/audit`: who changed what, the newest first. */
export function AuditPage() {
  const { t } = useTranslation();
  const now = useMinute();
  const [{ project, q, actor, action, range: written }, change] = useAdminSearch();
  const projects = useProjects();
  const mayAdminister = useMay('administer');
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = useZone(project) ?? mine;
  const range = parseRange(written, '7d');
  const filter: AuditFilter = { project_id: project, q, actor, action };
  const log = useInfiniteQuery(auditQuery(filter, rangeText(range), () => asked(range, Date.now())));
  const total = log.data?.pages[0]?.total;
  const seen = log.data?.pages.flatMap(({ data }) => data) ?? [];
  const any = { value: '', label: t('common.all') };
  return (
    <section className="card" aria-label={t('admin.sections.audit')}>
      <div className="card-h ctl">
        <RangePicker
          range={range}
          timeZone={zone}
          now={now}
          onChange={(chosen) => change({ range: rangeText(chosen) })}
        />
        <span className="row end">
          {total !== undefined && (
            <span className="t2">{t('admin.audit.count', { count: total, shown: number(total) })}</span>
          )}
          <ExportMenu path="/api/activity" query={{ ...filter, ...asked(range, now) }} name="activity" files />
        </span>
      </div>
      <div className="card-h ctl">
        <Finder label={t('admin.audit.find')} value={q} onChange={(text) => change({ q: text })} />
        <Select
          label={t('admin.project')}
          value={project ?? ''}
          options={[any, ...(mayAdminister ? [{ value: COMPANY, label: t('admin.audit.company') }] : []), ...projects]}
          onChange={(value) => change({ project: value })}
        />
        <Select
          label={t('admin.audit.who')}
          value={actor ?? ''}
          options={[
            any,
            ...known(
              actor,
              seen.map(({ actor_name: name }) => name),
            ),
          ]}
          onChange={(value) => change({ actor: value })}
        />
        <Select
          label={t('admin.audit.action')}
          value={action ?? ''}
          options={[
            any,
            ...known(
              action,
              seen.map((entry) => entry.action),
            ),
          ]}
          onChange={(value) => change({ action: value })}
        />
      </div>
      <Panel of={log} skeleton={<Skeleton rows={10} height={28} />}>
        {() => (seen.length === 0 ? <Empty>{t('admin.audit.none')}</Empty> : <AuditTable entries={seen} zone={zone} />)}
      </Panel>
      <MoreButton of={log} />
    </section>
  );
}

/** A range as the log is asked for it. */
function asked(range: Range, now: number): { from: string; to?: string } {
  if (range.kind === 'back') return { from: new Date(now - spanMs(range)).toISOString() };
  return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
}

/** What stands in the entries loaded so far, and what is chosen; to be found by typing is everything. */
function known(chosen: string | undefined, loaded: readonly string[]): { value: string; label: string }[] {
  const names = new Set([...(chosen === undefined ? [] : [chosen]), ...loaded]);
  return [...names].sort((a, b) => a.localeCompare(b)).map((value) => ({ value, label: value }));
}
