import { minerIdOf } from '@hearst/protocol';
import { parseIpv4 } from '../config/addresses.ts';
import type { Site } from '../config/site.ts';
import type { ExpectedUnit } from '../scan/identify.ts';
import type { Port } from '../scan/sweep.ts';
import type { HandPlacement } from './store.ts';

/** A slot and what is said to stand in it. */
export interface ExpectedSlot {
  /** `QATAR-C01-M007` */
  id: string;
  container: string;
  position: number;
  ip: string | null;
  port: number;
  serial: string | null;
  mac: string | null;
  /** Who says so: the site file's range, pattern or table, or a person (`inventory import`). */
  by: 'range' | 'pattern' | 'file' | 'hand';
}

/** A Modbus device of the site file. */
export interface ExpectedModbus extends ExpectedUnit {
  /** `QATAR-C01 cooling`, `QATAR-E01` */
  id: string;
  ip: string;
  port: number;
}

/** Every slot of the site in order; what a person said comes before the site file. */
export function expectedSlots(site: Site, byHand: readonly HandPlacement[]): ExpectedSlot[] {
  const said = new Map(byHand.map((one) => [minerIdOf(one.container, one.position), one]));
  return site.containers.flatMap(({ id: container, addresses, identities, port, addressedBy }) =>
    addresses.map((ip, i): ExpectedSlot => {
      const position = i + 1;
      const id = minerIdOf(container, position);
      const hand = said.get(id);
      if (hand) return { id, port, by: 'hand', ...hand };
      const { serial = null, mac = null } = identities.get(position) ?? {};
      return { id, container, position, ip, port, serial, mac, by: addressedBy };
    }),
  );
}

/** Loops that are reached over HTTP are none of them. */
export function expectedModbus(site: Site): ExpectedModbus[] {
  const loops = site.containers.flatMap(({ id, cooling }) =>
    cooling?.by === 'modbus' ? [{ id: `${id} cooling`, ...cooling }] : [],
  );
  const monitors = site.transformers.flatMap(({ id, monitor }) =>
    monitor ? [{ id: `${id} monitor`, ...monitor, options: undefined }] : [],
  );
  return [...loops, ...site.meters, ...monitors].map(({ id, address, unit, profile, options }) => ({
    ...{ id, ip: address.host, port: address.port, unit, profile },
    ...(options === undefined ? {} : { options }),
  }));
}

/** Every IPv4 address the site file and people name; devices known by a host name are not among them. */
export function expectedAddresses(site: Site, byHand: readonly HandPlacement[]): number[] {
  const texts = [
    ...expectedSlots(site, byHand).map(({ ip }) => ip),
    ...site.containers.flatMap(({ addresses }) => addresses),
    ...expectedModbus(site).map(({ ip }) => ip),
  ];
  return texts.flatMap((ip) => (ip === null ? [] : (parseIpv4(ip) ?? [])));
}

/** The ports to ask at every address: those the site file uses, else the usual ones. */
export function portsOf(site: Site | null): Port[] {
  const miners = new Set(site?.containers.map(({ port }) => port));
  const modbus = new Set(site ? expectedModbus(site).map(({ port }) => port) : []);
  if (miners.size === 0) miners.add(4028);
  if (modbus.size === 0) modbus.add(502);
  return [
    ...[...miners].map((port): Port => ({ kind: 'miner', port })),
    ...[...modbus].map((port): Port => ({ kind: 'modbus', port })),
  ];
}
