import type { Outcome, Problem, Surroundings, Terminal } from './command.ts';

const COLOURS = { red: 31, yellow: 33, green: 32, grey: 90 } as const;

/** The process's own terminal. Colours only on a terminal, never with NO_COLOR; signs beyond ASCII only in UTF-8. */
export function processTerminal(environment: NodeJS.ProcessEnv, noColor: boolean): Terminal {
  const coloured = !noColor && !environment.NO_COLOR && environment.TERM !== 'dumb' && process.stderr.isTTY === true;
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    paint: (colour, text) => (coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text),
    unicode: /utf-?8/i.test(locale),
    screen: process.stdout.isTTY === true && environment.TERM !== 'dumb',
    live: process.stderr.isTTY === true && environment.TERM !== 'dumb',
    columns: process.stderr.columns || 80,
  };
}

/** Tells an outcome: one JSON document with `--json`, else the result and what is wrong with it. */
export function tell(
  outcome: Outcome,
  { terminal, json, quiet }: Pick<Surroundings, 'terminal' | 'json' | 'quiet'>,
): void {
  const { code, data, problems, text, diagnosis } = outcome;
  if (outcome.told) return;
  if (json) {
    terminal.out(`${JSON.stringify({ ok: code === 0, data, problems })}\n`);
    return;
  }
  const result = terminal.unicode ? text : ascii(text);
  if (result !== '' && !(quiet && code === 0)) terminal.out(result.endsWith('\n') ? result : `${result}\n`);
  const trouble = diagnosis ?? problems.map((problem) => problemText(problem, terminal)).join('\n');
  if (trouble !== '') terminal.err(`${terminal.unicode ? trouble : ascii(trouble)}\n`);
}

/** Every sign has a word beside it. */
export function problemText({ code, what, where, cause, next }: Problem, { paint, unicode }: Terminal): string {
  const error = code.startsWith('E');
  const sign = error ? paint('red', unicode ? '✖ error' : 'x error') : paint('yellow', '! warning');
  return [
    `${sign}  ${code}  ${what}`,
    ...(where && !what.includes(where) ? [`  where: ${where}`] : []),
    ...(cause ? [`  cause: ${cause}`] : []),
    `  ${unicode ? '→' : '->'} ${next}`,
  ].join('\n');
}

const PLAIN: Record<string, string> = {
  '°': 'deg',
  '³': '3',
  '→': '->',
  '–': '-',
  '✔': 'ok',
  '✖': 'x',
  '·': '-',
  '…': '~',
};

/** For terminals that show ASCII only. */
export function ascii(text: string): string {
  return text.replace(/[^\n\t\u0020-\u007e]/g, (sign) => PLAIN[sign] ?? '?');
}
