import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Access } from '../../ingest/access.ts';
import { allowAnyone } from '../access.ts';
import { type App, createRouter } from '../app.ts';
import { say } from '../language/bilingual.ts';
import { Problem } from '../problem.ts';

/** What an external broker asks at every login, and what it must show. */
export interface BrokerLogins {
  readonly secret: string;
  readonly access: Access;
}

const MAX_BODY = 4096;
const Asked = z.object({ clientid: z.string().max(64), username: z.string().max(64), password: z.string().max(256) });

/**
 * `POST /internal/mqtt/auth`, for an external broker: whether an agent may sign in, in the words of EMQX 5
 * (`{ result: allow | deny | ignore, is_superuser }`, always 200). The same check as at the hub's own broker. Whoever does
 * not show HEARST_BROKER_SECRET is told nothing.
 */
export function mqttLoginRoutes({ secret, access }: BrokerLogins): App {
  const router = createRouter();
  router.post('/internal/mqtt/auth', allowAnyone(), async (c) => {
    const shown = /^Bearer (.+)$/.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';
    if (!isSame(shown, secret))
      throw new Problem(
        'unauthenticated',
        say('This is for the broker, with its secret.', 'Ceci est pour le broker, avec son secret.'),
      );
    const length = Number(c.req.header('Content-Length') ?? Number.NaN);
    const asked = length <= MAX_BODY ? Asked.safeParse(await c.req.json().catch(() => null)).data : undefined;
    const result = asked === undefined ? 'deny' : await verdict(access, asked);
    return c.json({ result, is_superuser: false }, 200, { 'Cache-Control': 'no-store' });
  });
  return router;
}

/** `ignore` where it cannot be known now: the broker asks elsewhere, and refuses in the end. */
async function verdict(access: Access, { clientid, username, password }: z.infer<typeof Asked>): Promise<string> {
  const who = await access.authenticate(clientid, username, Buffer.from(password));
  if (typeof who === 'object') return 'allow';
  return who === 'unavailable' ? 'ignore' : 'deny';
}

function isSame(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
