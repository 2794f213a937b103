import { useTranslation } from 'react-i18next';
import { Figure } from '../components/figure.tsx';
import { number, text, UNKNOWN } from '../format.ts';
import type { ChartLine, ChartPanel, Coverage, Times } from './model.ts';
import { bucketLabel } from './time-ticks.ts';

export interface ReadOutProps {
  readonly times: Times;
  readonly index: number | null;
  readonly panels: readonly ChartPanel[];
  readonly coverage: readonly (Coverage | null)[] | undefined;
  readonly timeZone: string;
}

/** What stands under the cursor, in words; without one, the newest values. */
export function ReadOut({ times, index, panels, coverage, timeZone }: ReadOutProps) {
  const { t } = useTranslation();
  const at = index === null ? undefined : times.times[index];
  if (index === null || at === undefined) return <p className="readout">{t('charts.nothing')}</p>;
  return (
    <p className="readout">
      <b>{bucketLabel(at, times.step, times.to - times.from, timeZone)}</b>
      {panels.flatMap((panel) =>
        panel.lines.map((line) => (
          <span key={`${panel.title} ${line.label}`}>
            {line.isBefore ? t('charts.beforeShort') : line.label}{' '}
            <b>
              <Figure {...shownOf(line, panel, index)} />
            </b>
            <Extremes line={line} panel={panel} index={index} />
          </span>
        )),
      )}
      {coverage !== undefined && (
        <span>
          {t('charts.covered')} <b>{coverageText(coverage[index])}</b>
        </span>
      )}
    </p>
  );
}

function Extremes({ line, panel, index }: { line: ChartLine; panel: ChartPanel; index: number }) {
  const { t } = useTranslation();
  const [least, most] = [line.least?.[index] ?? null, line.most?.[index] ?? null];
  if (least === null || most === null) return null;
  const decimals = panel.decimals ?? 1;
  return (
    <span className="not-phone">
      {' '}
      ({t('charts.minToMax', { least: number(least, decimals), most: number(most, decimals) })})
    </span>
  );
}

/** The same as one sentence, for those who hear it. */
export function spokenOf({ times, index, panels, coverage, timeZone }: ReadOutProps): string {
  const at = index === null ? undefined : times.times[index];
  if (index === null || at === undefined) return '';
  const values = panels.flatMap((panel) =>
    panel.lines.map((line) => `${line.label} ${text(shownOf(line, panel, index))}`),
  );
  const covered = coverage === undefined ? [] : [coverageText(coverage[index])];
  return [bucketLabel(at, times.step, times.to - times.from, timeZone), ...values, ...covered].join(', ');
}

function shownOf(line: ChartLine, { unit, decimals = 1 }: ChartPanel, index: number) {
  return { value: number(line.values[index] ?? null, decimals), unit };
}

export function coverageText(coverage: Coverage | null | undefined): string {
  return coverage == null ? UNKNOWN : `${number(coverage.reporting)}/${number(coverage.expected)}`;
}
