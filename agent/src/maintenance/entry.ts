import { ContainerId, MinerId, TransformerId } from '@hearst/protocol';
import { z } from 'zod';

/** Somebody works on something until a time: the hub holds its alarms, the doctor does not complain of it. */
export const MaintenanceEntry = z.object({
  ref: z.uuid(),
  /** A container, transformer or miner. */
  subject: z.union([ContainerId, MinerId, TransformerId]),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  reason: z.string().min(1).max(200),
  /** The operating system's user who said so. */
  by: z.string().max(64),
  /** Whether the outbox has word of its beginning, and of its end. */
  told: z.boolean(),
  ended: z.boolean(),
});
export type MaintenanceEntry = z.infer<typeof MaintenanceEntry>;

/** What is asked for. */
export const MaintenanceWish = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('on'),
    subject: MaintenanceEntry.shape.subject,
    for_ms: z
      .int()
      .min(60_000)
      .max(7 * 86_400_000),
    reason: MaintenanceEntry.shape.reason,
    by: MaintenanceEntry.shape.by,
  }),
  z.object({ action: z.literal('off'), subject: z.string().max(64).nullable(), by: MaintenanceEntry.shape.by }),
]);
export type MaintenanceWish = z.infer<typeof MaintenanceWish>;
