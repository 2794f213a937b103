import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { problemPages } from './problems.ts';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));
const FILE = fileURLToPath(new URL('../../docs/problems.md', import.meta.url));

const HEAD = `# Problems by code

What the agent says has four parts: what, where, the likely cause, what to do next; and a code that stays the same.
E prevents something, W is worth a look. [Written by a test](../agent/src/problems.test.ts).

| code | what | likely cause | what to do |
| --- | --- | --- | --- |
`;

it('is what docs/problems.md says', async () => {
  const rows = [...problemPages()].map(
    ([code, { what, cause, next }]) => `| ${code} | ${what} | ${cause ?? ''} | ${next} |`,
  );
  await expect(`${HEAD}${rows.join('\n')}\n`).toMatchFileSnapshot(FILE);
});

it('knows every code that the agent can give', () => {
  const files = globSync('**/*.ts', { cwd: SOURCES }).filter((file) => !file.endsWith('.test.ts'));
  const used = files.flatMap((file) => readFileSync(SOURCES + file, 'utf8').match(/\b[EW]\d{4}\b/g) ?? []);
  const known = problemPages();
  expect([...new Set(used)].filter((code) => !known.has(code))).toEqual([]);
});
