import { stringify } from 'csv-stringify/sync';
import type { Plan } from '../inventory/plan.ts';
import type { InventoryDevice } from '../inventory/store.ts';

/** One row of `inventory list` and of the CSV: a slot, a Modbus device of the site file, or a stranger. */
export interface PlanRow {
  /** `QATAR-C01-M007`, `QATAR-E01`; null for a stranger. */
  id: string | null;
  container: string | null;
  position: number | null;
  state: string;
  kind: 'miner' | 'modbus';
  ip: string | null;
  port: number;
  serial: string | null;
  mac: string | null;
  model: string | null;
  firmware: string | null;
  seen_at: string | null;
}

/** Everything that is expected or found, slots first. */
export function rowsOf(plan: Plan): PlanRow[] {
  const facts = (
    device: InventoryDevice | null,
  ): Pick<PlanRow, 'serial' | 'mac' | 'model' | 'firmware' | 'seen_at'> => ({
    serial: device?.serial ?? null,
    mac: device?.mac ?? null,
    model: device?.model ?? null,
    firmware: device?.firmware ?? null,
    seen_at: device?.seen_at ?? null,
  });
  return [
    ...plan.slots.map(({ id, container, position, state, device, ip, port, serial, mac }): PlanRow => {
      const there = state === 'contested' ? null : device;
      const row = {
        id,
        container,
        position,
        state,
        kind: 'miner',
        ip: there?.ip ?? ip,
        port,
        ...facts(there),
      } as const;
      return there ? row : { ...row, serial, mac };
    }),
    ...plan.modbus.map(({ id, state, ip, port, profile }): PlanRow => {
      return { id, container: null, position: null, state, kind: 'modbus', ip, port, ...facts(null), model: profile };
    }),
    ...plan.strangers.map((device): PlanRow => {
      const { kind, ip, port } = device;
      return { id: null, container: null, position: null, state: 'stranger', kind, ip, port, ...facts(device) };
    }),
  ];
}

const COLUMNS = ['container', 'position', 'ip', 'serial', 'mac', 'model', 'firmware', 'state', 'seen_at'] as const;

/** Miners as a table that `inventory import` and a site file's `addresses: { file: ... }` read. */
export function tableOf(rows: readonly PlanRow[]): string {
  return stringify(
    rows.filter(({ kind }) => kind === 'miner'),
    { header: true, columns: [...COLUMNS], escape_formulas: true },
  );
}
