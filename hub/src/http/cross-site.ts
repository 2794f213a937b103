import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './app.ts';
import { say } from './language/bilingual.ts';
import { Problem } from './problem.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses changes that another site's page makes a browser ask for: what the browser itself says of the request's origin
 * (`Sec-Fetch-Site`, `Origin`) must be this site. Requests with an Authorization header carry no cookie's rights, and
 * programs send neither header. With SameSite=Lax cookies and JSON-only bodies this is the second of three locks.
 */
export function refuseCrossSite(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!SAFE.has(c.req.method) && c.req.header('Authorization') === undefined && isForeign(c.req)) {
      throw new Problem(
        'cross_site',
        say(
          'A page of another site may not change anything here. Use the dashboard, or an API key.',
          "Une page d'un autre site ne peut rien modifier ici. Utilisez le tableau de bord, ou une clé d'API.",
        ),
      );
    }
    await next();
  };
}

function isForeign(request: { header(name: string): string | undefined }): boolean {
  const site = request.header('Sec-Fetch-Site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = request.header('Origin');
  if (origin === undefined) return false;
  // The scheme is not compared: behind a proxy that ends TLS the hub sees http. An origin without a host is nobody's.
  const host = URL.parse(origin)?.host;
  return host === undefined || host !== request.header('Host');
}
