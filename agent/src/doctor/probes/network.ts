import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { Site } from '../../config/site.ts';
import type { NetworkFacts } from '../view.ts';

interface Route {
  network: number;
  mask: number;
  gateway: string | null;
}

/** Interfaces, the default gateway, and which addresses of the site no route leads to. */
export function networkFacts(site: Site | null, routeTable = readRoutes()): NetworkFacts {
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
    list.flatMap(({ address, cidr, internal, scopeid }) =>
      internal || scopeid ? [] : [{ name, address, cidr: cidr ?? address }],
    ),
  );
  if (routeTable === null) return { addresses, gateway: undefined, unrouted: [] };
  const gateway = routeTable.find(({ mask }) => mask === 0)?.gateway ?? null;
  return { addresses, gateway, unrouted: site ? unrouted(site, routeTable) : [] };
}

/** Lines of `/proc/net/route`: hexadecimal, lowest byte first. Null where there is none. */
export function parseRoutes(text: string): Route[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, network, gateway, flags, , , , mask] = line.trim().split(/\s+/);
      if (network === undefined || gateway === undefined || mask === undefined) return [];
      if ((Number.parseInt(flags ?? '0', 16) & 1) === 0) return []; // not up
      const via = swapped(gateway);
      return [{ network: swapped(network), mask: swapped(mask), gateway: via === 0 ? null : dotted(via) }];
    });
}

function readRoutes(): Route[] | null {
  try {
    return parseRoutes(readFileSync('/proc/net/route', 'utf8'));
  } catch {
    return null; // no /proc: the system does not tell
  }
}

/** The first and last address of every container, where no route covers it. */
function unrouted({ containers, meters }: Site, routes: readonly Route[]): string[] {
  const asked = [
    ...containers.flatMap(({ id, addresses, cooling }) =>
      [addresses[0], addresses.at(-1), cooling?.address.host].map((address) => ({ id, address })),
    ),
    ...meters.map(({ id, address }) => ({ id, address: address.host as string | undefined })),
  ];
  const lost = asked.flatMap(({ id, address }) => {
    if (address === undefined || !ipaddr.IPv4.isValidFourPartDecimal(address) || address.startsWith('127.')) return [];
    const number = numeric(address);
    return routes.some(({ network, mask }) => (number & mask) >>> 0 === network) ? [] : [`${id} ${address}`];
  });
  return [...new Set(lost)];
}

const numeric = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const swapped = (hex: string): number => Number.parseInt(hex.match(/../g)?.reverse().join('') ?? '0', 16);
const dotted = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
