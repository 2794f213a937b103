import { z } from '@hono/zod-openapi';
import { PROJECT_STATUSES } from '../../db/schema.ts';
import { Count, Coverage, observation, Quantity } from '../schemas.ts';

/** What is true now, added up; the descriptions are the definitions. */

const quantity = (description: string) => Quantity.openapi({ description });
const count = (description: string) => Count.openapi({ description });

export const AlertCounts = z.object({ critical: z.int(), warning: z.int(), info: z.int() }).openapi('AlertCounts', {
  description:
    'Open alerts (active or acknowledged) by severity. Of company and project without those that another alert explains; of a single object all of its own',
});
export type AlertCounts = z.infer<typeof AlertCounts>;

/** Figures of a scope, and how much of it they cover. */
export const figures = {
  ...observation,
  coverage: Coverage.openapi({
    description:
      'How many members are in the figures, of how many the inventory expects: containers of a project and of the company (planned ones are not expected), miners of a container',
  }),
  hashrate_ths: quantity(
    'Sum over the containers that report: those that answered in their last frame, which is at most five poll intervals old. Null while none does',
  ),
  power_kw: quantity('Sum over the containers that report'),
  efficiency_j_per_th: quantity('Power over hashrate of those reporting containers that tell both'),
  miners_active: count('Miners that hash, in the containers that report'),
  miners_total: count('Miners that the inventory expects; null where it names none'),
  containers_active: count('Reporting containers with at least one miner that hashes; null while none reports'),
  containers_total: z.int().openapi({ description: 'Containers that the inventory expects; planned ones are not' }),
  temp_supply_c: quantity(
    'Average over the containers that report, weighted by their miners that answered; the last value of a container',
  ),
  temp_return_c: quantity('As temp_supply_c'),
  alerts_active: AlertCounts,
};

const DESCRIPTION =
  'The state as of now; null is unknown, never zero. What is older than five poll intervals is not in it: coverage says so';

export const Snapshot = z
  .object({ scope: z.enum(['project', 'container']), scope_id: z.string(), ...figures })
  .openapi('Snapshot', { description: DESCRIPTION });
export type Snapshot = z.infer<typeof Snapshot>;

export const TransformerSnapshot = z
  .object({
    scope: z.literal('transformer'),
    scope_id: z.string(),
    ...figures,
    load_pct: quantity('Apparent power by what it is rated for, as its meter says; null while the meter is silent'),
    active_power_kw: quantity('As its meter says; power_kw is the sum over the containers on it'),
  })
  .openapi('TransformerSnapshot', { description: `${DESCRIPTION}. The sum over the containers on the transformer` });
export type TransformerSnapshot = z.infer<typeof TransformerSnapshot>;

export const GlobalSnapshot = z
  .object({
    scope: z.literal('global'),
    scope_id: z.literal('global'),
    projects_total: z.int().openapi({ description: 'Projects you may see, but archived ones' }),
    projects_active: z.int().openapi({ description: 'Those of status active' }),
    ...figures,
  })
  .openapi('GlobalSnapshot', {
    description: `${DESCRIPTION}. The sum over the projects you may see: active ones, and planned ones or those under maintenance while something of them reports; archived ones never`,
  });
export type GlobalSnapshot = z.infer<typeof GlobalSnapshot>;

/** A project beside others: what it does, what it was meant to do, and both per miner, per MW and per TH/s. */
export const Comparison = z
  .object({
    project_id: z.string(),
    name: z.string(),
    status: z.enum(PROJECT_STATUSES),
    ...figures,
    target_hashrate_eh: Quantity,
    target_power_mw: Quantity,
    target_hashrate_pct: quantity('hashrate_ths in percent of the target'),
    target_power_pct: quantity('power_kw in percent of the target'),
    hashrate_ths_per_miner: quantity('hashrate_ths over miners_active'),
    power_w_per_miner: quantity('power_kw over miners_active'),
    hashrate_ths_per_mw: quantity('hashrate_ths over power_kw, as efficiency_j_per_th'),
    capex_usd: Quantity,
    capex_usd_per_mw: quantity('capex_usd over the target power'),
    capex_usd_per_ths: quantity('capex_usd over the target hashrate'),
    opex_monthly_usd: Quantity,
    opex_monthly_usd_per_mw: quantity('opex_monthly_usd over the target power'),
    opex_monthly_usd_per_ths: quantity('opex_monthly_usd over the target hashrate'),
  })
  .openapi('Comparison', { description: 'Null where a part is unknown, or would divide by zero' });
export type Comparison = z.infer<typeof Comparison>;
