import type { ScanProgress } from '../scan/scan.ts';
import type { Surroundings } from './command.ts';

/** A terminal's line is written anew this often, ms; without one a line comes this often. */
const DRAW_MS = 100;
const TELL_MS = 10_000;

/**
 * Shows how far something is, on standard error: on a terminal in place, else a line every ten seconds; nothing at all
 * with `--quiet`, nor with `--json` where nobody watches. Returns how to end it and take it away.
 */
export function showProgress(
  { terminal, quiet, json }: Pick<Surroundings, 'terminal' | 'quiet' | 'json'>,
  draw: { lines: (columns: number) => string[]; plain: () => string },
): () => void {
  if (quiet || (json && !terminal.live)) return () => undefined;
  if (!terminal.live) {
    const timer = setInterval(() => terminal.err(`${draw.plain()}\n`), TELL_MS);
    return () => clearInterval(timer);
  }
  let shown = 0;
  const clear = (): void => {
    if (shown > 0) terminal.err(`\u001b[${shown}F\u001b[J`);
    shown = 0;
  };
  const redraw = (): void => {
    const lines = draw.lines(Math.min(terminal.columns, 100) - 1);
    clear();
    terminal.err(`${lines.join('\n')}\n`);
    shown = lines.length;
  };
  const timer = setInterval(redraw, DRAW_MS);
  redraw();
  return () => {
    clearInterval(timer);
    clear();
  };
}

/** `11 402` */
export const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');

/** `02:58` or `1:02:58` */
export function clockText(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const tail = `${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${tail}` : tail;
}

/** `████░░░░`, or `####----` where only ASCII can be shown. */
export function bar(share: number, width: number, unicode: boolean): string {
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return (unicode ? '█' : '#').repeat(full) + (unicode ? '░' : '-').repeat(Math.max(0, width - full));
}

/** The two lines of a sweep, `head` before the first. */
export function scanLines(progress: ScanProgress, head: string, columns: number, unicode: boolean): string[] {
  const { look, done, total, paused } = progress;
  const share = total === 0 ? 1 : done / total;
  const tail =
    ` ${String(Math.floor(share * 100)).padStart(3)} %  ${grouped(done)} / ${grouped(total)}` +
    (paused ? '  paused: p goes on' : `  ${rateText(progress)}  ${restText(progress)}`);
  const lead = `${head}${look === 2 ? 'second look ' : ''}`;
  const first = `${lead}${bar(share, Math.max(8, Math.min(30, columns - lead.length - tail.length)), unicode)}${tail}`;
  return [first, `${' '.repeat(head.length)}${foundText(progress)}`].map((line) => line.slice(0, columns));
}

/** The same in one line, for a log. */
export function scanPlain(progress: ScanProgress): string {
  const { look, done, total } = progress;
  return `look ${look} of 2: ${grouped(done)} of ${grouped(total)} addresses, ${rateText(progress)}; ${foundText(progress)}`;
}

const rateText = ({ asked, elapsedMs }: ScanProgress): string =>
  `${grouped(elapsedMs > 0 ? (asked / elapsedMs) * 1000 : 0)}/s`;

function restText({ look, done, total, elapsedMs }: ScanProgress): string {
  if (look === 2 || done < 50) return clockText(elapsedMs);
  return `${clockText((elapsedMs / done) * (total - done))} left`;
}

function foundText({ models, answering, identified }: ScanProgress): string {
  const sorted = [...models].sort((a, b) => b[1] - a[1]);
  const parts = sorted.slice(0, 2).map(([model, count]) => `${model.slice(0, 22)} ${grouped(count)}`);
  const others = sorted.slice(2).reduce((sum, [, count]) => sum + count, 0);
  if (others > 0) parts.push(`others ${grouped(others)}`);
  const waiting = answering - identified;
  if (waiting > 0) parts.push(`${grouped(waiting)} to identify`);
  return parts.join(', ') || 'nobody answers yet';
}
