import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Content } from './local-server.ts';

const asset = (name: string): string => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');

/**
 * The page, one document with everything in it: nothing is fetched but what the agent says, so it works when the line
 * to the hub is down. Its policy lets in its own script and style, by their hashes, and nothing else.
 */
export function pageContent(kind: 'live' | 'code' | 'faults', words: Record<string, string> = {}): Content {
  const style = asset('page.css');
  const script = asset(kind === 'live' ? 'live.js' : 'words.js');
  const body = filled(asset(`${kind}.html`), words);
  const parts: Record<string, string> = { '/*style*/': style, '<!--body-->': body, '/*script*/': script };
  const html = asset('frame.html').replace(/\/\*style\*\/|<!--body-->|\/\*script\*\//g, (place) => parts[place] ?? '');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src 'self'",
    'img-src data:',
    kind === 'code' ? "form-action 'self'" : "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    status: 200,
    body: html,
    type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': policy.join('; ') },
  };
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** `{{name}}` becomes the words, as text. */
function filled(html: string, words: Record<string, string>): string {
  return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => escaped(words[name] ?? ''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
