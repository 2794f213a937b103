import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The documents that people are sent to; CHANGELOG tells of the past. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'agent',
  'hub',
  'hub/web',
  'protocol',
  'test',
  'deploy',
  'docs',
  'docs/decisions',
]
  .flatMap((place) =>
    place.endsWith('.md') ? [place] : readdirSync(join(root, place)).map((name) => `${place}/${name}`),
  )
  .filter((path) => path.endsWith('.md'));

it.each(documents)('%s: every link leads somewhere', (document) => {
  const links = [...read(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link!);
  const broken = links.filter((link) => {
    const [path, anchor] = link.split('#') as [string, string | undefined];
    const target = path === '' ? join(root, document) : resolve(root, dirname(document), path);
    if (statSync(target, { throwIfNoEntry: false }) === undefined) return true;
    return anchor !== undefined && !anchorsOf(relative(root, target)).has(anchor);
  });
  expect(broken).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchorsOf(document: string): Set<string> {
  const headings = [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, text]) => text!);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

const PROGRAMS = [
  { name: 'hearst-agent', sources: 'agent/src/commands', common: 'agent/src/commands/program.ts' },
  { name: 'hearst-hub', sources: 'hub/src/commands', common: 'hub/src/commands/command.ts' },
];

it.each(PROGRAMS)('$name: every command and option that docs/ name is declared', ({ name, sources, common }) => {
  const code = readdirSync(join(root, sources), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => read(join(sources, file)));
  const declared = (text: string): { text: string; words: Set<string>; options: Set<string> } => ({
    text,
    words: new Set([...text.matchAll(/\.command\('([a-z-]+)'/g)].map(([, word]) => word!)),
    options: new Set([...text.matchAll(/'(--[a-z-]+)/g)].map(([, option]) => option!)),
  });
  const everywhere = new Set([...declared(read(common)).options, '--json', '--help', '--version']);
  const pieces = code.map(declared);
  const asked = documents
    .filter((path) => path.startsWith('docs/'))
    .flatMap((path) => [
      ...read(path).matchAll(new RegExp(`${name} (?!hearst-)([a-z][a-z-]*)(?: ([a-z][a-z-]*))?([^\\n\`|#;]*)`, 'g')),
    ]);
  expect(asked.length).toBeGreaterThan(20);
  const unknown = asked.filter(([, word, part, rest]) => {
    const homes = pieces.filter(({ words }) => words.has(word!));
    const options = rest!.match(/--[a-z-]+/g) ?? [];
    // A group of commands is declared in one file with its parts.
    const isPart =
      part === undefined || homes.some(({ text, words }) => words.size === 1 || text.includes(`'${part}'`));
    const isOption = (option: string) => everywhere.has(option) || homes.some((home) => home.options.has(option));
    return !isPart || homes.length === 0 || !options.every(isOption);
  });
  expect(unknown.map(([line]) => line)).toEqual([]);
});
