import { eq, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { MinerTerms } from '../../search/terms.ts';
import { miners } from '../schema.ts';

/**
 * Conditions on what people read off a miner. Under row security a condition goes by an index only where nothing in it
 * could leak a value: that is `=` and `^@`, against columns as they are stored.
 */

/** How much of the end of a serial and of a MAC is stored to be searched by; see the migration. */
const SERIAL_END = 8;
const MAC_END = 6;

export const begins = (column: PgColumn, text: string): SQL => sql`${column} ^@ ${text}::text`;

/** Whether a serial ends with the text, as far as its end is stored. */
export const serialEnds = (text: string): SQL =>
  sql`${miners.serial_end} ^@ reverse(right(${text}::text, ${SERIAL_END}))`;

/** Whether a MAC ends with the digits, as far as its end is stored. */
export const macEnds = (digits: string): SQL => sql`${miners.mac_end} ^@ reverse(right(${digits}::text, ${MAC_END}))`;

/** The beginning of a MAC in the spelling that is stored: `AA:BB:C`. */
export const macOf = (digits: string): string => (digits.match(/..?/g) ?? []).join(':');

/** The id, the beginning of address, serial or MAC, or the end of the latter two (of 8 characters or 6 digits at most). */
export function resembles({ text, macDigits, ip }: MinerTerms): SQL | undefined {
  return or(
    eq(miners.miner_id, text),
    begins(miners.serial, text),
    text.length > SERIAL_END ? undefined : serialEnds(text),
    macDigits === null ? undefined : begins(miners.mac, macOf(macDigits)),
    macDigits === null || macDigits.length > MAC_END ? undefined : macEnds(macDigits),
    ip === null ? undefined : begins(miners.ip, ip),
  );
}
