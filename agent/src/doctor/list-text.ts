import { type Examination, type Finding, GROUPS } from './check.ts';
import { tally } from './examine.ts';

/** Marks a word in a colour, where colours are wanted. */
export type Paint = (colour: 'red' | 'yellow' | 'green' | 'grey', text: string) => string;

const WIDTH = 80;
const SIGNS = {
  ok: ['✔ ok', 'green'],
  warning: ['! warning', 'yellow'],
  error: ['✖ error', 'red'],
  skipped: ['– skipped', 'grey'],
} as const;
const SIGN_WIDTH = 11;

/** The doctor's list for a terminal, at most 80 columns: each line a check, what is wrong with its cause and what to do. */
export function listText({ findings }: Examination, paint: Paint): string {
  const nameWidth = Math.min(24, Math.max(...findings.map(({ check }) => check.length)) + 2);
  const indent = SIGN_WIDTH + nameWidth;
  const { shown, hidden } = withoutCrowds(findings);
  const lines = GROUPS.flatMap((group) =>
    shown.filter((finding) => finding.group === group).flatMap((finding) => blockOf(finding, nameWidth, indent, paint)),
  );
  const { ok, warning, error, skipped } = tally(findings);
  const sum = [
    `${ok} ok`,
    ...(warning > 0 ? [`${warning} warning${warning === 1 ? '' : 's'}`] : []),
    ...(error > 0 ? [`${error} error${error === 1 ? '' : 's'}`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(' · ');
  return [...lines, ...hidden.map((words) => ` ${paint('grey', SIGNS.skipped[0])} ${words}`), '', ` ${sum}`].join('\n');
}

/** What many checks are skipped for, at least so many, is said once. */
const CROWD = 4;

function withoutCrowds(findings: readonly Finding[]): { shown: Finding[]; hidden: string[] } {
  const groups = Map.groupBy(findings, ({ parent }) => parent);
  const crowds = [...groups].filter(([parent, group]) => parent !== null && group.length >= CROWD);
  const parents = new Set(crowds.map(([parent]) => parent));
  return {
    shown: findings.filter(({ parent }) => !parents.has(parent)),
    hidden: crowds.map(([parent, group]) => `${group.length} checks depend on ${parent}`),
  };
}

function blockOf(finding: Finding, nameWidth: number, indent: number, paint: Paint): string[] {
  const { check, outcome, code, what, cause, next } = finding;
  const [sign, colour] = SIGNS[outcome];
  const name = check.padEnd(nameWidth - 1);
  const head = ` ${paint(colour, sign)}${' '.repeat(SIGN_WIDTH - 1 - sign.length)}${name} `;
  const [first = '', ...rest] = fold(what.en, WIDTH - indent);
  const pad = ' '.repeat(indent);
  return [
    head + (check.length > nameWidth - 1 ? `\n${pad}${first}` : first),
    ...rest.map((line) => pad + line),
    ...(cause ? fold(`likely cause: ${cause.en}`, WIDTH - indent).map((line) => pad + line) : []),
    ...(next ? fold(`→ ${next.en}${code ? ` (code ${code})` : ''}`, WIDTH - indent).map((line) => pad + line) : []),
  ].flatMap((line) => line.split('\n'));
}

/** Breaks a text between words, so that no line is wider; a longer word has a line of its own, so it can be pasted. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
