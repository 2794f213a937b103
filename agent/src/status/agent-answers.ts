import type { Site } from '../config/site.ts';
import type { Examination } from '../doctor/check.ts';
import type { MaintenanceEntry } from '../maintenance/entry.ts';
import type { MinerState } from '../poller/container-poll.ts';
import { type Answer, type Content, JSON_TYPE } from './local-server.ts';
import { pageContent } from './page.ts';
import { pageData, pageMiners } from './page-data.ts';
import type { StatusReport } from './report.ts';
import { statusText } from './status-text.ts';

/** What the answers are made of. */
export interface AnswerSources {
  site: Site;
  report: () => StatusReport;
  /** What is measured, in Prometheus' text format. */
  metrics: () => Promise<{ contentType: string; text: string }>;
  /** What the doctor said last, and what it says when it looks right now. */
  doctor: { last: () => Examination | null; now: () => Promise<Examination> };
  maintenance: () => MaintenanceEntry[];
  /** Null for an id that is no container. */
  miners: (container: string) => MinerState[] | null;
}

/**
 * What a running agent answers: `/` for people (a page for browsers, plain text else), `/status.json`, `/doctor.json`
 * and `/maintenance.json` for programs, `/metrics` for Prometheus, `/healthz` (the process lives), `/readyz`
 * (readings are taken and kept); `/page.json` and `/miners.json` are the page's own.
 */
export function agentAnswers(sources: AnswerSources): Record<string, Answer> {
  const { site, report, metrics, doctor, maintenance, miners } = sources;
  return {
    '/': ({ html }) => (html ? pageContent('live') : { status: 200, body: statusText(report()) }),
    '/status.json': () => json(report()),
    '/doctor.json': async () => json(await doctor.now()),
    '/maintenance.json': () => json(maintenance()),
    '/page.json': () => json(pageData(report(), site, doctor.last(), maintenance())),
    '/miners.json': ({ url }) => {
      const id = url.searchParams.get('container') ?? '';
      const found = miners(id);
      const layout = site.containers.find((container) => container.id === id)?.layout ?? null;
      return found ? json(pageMiners(id, layout, found)) : { status: 404, body: 'no such container\n' };
    },
    '/metrics': async () => {
      const { contentType, text } = await metrics();
      return { status: 200, body: text, type: contentType };
    },
    '/healthz': () => ({ status: 200, body: 'ok\n' }),
    '/readyz': () => {
      const { ready, problems } = report();
      if (ready) return { status: 200, body: 'ready\n' };
      return { status: 503, body: `not ready: ${problems.join('; ') || 'no poll kept yet'}\n` };
    },
  };
}

export const json = (value: unknown): Content => ({ status: 200, body: JSON.stringify(value), type: JSON_TYPE });

/** Asks a browser of the site's network for the code. */
export function codePage(failed: 'wrong' | 'too_many' | null): Content {
  const [en, fr] = failed === null ? ['', ''] : FAILED[failed];
  return { ...pageContent('code', { failed_en: en, failed_fr: fr }), status: failed === null ? 200 : STATUS[failed] };
}

const STATUS = { wrong: 401, too_many: 429 } as const;
const FAILED = {
  wrong: ['This is not the code.', "Ce n'est pas le code."],
  too_many: ['Too many tries: wait ten minutes.', "Trop d'essais : attendez dix minutes."],
} as const;
