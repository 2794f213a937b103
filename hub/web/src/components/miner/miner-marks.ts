import type { Miner } from '../../api/containers.ts';
import type { Mark } from '../status-mark.tsx';

/** How what a miner does is drawn. Sleeping is somebody's will and no fault, yet nothing hashes: it has a word and no colour. */
export const MINER_MARKS: Readonly<Record<Miner['status'], Mark>> = {
  hashing: 'normal',
  degraded: 'warning',
  idle: 'warning',
  sleeping: 'unknown',
  offline: 'offline',
  unknown: 'unknown',
};
