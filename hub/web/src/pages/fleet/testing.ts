import type { Fleet } from '../../api/fleet.ts';

type Answered = Fleet['containers'][number];

/** A container as the hub tells of it, all its miners well; for tests only. */
export function answered(id: string, miners: number, more: Partial<Answered> = {}): Answered {
  const all = <Value>(value: Value): Value[] => Array.from({ length: miners }, () => value);
  return {
    container_id: id,
    name: null,
    layout: { rows: 22, columns: 14, order: 'row' },
    plan: null,
    status: 'active',
    observed_at: '2026-11-26T12:00:00.000Z',
    age_s: 5,
    freshness: 'fresh',
    position: Array.from({ length: miners }, (_, i) => i + 1),
    miner_status: all('hashing' as const),
    hashrate_th: all(473),
    hashrate_expected_th: all(473),
    power_w: all(5650),
    temp_chip_c: all(58),
    temp_board_c: all(null),
    uptime_s: all(3600),
    firmware: all(0),
    pool: all(null),
    ...more,
  };
}

export const fleetOf = (...containers: Answered[]): Fleet => ({
  project_id: 'QATAR-001',
  miners_total: containers.reduce((sum, { position }) => sum + position.length, 0),
  firmwares: ['one', 'two'],
  pools: [],
  containers,
});

/** As Qatar is: 58 containers of 308. */
export const QATAR = fleetOf(
  ...Array.from({ length: 58 }, (_, i) => answered(`QATAR-C${String(i + 1).padStart(2, '0')}`, 308)),
);
