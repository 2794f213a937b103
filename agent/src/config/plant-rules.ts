import type { Entries, Finding } from './rules.ts';
import { formatPath, type Path } from './yaml-source.ts';

/** What cooling loops and monitors must say together. */
export function checkPlant(entries: Entries): Finding[] {
  return [...unreachedControllers(entries), ...duplicateUrls(entries), ...monitorsWithoutMeter(entries)];
}

/** A controller is reached in one of two ways. */
function unreachedControllers({ containers }: Entries): Finding[] {
  return containers.flatMap(({ index, value: { cooling } }): Finding[] => {
    if (!cooling) return [];
    const path = ['containers', index, 'cooling'];
    const { url, address, profile } = cooling;
    if (url && (address || profile !== undefined)) {
      const what = `${formatPath(path)} has both url and address or profile`;
      return [
        { code: 'E1203', path: [...path, 'url'], what, next: 'Keep url for HTTP, or address and profile for Modbus' },
      ];
    }
    if (url || (address && profile !== undefined)) return [];
    const key = address ? 'profile' : 'address';
    const next = address ? 'Add: profile: antspace-hd5' : 'Add: address: 10.20.0.5:502   (or url: http://10.20.0.5)';
    return [{ code: 'E1202', path: [...path, key], what: `${formatPath([...path, key])} is missing`, next }];
  });
}

/** What a monitor tells travels with its transformer's meter. */
function monitorsWithoutMeter({ transformers, meters }: Entries): Finding[] {
  const metered = new Set(meters.map(({ value }) => value.transformer));
  return transformers.flatMap(({ index, value: { id, monitor } }): Finding[] => {
    if (!monitor || metered.has(id)) return [];
    const path = ['transformers', index, 'monitor'];
    const what = `${formatPath(path)} would not be read: no meter names ${id}`;
    const cause = "a monitor's temperatures travel with the values of its transformer's meter";
    return [{ code: 'E1212', path, what, cause, next: `Add under meters an entry with transformer: ${id}` }];
  });
}

/** Two controllers at one URL: the same container twice. */
function duplicateUrls({ containers }: Entries): Finding[] {
  const first = new Map<string, Path>();
  return containers.flatMap(({ index, value }): Finding[] => {
    if (!value.cooling?.url) return [];
    const name = `${value.cooling.url.host}:${value.cooling.url.port}`;
    const at: Path = ['containers', index, 'cooling', 'url'];
    const before = first.get(name);
    if (!before) {
      first.set(name, at);
      return [];
    }
    const cause = { text: `${formatPath(before)} has the same address`, path: before };
    const what = `${formatPath(at)} is already read elsewhere: ${name}`;
    return [{ code: 'E1210', path: at, what, cause, next: 'Give each container the address of its own controller' }];
  });
}
