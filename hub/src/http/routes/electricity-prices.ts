import { createHash } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { withContext } from '../../db/client.ts';
import { type ElectricityPrice, electricityPrices } from '../../db/queries/electricity-prices.ts';
import { projectExists } from '../../db/queries/projects.ts';
import { setElectricityPrices } from '../../operations/electricity-prices.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { INSIDE } from '../inside.ts';
import { missing } from '../missing.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import { ElectricityPrices, NewElectricityPrices } from '../schemas/electricity-prices.ts';
import { ProjectPath } from '../schemas.ts';

/** What electricity costs a project: the list as a whole. */
export function electricityPriceRoutes(services: Services): App {
  const path = '/api/projects/{projectId}/electricity-prices';
  const answer = {
    description: 'Prices by the day they begin',
    content: { 'application/json': { schema: ElectricityPrices } },
  };

  const list = createRoute({
    method: 'get',
    path,
    summary: 'What electricity costs a project, from which day on',
    middleware: allow(services, INSIDE),
    request: { params: ProjectPath },
    responses: { 200: answer, default: problemResponse },
  });

  const put = createRoute({
    method: 'put',
    path,
    summary: 'Replace the whole list of prices. Honours If-Match',
    middleware: allow(services, ['super_admin', 'project_manager']),
    request: {
      params: ProjectPath,
      body: { required: true, content: { 'application/json': { schema: NewElectricityPrices } } },
    },
    responses: { 200: answer, 412: changedResponse(ElectricityPrices), default: problemResponse },
  });

  /** The prices as the API shows them, their ETag's version set. */
  const shown = (c: Context<Signed>, prices: readonly ElectricityPrice[]): ElectricityPrices => {
    c.set('version', versionOf(prices));
    return { prices: [...prices] };
  };

  return createRouter()
    .openapi(list, async (c) => {
      const { projectId } = c.req.valid('param');
      const prices = await withContext(services.api, readerOf(c.get('principal')), async (client) => {
        if (!(await projectExists(client, projectId))) throw missing('project', projectId);
        return electricityPrices(client, projectId);
      });
      return c.json(shown(c, prices), 200);
    })
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { projectId } = c.req.valid('param');
        const { prices } = c.req.valid('json');
        const check = (before: readonly ElectricityPrice[]) => assertMatches(c, versionOf(before), shown(c, before));
        return c.json(shown(c, await setElectricityPrices(change, projectId, prices, check)), 200);
      }),
    );
}

/** Of a list that is no object with a version of its own: another list has another one. */
function versionOf(prices: readonly ElectricityPrice[]): number {
  const said = prices.map(({ starts_on, usd_per_kwh }) => [starts_on, usd_per_kwh]);
  return createHash('sha256').update(JSON.stringify(said)).digest().readUInt32BE();
}
