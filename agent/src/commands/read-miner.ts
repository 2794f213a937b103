import { type BoardValues, safeText } from '@hearst/protocol';
import { CgminerDriver } from '../drivers/cgminer/driver.ts';
import type { DeviceAddress, MinerReading, PoolInUse } from '../drivers/driver.ts';
import { boardTable } from './board-text.ts';
import type { Outcome } from './command.ts';
import { problemOfDevice } from './device-problem.ts';
import { answered, type DeviceData, facts, silent } from './device-text.ts';

const TIMEOUT_MS = 3000;

/** What `read --json` answers for a miner, beside what it answers for any device. */
interface MinerData extends DeviceData {
  status: string;
  serial: string | null;
  mac: string | null;
  /** Null where none is in use. */
  pool: PoolInUse | null;
  /** Board by board; null where the firmware tells of none. */
  boards: BoardValues | null;
  /** Its own error codes; null where it does not speak of errors. */
  errors: string[] | null;
  /** By which definition it was read. */
  definition: string;
}

export const minerDriver = (timeoutMs: number): CgminerDriver =>
  new CgminerDriver({ deadlineMs: timeoutMs, connectTimeoutMs: Math.min(1500, timeoutMs) });

/** One miner, all that it tells; `id` is its slot's where the site file has one. */
export async function readMiner(address: DeviceAddress, id: string | null): Promise<Outcome> {
  const device = `${address.host}:${address.port}`;
  let reading: MinerReading;
  try {
    reading = await minerDriver(TIMEOUT_MS).read(address, { summary: true, pools: true, version: true, boards: true });
  } catch (error) {
    return silent(problemOfDevice(error, id ?? device));
  }
  const { identity, pool, status, repaired, values, definition, boards = null, errors = null } = reading;
  const heading = [
    `${id ? `${id}  ` : ''}${device}   ${status}`,
    ...facts({
      model: identity.model,
      firmware: identity.firmware,
      serial: identity.serial,
      mac: identity.mac,
      pool: pool && [pool.url, pool.worker, pool.state].filter(Boolean).join('  '),
      errors: errors && (errors.length > 0 ? errors.join(', ') : 'none'),
      'read as': definition,
      repaired: repaired.length > 0 ? repaired.join(', ') : null,
    }),
  ];
  const data: MinerData = {
    device,
    model: safeText(identity.model),
    firmware: safeText(identity.firmware),
    metrics: values,
    repaired,
    status,
    serial: safeText(identity.serial),
    mac: safeText(identity.mac),
    pool,
    boards,
    errors,
    definition,
  };
  const outcome = answered(data, heading);
  return boards === null ? outcome : { ...outcome, text: [outcome.text, '', ...boardTable(boards)].join('\n') };
}
