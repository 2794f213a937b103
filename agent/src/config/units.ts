/** Durations and sizes as people write them in the site file, and back. */

const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|m|h)$/;
const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

const SIZE = /^(\d+(?:\.\d+)?) ?(B|kB|KB|MB|GB|TB)$/;
const BYTES = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** `500ms`, `60s`, `5m`, `1h` in milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * MILLISECONDS[match[2] as keyof typeof MILLISECONDS];
}

/** `64MB`, `8GB` in bytes (decimal, as disks are sold); null for anything else. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text.trim());
  if (!match) return null;
  return Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]);
}

/** Milliseconds in the shortest form that `parseDuration` reads back: 60000 is `60s`, 300000 is `5m`. */
export function formatDuration(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms > 60_000 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
