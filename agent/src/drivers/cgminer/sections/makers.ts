import { type Board, label, type Observation, tellErrors } from '../observation.ts';
import { type Body, bodies, isBody } from '../reply.ts';
import { type Sensors, toCount, toNumber, toSensors } from '../scalars.ts';
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
  for (const temp of temps) {
    const chips = toSensors(toNumber(temp.Chip));
    const corners = ['Board', ...CORNERS].flatMap((key) => toSensors(toNumber(temp[key])));
    out.chipTemps.push(...chips);
    out.boardTemps.push(...corners);
    addSensors(boardAt(out, toCount(temp.TEMP)), chips, corners);
  }
}

const temperatures = (sensors: unknown): Sensors =>
  bodies(sensors).flatMap((sensor) => toSensors(toNumber(sensor.Temperature)));

/** Temperature (Auradine): lists of board and chip sensors per board; the control board (0) is no hashboard. */
export function readAuradineTemperature(boards: Body[], out: Observation): void {
  for (const board of boards) {
    if (board.Name === 'Control Board') continue;
    const chips = temperatures(board.ChipTemp);
    const places = temperatures(board.BoardTemp);
    out.chipTemps.push(...chips);
    out.boardTemps.push(...places);
    addSensors(boardAt(out, fromOne(board.ID)), chips, places);
  }
}

/** Frequency (Auradine): a frequency per chip; a board's is their mean, MHz. */
export function readAuradineFrequency(boards: Body[], out: Observation): void {
  for (const { ID, ChipFrequency } of boards) {
    const board = boardAt(out, fromOne(ID));
    const chips = bodies(ChipFrequency).flatMap((chip) => toCount(chip.Frequency) ?? []);
    if (board === undefined || chips.length === 0) continue;
    board.frequency ??= Math.round((chips.reduce((sum, chip) => sum + chip, 0) / chips.length) * 10) / 10;
  }
}

const fromOne = (id: unknown): number | null => {
  const number = toCount(id);
  return number === null ? null : number - 1;
};

/** The board of a slot, where another reply has told of it. */
function boardAt(out: Observation, slot: number | null): Board | undefined {
  return slot === null ? undefined : out.boards?.find((board) => board.slot === slot);
}

function addSensors(board: Board | undefined, chips: Sensors, places: Sensors): void {
  if (board === undefined) return;
  board.sensors.temp_chip ??= chips;
  board.sensors.temp_pcb = [...(board.sensors.temp_pcb ?? []), ...places];
}

/**
 * POWER (LUXminer: `Watts`, and in `PSU` whether the supply measured them) and PSU (Auradine: `PowerIn` as "58.94W").
 */
export function readPower(supplies: Body[], out: Observation): void {
  let total: number | null = null;
  for (const supply of supplies) {
    const watts = toCount(supply.Watts ?? supply.PowerIn);
    if (watts !== null) total = (total ?? 0) + watts;
  }
  if (out.power !== null || total === null) return;
  out.power = total;
  out.powerComputed = supplies.some((supply) => supply.PSU === false);
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

/**
 * DEVDETAILS[0]: the model, where BOSminer ("Antminer S9") and Whatsminer ("M30S+_VE40", which stands alone and gets
 * its maker's name) put it.
 */
export function readDevDetails(details: Body, out: Observation): void {
  const model = label(details.Model);
  if (model !== null) out.type ??= /^M\d\d/.test(model) ? `Whatsminer ${model}` : model;
}

/** Msg of Whatsminer's `get_*` and `status` replies. Its letter STATUS beside Code 131 is the maker's own. */
export function readWhatsminer(body: Body, out: Observation): void {
  const message = body.Msg;
  if (!isBody(message)) return;
  out.make ??= 'Whatsminer';
  out.firmware ??= label(message.fw_ver) ?? unquoted(message['Firmware Version']);
  out.mac ??= label(message.mac);
  const off = message.btmineroff ?? message.mineroff;
  if (typeof off === 'string') out.asleep ??= off === 'true';
  if (Array.isArray(message.error_code)) tellErrors(out, message.error_code.map(codeOf));
}

/** `get_error_code` lists codes, or objects with the code as key and the time of it as value. */
function codeOf(entry: unknown): unknown {
  return isBody(entry) ? Object.keys(entry)[0] : entry;
}
