import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { allowAnyone } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { PROBLEMS } from '../problem.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#161a21;background:#f5f6f8}' +
  'code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#fff;border:1px solid #868e9b;border-radius:6px;padding:1rem;overflow:auto}' +
  'dt{font-weight:600;margin-top:.75rem}dd{margin:0}a{color:#1d5e2f}' +
  '@media(prefers-color-scheme:dark){body{color:#e7eaee;background:#0f1216}pre{background:#171b21;border-color:#666f7c}a{color:#8afd81}}';
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'`;

/** Pages for people who open the hub's address in a browser; they show nothing that needs a sign-in. */
export function homeRoutes({ version }: Services): App {
  const router = createRouter();
  const page = (title: string, body: ReturnType<typeof html>) =>
    html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${raw(STYLE)}</style></head><body>${body}</body></html>`;
  const headers = { 'Content-Security-Policy': POLICY };

  router.get('/', allowAnyone(), (c) =>
    c.html(
      page(
        'Hearst Control',
        html`<h1>Hearst Control</h1>
<p>The hub, version ${version}. It is running.</p>
<ul>
<li><a href="/readyz">/readyz</a>: what it needs and whether that answers</li>
<li><a href="/healthz">/healthz</a>: whether the process lives</li>
</ul>
<h2>Reading the figures</h2>
<p>Make a key where the hub runs, then ask:</p>
<pre>hearst-hub key create --name me --role viewer --projects QATAR-001
curl -H "Authorization: Bearer hck_..." ${new URL(c.req.url).origin}/api/projects</pre>
<ul>
<li><code>GET /api/projects</code>, <code>/api/projects/QATAR-001</code></li>
<li><code>GET /api/projects/QATAR-001/containers</code></li>
<li><code>GET /api/containers/QATAR-C01</code>, <code>/api/containers/QATAR-C01/miners</code></li>
</ul>
<p>Errors are described under <a href="/api/problems">/api/problems</a>.</p>`,
      ),
      200,
      headers,
    ),
  );

  router.get('/api/problems', allowAnyone(), (c) =>
    c.html(
      page(
        'Hearst Control: errors',
        html`<h1>Errors of the API</h1>
<p>Every error is <code>application/problem+json</code> (RFC 9457). <code>code</code> never changes; quote <code>request_id</code> when you ask for help.</p>
<dl>${Object.entries(PROBLEMS).map(
          ([code, { status, title }]) =>
            html`<dt id="${code}"><code>${code}</code> (${status})</dt><dd>${title.en}.<br><span lang="fr">${title.fr}.</span></dd>`,
        )}</dl>`,
      ),
      200,
      headers,
    ),
  );
  return router;
}
