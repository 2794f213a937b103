// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ReportFigures } from '../../api/reports.ts';
import { startLanguages } from '../../i18n/index.ts';
import { coverageShown } from './coverage.ts';
import { ReportTable } from './report-table.tsx';
import { rowsOfDays } from './rows.ts';

const FIGURES: ReportFigures = {
  ...{ energy_kwh: 2_400_000, energy_integrated_kwh: 0, hashes_eh: 720_000, power_kw: 100_000, power_kw_max: 102_000 },
  ...{ hashrate_ths: 8_400_000, efficiency_j_per_th: 12.05, availability_ratio: 0.99, availability_excused_ratio: 1 },
  ...{ excused_h: 4, lost_offline_thh: 1_000_000, lost_hot_thh: 0, lost_transformer_thh: 0, lost_maintenance_thh: 0 },
  ...{ lost_unknown_thh: 500_000, coverage_ratio: 1, cost_usd: null, cost_usd_per_eh: null },
};
const NOTHING = Object.fromEntries(Object.keys(FIGURES).map((key) => [key, null])) as unknown as ReportFigures;

beforeEach(() => startLanguages('en'));
afterEach(cleanup);

function shown(days: { date: string; figures: ReportFigures }[], complete = true) {
  const onDay = vi.fn();
  const rows = rowsOfDays({ complete, days: days.map(({ date, figures }) => ({ date, ...figures })) });
  const { container } = render(<ReportTable title="Days" first="Day" rows={rows} total={FIGURES} onDay={onDay} />);
  const all = (selector: string, of: Element = container) => [...of.querySelectorAll(selector)];
  const texts = (cells: Element[]) => cells.map(({ textContent }) => textContent);
  const cells = all('tbody tr, tfoot tr').map((line) => texts(all('td', line)));
  return { onDay, cells, heads: texts(all('thead th')) };
}

it('a column has one prefix, what is not known is a dash, and the last line is the total', () => {
  const { cells, heads } = shown([
    { date: '2026-11-24', figures: FIGURES },
    { date: '2026-11-25', figures: NOTHING },
  ]);
  expect(cells[0]?.slice(0, 4)).toEqual(['2,400.0', '720,000', '100.0', '102.0']);
  expect(new Set(cells[1])).toEqual(new Set(['–']));
  expect(cells[2]).toEqual(cells[0]);
  expect(heads).toContain('LostEH·h');
});

it('there is a column of costs only where there is a price', () => {
  expect(shown([{ date: '2026-11-24', figures: FIGURES }]).heads).not.toContain('CostUSD');
  expect(shown([{ date: '2026-11-24', figures: { ...FIGURES, cost_usd: 120_000 } }]).heads).toContain('CostUSD');
});

it('a day leads to its own report; the one that runs says that it is not over', () => {
  const { onDay } = shown([{ date: '2026-11-24', figures: FIGURES }], false);
  expect(screen.getByText('so far')).toBeDefined();
  fireEvent.click(screen.getByText('Tue, Nov 24'));
  expect(onDay).toHaveBeenCalledWith('2026-11-24');
});

it('coverage is never rounded up to all of it', () => {
  expect([1, 0.9999, 0.395155, 0.29, null].map(coverageShown)).toEqual([100, 99.9, 39.5, 29, null]);
});
