import type { Site } from '../config/site.ts';
import { COOLANTS } from '../drivers/cooling/coolant.ts';
import type { StatusReport } from '../status/report.ts';
import type { UplinkState } from '../uplink/uplink.ts';
import type { ContainerFacts, View } from './view.ts';

/** A site where all is well, for tests of what is not. */

export const NOW = Date.parse('2026-11-23T12:00:00Z');

const idOf = (index: number): string => `QATAR-C${String(index + 1).padStart(2, '0')}`;

export function aSite(containers = 58): Site {
  return {
    project: 'QATAR-001',
    name: 'Hearst Qatar',
    timeZone: 'Asia/Qatar',
    hubCa: null,
    hubUrl: 'https://hub.example.com',
    poll: {
      intervalMs: 60_000,
      coolingMs: 60_000,
      metersMs: 60_000,
      timeoutMs: 3000,
      concurrency: 256,
      spreadMs: 6000,
      countersEvery: 5,
    },
    transformers: [],
    containers: Array.from({ length: containers }, (_, i) => ({
      id: idOf(i),
      model: 'ANTSPACE HD5',
      transformer: null,
      addresses: Array.from({ length: 308 }, (_, slot) => `10.20.${2 * i + (slot >> 8)}.${slot & 255}`),
      addressedBy: 'range',
      identities: new Map(),
      port: 4028,
      layout: { rows: 22, columns: 14, order: 'row' },
      cooling: {
        by: 'modbus',
        address: { host: `10.21.0.${i + 1}`, port: 502 },
        unit: 1,
        profile: 'antspace-hd5',
        options: {},
        coolant: COOLANTS.water,
      },
    })),
    meters: [],
    outbox: { folder: null, maxBytes: null },
    networks: { ranges: [], exclude: [], rate: 500 },
    positionFiles: [],
    localPort: 8081,
    localNetwork: null,
  };
}

export function aContainer(id: string): ContainerFacts {
  return { id, asked: 308, answering: 307, cooling: 'answers', tookMs: 1800, maintenanceUntil: null };
}

export function running(uplink: Partial<UplinkState> = {}): StatusReport {
  return {
    program: 'hearst-agent/0.1.0',
    pid: 4711,
    boot: 'b',
    project: 'QATAR-001',
    site: 'Hearst Qatar',
    started_at: '2026-11-17T08:00:00Z',
    uptime_s: 532_800,
    now: new Date(NOW).toISOString(),
    ready: true,
    problems: [],
    hub: {
      phase: uplink.phase ?? 'sending',
      advice: null,
      uplink: {
        phase: 'sending',
        since: NOW - 1000,
        window: 16,
        unacked: 0,
        lastAckAt: NOW - 4000,
        resent: 0,
        freed: 120,
        refused: null,
        trouble: null,
        clockOffsetMs: 12,
        clock: 'synced',
        roundTripMs: 42,
        heldLanes: [],
        stored: {},
        ...uplink,
      },
    },
    outbox: {
      id: 'o',
      batches: 0,
      bytes: 0,
      oldest_at: null,
      file_bytes: 40_000,
      max_bytes: 8e9,
      path: '/var/lib/hearst-agent/outbox/outbox.db',
      growth: null,
    },
    mode: 'monitor',
    interval_s: 60,
    doctor: { ok: 24, warning: 0, error: 0, skipped: 0 },
    maintenance: [],
    memory_mb: 140,
    cpu_s: 900,
    poller: {
      miners: 17_864,
      answering: 17_806,
      meters: { meters: 29, answering: 29 },
      polls: 515_000,
      skipped: 2,
      pace: { limit: 256, p95_ms: 80, soft_ms: 320 },
      lanes: { fast: { running: 0, waiting: 0 }, slow: { running: 0, waiting: 0 }, probe: { running: 0, waiting: 0 } },
      abandoned: 0,
      kept: { batches: 500_000, readings: 1e8, refusals: 0, held: 0, lost_batches: 0, lost_readings: 0, trouble: null },
      devices: { refusals: {}, repairs: {}, faults: {}, implausible: 0 },
      containers: Array.from({ length: 58 }, (_, i) => ({
        container: idOf(i),
        miners: 308,
        answering: 307,
        cooling: 'answers' as const,
        at: NOW - 20_000,
        tookMs: 1500 + i,
      })),
    },
  };
}

export function aView(): View {
  const site = aSite();
  return {
    now: NOW,
    dataFolder: '/var/lib/hearst-agent',
    machine: {
      memory: { total: 8e9, available: 5e9 },
      ownMemory: { used: 140e6, cap: 1e9 },
      disk: { total: 500e9, free: 300e9 },
      inodes: { total: 1e7, free: 9e6 },
      openFiles: { limit: 65_536, used: 200 },
      timeZone: 'Asia/Qatar',
      clockKept: true,
    },
    folder: { writable: true, open: [] },
    config: { file: '/etc/hearst-agent/agent.yaml', faults: [], warnings: [] },
    site,
    network: {
      addresses: [{ name: 'eth0', address: '10.20.0.5', cidr: '10.20.0.5/16' }],
      gateway: '10.20.0.1',
      unrouted: [],
    },
    hub: {
      url: 'https://hub.example.com',
      dns: { ok: true, detail: '203.0.113.7' },
      tls: { ok: true, detail: '', daysLeft: 80 },
      http: { ok: true, detail: '', ms: 84 },
      broker: { ok: true, detail: 'hub.example.com:8883 is open' },
    },
    enrolment: { state: 'ok', detail: '3f2b6c1e-7b1d-4c7a-9c3e-1a2b3c4d5e6f' },
    running: running(),
    service: { managed: true, starts: 1, watchdog: { everyMs: 60_000, lastMs: 9000, trouble: null } },
    trend: { s: 600, skipped: 0, batches: 0, bytes: 0 },
    containers: site.containers.map(({ id }) => aContainer(id)),
    inventory: { missing: [], duplicates: [], unknown: [] },
    scan: { at: '2026-11-23T11:00:00.000Z', unplaced: [] },
    outboxMaxBytes: 8e9,
  };
}
