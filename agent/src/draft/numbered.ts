import { AddressError, boundsOf, formatIpv4, parseIpv4 } from '../config/addresses.ts';

/** Where a Modbus device is read. */
export interface ModbusPlace {
  ip: string;
  port: number;
  unit: number;
}

/**
 * Devices that have a number (the cooling controller of container 7, the meter of transformer 3) and stand at addresses
 * that follow from it. Written as a pattern (`10.21.0.{container}`), or as a range whose first address is number 1
 * (`10.21.0.1-10.21.0.58`), with `:PORT` and `/UNIT` behind it where they are not 502 and 1. Behind one gateway the
 * number may be the unit: `10.21.0.5/{container}`.
 */
export interface Numbered {
  /** How many devices a range holds; null for a pattern, which has no end. */
  count: number | null;
  /** Of number `n`, from 1; null beyond the end of a range. Throws AddressError where a pattern gives no address. */
  at(n: number): ModbusPlace | null;
}

const FORM = /^(?<where>[^:/]+?)(?::(?<port>\d{1,5}))?(?:\/(?<unit>\d{1,3}|\{\w+\}))?$/;

/** Reads one. `field`: what the pattern calls the number. Throws AddressError. */
export function parseNumbered(text: string, field: string, port: number): Numbered {
  const groups = FORM.exec(text.trim())?.groups;
  const place = Number(groups?.port ?? port);
  const unitText = groups?.unit ?? '1';
  if (!groups?.where || place < 1 || place > 65_535) throw wrong(text, field);
  const unknown = [...text.matchAll(/\{([^}]*)\}/g)].find(([, name]) => name !== field);
  if (unknown) throw new AddressError('pattern', `does not know ${unknown[0]}: it may use {${field}}`);
  const fill = (part: string, n: number): string => part.replaceAll(`{${field}}`, String(n));
  const unitOf = (n: number): number => {
    const unit = Number(fill(unitText, n));
    if (!Number.isInteger(unit) || unit > 255)
      throw new AddressError('pattern', `gives unit ${unit} for ${field} ${n}: units end at 255`);
    return unit;
  };
  const where = groups.where.trim();
  if (text.includes('{')) {
    const at = (n: number): ModbusPlace => {
      const ip = fill(where, n);
      if (parseIpv4(ip) === null)
        throw new AddressError('pattern', `gives ${ip} for ${field} ${n}, which is no address`);
      return { ip, port: place, unit: unitOf(n) };
    };
    at(1);
    return { count: null, at };
  }
  const [first, last] = boundsOf(where);
  const count = last - first + 1;
  return {
    count,
    at: (n) => (n < 1 || n > count ? null : { ip: formatIpv4(first + n - 1), port: place, unit: unitOf(n) }),
  };
}

function wrong(text: string, field: string): AddressError {
  return new AddressError(
    'pattern',
    `${JSON.stringify(text)} is no pattern such as 10.21.0.{${field}}, and no range such as 10.21.0.1-10.21.0.58`,
  );
}
