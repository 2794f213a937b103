import { type CoolingKind, KINDS, type Kind } from './immersion.ts';
import type { Layout } from './layout.ts';
import { TRANSFORMER_KVA } from './physics.ts';

export interface SiteFileOptions {
  minerPort: number;
  modbusPort: number;
  hubUrl: string;
  /** Seconds between two polls. */
  pollSeconds: number;
  /** The agent's local page; 8081 by default. */
  localPort?: number;
}

/** What the site file says of the site: a SimulatedSite, or its layout alone. */
export interface Described {
  layout: Layout;
  /** Hydro unless told. */
  cooling?: CoolingKind;
}

/** How the slots of a whole container stand, by how many there are: an HD5's, and four tanks of fifty. */
const LAYOUTS: Readonly<Record<number, readonly [rows: number, columns: number]>> = { 308: [22, 14], 200: [10, 20] };

/** The agent's site file (YAML) for a simulated site. */
export function siteFileOf({ layout, cooling = 'hydro' }: Described, options: SiteFileOptions): string {
  const lines = [
    '# Written by the simulated site.',
    'version: 1',
    `site: { project: ${layout.projectId}, name: ${JSON.stringify(siteName(layout))}, time_zone: ${cooling === 'hydro' ? 'Asia/Qatar' : 'UTC'} }`,
    `hub: { url: ${JSON.stringify(options.hubUrl)} }`,
    `poll: { interval: ${duration(options.pollSeconds)}, timeout: 3s, concurrency: 256 }`,
    'transformers:',
  ];
  for (let t = 1; t <= layout.transformers; t++) {
    lines.push(`  - { id: ${layout.transformerId(t)}, rated_kva: ${TRANSFORMER_KVA} }`);
  }
  lines.push('containers:');
  for (let c = 1; c <= layout.containers; c++) lines.push(...container(layout, c, KINDS[cooling], options));
  lines.push('meters:');
  for (let t = 1; t <= layout.transformers; t++) {
    const address = `${layout.meterAddress(t)}:${options.modbusPort}`;
    lines.push(
      `  - { id: ${layout.meterId(t)}, transformer: ${layout.transformerId(t)}, ` +
        `address: "${address}", unit: 1, profile: schneider-pm5xxx }`,
    );
  }
  lines.push(`local: { port: ${options.localPort ?? 8081} }`);
  return `${lines.join('\n')}\n`;
}

function container(layout: Layout, c: number, kind: Kind, options: SiteFileOptions): string[] {
  const slots = layout.minersPerContainer;
  const grid = LAYOUTS[slots];
  const first = layout.minerAddress(layout.indexOf(c, 1));
  const last = layout.minerAddress(layout.indexOf(c, slots));
  return [
    `  - id: ${layout.containerId(c)}`,
    `    model: ${kind.container}`,
    `    transformer: ${layout.transformerId(layout.transformerOf(c))}`,
    `    miners: ${slots}`,
    `    range: ${first}-${last}`,
    `    port: ${options.minerPort}`,
    ...(grid ? [`    layout: { rows: ${grid[0]}, columns: ${grid[1]}, order: row }`] : []),
    `    cooling: { address: "${layout.coolingAddress(c)}:${options.modbusPort}", unit: 1, profile: ${kind.profile} }`,
  ];
}

function siteName(layout: Layout): string {
  const name = layout.prefix.charAt(0) + layout.prefix.slice(1).toLowerCase();
  return `Hearst ${name}`;
}

const duration = (seconds: number): string =>
  Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
