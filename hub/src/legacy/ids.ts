import { ContainerId, MinerId, minerIdOf } from '@hearst/protocol';
import type { Fault, Read } from './finding.ts';

/**
 * From ids of the single site to ids of the hub. Ids that are whole stay as they are; what an old id leaves out (the
 * project's letters, a miner's container, leading zeros) is added, and nothing else is ever changed: an id that still
 * does not fit is a fault.
 */

/** Where a miner stands: its slot's id follows from container and position, as everywhere in the hub. */
export interface MinerPlace {
  readonly minerId: string;
  readonly containerId: string;
  readonly position: number;
}

const CONTAINER = /^(?:([A-Z][A-Z0-9]*)-)?C([0-9]{1,4})$/;
const MINER = /^(?:(.+)-)?M([0-9]{1,5})$/;

/** `C01` of project `QATAR-001` is `QATAR-C01`, and so is `QATAR-C01`. */
export function readContainerId(written: string, projectId: string): Read<string> {
  const [, letters, digits = ''] = CONTAINER.exec(capitals(written)) ?? [];
  const id = ContainerId.safeParse(`${letters ?? lettersOf(projectId)}-C${digits.padStart(2, '0')}`);
  if (digits !== '' && id.success) return { value: id.data };
  return {
    why: 'is no id of a container',
    remedy: `Call it C01 or ${lettersOf(projectId)}-C01 (two to four digits) in the source, then import again.`,
  };
}

/**
 * `QATAR-C01-M001`, `C01-M001`, and `M001` with the container that its row names, are the first slot of `QATAR-C01`.
 *
 * @param container what the row says in container_id; null when it says nothing
 */
export function readMinerId(written: string, container: string | null, projectId: string): Read<MinerPlace> {
  const [, own, digits = ''] = MINER.exec(capitals(written)) ?? [];
  const position = Number(digits);
  if (digits === '' || position === 0) return noMinerId(projectId);
  const named = container ?? own;
  if (named === undefined)
    return {
      why: 'names no container, and neither does the row',
      remedy: 'Say in container_id where it stands, then import again.',
    };
  const containerId = readContainerId(named, projectId);
  if ('why' in containerId) return container === null ? noMinerId(projectId) : inAnUnfitContainer(named);
  if (own !== undefined && !sameContainer(own, containerId.value, projectId))
    return {
      why: `stands in another container than the row says (${containerId.value})`,
      remedy: 'Correct the id or container_id in the source, then import again.',
    };
  const id = MinerId.safeParse(minerIdOf(containerId.value, position));
  return id.success ? { value: { minerId: id.data, containerId: containerId.value, position } } : noMinerId(projectId);
}

function sameContainer(own: string, containerId: string, projectId: string): boolean {
  const read = readContainerId(own, projectId);
  return 'value' in read && read.value === containerId;
}

function noMinerId(projectId: string): Fault {
  return {
    why: 'is no id of a miner',
    remedy: `Call it M001, C01-M001 or ${lettersOf(projectId)}-C01-M001 in the source, then import again.`,
  };
}

function inAnUnfitContainer(container: string): Fault {
  return {
    why: `stands in ${container}, which is no id of a container`,
    remedy: 'Correct container_id in the source, then import again.',
  };
}

function lettersOf(projectId: string): string {
  return projectId.replace(/-\d+$/, '');
}

/** Without the blanks of a char(n) column. Only plain letters have capitals: the dotless i must not become an I. */
function capitals(written: string): string {
  return written.replace(/^ +| +$/g, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
}
