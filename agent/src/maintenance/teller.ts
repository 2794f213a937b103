import type { AgentEvent } from '@hearst/protocol';
import type { MaintenanceBook } from './book.ts';
import type { MaintenanceEntry } from './entry.ts';

/**
 * Tells the hub of what began and what was ended early. What is over by its time needs no word: the hub knows it.
 * `keep` puts events into the outbox and throws when it cannot; then nothing counts as told and the next call tries
 * again. The hub may hear of an entry twice; `ref` tells that it is the same.
 */
export function tellMaintenance(book: MaintenanceBook, now: number, keep: (events: AgentEvent[]) => void): void {
  const entries = book.all();
  const untold = entries.filter((entry) => !entry.told);
  const over = entries.filter((entry) => entry.ended);
  const events = [
    ...untold.filter(({ ended, until }) => !ended && Date.parse(until) > now).map((entry) => beginning(entry, now)),
    ...over.filter(({ told }) => told).map((entry) => end(entry, now)),
  ];
  if (events.length > 0) keep(events);
  const rest = entries
    .filter(({ ended, until }) => !ended && Date.parse(until) > now)
    .map((entry) => ({ ...entry, told: true }));
  if (events.length > 0 || rest.length < entries.length) book.save(rest);
}

function beginning({ subject, until, reason, by, ref }: MaintenanceEntry, at: number): AgentEvent {
  const message = `Maintenance of ${subject} until ${until}: ${reason}`;
  return { at, code: 'maintenance.on', severity: 'info', subject, message, data: { until, reason, by, ref } };
}

function end({ subject, ref }: MaintenanceEntry, at: number): AgentEvent {
  const message = `Maintenance of ${subject} is over`;
  return { at, code: 'maintenance.off', severity: 'info', subject, message, data: { ref } };
}
