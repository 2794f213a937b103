import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** A page of measurements in Prometheus' text format. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Something that is looked up before each page. Must not throw. */
export type Refresh = () => Promise<void>;

/**
 * What the hub measures of itself, for Prometheus. Parts hang what they count into one of two registries; nothing here
 * is by miner or container, so the number of series goes with projects and agents alone.
 */
export class Monitoring {
  /** Of this hub as a whole. */
  readonly hub = new Registry();
  /** By project: shown to whoever may see every one. */
  readonly projects = new Registry();
  readonly #refreshes: Refresh[] = [];

  constructor(version: string) {
    new Gauge({
      name: 'hearst_hub_info',
      help: 'Always 1; the labels say what runs',
      labelNames: ['version', 'node'],
      registers: [this.hub],
    }).set({ version, node: process.versions.node }, 1);
  }

  /** Measures the process too: memory, CPU, open files, the lag of the event loop, garbage collection. Once a process. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.hub });
  }

  /** A value that is read when it is asked for; null is left out, for unknown is not zero. */
  gauge(name: string, help: string, read: () => number | null): void {
    new Gauge({
      name,
      help,
      registers: [this.hub],
      collect() {
        const value = read();
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  }

  beforePage(refresh: Refresh): void {
    this.#refreshes.push(refresh);
  }

  async page({ projects }: { readonly projects: boolean }): Promise<Exposition> {
    await Promise.all(this.#refreshes.map((refresh) => refresh()));
    const texts = await Promise.all([this.hub, ...(projects ? [this.projects] : [])].map((one) => one.metrics()));
    // The library writes `Nan`, which only Prometheus itself reads.
    return { contentType: this.hub.contentType, text: texts.join('').replace(/ Nan$/gm, ' NaN') };
  }
}
