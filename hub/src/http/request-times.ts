import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { RequestTimes } from '../monitoring/requests.ts';
import type { AppEnv } from './app.ts';

/** Measures every request by the template of its route. */
export function measureRequests(times: RequestTimes): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? null;
    const seconds = (performance.now() - start) / 1000;
    times.answered({ method: c.req.method, route, status: c.res.status, seconds });
  };
}
