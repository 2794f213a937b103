import type { Context } from 'hono';
import { compress } from 'hono/compress';
import { allowAnyone } from '../access.ts';
import { type App, type AppEnv, createRouter } from '../app.ts';
import type { DashboardFiles } from '../dashboard-files.ts';
import { say } from '../language/bilingual.ts';
import { Problem } from '../problem.ts';

/**
 * Nothing but what the hub serves itself: no inline script or style, no other origin. Pictures may be made by the page
 * (a chart that somebody saves).
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The dashboard: its files as they were built, and its page at every address that is not the API's. */
export function dashboardRoutes(files: DashboardFiles): App {
  const router = createRouter();
  const page = (c: Context<AppEnv>) =>
    c.body(files.page, 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-cache',
    });

  router.get('/assets/:file', allowAnyone(), compress(), (c) => {
    const file = files.assets.get(c.req.param('file'));
    if (file === undefined) throw new Problem('not_found', say('There is no such file.', "Ce fichier n'existe pas."));
    return c.body(file.body, 200, { 'Content-Type': file.kind, 'Cache-Control': FOR_EVER, Vary: 'Accept-Encoding' });
  });
  router.get('/icon.svg', allowAnyone(), (c) =>
    c.body(files.icon, 200, { 'Content-Type': 'image/svg+xml', 'Cache-Control': 'public, max-age=86400' }),
  );
  for (const path of PAGES) router.get(path, allowAnyone(), page);
  return router;
}

/** The addresses of pages; what is not among them is not found, as everywhere. */
const PAGES = [
  '/',
  '/sign-in',
  '/invitation',
  '/alerts',
  '/compare',
  '/reports',
  '/agents',
  '/admin',
  '/admin/*',
  '/account',
  '/projects/*',
];
