import { Hono } from 'hono';
import type { Monitoring } from '../../monitoring/monitoring.ts';
import { allowMonitor } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';

/** `GET /metrics`: what the hub measures of itself, for Prometheus with a super admin's key. */
export function monitoringRoutes(services: Services): App {
  const router = createRouter();
  router.get('/metrics', allowMonitor(services), async (c) => {
    const { contentType, text } = await services.monitoring.page({ projects: true });
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
  return router;
}

/** The same on a port of its own, to whoever reaches that: nothing by project, and nothing else. */
export function createMonitoringApp(monitoring: Monitoring): Pick<Hono, 'fetch' | 'request'> {
  return new Hono().get('/metrics', async (c) => {
    const { contentType, text } = await monitoring.page({ projects: false });
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
}
