import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/harness/postgres.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { runCli } from '../cli.ts';
import { createLog } from '../log.ts';

it('writes one file for its owner alone, with what helps and without a secret, and never over another', async () => {
  using folder = temporaryFolder('support');
  const database = await createTestDatabase();
  const key = 'c2VjcmV0IGtleSBvZiB0aGUgaHVi';
  writeFileSync(join(folder.path, 'hub.key'), key, { mode: 0o600 });
  const env = {
    DATABASE_URL: database.url,
    HEARST_DATA_DIR: folder.path,
    HEARST_HTTP_PORT: '1',
    HEARST_ADMIN_EMAIL: 'ann@example.com',
    HEARST_ADMIN_PASSWORD: 'correct horse battery 9',
    MQTT_URL: 'mqtt://hub:broker-geheim@127.0.0.1:1',
    // As somebody may set it by mistake: whatever it stands in, the key goes.
    HEARST_DATA_NOTE: `key ${key}`,
  };
  const file = join(folder.path, 'bundle.tar.gz');
  const run = () =>
    runCli(['support-bundle', file], { env, now: Date.now, log: createLog('silent'), out: () => {}, err: () => {} });
  try {
    expect(await run()).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const all = execFileSync('tar', ['-xzOf', file], { encoding: 'utf8' });
    for (const told of ['database.schema', 'container_frames', '"hub": "', 'HEARST_ADMIN_EMAIL=person-1'])
      expect(all).toContain(told);
    const password = new URL(database.url).password;
    for (const secret of [key, 'correct horse battery 9', 'broker-geheim', password, 'ann@example.com'])
      expect(all).not.toContain(secret);
    expect(await run()).toBe(1);
  } finally {
    await database.drop();
  }
});
