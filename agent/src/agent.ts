import { randomUUID } from 'node:crypto';
import type { AgentStatus } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { minersOf, type Site } from './config/site.ts';
import { AntspaceDriver } from './drivers/antspace/driver.ts';
import { CgminerDriver } from './drivers/cgminer/driver.ts';
import { ModbusDriver } from './drivers/modbus/driver.ts';
import type { Profiles } from './drivers/modbus/profile.ts';
import { Link } from './link.ts';
import { FolderLock } from './lock.ts';
import { freeBytesOf } from './outbox/ballast.ts';
import { Outbox } from './outbox/outbox.ts';
import { Poller } from './poller/poller.ts';
import type { AntspaceSource, MinerSource, ModbusSource } from './poller/sources.ts';
import { WhereaboutsFile } from './poller/whereabouts-file.ts';
import { removeAgentFile, writeAgentFile } from './status/agent-file.ts';
import { LocalServer } from './status/local-server.ts';
import { AgentMetrics, type PolledKind } from './status/metrics.ts';
import type { StatusReport } from './status/report.ts';
import { PROGRAM } from './version.ts';

export interface AgentOptions {
  site: Site;
  profiles: Profiles;
  dataFolder: string;
  /** Port of the local page; 0: any free one. */
  localPort: number;
  clock: Clock;
  log: Logger;
  /** Nothing reached the hub for a long time although it should: end the process, so that it is started anew. */
  onStuck: () => void;
}

/** A batch counts as live for two polls, at least this long, ms. */
const LEAST_LIVE_MS = 10_000;

/** The drivers of a site, with its deadlines. */
export function driversOf(
  site: Site,
  profiles: Profiles,
): { miners: MinerSource; modbus: ModbusSource; antspace: AntspaceSource } {
  const { timeoutMs } = site.poll;
  return {
    miners: new CgminerDriver({ deadlineMs: timeoutMs, connectTimeoutMs: Math.min(1500, timeoutMs) }),
    modbus: new ModbusDriver({ deadlineMs: timeoutMs, profiles }),
    antspace: new AntspaceDriver({ deadlineMs: timeoutMs }),
  };
}

/**
 * Builds the parts and starts them in the order of a reading's way, stops them in the same order so that each
 * can hand on what it has. Poller and outbox run whatever becomes of the hub, the credential or the local page.
 */
export class Agent {
  readonly #options: AgentOptions;
  readonly #boot = randomUUID();
  readonly #lock: FolderLock;
  readonly #metrics: AgentMetrics;
  readonly #page: LocalServer;
  #startedAt = 0;
  #parts: { outbox: Outbox; poller: Poller; link: Link } | null = null;
  #url: string | null = null;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#lock = new FolderLock(options.dataFolder);
    const report = () => this.report();
    this.#metrics = new AgentMetrics({ report, freeBytes: () => freeBytesOf(this.#outboxFolder) });
    this.#page = new LocalServer({ port: options.localPort, report, metrics: () => this.#metrics.page() });
  }

  /** Throws LockedError or OutboxError when the data folder cannot be used. */
  async start(): Promise<void> {
    const { log, site, dataFolder, clock } = this.#options;
    this.#startedAt = clock.wall();
    this.#lock.take();
    try {
      this.#parts = this.#build();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
    this.#parts.poller.start();
    this.#parts.link.start();
    await this.#openPage();
    const { containers, meters, poll } = site;
    log.info(
      {
        program: PROGRAM,
        boot: this.#boot,
        project: site.project,
        data: dataFolder,
        page: this.#url,
        containers: containers.length,
        miners: minersOf(site),
        meters: meters.length,
        interval_s: poll.intervalMs / 1000,
      },
      'agent runs',
    );
  }

  /** One sweep into the outbox; then waits until the hub has it, at most `waitMs`. For `run --once`. */
  async once(waitMs: number): Promise<{ report: StatusReport; sent: boolean }> {
    const { clock } = this.#options;
    this.#startedAt = clock.wall();
    this.#lock.take();
    try {
      this.#parts = this.#build();
      this.#parts.link.start();
      await this.#parts.poller.sweep();
      const until = clock.mono() + waitMs;
      while (this.#parts.outbox.depth().batches > 0 && clock.mono() < until && this.#mayStillSend())
        await clock.sleep(50);
      return { report: this.report(), sent: this.#parts.outbox.depth().batches === 0 };
    } finally {
      await this.stop();
    }
  }

  /** Ends polling, hands the last readings to the outbox, gives the uplink a moment, closes. */
  async stop(): Promise<void> {
    const { log, dataFolder } = this.#options;
    const parts = this.#parts;
    await this.#page.stop();
    if (parts) {
      await parts.poller.stop();
      await parts.link.stop();
      parts.outbox.close();
    }
    if (this.#url) removeAgentFile(dataFolder);
    this.#lock.release();
    log.info('agent stopped');
  }

  /** Everything the agent says of itself. */
  report(): StatusReport {
    const { site, clock } = this.#options;
    const parts = this.#parts;
    if (!parts) throw new Error('the agent does not run');
    const poller = parts.poller.state();
    const hub = parts.link.report();
    const depth = outboxOf(parts.outbox);
    const outbox = 'refused' in depth ? null : depth;
    const problems = [
      ...(hub.advice ? [`hub: ${hub.advice}`] : []),
      ...(poller.kept.trouble
        ? [`outbox refuses readings: ${poller.kept.trouble}; ${poller.kept.held} batches held in memory`]
        : []),
      ...('refused' in depth ? [`outbox: ${depth.refused}`] : []),
      ...Object.keys(poller.devices.faults).map((fault) => `driver fault: ${fault}`),
    ];
    const { user, system } = process.cpuUsage();
    return {
      program: PROGRAM,
      pid: process.pid,
      boot: this.#boot,
      project: site.project,
      site: site.name,
      started_at: new Date(this.#startedAt).toISOString(),
      uptime_s: Math.round((clock.wall() - this.#startedAt) / 1000),
      now: new Date(clock.wall()).toISOString(),
      ready: poller.kept.batches > 0 && poller.polls > 0 && poller.kept.trouble === null,
      problems,
      hub,
      outbox,
      memory_mb: process.memoryUsage.rss() / 1e6,
      cpu_s: (user + system) / 1e6,
      poller,
    };
  }

  get #outboxFolder(): string {
    const { site, dataFolder } = this.#options;
    return site.outbox.folder ?? `${dataFolder}/outbox`;
  }

  #build(): { outbox: Outbox; poller: Poller; link: Link } {
    const { site, profiles, dataFolder, clock, log, onStuck } = this.#options;
    const { project, poll } = site;
    const outbox = Outbox.open({
      folder: this.#outboxFolder,
      ...(site.outbox.maxBytes === null ? {} : { maxBytes: site.outbox.maxBytes }),
      clock,
      boot: this.#boot,
      project,
      log,
    });
    const polled = (kind: PolledKind, ms: number): void => this.#metrics.polled(kind, ms);
    const memory = new WhereaboutsFile({ folder: dataFolder, clock, log });
    const poller = new Poller({ site, clock, log, keeper: outbox, memory, polled, ...driversOf(site, profiles) });
    const status = (): Partial<AgentStatus> => {
      const { miners, answering } = poller.state();
      return { miners: { configured: miners, answering } };
    };
    const link = new Link({
      dataFolder,
      project,
      outbox,
      clock,
      boot: this.#boot,
      log,
      status,
      liveWithinMs: Math.max(LEAST_LIVE_MS, 2 * poll.intervalMs),
      onStuck,
    });
    return { outbox, poller, link };
  }

  /** A page that cannot be opened is a pity, not a reason to stop reading miners. */
  async #openPage(): Promise<void> {
    const { log, dataFolder, localPort } = this.#options;
    try {
      const url = `http://127.0.0.1:${await this.#page.start()}`;
      writeAgentFile(dataFolder, {
        pid: process.pid,
        url,
        program: PROGRAM,
        started_at: new Date(this.#startedAt).toISOString(),
      });
      this.#url = url;
    } catch (error) {
      log.warn(
        { err: error, port: localPort },
        'no status page: the port is taken; set local.port or HEARST_LOCAL_PORT (0: any free one)',
      );
    }
  }

  #mayStillSend(): boolean {
    const { phase, advice } = this.#parts!.link.report();
    return !advice && phase !== 'not_enrolled';
  }
}

function outboxOf(outbox: Outbox): NonNullable<StatusReport['outbox']> | { refused: string } {
  try {
    const { batches, bytes, oldestAt } = outbox.depth();
    return { id: outbox.id, batches, bytes, oldest_at: oldestAt === null ? null : new Date(oldestAt).toISOString() };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}
