import { createHash } from 'node:crypto';
import { type BatchBody, encodeBody, type Frame } from '@hearst/protocol';
import type { Clock } from '../clock.ts';
import type { NewEvent } from './events.ts';
import type { NewBatch } from './outbox.ts';
import type { NewRow, RowClass } from './store.ts';
import type { Loss } from './tombstone.ts';

export interface EncoderOptions {
  clock: Clock;
  /** This run of the agent, a UUID. */
  boot: string;
  project: string;
}

/**
 * Makes rows: the body is compressed and hashed once, here, and these bytes are what is stored, sent and checked
 * from then on; both clocks are those of this moment.
 */
export class RowEncoder {
  readonly #options: EncoderOptions;

  constructor(options: EncoderOptions) {
    this.#options = options;
  }

  /** Throws `ProtocolError` for a body too large to travel. */
  batch(batch: NewBatch): NewRow {
    return this.#row(classOf(batch), streamOf(batch), batch.at, batch.readings, batch.body);
  }

  event(event: NewEvent): NewRow {
    const at = Math.max(0, Math.round(this.#options.clock.wall()));
    const message = event.message.slice(0, 500);
    return this.#row('events', '', at, 0, { project: this.#options.project, events: [{ ...event, message, at }] });
  }

  tombstone(loss: Loss): NewRow {
    return this.#row('tombstone', '', loss.at_to, 0, { project: this.#options.project, ...loss });
  }

  #row(rowClass: RowClass, stream: string, at: number, readings: number, content: BatchBody['body']): NewRow {
    const { clock, boot } = this.#options;
    const body = encodeBody(content);
    return {
      class: rowClass,
      stream,
      at: Math.round(at),
      readings,
      boot,
      wall: Math.max(0, Math.round(clock.wall())),
      mono: Math.max(0, clock.mono()),
      hash: createHash('sha256').update(body).digest(),
      body,
    };
  }
}

function classOf(batch: NewBatch): RowClass {
  if (batch.kind !== 'frames') return batch.kind;
  // One meter among the frames is enough: its counter must not be dropped with them.
  return framesOf(batch).some((frame) => frame.kind === 'meter') ? 'meters' : 'frames';
}

/** The ids of the containers or meters a batch is about. */
function streamOf(batch: NewBatch): string {
  if (batch.kind !== 'frames') return '';
  return framesOf(batch)
    .map((frame) => (frame.kind === 'container' ? frame.container : frame.meter))
    .join(' ');
}

function framesOf(batch: NewBatch): Frame[] {
  return (batch.body as { frames: Frame[] }).frames;
}
