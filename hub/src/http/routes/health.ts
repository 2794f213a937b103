import { createRoute, z } from '@hono/zod-openapi';
import { allowAnyone } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';

const Health = z.object({ status: z.literal('ok'), version: z.string() }).openapi('Health');

const Ready = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    checks: z.array(
      z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable(), duration_ms: z.int() }),
    ),
  })
  .openapi('Readiness');

const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'The process runs; nothing else is touched',
  middleware: allowAnyone(),
  responses: { 200: { description: 'Running', content: { 'application/json': { schema: Health } } } },
});

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Everything the hub needs answers',
  middleware: allowAnyone(),
  responses: {
    200: { description: 'Ready', content: { 'application/json': { schema: Ready } } },
    503: { description: 'Not ready: see the checks', content: { 'application/json': { schema: Ready } } },
  },
});

/** For supervisors and load balancers. */
export function healthRoutes({ readiness, version }: Services): App {
  return createRouter()
    .openapi(healthz, (c) => c.json({ status: 'ok' as const, version }, 200))
    .openapi(readyz, async (c) => {
      const report = await readiness.report();
      return report.status === 'ready' ? c.json(report, 200) : c.json(report, 503);
    });
}
