import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ALERT_TARGETS } from '../../db/schema.ts';
import type { AlertRule } from '../rule.ts';
import { DEFAULT_RULES } from '../rule-book.ts';

const FILE = fileURLToPath(new URL('../../../../docs/alert-rules.md', import.meta.url));

const HEAD = `# Alert rules

The rules as the program brings them. What the company or a project changes of them is kept in the database:
\`GET /api/alert-rules?project_id=...\` tells what holds in a project, \`PUT /api/alert-rules/{id}\` changes it, and
\`POST /api/alert-rules/{id}/test\` says how often a rule would have fired in the last seven days.

A rule raises an alert when its reading has been beyond the first threshold for the hold time, and resolves it when it has been
back beyond the second for the keep time. [Written by a test](../hub/src/alerts/rules/document.test.ts).
`;

/** One table for each kind of target. */
function document(rules: readonly AlertRule[]): string {
  const tables = ALERT_TARGETS.flatMap((target) => {
    const rows = rules.filter((rule) => rule.target === target).map(row);
    if (rows.length === 0) return [];
    return [
      `\n## ${target}\n\n| rule | what | severity | raised | cleared | hold | keep |\n| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`,
    ];
  });
  return HEAD + tables.join('');
}

function row(rule: AlertRule): string {
  const { id, name, severity, enabled, when, raise, clear, unit, holdS, keepS } = rule;
  const limit = (value: number | null): string =>
    value === null ? '' : `${when} ${value}${unit === null ? '' : ` ${unit}`}`;
  const cells = [
    `\`${id}\``,
    `${name.en}${enabled ? '' : ' (off)'}`,
    severity,
    limit(raise),
    clear === raise ? '' : limit(clear).replace('above', 'not above').replace('below', 'not below'),
    time(holdS),
    time(keepS),
  ];
  return `| ${cells.join(' | ')} |`;
}

function time(seconds: number): string {
  if (seconds === 0) return 'at once';
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

it('is what docs/alert-rules.md says', async () => {
  await expect(document(DEFAULT_RULES)).toMatchFileSnapshot(FILE);
});
