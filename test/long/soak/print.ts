import { growths, type LeftOpen, shareWithin, steady, trends } from './figures.ts';
import type { Ledger } from './ledger.ts';
import type { Sample } from './watch.ts';

/** One line of figures. */
export function lineOf(sample: Sample): string {
  const { held, lagS, loopMs, outbox, polls, load } = sample;
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const held1 = ({ residentMb, descriptors }: Sample['held']['agent']): string =>
    `${residentMb.toFixed(1)} MB ${descriptors} fd`;
  return [
    `${(sample.at * 60).toFixed(1).padStart(5)} min`,
    `agent ${held1(held.agent)}`,
    `hub ${held1(held.hub)}`,
    `postgres ${held.postgres.anonymousMb.toFixed(1)} MB ${held.postgres.descriptors} fd`,
    `lag ${lagS?.toFixed(2) ?? '?'} s`,
    `loop ${loopMs.agent?.toFixed(0) ?? '?'}/${loopMs.hub?.toFixed(0) ?? '?'} ms`,
    `outbox ${outbox.batches} waiting, ${mb(outbox.bytes)}`,
    `database ${mb(sample.databaseBytes)}`,
    `${sample.readings} readings`,
    `${polls.left} of ${polls.done + polls.left} polls left out`,
    `load ${load.toFixed(1)}`,
  ].join('; ');
}

/** Everything at the end, as a table to copy into the documents. */
export function tableOf(samples: readonly Sample[], open: LeftOpen, pollSeconds: number): string {
  const digits = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 1);
  const rows = [
    ['what', 'mean', 'most', 'slope an hour', 'bound'],
    ...trends(samples).map(({ what, unit, mean, most, slope, error, bound }) => [
      what,
      `${digits(mean)} ${unit}`.trim(),
      digits(most),
      `${digits(slope)} +- ${digits(error)}`,
      Number.isFinite(bound) ? digits(bound) : '',
    ]),
  ];
  const grown = growths(samples).map(({ what, halves: [first, second], bound }) => [
    `${what}, bytes per reading`,
    digits(first),
    digits(second),
    `${digits((second / first - 1) * 100)} %`,
    Number.isFinite(bound) ? `${digits(bound * 100)} %` : '',
  ]);
  const fitted = steady(samples);
  const [first, last] = [fitted[0]!, fitted.at(-1)!];
  const minutes = (last.at - first.at) * 60;
  return [
    `fitted: ${minutes.toFixed(1)} min after ${(first.at * 60).toFixed(1)} min of warm-up, ` +
      `${last.readings - first.readings} readings, ${last.polls.done - first.polls.done} polls of a container, ` +
      `${last.polls.left - first.polls.left} left out`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '| disk | first half | second half | more | bound |',
    ...grown.map((row) => `| ${row.join(' | ')} |`),
    `descriptors of the agent: ${open.before} at the beginning, ${open.after} at the end with nothing to ask`,
    ...[...new Set([1, 2, 5, pollSeconds])].map(
      (bound) => `committed within ${bound} s: ${(shareWithin(samples, bound) * 100).toFixed(2)} %`,
    ),
  ].join('\n');
}

export function ledgerLine(ledger: Ledger, sent: number): string {
  const { accepted, stored, lost, invented, twice, misplaced, quarantined, frames } = ledger;
  return (
    `miners sent ${sent} whole replies; accepted ${accepted}, stored ${stored}, lost ${lost}, invented ${invented}, ` +
    `twice ${twice}, misplaced ${misplaced}, quarantined ${quarantined}; ` +
    `frames accepted ${frames.accepted}, stored ${frames.stored}`
  );
}
