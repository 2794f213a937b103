import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type User, usersQuery } from '../../../api/users.ts';
import { Finder } from '../../../components/finder.tsx';
import { Icon } from '../../../components/icon.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { Empty, Panel, Skeleton } from '../../../components/panel.tsx';
import { Select } from '../../../components/select.tsx';
import { number } from '../../../format.ts';
import { oneOf, useAdminSearch } from '../search.ts';
import { useProjects } from '../use-projects.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { PeopleTable } from './people-table.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { ROLES } from './person-draft.ts';

const STATUSES = ['active', 'invited', 'disabled'] as const satisfies readonly User['status'][];

/** `/admin/people`: who may sign in, as what and where. */
export function PeoplePage() {
  const { t } = useTranslation();
  const [{ q, role, status, project, open }, change] = useAdminSearch();
  const [isInviting, setInviting] = useState(false);
  const projects = useProjects();
  const filter = { q, role: oneOf(ROLES, role), status: oneOf(STATUSES, status), project_id: project };
  const people = useInfiniteQuery(usersQuery(filter));
  const total = people.data?.pages[0]?.total;
  const isNarrowed = Object.values(filter).some((each) => each !== undefined);
  const any = { value: '', label: t('common.all') } as const;
  return (
    <section className="card" aria-label={t('admin.sections.people')}>
      <div className="card-h ctl">
        <Finder label={t('admin.people.find')} value={q} onChange={(text) => change({ q: text })} />
        <Select
          label={t('admin.people.role')}
          value={filter.role ?? ''}
          options={[any, ...ROLES.map((value) => ({ value, label: t(`common.role.${value}`) }))]}
          onChange={(value) => change({ role: value })}
        />
        <Select
          label={t('admin.people.status')}
          value={filter.status ?? ''}
          options={[any, ...STATUSES.map((value) => ({ value, label: t(`admin.people.statuses.${value}`) }))]}
          onChange={(value) => change({ status: value })}
        />
        <Select
          label={t('admin.project')}
          value={project ?? ''}
          options={[any, ...projects]}
          onChange={(value) => change({ project: value })}
        />
        <span className="row end">
          {total !== undefined && (
            <span className="t2">{t('admin.people.count', { count: total, shown: number(total) })}</span>
          )}
          <button type="button" className="btn primary" onClick={() => setInviting(true)}>
            <Icon name="plus" />
            {t('admin.people.invite')}
          </button>
        </span>
      </div>
      <Panel of={people} skeleton={<Skeleton rows={5} height={32} />}>
        {({ pages }) => {
          const found = pages.flatMap(({ data }) => data);
          if (found.length === 0) return <Empty>{t(isNarrowed ? 'admin.noneFound' : 'admin.people.none')}</Empty>;
          return <PeopleTable people={found} onOpen={(id) => change({ open: id })} />;
        }}
      </Panel>
      <MoreButton of={people} />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {open !== undefined && <PersonDialog id={open} onClose={() => change({ open: undefined })} />}
    </section>
  );
}
