import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { Language } from './language/bilingual.ts';

/** A piece of a page, its values escaped. */
export type Html = ReturnType<typeof html>;

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:3rem auto;padding:0 1rem;color:#161a21;background:#f5f6f8}' +
  'h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}p,ul,pre{max-width:42rem}' +
  'code,pre{font-family:ui-monospace,monospace;font-size:.9em}' +
  'pre{background:#fff;border:1px solid #868e9b;border-radius:6px;padding:1rem;overflow:auto}' +
  'table{border-collapse:collapse;width:100%;background:#fff;border:1px solid #868e9b;border-radius:6px}' +
  'th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border-top:1px solid #d5d9df}thead th{border-top:0}' +
  'td:first-child{white-space:nowrap}tr:target{background:#e2f3dd}td:nth-child(2){font-variant-numeric:tabular-nums}' +
  'a{color:#1d5e2f}' +
  // A phone shows each row as a block: nothing to scroll sideways for.
  '@media(max-width:40rem){thead{display:none}tbody,tr,td{display:block}tr{border-top:1px solid #d5d9df;padding:.5rem 0}td{border:0;padding:.1rem .75rem}}' +
  '@media(prefers-color-scheme:dark){body{color:#e7eaee;background:#0f1216}pre,table{background:#171b21;border-color:#666f7c}' +
  'th,td,tr{border-color:#2b323b}tr:target{background:#1d3a22}a{color:#8afd81}}';
const POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Answers a plain page that needs nothing but itself: no script, one style. */
export function answerHtml(
  c: Context,
  { title, language = 'en', body }: { title: string; language?: Language; body: Html },
): Response | Promise<Response> {
  return c.html(
    html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${raw(STYLE)}</style></head><body>${body}</body></html>`,
    200,
    { 'Content-Security-Policy': POLICY, 'Content-Language': language, Vary: 'Accept-Language' },
  );
}
