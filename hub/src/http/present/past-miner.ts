import { slotOf } from '@hearst/protocol';
import type { MinerRow, MinersContainer } from '../../db/queries/miners.ts';
import { observe } from '../../freshness.ts';
import type { MinerInFrame } from '../../history/unpack.ts';
import { layoutOf } from '../../layout.ts';
import type { ContainerPast } from '../../operations/miner-history.ts';
import { tidy } from '../../rounding.ts';
import type { Miner } from '../schemas.ts';

/**
 * A slot as a poll of the past had it. What polls do not hold is null: the hardware that stands there today may not be
 * what stood there then.
 */
export function presentPastMiner(
  slot: MinerRow,
  container: MinersContainer,
  past: ContainerPast,
  then: MinerInFrame,
  at: number,
): Miner {
  const layout = layoutOf(container.layout);
  const values = past.current ? then.values : {};
  const { hashrate_ths: ths = null, power_w: watts = null } = values;
  return {
    project_id: slot.project_id,
    miner_id: slot.miner_id,
    container_id: slot.container_id,
    position: slot.position,
    slot: layout && slotOf(slot.position, layout),
    model: null,
    serial: null,
    mac: null,
    ip: null,
    firmware: null,
    status: past.current ? then.status : 'unknown',
    ...observe(past.at, past.intervalS, at),
    last_seen_at: then.answered ? past.at.toISOString() : null,
    hashrate_th: ths,
    hashrate_expected_th: values.hashrate_expected_ths ?? null,
    power_w: watts,
    efficiency_j_per_th: watts === null || ths === null || ths === 0 ? null : tidy(watts / ths),
    pool: null,
    worker: null,
    temp_chip_c: values.temp_chip_c ?? null,
    temp_board_c: values.temp_board_c ?? null,
    temp_inlet_c: values.temp_inlet_c ?? null,
    temp_outlet_c: values.temp_outlet_c ?? null,
    uptime_s: values.uptime_s ?? null,
    created_at: slot.created_at.toISOString(),
    updated_at: slot.updated_at.toISOString(),
  };
}
