import { useTranslation } from 'react-i18next';

/** As the address says that a chart is laid beside the period before. */
const PREVIOUS = 'previous';

/** As the API is asked for it. */
export const compareAsked = (compare: string | undefined): { compare?: 'previous_period' } =>
  compare === PREVIOUS ? { compare: 'previous_period' } : {};

/** Lays the period before beside what a chart shows. */
export function CompareToggle({
  compare,
  onChange,
}: {
  compare: string | undefined;
  onChange: (compare: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const isOn = compare === PREVIOUS;
  return (
    <button
      type="button"
      className="btn ghost"
      aria-pressed={isOn}
      title={t('charts.compareHint')}
      onClick={() => onChange(isOn ? undefined : PREVIOUS)}
    >
      <span className="dash" aria-hidden="true" />
      {t('charts.compare')}
    </button>
  );
}
