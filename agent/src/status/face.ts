import { randomBytes } from 'node:crypto';
import type { AgentEvent, DoctorReport } from '@hearst/protocol';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Fault } from '../config/fault.ts';
import type { Site } from '../config/site.ts';
import { CHECKS } from '../doctor/checks/all.ts';
import { Doctor } from '../doctor/doctor.ts';
import { gather, polledContainers, polledInventory } from '../doctor/gather.ts';
import { hubFacts } from '../doctor/probes/hub.ts';
import { HubLook } from '../doctor/probes/hub-look.ts';
import { ScanLook } from '../doctor/probes/scan.ts';
import type { Trend, View } from '../doctor/view.ts';
import { MinerRegistry } from '../drivers/cgminer/registry.ts';
import { MaintenanceBook } from '../maintenance/book.ts';
import { type MaintenanceEntry, MaintenanceWish } from '../maintenance/entry.ts';
import { tellMaintenance } from '../maintenance/teller.ts';
import { freeBytesOf } from '../outbox/ballast.ts';
import { eventBatches } from '../poller/batches.ts';
import type { Supervisor } from '../service/supervisor.ts';
import { noteStart, startsWithin } from '../starts.ts';
import { PROGRAM } from '../version.ts';
import { writeWhole } from '../write-whole.ts';
import { agentAnswers, codePage, json } from './agent-answers.ts';
import { removeAgentFile, writeAgentFile } from './agent-file.ts';
import { type Content, LocalServer } from './local-server.ts';
import { AgentMetrics, type PolledKind } from './metrics.ts';
import type { StatusReport } from './report.ts';
import { type Parts, reportOf } from './report-maker.ts';
import { tokenPath } from './token.ts';

export interface FaceOptions {
  site: Site;
  configFile: string;
  warnings: readonly Fault[];
  dataFolder: string;
  outboxFolder: string;
  /** 0: any free one. */
  localPort: number;
  /** An address of the site's network for the page, and the code it asks for. */
  network: { address: string; code: string } | null;
  boot: string;
  clock: Clock;
  log: Logger;
  /** The working parts; throws before they are there. */
  parts: () => Parts;
  supervisor: Supervisor;
}

/** How often the list of maintenance is looked at: what ran out leaves it, what was not told is told, ms. */
const MAINTENANCE_MS = 30_000;

/**
 * What the running agent shows: the report, the local page, the doctor's list, the metrics, what is in maintenance.
 * Nothing here stands between a device and the hub: whatever fails is logged, and reading goes on.
 */
export class Face {
  readonly #options: FaceOptions;
  readonly #metrics: AgentMetrics;
  readonly #page: LocalServer;
  readonly #doctor: Doctor;
  readonly #book: MaintenanceBook;
  readonly #hub: HubLook;
  readonly #scan = new ScanLook();
  readonly #token = randomBytes(32).toString('base64url');
  readonly #general = MinerRegistry.load().all.find(({ level }) => level === 'any')?.id ?? '';
  readonly #stop = new AbortController();
  #upkeep: Promise<void> = Promise.resolve();
  #startedAt = 0;
  #trend: Trend | null = null;
  #url: string | null = null;

  constructor(options: FaceOptions) {
    this.#options = options;
    const { clock, log, site, dataFolder, outboxFolder, network } = options;
    const report = (): StatusReport => this.report();
    this.#hub = new HubLook(clock, hubFacts);
    this.#book = new MaintenanceBook(dataFolder);
    this.#metrics = new AgentMetrics({ report, freeBytes: () => freeBytesOf(outboxFolder) });
    this.#doctor = new Doctor({
      checks: CHECKS,
      clock,
      log,
      look: (trend, now) => this.#look(trend, now),
      levels: () => this.#levels(),
    });
    this.#page = new LocalServer({
      clock,
      network,
      token: this.#token,
      codePage,
      answers: agentAnswers({
        site,
        report,
        metrics: () => this.#metrics.page(),
        doctor: { last: () => this.#doctor.last, now: () => this.#doctor.examineNow() },
        maintenance: () => this.#maintenance(),
        miners: (container) => options.parts().poller.minersOf(container),
      }),
      commands: { '/maintenance': (body) => this.#changeMaintenance(body) },
    });
  }

  /** The moment from which it runs. */
  begin(): void {
    this.#startedAt = this.#options.clock.wall();
  }

  /** Opens the page and begins to look around. Returns the page's address, null where it could not be opened. */
  async start(): Promise<string | null> {
    const { dataFolder, log } = this.#options;
    try {
      noteStart(dataFolder, this.#startedAt);
    } catch (error) {
      log.warn({ err: error }, 'the start could not be noted');
    }
    this.#doctor.start();
    this.#upkeep = this.#keepMaintenance();
    await this.#openPage();
    return this.#url;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#page.stop();
    await this.#doctor.stop();
    await this.#upkeep;
    if (this.#url) removeAgentFile(this.#options.dataFolder);
  }

  /** A poll is over. */
  polled(kind: PolledKind, ms: number): void {
    this.#metrics.polled(kind, ms);
  }

  /** What the hub hears of the doctor; null before its first round. */
  doctorReport(): DoctorReport | null {
    return this.#doctor.report();
  }

  /** Everything the agent says of itself. Throws before the parts are there. */
  report(): StatusReport {
    const { site, boot, clock, parts } = this.#options;
    return reportOf(parts(), {
      site,
      boot,
      startedAt: this.#startedAt,
      now: clock.wall(),
      doctor: this.#doctor.last,
      trend: this.#trend,
      maintenance: this.#maintenance(),
    });
  }

  async #look(trend: Trend | null, waited: boolean): Promise<View> {
    const { site, dataFolder, configFile, warnings, clock, parts, supervisor } = this.#options;
    this.#trend = trend;
    const running = this.report();
    const now = clock.wall();
    const { poller } = parts();
    const miners = site.containers.map(({ id }) => poller.minersOf(id) ?? []);
    return gather({
      now,
      dataFolder,
      configFile,
      site,
      faults: [],
      warnings,
      hub: this.#hub,
      waited,
      running,
      service: { ...supervisor.facts(), starts: startsWithin(dataFolder, now) },
      trend,
      containers: polledContainers(running),
      inventory: polledInventory(running, miners, this.#general),
      scan: this.#scan,
    });
  }

  #levels(): { skipped: number; batches: number; bytes: number } | null {
    const { poller, outbox } = this.report();
    return outbox && { skipped: poller.skipped, batches: outbox.batches, bytes: outbox.bytes };
  }

  /** Nothing where the list cannot be read: the log says so at the next look. */
  #maintenance(): MaintenanceEntry[] {
    try {
      return this.#book.current(this.#options.clock.wall());
    } catch {
      return [];
    }
  }

  #changeMaintenance(body: unknown): Content {
    const wish = MaintenanceWish.safeParse(body);
    if (!wish.success) return { status: 422, body: `${z.prettifyError(wish.error)}\n` };
    const changed = this.#book.apply(wish.data, this.#options.clock.wall());
    this.#tell();
    return json(changed);
  }

  async #keepMaintenance(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#tell();
      await clock.sleep(MAINTENANCE_MS, signal).catch(() => undefined); // ends early when stopped
    }
  }

  #tell(): void {
    const { clock, site, parts, log } = this.#options;
    const keep = (events: AgentEvent[]): void => {
      parts().outbox.append(eventBatches(site.project, events, clock.wall()));
    };
    try {
      tellMaintenance(this.#book, Math.round(clock.wall()), keep);
    } catch (error) {
      log.warn({ err: error }, 'the hub is not told of maintenance yet, will try again');
    }
  }

  /** A page that cannot be opened is a pity, not a reason to stop reading miners. */
  async #openPage(): Promise<void> {
    const { log, dataFolder } = this.#options;
    try {
      const url = `http://127.0.0.1:${await this.#listen()}`;
      writeWhole(tokenPath(dataFolder), this.#token);
      writeAgentFile(dataFolder, {
        pid: process.pid,
        url,
        program: PROGRAM,
        started_at: new Date(this.#startedAt).toISOString(),
      });
      this.#url = url;
    } catch (error) {
      log.warn({ err: error }, 'no status page could be opened; commands cannot ask this agent');
    }
  }

  /** Its port, or any free one: the commands find the page by the agent's file, people by the log. */
  async #listen(): Promise<number> {
    const { log, localPort } = this.#options;
    try {
      return await this.#page.start(localPort);
    } catch (error) {
      const port = await this.#page.start(0);
      log.warn(
        { err: error, port: localPort, instead: port },
        'no status page on its port, which is taken: it is on another; set local.port or HEARST_LOCAL_PORT (0: any)',
      );
      return port;
    }
  }
}
