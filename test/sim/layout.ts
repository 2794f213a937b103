import { minerIdOf } from '@hearst/protocol';

/**
 * Where everything stands and what it is called. Addresses follow from the numbers alone:
 *
 * - miner at position p of container c: 127.20.0.0 + c * 512 + p
 * - cooling controller of container c:  127.9.(c div 250).(c mod 250 + 1)
 * - meter of transformer t:             127.10.(t div 250).(t mod 250 + 1)
 *
 * Containers, transformers and positions count from 1. A miner's `index` counts from 0 over the whole site:
 * (c - 1) * minersPerContainer + (p - 1).
 */

const SLOTS_PER_CONTAINER = 512;
const MINER_BASE = 127 * 2 ** 24 + 20 * 2 ** 16;
const PER_SUBNET = 250;
const CONTAINERS_PER_TRANSFORMER = 2;
const MOST_CONTAINERS = 9999;

export interface LayoutOptions {
  containers: number;
  /** Slots per container; 308 (ANTSPACE HD5) by default, at most 511. */
  minersPerContainer?: number;
  /** QATAR-001 by default. */
  projectId?: string;
  /** What ids begin with; the project's own first part by default. */
  prefix?: string;
}

export class Layout {
  readonly containers: number;
  readonly minersPerContainer: number;
  readonly projectId: string;
  readonly prefix: string;
  /** Two containers stand on each; the last one may have a single container. */
  readonly transformers: number;
  readonly miners: number;

  constructor(options: LayoutOptions) {
    this.containers = options.containers;
    this.minersPerContainer = options.minersPerContainer ?? 308;
    this.projectId = options.projectId ?? 'QATAR-001';
    this.prefix = options.prefix ?? this.projectId.slice(0, this.projectId.indexOf('-'));
    if (!Number.isInteger(this.containers) || this.containers < 1 || this.containers > MOST_CONTAINERS) {
      throw new RangeError(`simulated site: ${options.containers} containers, expected 1 to ${MOST_CONTAINERS}`);
    }
    const slots = this.minersPerContainer;
    if (!Number.isInteger(slots) || slots < 1 || slots >= SLOTS_PER_CONTAINER) {
      throw new RangeError(`simulated site: ${slots} miners per container, expected 1 to ${SLOTS_PER_CONTAINER - 1}`);
    }
    this.transformers = Math.ceil(this.containers / CONTAINERS_PER_TRANSFORMER);
    this.miners = this.containers * slots;
  }

  containerId(container: number): string {
    return `${this.prefix}-C${pad(container)}`;
  }

  transformerId(transformer: number): string {
    return `${this.prefix}-T${pad(transformer)}`;
  }

  meterId(transformer: number): string {
    return `${this.prefix}-E${pad(transformer)}`;
  }

  minerId(index: number): string {
    return minerIdOf(this.containerId(this.containerOf(index)), this.positionOf(index));
  }

  containerOf(index: number): number {
    return Math.floor(index / this.minersPerContainer) + 1;
  }

  positionOf(index: number): number {
    return (index % this.minersPerContainer) + 1;
  }

  transformerOf(container: number): number {
    return Math.ceil(container / CONTAINERS_PER_TRANSFORMER);
  }

  /** The containers that a transformer feeds: two, or one at the end of an odd row. */
  containersOn(transformer: number): number[] {
    const first = (transformer - 1) * CONTAINERS_PER_TRANSFORMER + 1;
    return first < this.containers ? [first, first + 1] : [first];
  }

  indexOf(container: number, position: number): number {
    return (container - 1) * this.minersPerContainer + position - 1;
  }

  minerAddress(index: number): string {
    const n = MINER_BASE + this.containerOf(index) * SLOTS_PER_CONTAINER + this.positionOf(index);
    return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
  }

  coolingAddress(container: number): string {
    return subnetAddress(9, container);
  }

  meterAddress(transformer: number): string {
    return subnetAddress(10, transformer);
  }

  /** The index of the miner at an IPv4 address, or -1 when no miner of this site has it. */
  minerAt(address: string): number {
    const offset = numberOf(address) - MINER_BASE;
    const container = Math.floor(offset / SLOTS_PER_CONTAINER);
    const position = offset - container * SLOTS_PER_CONTAINER;
    const known =
      container >= 1 && container <= this.containers && position >= 1 && position <= this.minersPerContainer;
    return known ? this.indexOf(container, position) : -1;
  }

  /** The container whose cooling controller has the address, or 0. */
  coolingAt(address: string): number {
    return subnetNumber(9, address, this.containers);
  }

  /** The transformer whose meter has the address, or 0. */
  meterAt(address: string): number {
    return subnetNumber(10, address, this.transformers);
  }
}

const pad = (n: number): string => String(n).padStart(2, '0');

function subnetAddress(subnet: number, n: number): string {
  return `127.${subnet}.${Math.floor(n / PER_SUBNET)}.${(n % PER_SUBNET) + 1}`;
}

function subnetNumber(subnet: number, address: string, count: number): number {
  const offset = numberOf(address) - (127 * 2 ** 24 + subnet * 2 ** 16);
  const rest = (offset & 255) - 1;
  if (offset < 0 || offset >= 65536 || rest < 0 || rest >= PER_SUBNET) return 0;
  const n = (offset >>> 8) * PER_SUBNET + rest;
  return n >= 1 && n <= count ? n : 0;
}

/** A dotted IPv4 address as a number; NaN for anything else. */
function numberOf(address: string): number {
  let value = 0;
  let part = 0;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 46) {
      value = value * 256 + part;
      part = 0;
    } else part = part * 10 + code - 48;
  }
  return value * 256 + part;
}

/** Whether an address lies in 127.0.0.0/8: the only ones a wildcard listener of the simulator may answer on. */
export function isLoopback(address: string | undefined): boolean {
  return address?.startsWith('127.') ?? false;
}
