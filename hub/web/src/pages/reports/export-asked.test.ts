import { expect, it } from 'vitest';
import { addressOf } from '../../api/http.ts';
import { exportPath, exportQuery } from './export-asked.ts';

const ASKED = {
  projectId: 'QATAR-001',
  metrics: ['power_kw', 'hashrate_ths'],
  range: { kind: 'back', back: '7d' },
  step: 'auto',
  group: 'none',
  format: 'csv',
} as const;

it('asks for what is chosen, in the order of the list, and leaves out what is usual', () => {
  expect(addressOf(exportPath(ASKED), exportQuery(ASKED, 'fr'))).toBe(
    '/api/metrics/project/QATAR-001?range=7d&metrics=hashrate_ths%2Cpower_kw&format=csv&locale=fr',
  );
});

it('a fixed range goes as two moments; tables for programs have no language', () => {
  const range = { kind: 'fixed', from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 2) } as const;
  expect(exportQuery({ ...ASKED, range, step: '1h', group: 'container', format: 'parquet' }, 'fr')).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-02T00:00:00.000Z',
    step: '1h',
    metrics: 'hashrate_ths,power_kw',
    group_by: 'container',
    format: 'parquet',
  });
});
