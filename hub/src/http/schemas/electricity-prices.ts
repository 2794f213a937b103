import { z } from '@hono/zod-openapi';
import { Day } from './texts.ts';

const MAX_PRICES = 1_000;

const Price = z.strictObject({
  starts_on: Day.openapi({ example: '2026-01-01', description: "A day of the project's time zone" }),
  usd_per_kwh: z.number().min(0).max(100).openapi({ example: 0.045 }),
});

const description = 'Each holds from its day on until the next begins; before the first the cost is unknown';

export const ElectricityPrices = z.object({ prices: z.array(Price) }).openapi('ElectricityPrices', {
  description,
  example: { prices: [{ starts_on: '2026-01-01', usd_per_kwh: 0.045 }] },
});
export type ElectricityPrices = z.infer<typeof ElectricityPrices>;

/** All the prices of a project, in any order. */
export const NewElectricityPrices = z
  .strictObject({
    prices: z
      .array(Price)
      .max(MAX_PRICES)
      .superRefine((prices, ctx) => {
        const days = new Set<string>();
        for (const [i, { starts_on }] of prices.entries()) {
          if (days.has(starts_on))
            ctx.addIssue({
              code: 'custom',
              path: [i, 'starts_on'],
              message: `another price begins on ${starts_on}`,
              params: { code: 'duplicate' },
            });
          days.add(starts_on);
        }
      }),
  })
  .openapi('NewElectricityPrices', {
    description,
    example: {
      prices: [
        { starts_on: '2026-01-01', usd_per_kwh: 0.045 },
        { starts_on: '2026-07-01', usd_per_kwh: 0.041 },
      ],
    },
  });
