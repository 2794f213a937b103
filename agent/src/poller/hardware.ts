import type { MinerIdentity } from '../drivers/driver.ts';

/** What tells one machine from another. At least one of the two is known. */
export interface Hardware {
  /** In capitals, without blanks around it. */
  readonly serial: string | null;
  /** Twelve digits, lower case, nothing between them. */
  readonly mac: string | null;
}

/** What firmware says where nobody wrote a number: no identity, or a whole fleet would be one machine. */
const NO_SERIAL = /^(.)\1*$|^(unknown|none|null|nan|n\/?a|default|invalid|to be filled.*|0?123456789.*)$/i;
const NO_MAC = /^(0+|f+)$/;
const SHORTEST_SERIAL = 4;

/** The hardware that an identity speaks of; null where it tells neither serial nor MAC that could be one. */
export function hardwareOf(identity: Pick<MinerIdentity, 'serial' | 'mac'>): Hardware | null {
  const serial = serialIn(identity.serial);
  const mac = macIn(identity.mac);
  return serial === null && mac === null ? null : { serial, mac };
}

/** One machine: they agree in what both tell, and both tell the serial or the MAC. */
export function isSame(a: Hardware, b: Hardware): boolean {
  return (agrees(a.serial, b.serial) || agrees(a.mac, b.mac)) && !contradicts(a, b);
}

/** Two machines that share a serial or a MAC: they agree in one and contradict each other in the other. */
export function isCloned(a: Hardware, b: Hardware): boolean {
  return (agrees(a.serial, b.serial) || agrees(a.mac, b.mac)) && contradicts(a, b);
}

/** A MAC as people write it, and as the hub keeps it. */
export const written = (mac: string): string => mac.toUpperCase().replace(/(..)(?!$)/g, '$1:');

function contradicts(a: Hardware, b: Hardware): boolean {
  return differs(a.serial, b.serial) || differs(a.mac, b.mac);
}

const agrees = (a: string | null, b: string | null): boolean => a !== null && a === b;
const differs = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

function serialIn(text: string | null): string | null {
  const serial = text?.trim().toUpperCase() ?? '';
  return serial.length < SHORTEST_SERIAL || NO_SERIAL.test(serial) ? null : serial;
}

function macIn(text: string | null): string | null {
  const digits = text?.toLowerCase().replace(/[\s:.-]/g, '') ?? '';
  return /^[0-9a-f]{12}$/.test(digits) && !NO_MAC.test(digits) ? digits : null;
}
