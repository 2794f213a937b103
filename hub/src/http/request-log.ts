import type { MiddlewareHandler } from 'hono';
import type { Log } from '../log.ts';
import type { AppEnv } from './app.ts';

/** Asked all day by machines: told at level debug. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/** One line for each request: what, outcome, duration. No query, no header, no body. */
export function logRequests(log: Log): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const { path, method } = c.req;
    const line = {
      event: 'request',
      request_id: c.get('requestId'),
      method,
      path: path.slice(0, 200),
      status: c.res.status,
      duration_ms: Math.round(performance.now() - start),
    };
    if (PROBES.has(path)) log.debug(line, 'answered a request');
    else log.info(line, 'answered a request');
  };
}
