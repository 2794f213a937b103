import { gunzipSync } from 'node:zlib';
import {
  type ContainerFrame,
  type DecodedBody,
  decodeBody,
  type Envelope,
  encodeBody,
  type Frame,
  type InventoryBody,
  LIMITS,
  type MeterFrame,
  type ParsedFrame,
  ProtocolError,
  parseFrame,
  type RawBatch,
  readingsIn,
  safeText,
} from '@hearst/protocol';
import type { Judgement } from '../alerts/judgement.ts';
import type { RuleBook } from '../alerts/rule.ts';
import type { AgentEventRow } from '../db/queries/agent-events.ts';
import type { ContainerFrameRow } from '../db/queries/container-frames.ts';
import type { BatchKey } from '../db/queries/ingest-keys.ts';
import type { MeterFrameRow } from '../db/queries/meter-frames.ts';
import type { KnownAgent } from './agents.ts';
import { summarize } from './summarize.ts';
import { type WithheldPositions, withhold } from './withheld-slots.ts';

/** A part of a batch that is not stored as data but kept with the reason. */
export interface Kept {
  readonly reason: string;
  readonly detail: string;
  /** Whether the batch's bytes are kept along; false where the detail holds all there is to keep. */
  readonly raw: boolean;
}

export interface PreparedFrame {
  readonly row: ContainerFrameRow;
  readonly frame: ContainerFrame;
  /** What the project's rules find in it; null: not judged, and nothing changes by it. */
  judgement: Judgement | null;
}

/** A verified batch, opened and turned into rows. Nothing here touched the database. */
export interface PreparedBatch {
  readonly agent: KnownAgent;
  readonly key: BatchKey;
  readonly envelope: Envelope;
  readonly body: Buffer;
  /** Ms since 1970 UTC. */
  readonly receivedAt: number;
  containers: PreparedFrame[];
  meters: MeterFrameRow[];
  inventory: InventoryBody | null;
  events: AgentEventRow[];
  kept: Kept[];
  /** Set when nothing of the batch can be stored: it goes to quarantine as it came. */
  refused: Kept | null;
  readings: number;
  /** Values that were not believed. */
  badValues: number;
  /** By which its readings are judged; null: they are not. */
  rules: RuleBook | null;
}

/** An offset below this is within what the measurement can tell; the agent's clock is left alone. */
const OFFSET_TRUSTED_MS = 2000;
const FUTURE_MS = 5 * 60_000;
const MAX_EVENT_TEXT = 500;
/** Events that the hub adds to a batch count from here, so that they never meet the agent's own. */
export const HUB_EVENTS_FROM = 10_000;

/**
 * Opens a verified batch. What can be believed becomes rows; a frame that cannot (wrong shape, another project) is
 * set aside, and so are single values struck out, and what slots say whose machine is credited elsewhere. A body that
 * cannot be opened at all sets `refused`.
 */
export function prepareBatch(
  agent: KnownAgent,
  batch: RawBatch,
  receivedAt: number,
  withheld: WithheldPositions,
): PreparedBatch {
  const { envelope, body } = batch;
  const prepared: PreparedBatch = {
    agent,
    key: {
      agentId: envelope.agent,
      outboxId: envelope.outbox,
      seq: envelope.seq,
      hash: Buffer.from(envelope.hash, 'base64url'),
    },
    envelope,
    body,
    receivedAt,
    containers: [],
    meters: [],
    inventory: null,
    events: [],
    kept: [],
    refused: null,
    readings: 0,
    badValues: 0,
    rules: null,
  };
  try {
    fill(prepared, open(prepared), withheld);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    prepared.refused = { reason: error.code, detail: error.message, raw: true };
  }
  return prepared;
}

/** As the protocol opens it; where one frame of several is malformed, the good ones. */
function open(batch: PreparedBatch): DecodedBody {
  try {
    return decodeBody(batch.envelope, batch.body);
  } catch (error) {
    const salvaged = error instanceof ProtocolError && error.code === 'malformed' ? salvage(batch) : null;
    if (salvaged === null) throw error;
    return salvaged;
  }
}

function salvage(batch: PreparedBatch): DecodedBody | null {
  if (batch.envelope.kind !== 'frames') return null;
  const frames: ParsedFrame[] = [];
  const faults: string[] = [];
  for (const input of framesOf(batch.body)) {
    try {
      frames.push(parseFrame(input));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      faults.push(error.message);
    }
  }
  if (frames.length === 0) return null;
  batch.kept.push({ reason: 'malformed', detail: faults.slice(0, 10).join('; '), raw: true });
  return { kind: 'frames', frames };
}

function framesOf(body: Buffer): unknown[] {
  try {
    const json: unknown = JSON.parse(gunzipSync(body, { maxOutputLength: LIMITS.body }).toString('utf8'));
    const frames = (json as { frames?: unknown } | null)?.frames;
    return Array.isArray(frames) ? frames : [];
  } catch {
    return []; // the protocol has said already what is wrong
  }
}

function fill(batch: PreparedBatch, decoded: DecodedBody, withheld: WithheldPositions): void {
  switch (decoded.kind) {
    case 'frames':
      fillFrames(batch, decoded.frames, withheld);
      return;
    case 'inventory':
      if (own(batch, decoded.inventory.project)) batch.inventory = cleanInventory(decoded.inventory);
      return;
    case 'events':
      if (own(batch, decoded.events.project))
        decoded.events.events.forEach((event, ordinal) => {
          batch.events.push({
            ...eventOf(batch, ordinal, event.code, event.severity),
            at: correctedTime(event.at, batch.envelope, batch.receivedAt).at,
            subject: safeText(event.subject),
            message: safeText(event.message, MAX_EVENT_TEXT) ?? '',
            data: cleanData(event.data),
          });
        });
      return;
    case 'tombstone':
      if (own(batch, decoded.tombstone.project)) {
        const { project: _, reason, ...given } = decoded.tombstone;
        batch.events.push({
          ...eventOf(batch, 0, 'outbox.tombstone', 'warning'),
          message: `Readings were given up (${given.class}): ${safeText(reason, MAX_EVENT_TEXT) ?? 'no reason given'}`,
          data: given,
        });
      }
      return;
  }
}

/** Whether the body speaks of its agent's own project; if not, it is set aside and an event tells. */
function own(batch: PreparedBatch, project: string): boolean {
  if (project === batch.agent.projectId) return true;
  batch.refused = {
    reason: 'foreign_project',
    detail: `speaks of ${project}, but its agent belongs to ${batch.agent.projectId}`,
    raw: true,
  };
  batch.events.push(foreignProject(batch, project));
  return false;
}

function foreignProject(batch: PreparedBatch, project: string): AgentEventRow {
  return {
    ...eventOf(batch, HUB_EVENTS_FROM + batch.events.length, 'agent.foreign_project', 'critical'),
    subject: project,
    message: `The agent sent data of project ${project}, to which it does not belong. It was not believed.`,
    data: {},
  };
}

/** An event about the batch itself, to be completed. */
export function eventOf(
  batch: PreparedBatch,
  ordinal: number,
  code: string,
  severity: AgentEventRow['severity'],
): AgentEventRow {
  return {
    agentId: batch.key.agentId,
    outboxId: batch.key.outboxId,
    seq: batch.key.seq,
    ordinal,
    at: batch.receivedAt,
    receivedAt: batch.receivedAt,
    code,
    severity,
    subject: null,
    message: '',
    data: {},
  };
}

function fillFrames(batch: PreparedBatch, frames: ParsedFrame[], withheld: WithheldPositions): void {
  const only = frames.length === 1 && batch.kept.length === 0;
  let unknown = 0;
  for (const parsed of frames) {
    const { frame } = parsed;
    if (frame.project !== batch.agent.projectId) {
      batch.kept.push({
        reason: 'foreign_project',
        detail: `frame of ${frame.project}, but its agent belongs to ${batch.agent.projectId}`,
        raw: true,
      });
      batch.events.push(foreignProject(batch, frame.project));
      continue;
    }
    if (parsed.badCount > 0) batch.kept.push(badValues(parsed));
    batch.badValues += parsed.badCount;
    unknown += parsed.unknown.length;
    batch.readings += readingsIn(frame);
    if (frame.kind === 'meter') batch.meters.push(meterRow(batch, frame));
    else {
      const credited = withhold(frame, withheld.get(frame.container));
      const asSent = only && parsed.badCount === 0 && credited === frame;
      batch.containers.push({ frame: credited, row: containerRow(batch, credited, asSent), judgement: null });
    }
  }
  // Bodies made anew hold only what this program knows; what it does not know is kept aside as sent.
  const remade = batch.containers.length > 0 && batch.containers[0]?.row.body !== batch.body;
  if (unknown > 0 && (remade || batch.meters.length > 0))
    batch.kept.push({ reason: 'unknown_metrics', detail: 'holds metrics of a newer program', raw: true });
}

function badValues(parsed: ParsedFrame): Kept {
  const { frame, bad, badCount } = parsed;
  const shown = bad.map((value) => ({ ...value, value: safeText(value.value) }));
  return {
    reason: 'bad_values',
    detail: JSON.stringify({
      of: frame.kind === 'container' ? frame.container : frame.meter,
      at: frame.at,
      count: badCount,
      values: shown,
    }),
    raw: false,
  };
}

/**
 * When something was really read: the agent's time, mended by the offset to the hub's clock where that exceeds 2 s.
 * More than 5 min ahead of receipt cannot be: it is clamped and marked suspect. The clamped time keeps a fraction
 * by seq, so that two such frames of one container do not meet in one instant.
 */
export function correctedTime(
  at: number,
  envelope: Pick<Envelope, 'offset_ms' | 'clock' | 'seq'>,
  receivedAt: number,
): { at: number; clock: string } {
  const offset = envelope.offset_ms ?? 0;
  const corrected = Math.abs(offset) > OFFSET_TRUSTED_MS ? Math.round(at + offset) : at;
  if (corrected <= receivedAt + FUTURE_MS) return { at: Math.max(0, corrected), clock: envelope.clock };
  return { at: receivedAt + (envelope.seq % 1000) / 1000, clock: 'suspect' };
}

function containerRow(batch: PreparedBatch, frame: ContainerFrame, asSent: boolean): ContainerFrameRow {
  const time = correctedTime(frame.at, batch.envelope, batch.receivedAt);
  const { cooling } = frame;
  return {
    ...summarize(frame),
    containerId: frame.container,
    agentId: batch.key.agentId,
    at: time.at,
    deviceAt: frame.at,
    receivedAt: batch.receivedAt,
    intervalS: frame.interval_s,
    clock: time.clock,
    tempSupplyC: cooling?.temp_supply_c ?? null,
    tempReturnC: cooling?.temp_return_c ?? null,
    flowM3h: cooling?.flow_m3h ?? null,
    pressureSupplyBar: cooling?.pressure_supply_bar ?? null,
    pressureReturnBar: cooling?.pressure_return_bar ?? null,
    cooling: cooling && JSON.stringify(cooling),
    body: asSent ? batch.body : frameBody(frame),
  };
}

/** The one format of `container_frames.body`, whoever made it: gzip of `{"frames":[frame]}`. */
function frameBody(frame: Frame): Buffer {
  return encodeBody({ frames: [frame] });
}

function meterRow(batch: PreparedBatch, frame: MeterFrame): MeterFrameRow {
  const time = correctedTime(frame.at, batch.envelope, batch.receivedAt);
  const { values } = frame;
  return {
    meterId: frame.meter,
    transformerId: frame.transformer,
    agentId: batch.key.agentId,
    at: time.at,
    deviceAt: frame.at,
    receivedAt: batch.receivedAt,
    intervalS: frame.interval_s,
    clock: time.clock,
    answered: values !== null,
    activePowerKw: values?.active_power_kw ?? null,
    apparentPowerKva: values?.apparent_power_kva ?? null,
    powerFactor: values?.power_factor ?? null,
    energyImportKwh: values?.energy_import_kwh ?? null,
    energyExportKwh: values?.energy_export_kwh ?? null,
    values: values && JSON.stringify(values),
  };
}

function cleanInventory(inventory: InventoryBody): InventoryBody {
  return {
    ...inventory,
    container: inventory.container && { ...inventory.container, model: safeText(inventory.container.model) },
    miners: inventory.miners.map((miner) => ({
      position: miner.position,
      ip: safeText(miner.ip),
      model: safeText(miner.model),
      serial: safeText(miner.serial),
      mac: safeText(miner.mac),
      firmware: safeText(miner.firmware),
    })),
    meters: inventory.meters.map((meter) => ({
      ...meter,
      profile: safeText(meter.profile),
      address: safeText(meter.address),
    })),
  };
}

function cleanData(data: Record<string, string | number | boolean | null>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      safeText(key) ?? '',
      typeof value === 'string' ? safeText(value, MAX_EVENT_TEXT) : value,
    ]),
  );
}
