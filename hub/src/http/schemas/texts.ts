import { z } from '@hono/zod-openapi';

/** Fields that several resources take. */

/** A moment as it is sent: RFC 3339 with its zone. */
export const instant = (example: string) =>
  z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .openapi({ type: 'string', format: 'date-time', example });

/** Why somebody does something: one line, possibly empty. */
export const Reason = z
  .string()
  .trim()
  .max(500)
  .regex(/^\P{C}*$/u, { error: 'holds control characters' });

/** The id of what something is about. Agents are UUIDs, all else stands in capitals. */
export const TargetId = z
  .string()
  .trim()
  .max(64)
  .transform((text) => (UUID.test(text) ? text.toLowerCase() : text.toUpperCase()));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of an alert rule. */
export const RuleId = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_]*$/, { error: 'expected a rule such as pump_stopped' })
  .openapi({ example: 'pump_stopped' });

const FIRST_DAY = '2000-01-01';
const LAST_DAY = '2199-12-31';

/** A day of a project's time zone. */
export const Day = z.iso.date().refine((day) => day >= FIRST_DAY && day <= LAST_DAY, {
  error: `expected a day from ${FIRST_DAY} to ${LAST_DAY}`,
  params: { code: 'day' },
});
