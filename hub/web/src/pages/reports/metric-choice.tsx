import { useTranslation } from 'react-i18next';
import { METRICS, type Metric } from './export-asked.ts';

/** Which figures: at least one. */
export function MetricChoice({
  chosen,
  onChange,
}: {
  chosen: readonly Metric[];
  onChange: (chosen: readonly Metric[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="choices metric-choice">
      <legend>{t('reports.export.metrics')}</legend>
      {METRICS.map((metric) => (
        <label key={metric}>
          <input
            type="checkbox"
            checked={chosen.includes(metric)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, metric] : chosen.filter((each) => each !== metric))
            }
          />
          {t(`reports.metric.${metric}`)}
        </label>
      ))}
    </fieldset>
  );
}
