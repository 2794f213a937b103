import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AlertRule, rulesQuery } from '../../../api/alert-rules.ts';
import { Finder } from '../../../components/finder.tsx';
import { Empty, Panel, Skeleton } from '../../../components/panel.tsx';
import { Select } from '../../../components/select.tsx';
import { useMay } from '../../../session/session.ts';
import { oneOf, useAdminSearch } from '../search.ts';
import { COMPANY, useProjects } from '../use-projects.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { RulesTable } from './rules-table.tsx';

const SHOWN = ['changed', 'off'] as const;

/** `/admin/rules`: when something is an alert, in a project or everywhere. */
export function RulesPage() {
  const { t } = useTranslation();
  const [{ project: chosen, q, status, open }, change] = useAdminSearch();
  const projects = useProjects();
  const mayWork = useMay('work');
  const mayAdminister = useMay('administer');
  // What holds for all projects is not for a manager to change: their own first.
  const project = chosen ?? (mayAdminister ? COMPANY : (projects[0]?.value ?? COMPANY));
  const rules = useQuery(rulesQuery(project));
  const shown = oneOf(SHOWN, status);
  return (
    <section className="card" aria-label={t('admin.sections.rules')}>
      <div className="card-h ctl">
        <Select
          label={t('rules.of')}
          value={project}
          options={[{ value: COMPANY, label: t('admin.company') }, ...projects]}
          onChange={(value) => change({ project: value })}
        />
        <Select
          label={t('rules.show')}
          value={shown ?? ''}
          options={[
            { value: '', label: t('common.all') },
            ...SHOWN.map((value) => ({ value, label: t(`rules.shown.${value}`) })),
          ]}
          onChange={(value) => change({ status: value })}
        />
        <Finder label={t('rules.find')} value={q} onChange={(text) => change({ q: text })} />
        {project === COMPANY && mayWork && !mayAdminister && <span className="t2">{t('rules.companyOnly')}</span>}
      </div>
      <Panel of={rules} skeleton={<Skeleton rows={10} height={28} />}>
        {(book) => {
          const found = [...book.values()].filter((rule) => isMeant(rule, q, shown));
          if (found.length === 0) return <Empty>{t('admin.noneFound')}</Empty>;
          return <RulesTable rules={found} onOpen={(id) => change({ open: id })} />;
        }}
      </Panel>
      {open !== undefined && rules.data?.has(open) === true && (
        <RuleDialog
          key={open}
          projectId={project}
          ruleId={open}
          mayChange={project === COMPANY ? mayAdminister : mayWork}
          onClose={() => change({ open: undefined })}
        />
      )}
    </section>
  );
}

function isMeant(rule: AlertRule, q: string | undefined, shown: (typeof SHOWN)[number] | undefined): boolean {
  const text = `${rule.name} ${rule.rule_id}`.toLowerCase();
  if (q !== undefined && !text.includes(q.toLowerCase())) return false;
  return shown === undefined || (shown === 'off' ? !rule.enabled : rule.decided_by !== 'default');
}
