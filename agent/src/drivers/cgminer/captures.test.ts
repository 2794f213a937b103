import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CAPTURED_BOARDS } from './captures.boards.ts';
import { CAPTURED_DEFINITIONS, CAPTURES } from './captures.expected.ts';
import { Observation } from './observation.ts';
import { isReply, observe } from './observe.ts';
import { boardsOf, statusOfMiner, valuesOf } from './reading.ts';
import { MinerRegistry } from './registry.ts';
import { parseReply } from './reply.ts';

/** Recorded replies of real devices. They belong to others and stay outside the repository, beside it. */
const FOLDER = new URL('../../../../../shared/captures/cgminer/', import.meta.url);
/**
 * Not TCP 4028: HTTP, the plain-text protocol, REST, and the API on port 4433. What the newer style answers over HTTP
 * (`web-stats`) is byte for byte what it answers here.
 */
const OTHER_PROTOCOL = /^(?:braiins-rest|whatsminer-api-v3)|\/(?:web-get_|text-)/;

const registry = MinerRegistry.load();

function filesOf(folder: URL): string[] {
  return readdirSync(folder)
    .flatMap((device) => readdirSync(new URL(`${device}/`, folder)).map((file) => `${device}/${file}`))
    .filter((name) => !OTHER_PROTOCOL.test(name))
    .sort();
}

const there = existsSync(FOLDER);
describe.skipIf(!there)(
  there ? 'recorded replies' : 'recorded replies (skipped: their folder is not beside this checkout)',
  () => {
    test('every recording has a row, every row a recording', () => {
      expect(Object.keys(CAPTURES).sort()).toEqual(filesOf(FOLDER));
      expect(Object.keys(CAPTURES)).toEqual(expect.arrayContaining(Object.keys(CAPTURED_BOARDS)));
    });

    test('every recorded device is recognised by its definition, and none is left to the last', () => {
      const found: Record<string, string> = {};
      for (const [folder, files] of Map.groupBy(filesOf(FOLDER), (name) => name.split('/')[0] as string)) {
        const seen = new Observation();
        for (const name of files.toSorted((a, b) => Number(b.includes('stats')) - Number(a.includes('stats'))))
          observe(parseReply(readFileSync(new URL(name, FOLDER), 'utf8'), name).body, seen, name, 'recorded');
        found[folder] = registry.recognise(seen.type, seen.program, seen.make).id;
      }
      expect(found).toEqual(CAPTURED_DEFINITIONS);
    });

    test.each(Object.entries(CAPTURES))('%s', (name, row) => {
      const { body, repaired } = parseReply(readFileSync(new URL(name, FOLDER), 'utf8'), name);
      expect(isReply(body)).toBe(true);
      const seen = new Observation();
      const error = observe(body, seen, name, 'recorded');
      const definition = registry.recognise(seen.type, seen.program, seen.make);
      const known = (values: object): object =>
        Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
      expect({
        status: statusOfMiner(seen, definition),
        values: known(valuesOf(seen, definition)),
        boards: boardsOf(seen, definition) ?? {},
        identity: known({ model: seen.type, firmware: seen.firmware, serial: seen.serial, mac: seen.mac }),
        pool: seen.pool,
        errors: seen.errors,
        error: error?.code ?? null,
        refused: Object.fromEntries(seen.refused.map(({ command, code }) => [command, code])),
        repaired: [...repaired, ...seen.repaired],
      }).toEqual({
        status: row.status ?? null,
        values: row.values ?? {},
        boards: CAPTURED_BOARDS[name] ?? {},
        identity: row.identity ?? {},
        pool: row.pool ?? null,
        errors: row.errors ?? null,
        error: row.error ?? null,
        refused: row.refused ?? {},
        repaired: row.repaired ?? [],
      });
    });
  },
);
