import { Database } from '../../../hub/src/db/client.ts';
import { createApp } from '../../../hub/src/http/app.ts';
import { Readiness } from '../../../hub/src/http/readiness.ts';
import { HttpServer } from '../../../hub/src/http/server.ts';
import { KeyFile } from '../../../hub/src/keys.ts';
import { LiveFeed } from '../../../hub/src/live/feed.ts';
import { createLog } from '../../../hub/src/log.ts';
import { Monitoring } from '../../../hub/src/monitoring/monitoring.ts';
import { serve } from '../worker.ts';

/** The hub's HTTP side as it is, on a port, over a database that is there. */
export interface ApiOptions {
  url: string;
  /** For the key file. */
  folder: string;
}

serve<ApiOptions>(async ({ url, folder }) => {
  const log = createLog('silent');
  const database = await Database.open({ url, log });
  const app = createApp({
    config: { proxy: false, publicUrl: null, requireTotp: false, requestLimits: false, tls: null, mqttCa: null },
    api: database.api,
    keys: await KeyFile.open(folder),
    mqttUrl: 'mqtt://127.0.0.1:1883',
    readiness: new Readiness([]),
    live: new LiveFeed({ log, now: Date.now }),
    monitoring: new Monitoring('0.0.0'),
    dashboard: null,
    version: '0.0.0',
    log,
    now: Date.now,
  });
  const server = new HttpServer({ app, host: '127.0.0.1', port: 0 });
  const { port } = await server.start();
  return {
    tasks: { address: async () => `http://127.0.0.1:${port}` },
    close: async () => {
      await server.stop();
      await database.close();
    },
  };
});
