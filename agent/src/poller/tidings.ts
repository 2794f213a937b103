import { type AgentEvent, safeText } from '@hearst/protocol';
import type { Clock } from '../clock.ts';
import { written } from './hardware.ts';
import type { Slot } from './slot.ts';
import type { Finding } from './whereabouts.ts';

/** Events that tell of the machine in a slot, and so not where it is another slot's. */
const OF_ITS_HARDWARE = ['miner.restarted', 'miner.errors'];

/** What happened in one container since its last poll, in the words in which headquarters hears of it. */
export class Tidings {
  readonly #container: string;
  readonly #clock: Clock;
  #events: AgentEvent[] = [];

  constructor(container: string, clock: Clock) {
    this.#container = container;
    this.#clock = clock;
  }

  get hasRestart(): boolean {
    return this.#events.some(({ code }) => code === 'miner.restarted');
  }

  restarted(slot: Slot): void {
    this.#ofMiner('miner.restarted', 'info', slot, 'the mining process started again', {});
  }

  /** @param codes which errors it tells of now, with commas; empty for none any more */
  errors(slot: Slot, codes: string): void {
    const text = codes === '' ? 'it tells of no errors any more' : `it tells of errors: ${codes}`;
    this.#ofMiner('miner.errors', 'info', slot, text, { codes });
  }

  /** One machine at two slots, or two that share a name. */
  found({ what, other, hardware }: Finding, slot: Slot): void {
    const { serial } = hardware;
    const mac = hardware.mac && written(hardware.mac);
    const name = serial ?? mac;
    const text =
      what === 'duplicate'
        ? `the miner of ${other} (${name}) answers at ${slot.address.host} too: what answers here is not counted`
        : `shares serial or MAC (${name}) with ${other} but is another machine: both are counted`;
    this.#ofMiner(`miner.${what}`, 'warning', slot, text, { other, serial, mac, ip: slot.address.host });
  }

  /** @param what the device's own words, or what became of asking it */
  stranger(slot: Slot, what: string): void {
    const { host, port } = slot.address;
    const text = `what answers at ${host}:${port} is no miner that the agent knows: ${safeText(what, 300) ?? ''}`;
    const data = { miner: slot.device.id, container: this.#container };
    this.#add('device.unknown', 'warning', host, text, data);
  }

  /** A pressure that fits only in another unit than the configured one. */
  pressureUnit(metric: string, value: number): void {
    const text =
      'pressures are told in another unit than configured and count as unknown: see pressure_unit in agent.yaml';
    this.#add('cooling.pressure_unit', 'warning', this.#container, text, { metric, value });
  }

  /** Drops what was told of machines in these slots: they are other slots'. */
  forget(slots: ReadonlySet<string>): void {
    this.#events = this.#events.filter(
      ({ code, subject }) => !OF_ITS_HARDWARE.includes(code) || !slots.has(subject ?? ''),
    );
  }

  /** Hands over what there is, once. */
  take(): AgentEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #ofMiner(code: string, severity: AgentEvent['severity'], slot: Slot, text: string, data: AgentEvent['data']): void {
    this.#add(code, severity, slot.device.id, text, data);
  }

  #add(
    code: string,
    severity: AgentEvent['severity'],
    subject: string,
    message: string,
    data: AgentEvent['data'],
  ): void {
    this.#events.push({ at: this.#clock.wall(), code, severity, subject, message, data });
  }
}
