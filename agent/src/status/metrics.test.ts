import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { type Family, readExposition, sampleValue, unconventional } from '../../../test/harness/exposition.ts';
import { systemClock } from '../clock.ts';
import { LocalServer } from './local-server.ts';
import { AgentMetrics } from './metrics.ts';
import type { StatusReport } from './report.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

const REPORT: StatusReport = {
  program: 'hearst-agent 0.1.0',
  pid: 1,
  boot: 'b',
  project: 'QATAR-001',
  site: null,
  started_at: '2026-11-23T11:00:00Z',
  uptime_s: 3600,
  now: '2026-11-23T12:00:00Z',
  ready: true,
  problems: [],
  hub: {
    phase: 'sending',
    advice: null,
    uplink: {
      phase: 'sending',
      since: NOW - 1000,
      window: 16,
      unacked: 3,
      lastAckAt: NOW - 5000,
      resent: 4,
      freed: 120,
      refused: null,
      trouble: null,
      clockOffsetMs: -250,
      clock: 'synced',
      roundTripMs: 42,
      heldLanes: [],
      stored: {},
    },
  },
  outbox: {
    id: 'o',
    batches: 9,
    bytes: 18_000,
    oldest_at: '2026-11-23T11:50:00Z',
    file_bytes: 40_000,
    max_bytes: 8e9,
    path: '/data/outbox.db',
    growth: null,
  },
  mode: 'monitor',
  interval_s: 60,
  doctor: null,
  maintenance: [],
  memory_mb: 100,
  cpu_s: 10,
  poller: {
    miners: 616,
    answering: 600,
    meters: { meters: 2, answering: 1 },
    polls: 240,
    skipped: 2,
    pace: { limit: 256, p95_ms: 80, soft_ms: 320 },
    lanes: { fast: { running: 0, waiting: 0 }, slow: { running: 0, waiting: 0 }, probe: { running: 0, waiting: 0 } },
    abandoned: 0,
    kept: { batches: 238, readings: 70_000, refusals: 1, held: 0, lost_batches: 0, lost_readings: 0, trouble: null },
    devices: {
      refusals: { no_answer: 40, refused: 2 },
      repairs: { a: 3, b: 4 },
      faults: { 'Error: x #': 2 },
      implausible: 5,
    },
    containers: [
      { container: 'QATAR-C01', miners: 308, answering: 300, cooling: 'answers', at: NOW - 20_000, tookMs: 1500 },
      { container: 'QATAR-C02', miners: 308, answering: 300, cooling: 'silent', at: NOW - 30_000, tookMs: 1400 },
      { container: 'A"\n\\', miners: 0, answering: 0, cooling: null, at: null, tookMs: 0 },
    ],
  },
};

const answerOf = ({ contentType: type, text: body }: { contentType: string; text: string }) => ({
  status: 200,
  body,
  type,
});

async function measured(
  report: StatusReport,
  metrics = new AgentMetrics({ report: () => report, freeBytes: () => 5e9 }),
) {
  return readExposition((await metrics.page()).text);
}
const of = (families: Map<string, Family>) => (name: string, labels?: Record<string, string>) =>
  sampleValue(families, `hearst_agent_${name}`, labels);

it('tells what the report does, with the names and units of Prometheus', async () => {
  const families = await measured(REPORT);
  const told = of(families);
  expect(unconventional(families)).toEqual([]);
  expect(
    ['polls_total', 'polls_skipped_total', 'batches_kept_total', 'batches_acked_total', 'batches_resent_total'].map(
      (name) => told(name),
    ),
  ).toEqual([240, 2, 238, 120, 4]);
  expect(
    ['outbox_batches', 'outbox_bytes', 'outbox_oldest_age_seconds', 'disk_free_bytes'].map((name) => told(name)),
  ).toEqual([9, 18_000, 600, 5e9]);
  expect(['hub_connected', 'hub_ack_age_seconds', 'clock_offset_seconds', 'ready'].map((name) => told(name))).toEqual([
    1, 5, -0.25, 1,
  ]);
  const devices = (kind: string) => ['answering', 'silent'].map((state) => told('devices', { kind, state }));
  expect([devices('miner'), devices('meter'), devices('cooling')]).toEqual([
    [600, 16],
    [1, 1],
    [1, 1],
  ]);
  expect([told('replies_repaired_total'), told('driver_faults_total'), told('values_struck_total')]).toEqual([7, 2, 5]);
  expect(told('device_failures_total', { code: 'no_answer' })).toBe(40);
  expect(told('container_poll_seconds', { container: 'QATAR-C01' })).toBe(1.5);
  expect(told('container_poll_age_seconds', { container: 'QATAR-C02' })).toBe(30);
  // One that was never polled has no age.
  expect(families.get('hearst_agent_container_poll_age_seconds')?.samples).toHaveLength(2);
});

it('leaves out what is not known, and writes hostile names as text', async () => {
  const containers = REPORT.poller.containers.map((one) => ({ ...one, at: NOW }));
  const hub = { phase: 'not_enrolled', advice: 'enrol', uplink: null };
  const told = of(await measured({ ...REPORT, hub, outbox: null, poller: { ...REPORT.poller, containers } }));
  for (const name of ['clock_offset_seconds', 'outbox_batches', 'outbox_oldest_age_seconds', 'hub_ack_age_seconds'])
    expect(told(name)).toBeUndefined();
  expect([told('hub_connected'), told('hub_phase', { phase: 'not_enrolled' })]).toEqual([0, 1]);
  expect(told('container_poll_age_seconds', { container: 'A"\n\\' })).toBe(0);
});

it('asked again says what is true then, and counts nothing twice', async () => {
  let report = REPORT;
  const metrics = new AgentMetrics({
    report: () => report,
    freeBytes: () => {
      throw new Error('no such folder');
    },
  });
  await measured(REPORT, metrics);
  report = {
    ...REPORT,
    hub: { ...REPORT.hub, phase: 'waiting' },
    poller: { ...REPORT.poller, polls: 241, containers: [] },
  };
  metrics.polled('container', 1500);
  metrics.polled('container', 30_000);
  metrics.polled('meters', 100);
  const families = await measured(report, metrics);
  const told = of(families);
  expect([told('polls_total'), told('batches_acked_total'), told('disk_free_bytes')]).toEqual([241, 120, undefined]);
  expect([told('hub_phase', { phase: 'sending' }), told('hub_phase', { phase: 'waiting' })]).toEqual([undefined, 1]);
  expect(families.get('hearst_agent_container_poll_seconds')?.samples).toEqual([]);
  expect(told('poll_duration_seconds_sum', { kind: 'container' })).toBe(31.5);
  expect(told('poll_duration_seconds_bucket', { kind: 'container', le: '2' })).toBe(1);
  expect(told('poll_duration_seconds_count', { kind: 'meters' })).toBe(1);
});

it('is served to this machine alone, read-only', async () => {
  const metrics = new AgentMetrics({ report: () => REPORT, freeBytes: () => 1 });
  const answers = { '/metrics': async () => answerOf(await metrics.page()) };
  const server = new LocalServer({ clock: systemClock, answers });
  const port = await server.start(0);
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/version=0\.0\.4/),
    ]);
    expect(sampleValue(readExposition(await answer.text()), 'hearst_agent_polls_total')).toBe(240);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(405);
    const foreign = request({ host: '127.0.0.1', port, path: '/metrics', headers: { host: 'evil.example' } }).end();
    const [response] = (await once(foreign, 'response')) as [IncomingMessage];
    expect([response.statusCode, await text(response)]).toEqual([421, 'not here\n']);
  } finally {
    await server.stop();
  }
});
