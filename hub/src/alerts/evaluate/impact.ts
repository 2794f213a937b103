import type { AlertRule } from '../rule.ts';
import type { Target } from '../target.ts';
import type { ContainerPicture, Explained, Picture } from './picture.ts';

/** How many miners an alert costs, and their expected hashrate; null where nobody can tell. */
export interface Impact {
  readonly miners: number | null;
  readonly hashrateThs: number | null;
  /** Of the project's, 0 to 1. */
  readonly share: number | null;
}

const NONE: Impact = { miners: null, hashrateThs: null, share: null };

/**
 * What an alert costs: where its rule stops everything below its target all miners there, else those whose own alerts it
 * explains. A miner that does not answer says nothing of what it should do: it counts as those that answer do.
 */
export function impactOf(rule: AlertRule, target: Target, explained: Explained | undefined, picture: Picture): Impact {
  const counts = rule.stops ? allBelow(target, picture) : countsOf(explained);
  if (counts.size === 0) return NONE;
  let miners = 0;
  let hashrateThs: number | null = 0;
  for (const [containerId, count] of counts) {
    const each = perMiner(containerId, picture);
    miners += count;
    hashrateThs = hashrateThs === null || each === null ? null : hashrateThs + count * each;
  }
  return { miners, hashrateThs, share: shareOfProject(hashrateThs, picture) };
}

/** What part of the project's expected hashrate that is, 0 to 1. */
function shareOfProject(hashrateThs: number | null, picture: Picture): number | null {
  const total = picture.planned.totalThs ?? sumOfExpected(picture);
  return hashrateThs === null || total === null || total <= 0 ? null : Math.min(1, hashrateThs / total);
}

function allBelow(target: Target, { topology, containers }: Picture): Map<string, number> {
  const below = new Set(topology.containersOf(target));
  return new Map(
    containers
      .filter(({ containerId }) => below.has(containerId))
      .map(({ containerId, minersExpected }) => [containerId, minersExpected]),
  );
}

function countsOf(explained: Explained | undefined): Map<string, number> {
  return new Map(
    Object.entries(explained ?? {}).map(([containerId, byRule]) => [
      containerId,
      new Set(Object.values(byRule).flat()).size,
    ]),
  );
}

function perMiner(containerId: string, picture: Picture): number | null {
  const own = picture.containers.find((container) => container.containerId === containerId);
  return (own && expectedEach([own])) ?? expectedEach(picture.containers) ?? picture.planned.perMinerThs;
}

function expectedEach(containers: readonly ContainerPicture[]): number | null {
  let expected = 0;
  let miners = 0;
  for (const { expectedThs, minersAnswering } of containers) {
    if (expectedThs === null || !minersAnswering) continue;
    expected += expectedThs;
    miners += minersAnswering;
  }
  return miners > 0 ? expected / miners : null;
}

function sumOfExpected({ containers, planned }: Picture): number | null {
  const each = expectedEach(containers) ?? planned.perMinerThs;
  return each === null ? null : each * containers.reduce((sum, { minersExpected }) => sum + minersExpected, 0);
}
