import { z } from 'zod';

/** What a check of the agent's doctor came to. `skipped`: a check it depends on failed, so it would only repeat that. */
export const CHECK_OUTCOMES = ['ok', 'warning', 'error', 'skipped'] as const;
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

/** One check: the same list in the terminal, on the agent's local page and at headquarters, with the same codes. */
export const DoctorCheck = z.object({
  /** Dotted, group first: `clock`, `disk`, `hub.reach`, `net.QATAR-C12`. */
  check: z
    .string()
    .regex(/^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)*$/)
    .max(64),
  outcome: z.enum(CHECK_OUTCOMES),
  /** `E2204`, `W2107`; null where all is well. */
  code: z
    .string()
    .regex(/^[EW]\d{4}$/)
    .nullable(),
  /** In one line: `0 of 308 miners answer, the other 57 containers are well`. */
  what: z.string().max(200),
  /** The likely cause; null where `what` says it all. */
  cause: z.string().max(300).nullable(),
  /** What to do, as something to type where possible; null where nothing is to be done. */
  next: z.string().max(300).nullable(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

/** What the doctor said last, as it travels: the checks that are not well, worst first, and how many are. */
export const DoctorReport = z.object({
  at: z.int().min(0).max(8.64e15),
  ok: z.int().min(0),
  checks: z.array(DoctorCheck).max(50),
});
export type DoctorReport = z.infer<typeof DoctorReport>;
