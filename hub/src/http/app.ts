import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Pool } from 'pg';
import type { HubConfig } from '../config.ts';
import type { KeyFile } from '../keys.ts';
import type { Log } from '../log.ts';
import { assertAccessDeclared } from './access.ts';
import { handleError } from './errors.ts';
import { Guesses } from './guesses.ts';
import { answerProblem, Problem } from './problem.ts';
import type { Readiness } from './readiness.ts';
import { logRequests } from './request-log.ts';
import { containerRoutes } from './routes/containers.ts';
import { enrolmentRoutes } from './routes/enrolment.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoutes } from './routes/home.ts';
import { projectRoutes } from './routes/projects.ts';

/** What `createApp` is built from. */
export interface AppOptions {
  readonly config: Pick<HubConfig, 'proxy'>;
  /** Connections as hearst_api: everything the API reads and writes goes through row security. */
  readonly api: Pool;
  readonly keys: KeyFile;
  /** The broker's address as agents reach it, without credentials. */
  readonly mqttUrl: string;
  readonly readiness: Readiness;
  readonly version: string;
  readonly log: Log;
  readonly now: () => number;
}

/** What routes work with. */
export interface Services extends AppOptions {
  readonly keyGuesses: Guesses;
  readonly tokenGuesses: Guesses;
}

export interface AppEnv {
  /** The socket's data; absent when the app is called without a port. */
  Bindings: Partial<HttpBindings>;
  Variables: { requestId: string };
}

export type App = OpenAPIHono<AppEnv>;

/** The largest body of any request, bytes. */
const MAX_BODY = 64 * 1024;

const KEY_GUESSES = { perAddress: 60, inAll: 2_000, windowMs: 60_000 };
const TOKEN_GUESSES = { perAddress: 10, inAll: 200, windowMs: 60_000 };

/** The whole HTTP side without a port: `app.request(path)` answers. Throws when a route declares no access. */
export function createApp(options: AppOptions): App {
  const services: Services = {
    ...options,
    keyGuesses: new Guesses(KEY_GUESSES, options.now),
    tokenGuesses: new Guesses(TOKEN_GUESSES, options.now),
  };
  const app = createRouter();
  app.use(async (c, next) => {
    const requestId = randomUUID();
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    await next();
  });
  app.use(logRequests(options.log));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
      xFrameOptions: 'DENY',
      strictTransportSecurity: options.config.proxy ? 'max-age=31536000' : false,
    }),
  );
  app.use('/api/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  app.use(bodyLimit({ maxSize: MAX_BODY }));

  app.route('/', homeRoutes(services));
  app.route('/', healthRoutes(services));
  app.route('/', projectRoutes(services));
  app.route('/', containerRoutes(services));
  app.route('/', enrolmentRoutes(services));

  app.notFound((c) => answerProblem(c, new Problem('not_found', `There is no ${c.req.method} ${c.req.path}.`)));
  app.onError((error, c) => handleError(error, c, options.log));
  assertAccessDeclared(app);
  return app;
}

/** An empty set of routes whose inputs are refused in the API's own words. */
export function createRouter(): App {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      // Malformed ids are answered like unknown ones: whether an id could exist is nobody's business.
      if (result.target === 'param') throw new Problem('not_found', 'There is no object of that id.');
      throw new Problem('invalid_request', 'Some values were not accepted; see errors.', {
        errors: result.error.issues.map((issue) => ({
          pointer: `/${issue.path.map(String).join('/')}`,
          code: issue.code ?? 'invalid',
          message: issue.message,
        })),
      });
    },
  });
}
