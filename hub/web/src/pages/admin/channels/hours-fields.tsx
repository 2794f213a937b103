import { useTranslation } from 'react-i18next';
import type { NotificationChannel } from '../../../api/channels.ts';
import { Choices, Line, Suggested, Switch } from '../../../components/fields.tsx';
import { moment } from '../../../format.ts';

type Hours = NonNullable<NotificationChannel['hours']>;
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);

/** When a channel hears of what is not critical. */
export function HoursFields({
  hours,
  zone,
  refused,
  onChange,
}: {
  hours: Hours | null;
  zone: string;
  refused: ReadonlyMap<string, string>;
  onChange: (hours: Hours | null) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <Switch
        label={t('channels.onlyAt')}
        isOn={hours !== null}
        onChange={(on) => onChange(on ? { from: '08:00', to: '18:00', days: [1, 2, 3, 4, 5], time_zone: zone } : null)}
      />
      {hours !== null && (
        <>
          <div className="pairs">
            <Line
              label={t('channels.from')}
              type="time"
              isRequired
              value={hours.from}
              message={refused.get('/hours/from')}
              onChange={(from) => onChange({ ...hours, from })}
            />
            <Line
              label={t('channels.to')}
              type="time"
              isRequired
              value={hours.to}
              message={refused.get('/hours/to')}
              onChange={(to) => onChange({ ...hours, to })}
            />
            <Suggested
              label={t('channels.zone')}
              value={hours.time_zone}
              suggestions={Intl.supportedValuesOf('timeZone')}
              onChange={(time_zone) => onChange({ ...hours, time_zone })}
            />
          </div>
          <Choices
            label={t('channels.days')}
            options={DAYS.map((day) => ({ value: String(day), label: dayName(day) }))}
            value={hours.days.map(String)}
            onChange={(days) => onChange({ ...hours, days: days.map(Number).sort((a, b) => a - b) })}
          />
        </>
      )}
    </>
  );
}

/** `Mon`, of 1. */
export const dayName = (day: number): string => moment(MONDAY + (day - 1) * 86_400_000, { weekday: 'short' }, 'UTC');
