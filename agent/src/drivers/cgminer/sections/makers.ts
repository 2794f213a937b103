import { label, type Observation } from '../observation.ts';
import { type Body, bodies, isBody } from '../reply.ts';
import { toCount, toNumber, toSensors } from '../scalars.ts';
import { unquoted } from './cgminer.ts';
import { rpm } from './common.ts';

/** Sections that only some makers have: BOSminer, LUXminer, Auradine, Whatsminer. */

/** FANS (BOSminer, LUXminer: `RPM`) and Fan (Auradine: `Speed`). */
export function readFans(fans: Body[], out: Observation): void {
  out.fans ??= rpm(fans.map((fan) => fan.RPM ?? fan.Speed));
}

const CORNERS = ['TopLeft', 'TopRight', 'BottomLeft', 'BottomRight'];

/** TEMPS: `Board` and `Chip` per board (BOSminer), or the board's four corners (LUXminer). */
export function readTemps(temps: Body[], out: Observation): void {
  for (const board of temps) {
    out.chipTemps.push(...toSensors(toNumber(board.Chip)));
    for (const key of ['Board', ...CORNERS]) out.boardTemps.push(...toSensors(toNumber(board[key])));
  }
}

/** Temperature (Auradine): lists of board and chip sensors per board; the control board is no hashboard. */
export function readAuradineTemperature(boards: Body[], out: Observation): void {
  for (const board of boards) {
    if (board.Name === 'Control Board') continue;
    for (const sensor of bodies(board.BoardTemp)) out.boardTemps.push(...toSensors(toNumber(sensor.Temperature)));
    for (const sensor of bodies(board.ChipTemp)) out.chipTemps.push(...toSensors(toNumber(sensor.Temperature)));
  }
}

/** POWER (LUXminer: `Watts`) and PSU (Auradine: `PowerIn` as "58.94W"). */
export function readPower(supplies: Body[], out: Observation): void {
  let total: number | null = null;
  for (const supply of supplies) {
    const watts = toCount(supply.Watts ?? supply.PowerIn);
    if (watts !== null) total = (total ?? 0) + watts;
  }
  out.power ??= total;
}

/** Mode (Auradine): only whether it sleeps; its power and rate are what was asked for, not what is. */
export function readAuradineMode(mode: Body, out: Observation): void {
  if (typeof mode.Sleep === 'string') out.asleep ??= mode.Sleep === 'on';
}

/** CONFIG (LUXminer): who it is. Other makers' CONFIG has none of these keys. */
export function readConfig(config: Body, out: Observation): void {
  out.type ??= label(config.Model);
  out.serial ??= label(config.SerialNumber);
  out.mac ??= label(config.MACAddr);
}

/** Msg of Whatsminer's `get_*` and `status` replies. */
export function readWhatsminer(body: Body, out: Observation): void {
  const message = body.Msg;
  if (!isBody(message)) return;
  out.firmware ??= label(message.fw_ver) ?? unquoted(message['Firmware Version']);
  if (typeof message.btmineroff === 'string') out.asleep ??= message.btmineroff === 'true';
}
