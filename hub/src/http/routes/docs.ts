import { compress } from 'hono/compress';
import { html } from 'hono/html';
import { allowAnyone } from '../access.ts';
import { type App, createRouter } from '../app.ts';
import { say } from '../language/bilingual.ts';
import { readAssets, versionOf } from '../openapi/assets.ts';
import type { OpenApiDocument } from '../openapi/types.ts';
import { Problem } from '../problem.ts';

/**
 * Swagger UI runs under a policy without inline script, `eval` or anything of another origin. It needs pictures that its
 * style holds as data.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The API described for programs and for people, whole from the hub. `describe` is called once, when first asked. */
export function docsRoutes(describe: () => OpenApiDocument): App {
  const document = once(describe);
  const assets = once(() => {
    const files = readAssets();
    return { files, version: versionOf(files) };
  });
  const router = createRouter();

  router.get('/api/openapi.json', allowAnyone(), (c) => c.json(document()));

  router.get('/api/docs', allowAnyone(), (c) => {
    const { files, version } = assets();
    const at = (name: string) => `/api/docs/${version}/${name}`;
    const ofKind = (end: string) => [...files.keys()].filter((name) => name.endsWith(end));
    return c.html(
      html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Hearst Control: API</title><link rel="icon" href="data:,">
${ofKind('.css').map((name) => html`<link rel="stylesheet" href="${at(name)}">`)}
${ofKind('.js').map((name) => html`<script src="${at(name)}" defer></script>`)}
</head><body><div id="swagger-ui"></div><noscript>This page needs JavaScript; the document itself is <a href="/api/openapi.json">/api/openapi.json</a>.</noscript></body></html>`,
      200,
      { 'Content-Security-Policy': POLICY },
    );
  });

  router.get('/api/docs/:version/:file', allowAnyone(), compress(), (c) => {
    const { files, version } = assets();
    const asset = files.get(c.req.param('file'));
    if (asset === undefined || c.req.param('version') !== version)
      throw new Problem('not_found', say('There is no such file.', "Ce fichier n'existe pas."));
    return c.body(asset.body, 200, {
      'Content-Type': asset.kind,
      'Cache-Control': FOR_EVER,
      Vary: 'Accept-Encoding',
    });
  });
  return router;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
