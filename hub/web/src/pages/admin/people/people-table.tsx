import { useTranslation } from 'react-i18next';
import type { User } from '../../../api/users.ts';
import { Ago } from '../../../components/ago.tsx';
import { Avatar } from '../../../components/avatar.tsx';
import { type Mark, StatusMark } from '../../../components/status-mark.tsx';
import { UNKNOWN } from '../../../format.ts';
import { useProjects } from '../use-projects.ts';

const MARKS: Readonly<Record<User['status'], Mark>> = { active: 'normal', invited: 'planned', disabled: 'unknown' };

export function PeopleTable({ people, onOpen }: { people: readonly User[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className="card-b scrolls">
      <table className="tbl stacks">
        <thead>
          <tr>
            {(['name', 'role', 'projects', 'lastSeen', 'secondFactor', 'status'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`admin.people.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Row key={person.user_id} person={person} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ person, onOpen }: { person: User; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const { user_id: id, name, email, role, status, signed_in_at: seen } = person;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="row who" onClick={() => onOpen(id)}>
          <Avatar name={name || email} />
          <span className="who-text">
            <span className="link">{name || email}</span>
            {name !== '' && <span className="t2 small">{email}</span>}
          </span>
        </button>
      </th>
      <td data-label={t('admin.people.role')}>{t(`common.role.${role}`)}</td>
      <td data-label={t('admin.people.projects')}>
        <Projects person={person} />
      </td>
      <td data-label={t('admin.people.lastSeen')}>{seen === null ? UNKNOWN : <Ago since={seen} />}</td>
      <td data-label={t('admin.people.secondFactor')}>{t(person.totp_enabled ? 'admin.on' : 'admin.off')}</td>
      <td data-label={t('admin.people.status')}>
        <span className="status" data-s={MARKS[status]}>
          <StatusMark mark={MARKS[status]} />
          {t(`admin.people.statuses.${status}`)}
        </span>
      </td>
    </tr>
  );
}

/** By their names; all of them for whoever needs none. */
function Projects({ person: { role, project_ids: ids } }: { person: User }) {
  const { t } = useTranslation();
  const projects = useProjects();
  if (role === 'super_admin') return t('common.all');
  const names = ids.map((id) => projects.find(({ value }) => value === id)?.label ?? id);
  return <span className="wraps">{names.join(', ') || UNKNOWN}</span>;
}
