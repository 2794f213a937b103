import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { z } from 'zod';
import { type HubConfig, isWildcard } from '../config.ts';
import type { Patient } from './check.ts';

const WAIT_MS = 5_000;
const Report = z.object({
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable() })),
});

/** What the hub on this machine says of itself at `/readyz`; null where no hub answers. */
export async function askHub({ host, httpPort, tls }: HubConfig): Promise<Patient['hub']> {
  const place = isWildcard(host) ? '127.0.0.1' : host;
  const answer = await answerOf({ host: place, port: httpPort, path: '/readyz', secure: tls !== null });
  const report = answer === null ? undefined : Report.safeParse(parsed(answer.body)).data;
  if (answer === null || report === undefined) return null;
  const missing = report.checks.filter((check) => !check.ok);
  return {
    ready: answer.status === 200,
    missing: missing.map(({ name, detail }) => `${name}: ${detail ?? 'not there'}`),
  };
}

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly secure: boolean;
}

function answerOf({ secure, ...place }: Asked): Promise<{ status: number; body: string } | null> {
  return new Promise((resolve) => {
    // Its certificate is for another name than this machine's own address; nothing secret is said.
    const options = { ...place, timeout: WAIT_MS, rejectUnauthorized: false };
    const request = (secure ? getHttps : getHttp)(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', () => resolve(null));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
