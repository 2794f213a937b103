import type { MinersAsked } from '../../api/project-miners.ts';
import { fullId } from '../../components/short-id.ts';

const LEAST_SEARCHED = 2;

/** What is asked for a text that somebody searches: `c12` is a container, `c12-m034` a miner, all else as it is written. */
export function minersAsked(text: string, projectId: string): MinersAsked {
  if (/^c\d+$/i.test(text)) return { container_id: fullId(text, projectId) };
  if (/^c\d+-m\d+$/i.test(text)) return { q: fullId(text, projectId) };
  return text.length < LEAST_SEARCHED ? {} : { q: text };
}
