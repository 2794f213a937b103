import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOWN } from '@hearst/protocol';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function run(...args: string[]): { status: number | null; output: string } {
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

describe('the repository', () => {
  it('carries the notices of exactly the packages it ships', () => {
    expect(run('deploy/notices.ts', '--check')).toEqual({ status: 0, output: '' });
  });

  it('has the top-level folders of its layout and no other', () => {
    const listed = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).stdout.split('\n');
    const folders = new Set(listed.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
    expect([...folders].sort()).toEqual(['.ci', 'agent', 'deploy', 'docs', 'hub', 'protocol', 'test']);
  });

  it('lets each package import only what its arrow allows', () => {
    const dependencies = (name: string) =>
      Object.keys(JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')).dependencies).filter((entry) =>
        entry.startsWith('@hearst/'),
      );
    expect(dependencies('protocol')).toEqual([]);
    expect(dependencies('agent')).toEqual(['@hearst/protocol']);
    expect(dependencies('hub')).toEqual(['@hearst/protocol']);
  });
});

describe('the bootstrap', () => {
  const fake = (version: string, platform: string) => [
    '--import',
    `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'});Object.defineProperty(process,'platform',{value:'${platform}'})`,
  ];

  it('tells an old Node what it needs, in one sentence', () => {
    const { status, output } = run(...fake('16.20.2', 'linux'), 'bootstrap.cjs', 'test');
    expect(output).toBe('Hearst Control needs Node 18 or newer to set itself up; this is Node 16.20.2.\n');
    expect(status).toBe(1);
  });

  it('tells an unsupported system which Node to install, in one sentence', () => {
    const { status, output } = run(...fake('20.20.2', 'sunos'), 'bootstrap.cjs', 'test');
    expect(output).toMatch(
      /^Hearst Control needs Node 24 and cannot fetch it for sunos\/\w+ by itself: install Node 24\S+ from \S+ and run this again\.\n$/,
    );
    expect(status).toBe(1);
  });

  it('names its tasks when it is given none', () => {
    const { status, output } = run('bootstrap.cjs');
    expect(output).toMatch(/^Usage: node bootstrap\.cjs start\|test\|/);
    expect(status).toBe(1);
  });
});

describe('docs/reliability.md', () => {
  const text = readFileSync(join(root, 'docs/reliability.md'), 'utf8');

  it('names tests that are there', () => {
    const named = [...text.matchAll(/`([^`\s]+\.test\.ts)` \*([^*]+)\*/g)].map(([, file = '', name = '']) => ({
      file,
      name,
    }));
    expect(named.length).toBeGreaterThan(100);
    const sources = new Map<string, string>();
    const source = (file: string): string => {
      const known = sources.get(file) ?? (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');
      sources.set(file, known);
      return known;
    };
    const missing = named.filter(
      ({ file, name }) => !['"', "'", '`'].some((quote) => source(file).includes(quote + name)),
    );
    expect(missing).toEqual([]);
  });

  it('says that there are no remote commands (70 to 72) as long as there are none', () => {
    const read = (file: string): string => readFileSync(join(root, file), 'utf8');
    const migrations = 'hub/src/db/migrations';
    const schema = readdirSync(join(root, migrations)).map((name) => read(join(migrations, name)));
    const { paths } = JSON.parse(read('docs/openapi.json')) as { paths: object };
    const there = [
      ...DOWN.filter((name) => name !== 'welcome' && name !== 'ack').map((name) => `topic down/${name}`),
      ...Object.keys(paths).filter((path) => /command/i.test(path)),
      ...schema.flatMap((sql) => sql.match(/create table \w*commands?\w*/gi) ?? []),
    ];
    const rows = [...text.matchAll(/^\| (\d+) \| .*there are no remote commands/gm)].map(([, number]) =>
      Number(number),
    );
    expect({ there, rows }).toEqual({ there: [], rows: [70, 71, 72] });
  });

  it('has every fault once, each with a test or the reason why there is none', () => {
    const rows = [...text.matchAll(/^\| (\d+) \| [^|]+ \| (.+) \|$/gm)].map(([, number, proof = '']) => ({
      number,
      proof,
    }));
    expect(rows.map(({ number }) => Number(number))).toEqual(Array.from({ length: 90 }, (_, i) => i + 1));
    for (const { number, proof } of rows) expect(proof, number).toMatch(/^(`[^`]+\.test\.ts` \*|Not |By command: )/);
  });
});
