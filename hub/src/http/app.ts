import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { secureHeaders } from 'hono/secure-headers';
import type { Pool } from 'pg';
import { Passwords } from '../auth/passwords.ts';
import type { SessionPlace } from '../auth/sessions.ts';
import type { HubConfig } from '../config.ts';
import type { KeyFile } from '../keys.ts';
import type { LiveFeed } from '../live/feed.ts';
import type { Log } from '../log.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { RequestTimes } from '../monitoring/requests.ts';
import { assertAccessDeclared } from './access.ts';
import { boundBodies } from './body-kinds.ts';
import { refuseCrossSite } from './cross-site.ts';
import type { DashboardFiles } from './dashboard-files.ts';
import { handleError } from './errors.ts';
import { entityTags } from './etag.ts';
import { logExports } from './exports.ts';
import { Guesses } from './guesses.ts';
import { languageOf, say } from './language/bilingual.ts';
import { fieldErrors } from './language/validation.ts';
import { describeApi } from './openapi/document.ts';
import { answerProblem, invalidRequest, Problem } from './problem.ts';
import type { Readiness } from './readiness.ts';
import { RequestLimits } from './request-limits.ts';
import { logRequests } from './request-log.ts';
import { measureRequests } from './request-times.ts';
import { accountRoutes } from './routes/account.ts';
import { activityRoutes } from './routes/activity.ts';
import { agentRoutes } from './routes/agents.ts';
import { alertBulkRoutes } from './routes/alert-bulk.ts';
import { alertRuleRoutes } from './routes/alert-rules.ts';
import { alertRoutes } from './routes/alerts.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { compareRoutes } from './routes/compare.ts';
import { containerRoutes } from './routes/containers.ts';
import { dashboardRoutes } from './routes/dashboard.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { docsRoutes } from './routes/docs.ts';
import { electricityPriceRoutes } from './routes/electricity-prices.ts';
import { enrolmentRoutes } from './routes/enrolment.ts';
import { eventRoutes } from './routes/events.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoutes } from './routes/home.ts';
import { maintenancePlanRoutes } from './routes/maintenance-plans.ts';
import { maintenanceWindowRoutes } from './routes/maintenance-windows.ts';
import { meterRoutes } from './routes/meters.ts';
import { metricRoutes } from './routes/metrics.ts';
import { minerMetricRoutes } from './routes/miner-metrics.ts';
import { minerRoutes } from './routes/miners.ts';
import { monitoringRoutes } from './routes/monitoring.ts';
import { type BrokerLogins, mqttLoginRoutes } from './routes/mqtt-logins.ts';
import { notificationChannelRoutes } from './routes/notification-channels.ts';
import { ownSessionRoutes } from './routes/own-sessions.ts';
import { peopleRoutes } from './routes/people.ts';
import { projectContainerRoutes } from './routes/project-containers.ts';
import { projectRoutes } from './routes/projects.ts';
import { reportRoutes } from './routes/reports.ts';
import { searchRoutes } from './routes/search.ts';
import { sessionRoutes } from './routes/session.ts';
import { silenceRoutes } from './routes/silences.ts';
import { transformerRoutes } from './routes/transformers.ts';
import { unstorable } from './storable.ts';

/** What `createApp` is built from. */
export interface AppOptions {
  readonly config: Pick<HubConfig, 'proxy' | 'tls' | 'mqttCa' | 'publicUrl' | 'requireTotp' | 'requestLimits'>;
  /** Connections as hearst_api: everything the API reads and writes goes through row security. */
  readonly api: Pool;
  readonly keys: KeyFile;
  /** The broker's address as agents reach it, without credentials. */
  readonly mqttUrl: string;
  readonly readiness: Readiness;
  readonly live: LiveFeed;
  readonly monitoring: Monitoring;
  /** Null: it was not built, and a plain page stands in its place. */
  readonly dashboard: DashboardFiles | null;
  /** For an external broker that asks the hub at every login; absent or null: none does. */
  readonly brokerLogins?: BrokerLogins | null;
  readonly version: string;
  readonly log: Log;
  readonly now: () => number;
}

/** What routes work with. */
export interface Services extends AppOptions {
  readonly sessions: SessionPlace;
  readonly keyGuesses: Guesses;
  readonly tokenGuesses: Guesses;
  readonly passwords: Passwords;
  /** Null where requests are not limited. */
  readonly limits: RequestLimits | null;
}

export interface AppEnv {
  /** The socket's data; absent when the app is called without a port. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Of the object that is answered: the part of its ETag that `If-Match` compares. */
    version?: number;
    /** The project of the object that was asked for by its id. */
    projectId?: string;
  };
}

export type App = OpenAPIHono<AppEnv>;

const KEY_GUESSES = { perAddress: 60, inAll: 2_000, windowMs: 60_000 };
const TOKEN_GUESSES = { perAddress: 10, inAll: 200, windowMs: 60_000 };

/** The resources, one file each in `routes/`. */
const ROUTES = [
  homeRoutes,
  healthRoutes,
  monitoringRoutes,
  sessionRoutes,
  ownSessionRoutes,
  accountRoutes,
  projectRoutes,
  projectContainerRoutes,
  containerRoutes,
  minerRoutes,
  fleetRoutes,
  searchRoutes,
  enrolmentRoutes,
  peopleRoutes,
  apiKeyRoutes,
  transformerRoutes,
  meterRoutes,
  agentRoutes,
  activityRoutes,
  eventRoutes,
  metricRoutes,
  minerMetricRoutes,
  compareRoutes,
  reportRoutes,
  alertRoutes,
  alertBulkRoutes,
  alertRuleRoutes,
  silenceRoutes,
  electricityPriceRoutes,
  maintenanceWindowRoutes,
  maintenancePlanRoutes,
  notificationChannelRoutes,
  deliveryRoutes,
];

/** The whole HTTP side without a port: `app.request(path)` answers. Throws when a route declares no access. */
export function createApp(options: AppOptions): App {
  const { api, now, config } = options;
  const services: Services = {
    ...options,
    sessions: { pool: api, now, requireTotp: config.requireTotp },
    keyGuesses: new Guesses(KEY_GUESSES, now),
    tokenGuesses: new Guesses(TOKEN_GUESSES, now),
    passwords: new Passwords(),
    limits: config.requestLimits ? new RequestLimits() : null,
  };
  const app = createRouter();
  app.use(async (c, next) => {
    const requestId = randomUUID();
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    await next();
  });
  app.use(logRequests(options.log), measureRequests(new RequestTimes(options.monitoring)));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
      // A page's own policy stays: it is no wider than the page needs.
      overwrite: false,
      xFrameOptions: 'DENY',
      strictTransportSecurity: config.proxy || config.tls !== null ? 'max-age=31536000' : false,
    }),
  );
  app.use('/api/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    c.header('Vary', 'Accept, Accept-Language, Authorization, Cookie');
    await next();
  });
  app.use('/api/*', entityTags(), refuseCrossSite(), ...boundBodies(), logExports(services));

  if (options.dashboard !== null) app.route('/', dashboardRoutes(options.dashboard));
  for (const routes of ROUTES) app.route('/', routes(services));
  if (options.brokerLogins) app.route('/', mqttLoginRoutes(options.brokerLogins));
  app.route(
    '/',
    docsRoutes(() => describeApi(app, options.version)),
  );

  app.notFound((c) =>
    answerProblem(
      c,
      new Problem(
        'not_found',
        say(`There is no ${c.req.method} ${c.req.path}.`, `${c.req.method} ${c.req.path} n'existe pas.`),
      ),
    ),
  );
  app.onError((error, c) => handleError(error, c, options.log));
  assertAccessDeclared(app);
  return app;
}

/** An empty set of routes whose inputs are refused in the API's own words. */
export function createRouter(): App {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) => {
      const { data } = result as { data?: unknown };
      const faults = result.success ? unstorable(data) : fieldErrors(result.error, data, languageOf(c));
      if (faults.length === 0) return;
      // Malformed ids are answered like unknown ones: whether an id could exist is nobody's business.
      if (result.target === 'param')
        throw new Problem('not_found', say('There is no object of that id.', "Aucun objet n'a cet identifiant."));
      throw invalidRequest(faults);
    },
  });
}
