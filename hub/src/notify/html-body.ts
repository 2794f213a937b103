import type { AlertText } from './alert-text.ts';
import type { Outgoing } from './outgoing.ts';
import { escaped } from './plain-text.ts';
import { headline } from './text-body.ts';
import { WORDS } from './words.ts';

const STYLE = 'font-family: sans-serif; font-size: 14px; color: #1c1c1c';
const COLOURS = { critical: '#b3261e', warning: '#9a6700', info: '#3b5b7a' } as const;

/** A message as simple HTML: no images, no scripts, nothing loaded from anywhere. */
export function htmlBody(message: Outgoing): string {
  const { language, lead, alerts, tail, payload } = message;
  const news = payload.kind === 'test' ? [] : payload.news;
  const parts = [
    ...lead.map((line) => `<p>${escaped(line)}</p>`),
    ...alerts.map((alert, index) => section(alert, COLOURS[news[index]?.alert.severity ?? 'info'], language)),
    ...(tail === null ? [] : [`<p>${escaped(tail)}</p>`]),
  ];
  return `<!doctype html>\n<html lang="${language}"><body style="${STYLE}">\n${parts.join('\n')}\n</body></html>\n`;
}

function section(alert: AlertText, colour: string, language: Outgoing['language']): string {
  const rows = alert.details.map(
    ({ label, text }) =>
      `<tr><td style="padding-right: 12px; color: #5f5f5f">${escaped(label)}</td><td>${escaped(text)}</td></tr>`,
  );
  const { runbook, link } = alert;
  return [
    `<h3 style="color: ${colour}">${escaped(headline(alert, language))}</h3>`,
    `<table>${rows.join('')}</table>`,
    ...(runbook === null ? [] : [`<p><b>${escaped(WORDS.runbook[language])}</b><br>${escaped(runbook)}</p>`]),
    ...(link === null ? [] : [`<p><a href="${escaped(link)}">${escaped(WORDS.open[language])}</a></p>`]),
  ].join('\n');
}
