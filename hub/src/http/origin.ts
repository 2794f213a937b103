import type { Context } from 'hono';
import type { Origin } from '../operations/sign-in.ts';
import { addressOf } from './address.ts';
import type { AppEnv, Services } from './app.ts';

/** The longest name of a browser that is kept. */
const USER_AGENT_LENGTH = 300;

/** Where a request came from. */
export function originOf(c: Pick<Context<AppEnv>, 'req' | 'env' | 'var'>, { config }: Services): Origin {
  return {
    address: addressOf(c, config.proxy),
    userAgent: c.req.header('User-Agent')?.slice(0, USER_AGENT_LENGTH) ?? null,
    requestId: c.var.requestId,
  };
}
