import { Histogram } from 'prom-client';
import type { Monitoring } from './monitoring.ts';

/** Seconds; the targets of the API are 0.05, 0.1 and 0.2. */
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];

/** A request that has been answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's template, `/api/projects/:projectId`; null where there is none, whatever was asked for. */
  readonly route: string | null;
  readonly status: number;
  readonly seconds: number;
}

/** How long requests took, by route and status: what clients make up does not make series. */
export class RequestTimes {
  readonly #histogram: Histogram<'method' | 'route' | 'status'>;

  constructor({ hub }: Pick<Monitoring, 'hub'>) {
    this.#histogram = new Histogram({
      name: 'hearst_http_request_duration_seconds',
      help: 'From a request to the head of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS_S,
      registers: [hub],
    });
  }

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    const labels = { method: METHODS.includes(method) ? method : 'other', route: route ?? 'none', status };
    this.#histogram.observe(labels, seconds);
  }
}
