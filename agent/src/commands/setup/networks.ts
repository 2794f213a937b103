import ipaddr from 'ipaddr.js';
import { AddressError } from '../../config/addresses.ts';
import { networkFacts } from '../../doctor/probes/network.ts';
import { AddressSet } from '../../scan/address-set.ts';
import { grouped } from '../progress.ts';
import { MOST_ADDRESSES } from '../sweep-site.ts';
import { type Asking, Unusable } from './asking.ts';

/** What is to be swept, and on which ports. */
export interface Swept {
  ranges: string[];
  exclude: string[];
  minerPort: number;
  modbusPort: number;
}

/** A network of containers on this very machine is nobody's site. */
const VIRTUAL = /^(docker|br-|veth|virbr|lo)/;

/** Asks what to sweep; ports and exclusions only where they were given. */
export async function askNetworks(asking: Asking): Promise<Swept> {
  const exclude = asking.known('exclude') === undefined ? [] : await excluded(asking);
  const ranges = await asking.of({
    name: 'networks',
    text: 'Which networks hold miners, cooling controllers and meters?',
    about: ['with commas: 10.20.0.0/16, 10.21.0.1-10.21.0.99'],
    initial: ownNetworks().join(', ') || null,
    take: (text) => {
      const list = listOf(text);
      const { size } = setOf(list, exclude);
      if (size === 0) throw new Unusable(`${text}: there is nothing to sweep`);
      if (size > MOST_ADDRESSES)
        throw new Unusable(`${text}: ${grouped(size)} addresses are too many for one sweep; at most a /12`);
      return list;
    },
  });
  const minerPort = await port(asking, 'miner-port', '4028');
  return { ranges, exclude, minerPort, modbusPort: await port(asking, 'modbus-port', '502') };
}

function excluded(asking: Asking): Promise<string[]> {
  return asking.of({
    name: 'exclude',
    text: 'What is to be left out of the sweep?',
    initial: null,
    take: (text) => {
      setOf([], listOf(text));
      return listOf(text);
    },
  });
}

async function port(asking: Asking, name: 'miner-port' | 'modbus-port', usual: string): Promise<number> {
  if (asking.known(name) === undefined) return Number(usual);
  return asking.of({
    name,
    text: 'Which port?',
    initial: usual,
    take: (text) => {
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value;
      throw new Unusable(`${text}: expected a port from 1 to 65535`);
    },
  });
}

const listOf = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function setOf(ranges: readonly string[], exclude: readonly string[]): AddressSet {
  try {
    return AddressSet.of(ranges, exclude);
  } catch (error) {
    if (error instanceof AddressError) throw new Unusable(error.message);
    throw error;
  }
}

/** The networks this machine is on itself, as CIDRs: where a site's devices usually are. */
function ownNetworks(): string[] {
  const own = networkFacts(null).addresses.flatMap(({ name, cidr }) => {
    if (VIRTUAL.test(name) || !ipaddr.IPv4.isValidCIDR(cidr)) return [];
    const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
    const isOwn = ['private', 'carrierGradeNat'].includes(address.range());
    return isOwn && bits >= 12 && bits <= 30 ? [`${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${bits}`] : [];
  });
  return [...new Set(own)];
}
