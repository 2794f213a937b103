import type { ContainerFrame, FramePool } from '@hearst/protocol';
import { answered } from '../../ingest/summarize.ts';
import type { MinerFinding } from '../conditions.ts';

/**
 * Which miners of a container hash for a pool or an account that is not allowed (`miner_pool_wrong`).
 *
 * An allowed one reads `pool` or `pool account`, where `*` stands for anything and case does not matter:
 * `stratum+tcp://pool.example:3333 hearst`, `*.pool.example:* hearst*`, or `pool.example:3333` for any account there. The
 * scheme may be left out. Accounts are workers without what follows their last dot (`FramePools`).
 *
 * Null, which is unknown: the frame tells no pools, or nothing is allowed, which is how the rule is off. A miner that
 * answered without telling its pool stays as it was.
 */
export function judgePools(frame: ContainerFrame, allowed: readonly string[]): MinerFinding[] | null {
  const { pools, positions, status } = frame;
  if (pools === undefined || allowed.length === 0) return null;
  const verdicts = pools.list.map((pool) => isAllowed(pool, allowed));
  const findings: MinerFinding[] = [];
  positions.forEach((position, i) => {
    const place = pools.of[i] ?? null;
    const verdict = place === null ? null : (verdicts[place] ?? null);
    if (verdict !== true && answered(status[i] ?? 0))
      findings.push([position, verdict === false ? 'raise' : 'keep', null]);
  });
  return findings;
}

/** Null where too little was told to say. */
function isAllowed({ url, worker }: FramePool, allowed: readonly string[]): boolean | null {
  if (url === null) return null;
  const address = url.replace(/^[a-z0-9+.-]*:\/\//i, '');
  const accounts = allowed.flatMap((entry) => {
    const [pool = '', account = '*'] = entry.trim().split(/\s+/);
    return matches(pool, url) || matches(pool, address) ? [account] : [];
  });
  if (accounts.length === 0) return false;
  if (worker === null) return accounts.includes('*') || null;
  return accounts.some((account) => matches(account, worker));
}

/** Whether a text is what a pattern with `*` says. Linear: both come from outside. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const whole = text.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return whole === first;
  if (!whole.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = whole.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return whole.length - last.length >= from && whole.endsWith(last);
}
