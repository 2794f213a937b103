// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Container } from '../../api/containers.ts';
import { startLanguages } from '../../i18n/index.ts';
import { BalanceCard } from './balance.tsx';
import { CoolingCard } from './cooling-loop.tsx';
import { Figures } from './figures.tsx';
import { loopOf } from './loop.ts';

const C14 = {
  container_id: 'QATAR-C14',
  project_id: 'QATAR-001',
  layout: null,
  freshness: 'fresh',
  hashrate_th: 0,
  hashrate_expected_th: 145_684,
  power_consumption_kw: 1747.4,
  power_source: 'controller',
  miners_active: 0,
  miners_total: 308,
  miners_expected: 308,
  temp_supply_c: 35.1,
  temp_return_c: 70.1,
  flow_m3h: 6.1,
  pressure_supply_bar: 0.65,
  pressure_return_bar: null,
  has_cooling: true,
  cooling: { pump_circulating: 0, fault_pump_circulating: 1, fault_leak: 0 },
} as unknown as Container;

beforeAll(() => startLanguages('en'));
afterEach(cleanup);

it('a container that makes nothing has no efficiency, rather than an endless one', () => {
  const { container } = render(<Figures container={C14} asleep={2} />);
  const figures = [...container.querySelectorAll('.fig')].map((figure) => figure.textContent?.replace(/\u202f/g, ' '));
  expect(figures).toEqual([
    'Hashrate0 PH/sof 146 PH/s · 0.0 %',
    'Power1,747 kWmetered by the controller',
    'Efficiency–',
    'Supply / return35.1 / 70.1 °Cdifference 35.0 K',
    'Flow6.1 m³/h0.3 L/min a miner',
    'Miners online0 of 308 · 2 asleep',
  ]);
});

it('the loop is drawn with what is known, a dash for what is not, and says which flag is raised', () => {
  render(<CoolingCard container={C14} loop={loopOf(C14, [])} />);
  const [drawing] = screen.getAllByRole('img', { name: /^Cooling loop/ });
  expect(drawing?.getAttribute('aria-label')?.replace(/\u202f/g, ' ')).toBe(
    'Cooling loop: supply 35.1 °C at 0.65 bar and 6.1 m³/h, return 70.1 °C at –, difference 35.0 K. Pump stopped.',
  );
  expect(screen.getByText('Circulating pump fault')).toBeTruthy();
  expect(screen.getByText('Leak sensor: dry')).toBeTruthy();
  expect(screen.getByText('Level: –')).toBeTruthy();
});

it('a container whose controller tells of tanks shows them, with what is not known as a dash', () => {
  const oil = {
    ...C14,
    temp_supply_c: 36,
    temp_return_c: 44,
    cooling: {
      level_tank_a_pct: 86.4,
      level_tank_b_pct: null,
      pump_secondary_1: 1,
      fault_leak: 1,
      fault_dry_cooler: 1,
    },
  } as unknown as Container;
  render(<CoolingCard container={oil} loop={loopOf(oil, [])} />);
  const drawing = screen.getByRole('img', { name: /^Oil tanks/ });
  expect(drawing.getAttribute('aria-label')?.replace(/\u202f/g, ' ')).toBe(
    'Oil tanks: supply 36.0 °C, return 44.0 °C, levels A 86 %, B –.',
  );
  expect(screen.queryByRole('img', { name: /^Cooling loop/ })).toBeNull();
  expect(screen.getByText('Dry cooler fault')).toBeTruthy();
  expect(screen.queryByText(/Spray pump/)).toBeNull();
});

it('the balance is told only where all of it is known', () => {
  const { rerender } = render(<BalanceCard container={C14} doubted={false} />);
  expect(screen.getByText('differs')).toBeTruthy();
  expect(screen.getByText('14.1')).toBeTruthy();
  rerender(<BalanceCard container={{ ...C14, flow_m3h: null }} doubted={false} />);
  expect(screen.queryByText('differs')).toBeNull();
  expect(screen.getByText('Not known: it takes flow, supply, return and power.')).toBeTruthy();
});
