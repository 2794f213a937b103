import { createRoute, z } from '@hono/zod-openapi';
import type { ClientBase } from 'pg';
import { withContext } from '../../db/client.ts';
import { countOpenAlerts } from '../../db/queries/alerts.ts';
import { findMiners } from '../../db/queries/miners.ts';
import { timeZoneOf } from '../../db/queries/series-members.ts';
import { latestBoards, readMinerSeries } from '../../operations/miner-history.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { INSIDE } from '../inside.ts';
import { minerBucketsOf, minerSpanOf, minerWarningsOf } from '../miner-series-request.ts';
import { answerMinerSeries, answerMinerSnapshot } from '../miner-tables.ts';
import { onlyOne } from '../missing.ts';
import { presentMinerSeries, presentMinerSnapshot, presentMinerTable } from '../present/miner-series.ts';
import { problems } from '../problem.ts';
import {
  MinerSeries,
  MinerSeriesTable,
  MinerSnapshot,
  minerColumnsOf,
  minerSeriesQuery,
} from '../schemas/miner-series.ts';
import { MinerPath } from '../schemas.ts';
import { TABLE_CONTENT } from '../tables/format.ts';
import { wantedTable } from '../tables/list.ts';

/** `GET /api/metrics/miner/{minerId}`: figures of one miner, now or from its container's frames. */
export function minerMetricRoutes(services: Services): App {
  const { api, now } = services;

  const one = createRoute({
    method: 'get',
    path: '/api/metrics/miner/{minerId}',
    summary: 'Figures of a miner: now, or with range or from and to as series',
    description:
      "Series are made of polls, as long as those are kept (the project's raw retention); `raw_since` among the warnings " +
      'says where they begin. Of more than 3,000 polls a few of each bucket are read, evenly chosen: the warning `sampled`.',
    middleware: allow(services, INSIDE),
    request: { params: MinerPath, query: minerSeriesQuery(now) },
    responses: {
      200: {
        description: 'Figures',
        content: {
          'application/json': { schema: z.union([MinerSnapshot, MinerSeries, MinerSeriesTable]) },
          ...TABLE_CONTENT,
        },
      },
      default: problems('forbidden'),
    },
  });

  return createRouter().openapi(one, async (c) => {
    const { minerId } = c.req.valid('param');
    const query = c.req.valid('query');
    const at = now();
    const span = minerSpanOf(query, at);
    const wanted = wantedTable(c, query);
    const read = <T>(work: (client: ClientBase) => Promise<T>) => withContext(api, readerOf(c.get('principal')), work);
    const find = (client: ClientBase) =>
      onlyOne(c, 'miner', minerId, findMiners(client, minerId, query.project_id ?? null));
    const zoneOf = async (client: ClientBase, projectId: string) => (await timeZoneOf(client, projectId)) ?? 'UTC';
    if (span === null) {
      const { miner, boards, alerts, timeZone } = await read(async (client) => {
        const miner = await find(client);
        const { project_id: projectId, miner_id } = miner;
        return {
          miner,
          boards: await latestBoards(client, slotOf(miner)),
          alerts: await countOpenAlerts(client, { scope: 'miner', projectId, minerId: miner_id }),
          timeZone: await zoneOf(client, projectId),
        };
      });
      const snapshot = presentMinerSnapshot(miner, miner, boards, alerts, at);
      return wanted === null
        ? c.json(snapshot, 200)
        : answerMinerSnapshot(c, { ...snapshot, project_id: miner.project_id }, timeZone, at, wanted);
    }
    const answered = await read(async (client) => {
      const miner = await find(client);
      const buckets = minerBucketsOf(query, span, await zoneOf(client, miner.project_id), miner.interval_s);
      const slot = slotOf(miner);
      const result = await readMinerSeries(client, slot, buckets, minerColumnsOf(query), query.group_by ?? null);
      return { miner, span, read: result, warnings: minerWarningsOf(c, query, span, at, result) };
    });
    if (wanted !== null) return answerMinerSeries(c, answered, at, wanted);
    return c.json(query.shape === 'rows' ? presentMinerTable(answered) : presentMinerSeries(answered), 200);
  });
}

function slotOf(miner: { readonly project_id: string; readonly container_id: string; readonly position: number }) {
  return { projectId: miner.project_id, containerId: miner.container_id, position: miner.position };
}
