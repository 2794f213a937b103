import type { DeviceAddress } from '../driver.ts';

/** One Modbus device as it is named on the command line. */
export interface ModbusTarget {
  address: DeviceAddress;
  unit: number;
  profile: string;
}

const EXAMPLE = 'modbus://10.20.0.5:502/1?profile=schneider-pm5xxx';

/**
 * `modbus://HOST[:PORT]/UNIT?profile=NAME`; the port is 502 unless given.
 *
 * @throws {Error} that says what is wrong and shows an example
 */
export function parseModbusTarget(text: string): ModbusTarget {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'modbus:' || url.hostname === '') throw fault(text, 'is no address of a Modbus device');
  const unit = /^\/(\d{1,3})\/?$/.exec(url.pathname)?.[1];
  if (unit === undefined || Number(unit) > 255) throw fault(text, 'needs a unit from 0 to 255 behind the slash');
  const unknown = [...url.searchParams.keys()].find((key) => key !== 'profile');
  if (unknown !== undefined) throw fault(text, `has the parameter ${unknown}, only profile is known`);
  const profile = url.searchParams.get('profile');
  if (!profile) throw fault(text, 'needs ?profile=NAME');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { address: { host, port: url.port === '' ? 502 : Number(url.port) }, unit: Number(unit), profile };
}

function fault(text: string, what: string): Error {
  return new Error(`${JSON.stringify(text)} ${what}. Example: ${EXAMPLE}`);
}
