import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Field, faultOf } from './draft.ts';

const STATUSES = ['planned', 'active', 'maintenance'] as const;

/** One field of the form, with its unit and what is wrong with it. */
export function ConfigurationField({
  field,
  value,
  refused,
  onChange,
}: {
  field: Field;
  value: string;
  /** What the hub said of it. */
  refused: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const fault = faultOf(field, value);
  const message = fault === null ? refused : t(`project.faults.${fault}`);
  const common = { id, value, 'aria-invalid': message !== undefined, 'aria-describedby': `${id}-m` };
  return (
    <div className="labelled">
      <label htmlFor={id}>{t(`project.fields.${field}`)}</label>
      <div className={message === undefined ? 'field' : 'field bad'}>
        {field === 'status' ? (
          <select {...common} onChange={(event) => onChange(event.target.value)}>
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {t(`common.status.${status}`)}
              </option>
            ))}
          </select>
        ) : (
          <input
            {...common}
            type="text"
            autoComplete="off"
            inputMode={field.startsWith('target_') ? 'decimal' : undefined}
            list={field === 'time_zone' ? `${id}-zones` : undefined}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
        {field === 'time_zone' && (
          <datalist id={`${id}-zones`}>
            {Intl.supportedValuesOf('timeZone').map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        )}
      </div>
      <span id={`${id}-m`} className="small t2">
        {message}
      </span>
    </div>
  );
}
