import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Benchmark, Result } from './benchmark.ts';

/**
 * `pnpm bench [NAME...] [--json] [--OPTION VALUE]`: runs the benchmarks of `benchmarks/` by name (all without one),
 * prints a table, and exits 1 when a target is missed.
 */

const folder = fileURLToPath(new URL('benchmarks/', import.meta.url));

async function benchmarks(): Promise<Benchmark[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return Promise.all(
    files.map(
      async (file) =>
        ((await import(new URL(`benchmarks/${file}`, import.meta.url).href)) as { default: Benchmark }).default,
    ),
  );
}

function machine(): Record<string, string | number> {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
  };
}

function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function table(results: Result[]): string {
  const rows = results.map((result) => [
    result.name,
    `${number(result.value)} ${result.unit}`,
    result.ratio === null ? '' : number(result.ratio),
    result.target,
    result.met === null ? '' : result.met ? 'met' : 'MISSED',
  ]);
  const lines = [['benchmark', 'value', 'ratio', 'target', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 1 || i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    strict: false,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean' },
      hours: { type: 'string' },
      minutes: { type: 'string' },
      poll: { type: 'string' },
      plans: { type: 'string' },
    },
  });
  const all = await benchmarks();
  if (values.help) {
    console.log(
      `pnpm bench [NAME...] [--json] [--hours N] [--minutes N] [--poll SECONDS] [--plans FILE]\n\n${all.map((entry) => `  ${entry.name.padEnd(16)}${entry.about}`).join('\n')}`,
    );
    return;
  }
  const unknown = positionals.filter((name) => !all.some((entry) => entry.name === name));
  if (unknown.length > 0) {
    console.error(
      `No benchmark is called ${unknown.join(', ')}. There are: ${all.map((entry) => entry.name).join(', ')}.`,
    );
    process.exitCode = 2;
    return;
  }
  const chosen = positionals.length > 0 ? all.filter((entry) => positionals.includes(entry.name)) : all;
  const options = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >;
  const results: Result[] = [];
  for (const benchmark of chosen) {
    console.error(`${benchmark.name}: ${benchmark.about}`);
    const own = mkdtempSync(join(tmpdir(), `hearst-bench-${benchmark.name}-`));
    chmodSync(own, 0o755); // Postgres runs as another user where root starts it
    try {
      results.push(...(await benchmark.run({ folder: own, options, say: (line) => console.error(`  ${line}`) })));
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), results }));
  else
    console.log(
      `${Object.entries(machine())
        .map(([key, value]) => `${key} ${value}`)
        .join(' · ')}\n\n${table(results)}`,
    );
  if (results.some((result) => result.met === false)) process.exitCode = 1;
}

await main();
