import { useTranslation } from 'react-i18next';
import type { ApiKey } from '../../../api/keys.ts';
import { Ago } from '../../../components/ago.tsx';
import { type Mark, StatusMark } from '../../../components/status-mark.tsx';
import { moment, UNKNOWN } from '../../../format.ts';
import { useProjects } from '../use-projects.ts';
import { type KeyState, stateOf } from './key-draft.ts';

const COLUMNS = ['name', 'role', 'projects', 'rights', 'lastUsed', 'expires', 'state'] as const;
const MARKS: Readonly<Record<KeyState, Mark>> = { good: 'normal', expired: 'stale', revoked: 'unknown' };

export function KeysTable({
  keys,
  now,
  onRevoke,
}: {
  keys: readonly ApiKey[];
  now: number;
  onRevoke: (key: ApiKey) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="card-b scrolls">
      <table className="tbl stacks">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(`admin.keys.${column}`)}
              </th>
            ))}
            <th scope="col">
              <span className="sr">{t('admin.keys.revoke')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <Row key={key.key_id} apiKey={key} state={stateOf(key, now)} onRevoke={onRevoke} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ apiKey: key, state, onRevoke }: { apiKey: ApiKey; state: KeyState; onRevoke: (key: ApiKey) => void }) {
  const { t } = useTranslation();
  const projects = useProjects();
  const names = key.project_ids.map((id) => projects.find(({ value }) => value === id)?.label ?? id);
  return (
    <tr data-off={state === 'good' ? undefined : ''}>
      <th scope="row">
        <span className="who-text">
          {key.name}
          <span className="t2 small">
            <span className="mono">hck_{key.key_id}_…</span> {t('admin.keys.by', { name: key.created_by })}
          </span>
        </span>
      </th>
      <td data-label={t('admin.keys.role')}>{t(`common.role.${key.role}`)}</td>
      <td className="wraps" data-label={t('admin.keys.projects')}>
        {key.role === 'super_admin' ? t('common.all') : names.join(', ') || UNKNOWN}
      </td>
      <td data-label={t('admin.keys.rights')}>
        {t(key.verbs.includes('write') ? 'admin.keys.may.write' : 'admin.keys.may.read')}
      </td>
      <td data-label={t('admin.keys.lastUsed')}>
        {key.last_used_at === null ? t('admin.keys.never') : <Ago since={key.last_used_at} />}
      </td>
      <td data-label={t('admin.keys.expires')}>
        {key.expires_at === null ? t('admin.keys.never') : moment(key.expires_at, { dateStyle: 'medium' })}
      </td>
      <td data-label={t('admin.keys.state')}>
        <span className="status" data-s={MARKS[state]}>
          <StatusMark mark={MARKS[state]} />
          {t(`admin.keys.states.${state}`)}
        </span>
      </td>
      <td className="acts-cell">
        {state !== 'revoked' && (
          <button type="button" className="btn sm" onClick={() => onRevoke(key)}>
            {t('admin.keys.revoke')}
          </button>
        )}
      </td>
    </tr>
  );
}
