import type { Fault } from '../config/fault.ts';
import type { Site } from '../config/site.ts';
import type { MaintenanceEntry } from '../maintenance/entry.ts';
import type { MinerState } from '../poller/container-poll.ts';
import type { StatusReport } from '../status/report.ts';
import { enrolmentFacts } from './probes/enrolment.ts';
import type { HubLook } from './probes/hub-look.ts';
import { inventoryFacts } from './probes/inventory.ts';
import { folderFacts, machineFacts } from './probes/machine.ts';
import { networkFacts } from './probes/network.ts';
import type { ScanLook } from './probes/scan.ts';
import type { ContainerFacts, InventoryFacts, ServiceFacts, Trend, View } from './view.ts';

/** What a view is gathered from, wherever the doctor stands: in the running agent or in a command. */
export interface Sources {
  now: number;
  dataFolder: string;
  configFile: string;
  /** Null with `faults` where the site file cannot be used. */
  site: Site | null;
  faults: readonly Fault[];
  warnings: readonly Fault[];
  hub: HubLook;
  /** Whether somebody waits: then nothing old will do. */
  waited: boolean;
  running: StatusReport | null;
  service: ServiceFacts;
  trend: Trend | null;
  containers: readonly ContainerFacts[] | null;
  inventory: InventoryFacts | null;
  scan: ScanLook;
}

/** Looks at machine, network and hub, and puts it together with what the caller knows. */
export async function gather(sources: Sources): Promise<View> {
  const { now, dataFolder, site, hub, waited, running, configFile, faults, warnings } = sources;
  const { enrolment, target } = enrolmentFacts(dataFolder, site?.project ?? null, site?.hubUrl ?? null);
  return {
    now,
    dataFolder,
    machine: machineFacts(dataFolder),
    folder: folderFacts(dataFolder),
    config: { file: configFile, faults, warnings },
    site,
    network: networkFacts(site),
    hub: await hub.look(target, waited),
    enrolment,
    running,
    service: sources.service,
    trend: sources.trend,
    containers: sources.containers,
    inventory: sources.inventory,
    scan: sources.scan.look(dataFolder, site),
    outboxMaxBytes: running?.outbox?.max_bytes ?? null,
  };
}

/** The containers as the running agent's last polls found them; those never polled are not judged. */
export function polledContainers({ poller, maintenance }: StatusReport): ContainerFacts[] {
  const until = (id: string) => untilOf(maintenance, id);
  return poller.containers.map(({ container, at, miners, answering, cooling, tookMs }) => ({
    id: container,
    asked: at === null ? 0 : miners,
    answering,
    cooling: at === null ? null : cooling,
    tookMs: at === null ? null : tookMs,
    maintenanceUntil: until(container),
  }));
}

/** Until when a container is in maintenance, ms since 1970. */
export function untilOf(maintenance: readonly MaintenanceEntry[], container: string): number | null {
  const found = maintenance.find(({ subject }) => subject === container);
  return found ? Date.parse(found.until) : null;
}

/** Null until a first poll has been made: nobody has had the chance to answer. */
export function polledInventory(
  { poller }: StatusReport,
  miners: readonly (readonly MinerState[])[],
  general: string,
): InventoryFacts | null {
  return poller.containers.some(({ at }) => at === null) ? null : inventoryFacts(miners, general);
}
