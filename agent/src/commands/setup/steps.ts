import type { Surroundings } from '../command.ts';

const NAMES = ['System', 'Hub', 'Discovery', 'Plan', 'Service', 'Data'] as const;
export type StepName = (typeof NAMES)[number];

/** Where the text of a step begins: ` 1/6 System      ok       `. */
const TEXT_AT = 26;
/** Where questions begin: behind the number and the name of a step. */
export const TEXT_COLUMN = 17;
const WIDTH = 80;

/** `3/6 Discovery   `, as it stands before a bar. */
export function stepHead(name: StepName): string {
  return ` ${NAMES.indexOf(name) + 1}/${NAMES.length} ${name.padEnd(12)}`;
}

/** Tells how a step went, on standard error, in at most 80 columns. `parts` are put on lines whole. */
export function tellStep(
  { terminal, quiet }: Pick<Surroundings, 'terminal' | 'quiet'>,
  name: StepName,
  state: 'ok' | 'warning' | 'error',
  parts: readonly string[],
): void {
  if (quiet) return;
  const { unicode, paint } = terminal;
  const sign = { ok: unicode ? '✔ ok' : 'ok', warning: '! warning', error: unicode ? '✖ error' : 'x error' }[state];
  const colour = ({ ok: 'green', warning: 'yellow', error: 'red' } as const)[state];
  const lines = wrapped(parts, unicode ? ' · ' : ' - ');
  const head = `${stepHead(name)}${paint(colour, sign)}${' '.repeat(Math.max(1, TEXT_AT - TEXT_COLUMN - sign.length))}`;
  terminal.err(`${lines.map((line, i) => (i === 0 ? head : ' '.repeat(TEXT_AT)) + line).join('\n')}\n`);
}

function wrapped(parts: readonly string[], between: string): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && TEXT_AT + last.length + between.length + part.length <= WIDTH)
      lines[lines.length - 1] = last + between + part;
    else lines.push(...folded(part, WIDTH - TEXT_AT));
  }
  return lines.length > 0 ? lines : [''];
}

/** A part too long for a line, at its spaces. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
