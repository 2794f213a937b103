import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { canSwallow, Firewall, inOwnNamespace, rulesOf } from './swallow.ts';

const PROBE = fileURLToPath(new URL('./swallow.probe.ts', import.meta.url));

test.skipIf(!canSwallow())('in a namespace of its own a miner refuses, another swallows the SYN (needs root)', () => {
  const [command, ...args] = inOwnNamespace([process.execPath, PROBE]);
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 15_000 });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    refused: 'ECONNREFUSED',
    swallowed: 'no answer',
    healthy: 'connected',
    healed: 'connected',
  });
});

test('never touches the network of the machine', async () => {
  await expect(new Firewall().apply(4028, { swallowed: [], refused: [] })).rejects.toThrow(/namespace of its own/);
});

test('replaces its rules in one step, and has none for nobody', () => {
  expect(rulesOf(4028, { swallowed: ['127.20.2.1', '127.20.2.2'], refused: [] })).toContain(
    'ip daddr { 127.20.2.1, 127.20.2.2 } tcp dport 4028 drop',
  );
  expect(rulesOf(4028, { swallowed: [], refused: [] })).not.toContain('daddr');
});
