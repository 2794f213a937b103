import { ProjectId } from '@hearst/protocol';
import { createRoute, z } from '@hono/zod-openapi';
import { withContext } from '../../db/client.ts';
import { countOpenAlerts } from '../../db/queries/alerts.ts';
import { projectFigures } from '../../db/queries/figures.ts';
import { timeZones } from '../../db/queries/projects.ts';
import { allow, readerOf } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { INSIDE } from '../inside.ts';
import { missing } from '../missing.ts';
import { presentComparison } from '../present/figures.ts';
import { problems } from '../problem.ts';
import { Comparison } from '../schemas/figures.ts';
import { listOf } from '../schemas.ts';
import { answerTable } from '../tables/answer.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';
import { NO_ZONES, tableOf, wantedTable } from '../tables/list.ts';

const Projects = z
  .string()
  .transform((text) => [...new Set(text.toUpperCase().split(','))])
  .pipe(z.array(ProjectId).min(2).max(6))
  .openapi({ type: 'string', example: 'QATAR-001,AQUA-001', description: 'Two to six projects, with commas between' });

/** `GET /api/compare`: projects side by side. */
export function compareRoutes(services: Services): App {
  const { api, now } = services;

  const compare = createRoute({
    method: 'get',
    path: '/api/compare',
    summary: 'Projects side by side: figures, targets, and both per miner, per MW and per TH/s',
    middleware: allow(services, INSIDE),
    request: { query: z.strictObject({ projects: Projects, ...TableFormat.shape }) },
    responses: {
      200: {
        description: 'Projects as asked for',
        content: { 'application/json': { schema: listOf(Comparison) }, ...TABLE_CONTENT },
      },
      default: problems('not_found'),
    },
  });

  return createRouter().openapi(compare, async (c) => {
    const { projects, ...query } = c.req.valid('query');
    const wanted = wantedTable(c, query);
    const at = now();
    const [rows, alerts, zones] = await withContext(api, readerOf(c.get('principal')), async (client) => [
      await projectFigures(client, projects, new Date(at)),
      await countOpenAlerts(client, { scope: 'projects', projectIds: projects }),
      wanted === null ? NO_ZONES : await timeZones(client),
    ]);
    const data = projects.map((id) => {
      const row = rows.find(({ project_id }) => project_id === id);
      if (row === undefined) throw missing('project', id);
      return presentComparison(row, alerts, at);
    });
    if (wanted === null) return c.json({ data, next_cursor: null, total: data.length }, 200);
    const table = { what: 'comparison', of: null, schema: Comparison };
    return answerTable(c, tableOf(c, { ...table, rows: data, zones, now: at }), wanted);
  });
}
