import { randomUUID } from 'node:crypto';
import type { AgentStatus } from '@hearst/protocol';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Fault } from './config/fault.ts';
import { minersOf, type Site } from './config/site.ts';
import { AntspaceDriver } from './drivers/antspace/driver.ts';
import { CgminerDriver } from './drivers/cgminer/driver.ts';
import { ModbusDriver } from './drivers/modbus/driver.ts';
import type { Profiles } from './drivers/modbus/profile.ts';
import { Link } from './link.ts';
import { FolderLock } from './lock.ts';
import { Outbox } from './outbox/outbox.ts';
import { Poller } from './poller/poller.ts';
import type { AntspaceSource, MinerSource, ModbusSource } from './poller/sources.ts';
import { WhereaboutsFile } from './poller/whereabouts-file.ts';
import { Supervisor } from './service/supervisor.ts';
import { Face } from './status/face.ts';
import type { PolledKind } from './status/metrics.ts';
import type { StatusReport } from './status/report.ts';
import type { Parts } from './status/report-maker.ts';
import { PROGRAM } from './version.ts';

export interface AgentOptions {
  site: Site;
  profiles: Profiles;
  /** The site file, and what somebody should look at in it. */
  configFile: string;
  warnings: readonly Fault[];
  dataFolder: string;
  /** Port of the local page; 0: any free one. */
  localPort: number;
  /** An address of the site's network for the local page, and the code it asks for. */
  network: { address: string; code: string } | null;
  environment: NodeJS.ProcessEnv;
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
  readonly #supervisor: Supervisor;
  readonly #face: Face;
  #parts: Parts | null = null;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { environment, clock, log, dataFolder, site, configFile, warnings, localPort, network } = options;
    this.#lock = new FolderLock(dataFolder);
    this.#supervisor = new Supervisor({ environment, clock, log });
    this.#face = new Face({
      site,
      configFile,
      warnings,
      dataFolder,
      outboxFolder: this.#outboxFolder,
      localPort,
      network,
      boot: this.#boot,
      clock,
      log,
      parts: () => this.#running,
      supervisor: this.#supervisor,
    });
  }

  /** Throws LockedError or OutboxError when the data folder cannot be used. */
  async start(): Promise<void> {
    const { log, site, dataFolder } = this.#options;
    this.#face.begin();
    this.#lock.take();
    try {
      this.#parts = this.#build();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
    this.#parts.poller.start();
    this.#parts.link.start();
    const page = await this.#face.start();
    const { containers, meters, poll } = site;
    log.info(
      {
        program: PROGRAM,
        boot: this.#boot,
        project: site.project,
        data: dataFolder,
        page,
        containers: containers.length,
        miners: minersOf(site),
        meters: meters.length,
        interval_s: poll.intervalMs / 1000,
      },
      'agent runs',
    );
    await this.#supervisor.ready(`${site.project}: ${minersOf(site)} miners, page ${page ?? 'none'}`);
  }

  /** One sweep into the outbox; then waits until the hub has it, at most `waitMs`. For `run --once`. */
  async once(waitMs: number): Promise<{ report: StatusReport; sent: boolean }> {
    const { clock } = this.#options;
    this.#face.begin();
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
    const { log } = this.#options;
    const parts = this.#parts;
    await this.#supervisor.stop();
    await this.#face.stop();
    if (parts) {
      await parts.poller.stop();
      await parts.link.stop();
      parts.outbox.close();
    }
    this.#lock.release();
    log.info('agent stopped');
  }

  /** Everything the agent says of itself. */
  report(): StatusReport {
    return this.#face.report();
  }

  get #running(): Parts {
    if (!this.#parts) throw new Error('the agent does not run');
    return this.#parts;
  }

  get #outboxFolder(): string {
    const { site, dataFolder } = this.#options;
    return site.outbox.folder ?? `${dataFolder}/outbox`;
  }

  #build(): Parts {
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
    const polled = (kind: PolledKind, ms: number): void => this.#face.polled(kind, ms);
    const memory = new WhereaboutsFile({ folder: dataFolder, clock, log });
    const poller = new Poller({ site, clock, log, keeper: outbox, memory, polled, ...driversOf(site, profiles) });
    const status = (): Partial<AgentStatus> => {
      const { miners, answering } = poller.state();
      const doctor = this.#face.doctorReport();
      return { miners: { configured: miners, answering }, ...(doctor && { doctor }) };
    };
    const link = new Link({
      dataFolder,
      project,
      caFile: site.hubCa,
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

  #mayStillSend(): boolean {
    const { phase, advice } = this.#parts!.link.report();
    return !advice && phase !== 'not_enrolled';
  }
}
