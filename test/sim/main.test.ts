import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const ANY_PORT = ['--miner-port', '0', '--modbus-port', '0', '--control-port', '0'];

test('says where everything is, writes the site file, and stops when told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearst-sim-'));
  const file = join(folder, 'agent.yaml');
  const args = ['--', '--containers', '2', ...ANY_PORT, '--write-site-file', file, '--poll', '5'];
  const sim = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let said = '';
    for await (const chunk of sim.stdout) {
      said += chunk;
      if (said.includes('Stop with Ctrl-C.')) break;
    }
    expect(said).toContain('QATAR-001: 616 miners, 2 containers, 1 meters');
    expect(said).toMatch(/miners {3}127\.20\.2\.1 to 127\.20\.5\.52, port \d+/);
    expect(readFileSync(file, 'utf8')).toContain('poll: { interval: 5s');
    const control = /http:\/\/\S+/.exec(said)?.[0] ?? '';
    expect(await (await fetch(`${control}/state`)).json()).toMatchObject({ miners: 616 });
    sim.kill('SIGTERM');
    const [code] = await once(sim, 'exit');
    expect(code).toBe(0);
  } finally {
    sim.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [['--containers', 'many'], '--containers: expected a number'],
  [['--containers', '0'], '0 containers, expected 1 to'],
  [['--colour', 'red'], "Unknown option '--colour'"],
  [['--start-at', 'noon'], '--start-at: expected a time'],
])('%j is told in a sentence', (args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
