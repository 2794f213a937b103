import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../harness/postgres.ts';
import { Program, programPath } from '../harness/process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { until } from '../harness/until.ts';

it('the first start prints a one-time password for the super admin, outside the log, and no other start does', async () => {
  using folder = temporaryFolder('first-admin');
  const database = await createTestDatabase();
  const hub = new Program({
    name: 'hub',
    command: ['node', programPath('hub/src/main.ts'), 'serve'],
    env: {
      HEARST_DATA_DIR: folder.path,
      DATABASE_URL: database.url,
      MQTT_URL: '',
      HEARST_HTTP_PORT: '0',
      HEARST_MQTT_PORT: '0',
      HEARST_LOG_LEVEL: 'debug',
    },
    logFile: join(folder.path, 'hub.log'),
  });
  const up = (times: number) =>
    until(() => hub.log().match(/^The hub is up: (\S+)/gm)?.length === times, {
      withinMs: 60_000,
      what: () => hub.tail(),
    });
  try {
    hub.start();
    await up(1);
    const [, url] = /^The hub is up: (\S+)/m.exec(hub.log())!;
    const [, email, password] = /^ {2}e-mail {4}(\S+)\n {2}password {2}(\S+)$/m.exec(hub.log())!;
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    expect(await answer.json()).toMatchObject({
      email: 'admin@localhost',
      role: 'super_admin',
      duty: 'change_password',
    });
    await hub.stop();
    hub.start();
    await up(2);
    await hub.stop();
    expect(hub.log().split(password!)).toHaveLength(2);
  } finally {
    await hub.stop();
    await database.drop();
  }
});
