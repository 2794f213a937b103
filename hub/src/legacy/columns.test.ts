import { describe, expect, it } from 'vitest';
import { planTable, strangeness } from './columns.ts';
import type { LegacyTable } from './finding.ts';

const columns = (...names: string[]) => names.map((name) => ({ name, type: 'text' }));

describe('a field', () => {
  it.each<[LegacyTable, string, string[], string | undefined, number]>([
    ['containers', 'hashrate', ['hashrate_th'], 'hashrate_th', 1],
    ['containers', 'power', ['power_consumption_kw'], 'power_consumption_kw', 1],
    ['containers', 'power', ['power_consumption_mw'], 'power_consumption_mw', 1000],
    ['containers', 'state_at', ['last_seen'], 'last_seen', 1],
    ['miners', 'power', ['power_w'], 'power_w', 1],
    ['miners', 'power', ['power_kw'], 'power_kw', 1000],
    ['miners', 'hashrate', ['hash_rate_gh'], 'hash_rate_gh', 0.001],
    ['miners', 'serial', ['serial_number'], 'serial_number', 1],
    ['miners', 'position', ['Slot'], 'Slot', 1],
    ['metrics', 'hashrate', ['hashrate_eh'], 'hashrate_eh', 1e6],
    ['metrics', 'hashrate', ['hashrate_ths'], 'hashrate_ths', 1],
    ['metrics', 'hashrate', ['hashrate_ph'], 'hashrate_ph', 1000],
    ['metrics', 'hashrate', ['total_hashrate_eh'], 'total_hashrate_eh', 1e6],
    ['metrics', 'power', ['power_w'], 'power_w', 0.001],
    ['metrics', 'power', ['total_power_consumption_mw'], 'total_power_consumption_mw', 1000],
    ['metrics', 'hashrate', ['avg_hashrate_th', 'hashrate_th'], 'hashrate_th', 1],
    ['metrics', 'hashrate', ['hashrate'], undefined, 1],
    ['metrics', 'hashrate', ['max_hashrate_th'], undefined, 1],
    ['metrics', 'power', ['power'], undefined, 1],
  ])('of %s, %s, is found in %j as %s, times %d', (table, field, names, column, scale) => {
    expect(planTable(table, columns(...names)).fields[field]).toEqual(column && { column, scale });
  });

  it('leaves the columns that are none', () => {
    const plan = planTable('containers', columns('container_id', 'hashrate_th', 'hashrate_ph', 'rack'));
    expect(plan.others.map(({ name }) => name)).toEqual(['hashrate_ph', 'rack']);
  });
});

describe('a database', () => {
  const old = {
    containers: columns('container_id', 'status', 'hashrate_th', 'power_consumption_kw', 'miners_active'),
    miners: columns('miner_id', 'container_id', 'status', 'hashrate_th', 'power_w'),
    metrics: columns('timestamp', 'hashrate_th', 'power_kw'),
  };

  it('of the old structure is not strange', () => expect(strangeness(old)).toEqual([]));

  it.each([
    [{ miners: [] }, ['there is no table miners that its user may see']],
    [{ containers: columns('id', 'status') }, ['containers has no column container_id']],
    [{ metrics: columns('timestamp', 'hashrate') }, [expect.stringContaining('(it has: timestamp, hashrate)')]],
    [
      { metrics: columns('day', 'power_kw'), miners: columns('serial') },
      ['miners has no column miner_id', 'metrics has no column timestamp'],
    ],
    [
      { containers: columns('container_id', 'project_id') },
      [expect.stringMatching(/^containers has a column project_id/)],
    ],
  ])('with %j is', (changed, faults) => expect(strangeness({ ...old, ...changed })).toEqual(faults));
});
