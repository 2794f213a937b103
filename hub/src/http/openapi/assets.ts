import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A file that the human page of the API needs. */
export interface Asset {
  readonly kind: string;
  readonly body: string;
}

/** Starts Swagger UI on the hub's own document. Nothing is fetched from elsewhere, not even a validator's badge. */
const START = `window.ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
`;

/** What Swagger UI leaves to the page. */
const FRAME = `body { margin: 0; background: #fff; }
html.dark-mode body { background: #1c2022; }
.swagger-ui .info { margin: 2rem 0 1rem; }
`;

/** The page's files by name; Swagger UI's own come from its package. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const file = (name: string) => readFileSync(join(folder, name), 'utf8');
  const script = 'text/javascript; charset=utf-8';
  const style = 'text/css; charset=utf-8';
  return new Map([
    ['swagger-ui.css', { kind: style, body: file('swagger-ui.css') }],
    ['frame.css', { kind: style, body: FRAME }],
    ['swagger-ui-bundle.js', { kind: script, body: file('swagger-ui-bundle.js') }],
    ['start.js', { kind: script, body: START }],
  ]);
}

/** Names these very files: another content has another address, so each may be kept for ever. */
export function versionOf(assets: ReadonlyMap<string, Asset>): string {
  const hash = createHash('sha256');
  for (const { body } of assets.values()) hash.update(body);
  return hash.digest('hex').slice(0, 16);
}
