import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The variables that `config.ts` asks the environment for, by the names in its calls. */
const source = readFileSync(new URL('config.ts', import.meta.url), 'utf8');
const asked = [...source.matchAll(/\w+\('((?:HEARST_[A-Z_]+|DATABASE_URL|MQTT_URL))'/g)].map(([, name]) => name!);

it('finds what config.ts asks for', () => {
  expect(asked).toEqual(expect.arrayContaining(['HEARST_DATA_DIR', 'HEARST_TLS_CERT', 'HEARST_SMTP_URL', 'MQTT_URL']));
});

it.each(['docs/operator.md', 'hub/README.md'])('%s has a line for every variable', (document) => {
  const rows = readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8').match(/^\| `[A-Z_]+`.*$/gm) ?? [];
  const names = new Set(rows.flatMap((row) => row.split('|')[1]!.match(/[A-Z_]{3,}/g) ?? []));
  const missing = asked.filter((name) => !names.has(name) && !names.has(`${name}_FILE`));
  expect(missing).toEqual([]);
});
