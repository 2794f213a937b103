import { useTranslation } from 'react-i18next';
import type { ActivityEntry } from '../../../api/activity.ts';
import { UNKNOWN } from '../../../format.ts';

/** An entry of the log with all that it holds. */
export function AuditEntry({ entry }: { entry: ActivityEntry }) {
  const { t } = useTranslation();
  const { before, after } = entry;
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const facts = [
    ['what', `${entry.action} ${entry.target_type} ${entry.target_id}`],
    ['who', `${entry.actor_name} (${entry.actor_kind} ${entry.actor_id})`],
    ['address', entry.address ?? UNKNOWN],
    ['request', entry.request_id ?? UNKNOWN],
    ['place', `${entry.project_id} ${entry.seq}`],
    ['hash', entry.hash],
  ] as const;
  return (
    <div className="audit-entry">
      {fields.length === 0 ? (
        <p className="t2">{t('admin.audit.noChange')}</p>
      ) : (
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{t('admin.audit.field')}</th>
              <th scope="col">{t('admin.audit.before')}</th>
              <th scope="col">{t('admin.audit.after')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}>
                <th scope="row" className="mono">
                  {field}
                </th>
                <td className="mono wraps" data-label={t('admin.audit.before')}>
                  {written(before, field)}
                </td>
                <td className="mono wraps" data-label={t('admin.audit.after')}>
                  {written(after, field)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl className="facts small">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{t(`admin.audit.${name}`)}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function written(side: Readonly<Record<string, unknown>> | null, field: string): string {
  if (side === null || !Object.hasOwn(side, field)) return UNKNOWN;
  const value = side[field];
  return typeof value === 'string' ? value : JSON.stringify(value);
}
