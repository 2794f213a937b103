import { z } from '@hono/zod-openapi';
import { Quantity, Text, Time } from '../schemas.ts';
import { TableFormat } from '../tables/format.ts';

/** Reports of a day or month; the descriptions are the definitions. */

const EARLIEST = '2000-01-01';
const DateText = z.iso
  .date('expected a date such as 2026-11-25, from 2000 on')
  .refine((date) => date >= EARLIEST, 'expected a date such as 2026-11-25, from 2000 on')
  .openapi({
    format: 'date',
    example: '2026-11-22',
    description: "Of the project's time zone; yesterday unless given",
  });
const MonthText = z
  .string()
  .regex(/^2\d{3}-(0[1-9]|1[0-2])$/, 'expected a month such as 2026-11, from 2000 on')
  .openapi({ example: '2026-10', description: "Of the project's time zone; the last one unless given" });

export const DailyQuery = z.strictObject({ date: DateText.optional(), ...TableFormat.shape });
export const MonthlyQuery = z.strictObject({ month: MonthText.optional(), ...TableFormat.shape });

const quantity = (description: string) => Quantity.openapi({ description });

export const reported = {
  energy_kwh: quantity(
    "By the meters' counters where transformers have one, else the integral of power; a container's is always an integral",
  ),
  energy_integrated_kwh: quantity('How much of energy_kwh is an integral of power, for want of a counter'),
  hashes_eh: quantity('Hashes produced: the integral of the hashrate'),
  power_kw: quantity('Average'),
  power_kw_max: quantity('Peak: of a project the highest five-minute average, of a container its highest reading'),
  hashrate_ths: quantity('Average'),
  efficiency_j_per_th: quantity('Average power over average hashrate'),
  availability_ratio: quantity('Share of the miner-time known in which miners hashed'),
  availability_excused_ratio: quantity('The same without the time that maintenance windows excuse'),
  excused_h: quantity('Excused by maintenance windows; of a project the hours of its containers together'),
  lost_offline_thh: quantity('TH/s times hours that miners lost by not answering'),
  lost_hot_thh: quantity('Lost by miners that answered, while the container was too hot'),
  lost_transformer_thh: quantity(
    'Lost by all containers of a transformer at once; told of the project, whose containers count it as offline',
  ),
  lost_maintenance_thh: quantity('Lost in maintenance windows, whatever the cause'),
  lost_unknown_thh: quantity('Lost otherwise, and what was expected of the time without any data'),
  coverage_ratio: quantity('Share of the time expected for which there are readings'),
  cost_usd: quantity('Of energy_kwh, at the price of each day; null unless every day with energy has one'),
  cost_usd_per_eh: quantity('cost_usd over hashes_eh'),
};
export type ReportFigure = keyof typeof reported;

const Figures = z.object(reported).openapi('ReportFigures', {
  description: 'Null is unknown, never zero. Sums are of the figures as they are told: of days to the thousandth',
});
export type ReportFigures = z.infer<typeof Figures>;

const head = {
  project_id: z.string(),
  period: z.enum(['daily', 'monthly']),
  period_name: z.string().openapi({ example: '2026-11-22', description: 'The date or month' }),
  from: Time,
  to: Time,
  tz: z.string(),
  complete: z.boolean().openapi({ description: 'False while the period still runs' }),
};

export const Report = z
  .object({
    ...head,
    name: z.string(),
    total: Figures,
    days: z.array(z.object({ date: z.string(), ...reported })).openapi({ description: 'Those that have begun' }),
    containers: z.array(z.object({ container_id: z.string(), name: Text, transformer_id: Text, ...reported })),
    labels: z
      .array(z.object({ figure: z.string(), unit: z.string(), en: z.string(), fr: z.string() }))
      .openapi({ description: 'What each figure is called on a page, in their order' }),
  })
  .openapi('Report');
export type Report = z.infer<typeof Report>;

/** A line of a report as a table: the project as a whole, one of its days, or a container. */
export const ReportRow = z
  .object({
    ...head,
    scope: z.enum(['project', 'day', 'container']),
    scope_id: z.string().openapi({ description: 'The project, the date or the container' }),
    transformer_id: Text,
    ...reported,
  })
  .openapi('ReportRow');
export type ReportRow = z.infer<typeof ReportRow>;
