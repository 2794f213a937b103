import { systemClock } from '../../../agent/src/clock.ts';
import { expectedAddresses, expectedModbus, portsOf } from '../../../agent/src/inventory/expected.ts';
import { AddressSet } from '../../../agent/src/scan/address-set.ts';
import { Scan } from '../../../agent/src/scan/scan.ts';
import { Firewall } from '../../sim/swallow.ts';
import { readSite, SiteProcess } from '../simulated-site.ts';
import { serve } from '../worker.ts';

/** Sweeps of a simulated site. Runs in a network namespace of its own. */
export interface ScanWorkerOptions {
  folder: string;
  containers: number;
}

export interface Swept {
  ms: number;
  addresses: number;
  /** Devices found and identified. */
  identified: number;
  expected: number;
  /** Found by the second look. */
  late: number;
}

serve<ScanWorkerOptions>(async ({ folder, containers }) => {
  const simulated = await SiteProcess.start({ folder, containers });
  const { site, profiles } = readSite(simulated.siteFile);
  const modbus = Map.groupBy(expectedModbus(site), ({ ip, port }) => `${ip}:${port}`);
  const sweep = async (addresses: AddressSet, rate: number): Promise<Swept> => {
    const { took_ms, devices, late } = await new Scan({
      addresses,
      ports: portsOf(site),
      profiles,
      unitsAt: (ip, port) => modbus.get(`${ip}:${port}`) ?? [],
      rate,
      clock: systemClock,
      signal: new AbortController().signal,
    }).run();
    const identified = devices.filter(({ problem }) => problem === null).length;
    return { ms: took_ms, addresses: addresses.size, identified, late, expected: 0 };
  };

  const tasks = {
    /** The addresses of the site file, one miner in a hundred answering after 2 s. */
    site: async (): Promise<Swept> => {
      await simulated.fault({ target: 'site', kind: 'slow', share: 0.01, delay_ms: 2000 });
      const named = expectedAddresses(site, []);
      return { ...(await sweep(AddressSet.of([], [], named), site.networks.rate)), expected: new Set(named).size };
    },
    /** The /16 of the miners, everything but the site's own addresses silent. */
    silence: async (): Promise<Swept> => {
      const silent = AddressSet.of(
        ['127.20.0.0-127.20.255.255'],
        site.containers.flatMap(({ addresses }) => addresses),
      );
      await new Firewall().silence(silent.texts());
      const miners = site.containers.reduce((sum, { addresses }) => sum + addresses.length, 0);
      return { ...(await sweep(AddressSet.of(['127.20.0.0/16']), site.networks.rate)), expected: miners };
    },
  };
  return { tasks, close: () => simulated.stop() };
});
