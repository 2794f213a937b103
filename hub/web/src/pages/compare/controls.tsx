import { useTranslation } from 'react-i18next';
import { Select } from '../../components/select.tsx';
import { PERIODS, type PeriodName } from './periods.ts';
import { QUANTITIES, type QuantityName } from './quantities.ts';

interface ControlsProps {
  readonly names: readonly QuantityName[];
  readonly inShares: boolean;
  readonly period: PeriodName;
  readonly onNames: (names: readonly QuantityName[]) => void;
  readonly onShares: (on: boolean) => void;
  readonly onPeriod: (period: PeriodName) => void;
}

/** By which quantities, in which unit, and beside which time before. */
export function Controls({ names, inShares, period, onNames, onShares, onPeriod }: ControlsProps) {
  const { t } = useTranslation();
  return (
    <div className="ctl">
      {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form */}
      <span className="row wrap" role="group" aria-label={t('compare.quantities')}>
        {QUANTITIES.map((name) => {
          const isOn = names.includes(name);
          return (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={isOn}
              // One at least is always shown.
              aria-disabled={isOn && names.length === 1}
              onClick={() => {
                const next = isOn ? names.filter((other) => other !== name) : [...names, name];
                if (next.length > 0) onNames(next);
              }}
            >
              {t(`compare.quantity.${name}`)}
            </button>
          );
        })}
      </span>
      <span className="row wrap end">
        {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form */}
        <span className="seg" role="group" aria-label={t('compare.unit')}>
          <button type="button" aria-pressed={!inShares} onClick={() => onShares(false)}>
            {t('compare.ownUnit')}
          </button>
          <button type="button" aria-pressed={inShares} onClick={() => onShares(true)}>
            {t('compare.ofExpected')}
          </button>
        </span>
        <Select
          label={t('compare.beside')}
          value={period}
          options={PERIODS.map((value) => ({ value, label: t(`compare.periods.${value}`) }))}
          onChange={onPeriod}
        />
      </span>
    </div>
  );
}
