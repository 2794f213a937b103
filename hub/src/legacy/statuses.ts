import type { Read } from './finding.ts';

/** What the old system called things, by what the hub calls them. Compared in small letters, `_` and `-` as a blank. */
const CONTAINER_STATUSES = {
  active: ['active', 'online', 'running', 'operational', 'normal', 'ok', 'up', 'on'],
  warning: ['warning', 'warn', 'degraded', 'alert'],
  critical: ['critical', 'alarm', 'error', 'fault', 'faulty', 'failed'],
  offline: ['offline', 'down', 'stopped', 'shutdown', 'inactive', 'disconnected', 'off'],
  maintenance: ['maintenance', 'in maintenance', 'under maintenance', 'servicing'],
  planned: ['planned', 'installing', 'commissioning'],
  unknown: ['unknown', 'n/a', 'none'],
} as const;

const MINER_STATUSES = {
  hashing: ['hashing', 'active', 'online', 'running', 'mining', 'operational', 'normal', 'ok', 'up', 'on'],
  degraded: ['degraded', 'warning', 'warn', 'low hashrate', 'underperforming'],
  sleeping: ['sleeping', 'sleep', 'asleep', 'standby', 'paused', 'curtailed'],
  idle: ['idle', 'not hashing'],
  offline: ['offline', 'down', 'stopped', 'shutdown', 'inactive', 'disconnected', 'unreachable', 'dead', 'off'],
  unknown: ['unknown', 'n/a', 'none'],
} as const;

const CONTAINER_WORDS = wordsOf(CONTAINER_STATUSES);
const MINER_WORDS = wordsOf(MINER_STATUSES);

export function readContainerStatus(written: string): Read<string> {
  return looked(CONTAINER_WORDS, written);
}

export function readMinerStatus(written: string): Read<string> {
  return looked(MINER_WORDS, written);
}

function wordsOf(statuses: Readonly<Record<string, readonly string[]>>): Map<string, string> {
  return new Map(Object.entries(statuses).flatMap(([status, words]) => words.map((word) => [word, status])));
}

function looked(words: Map<string, string>, written: string): Read<string> {
  const status = words.get(written.trim().toLowerCase().replace(/[_-]/g, ' '));
  if (status !== undefined) return { value: status };
  return {
    why: 'is no status that the hub knows a word for',
    remedy: 'Nothing needs doing: it is stored as unknown, and the first reading of the agent sets it.',
  };
}
