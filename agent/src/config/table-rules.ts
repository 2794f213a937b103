import { AddressError, boundsOf } from './addresses.ts';
import type { Entries, Finding, Placed, Tables } from './rules.ts';
import type { ContainerEntry } from './schema.ts';
import { formatPath } from './yaml-source.ts';

/** At most this many faults of one table are told one by one. */
const MOST_TABLE_FAULTS = 10;

/** What is wrong inside the tables of positions, each table once. */
export function faultyTables(containers: readonly Placed<ContainerEntry>[], tables: Tables): Finding[] {
  const seen = new Set<string>();
  return containers.flatMap(({ index, value }): Finding[] => {
    const file = value.addresses?.file;
    if (file === undefined || seen.has(file)) return [];
    seen.add(file);
    const { faults } = tables(file);
    const more = faults.length - MOST_TABLE_FAULTS;
    return faults.slice(0, MOST_TABLE_FAULTS).map(({ line, what }, i) => ({
      code: 'E1214',
      path: ['containers', index, 'addresses', 'file'],
      what: `${line > 0 ? `${file}:${line}` : file}: ${what}`,
      ...(more > 0 && i === MOST_TABLE_FAULTS - 1 ? { cause: `and ${more} more` } : {}),
      next:
        line > 0
          ? 'Correct the line; columns: container, position, ip, serial, mac'
          : 'Put it beside the site file, or correct the path; hearst-agent inventory export writes one',
    }));
  });
}

/** Ranges to sweep that are none. */
export function faultyRanges({ networks }: Entries): Finding[] {
  if (!networks) return [];
  return (['ranges', 'exclude'] as const).flatMap((key) =>
    networks[key].flatMap((range, i): Finding[] => {
      try {
        boundsOf(range);
        return [];
      } catch (error) {
        if (!(error instanceof AddressError)) throw error;
        const path = ['networks', key, i];
        const next = 'Try the form 10.20.0.0/16, 10.20.1.1-10.20.2.52 or 10.20.1.7';
        return [{ code: 'E1215', path, what: `${formatPath(path)}: ${error.message}`, next }];
      }
    }),
  );
}
