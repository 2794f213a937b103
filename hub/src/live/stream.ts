/** What a reader may be behind before it counts as slow, bytes. */
const SLACK = 64 * 1024;
/** How long a reader may be that far behind, ms. */
const WRITE_DEADLINE_MS = 10_000;
/** What is kept for a reader at the most, bytes. */
const MOST = 1024 * 1024;

/** How long a client waits before it connects again, ms. */
const RETRY_MS = 3_000;

export interface EventStreamOptions {
  readonly now: () => number;
  /** The reader has gone, or was cut off; told once. */
  onEnd(): void;
  /** Closes the reader's connection: one that does not read does not notice an end either. */
  cut(): void;
}

/** Server-sent events to one reader, who must not be able to hold up or fill the hub. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: EventStreamOptions;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Since when the reader is too far behind. */
  #behindSince: number | null = null;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#behindSince = null;
        },
        cancel: () => this.#end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: SLACK }),
    );
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  send(id: string, message: object): void {
    this.#write(`id: ${id}\ndata: ${JSON.stringify(message)}\n\n`);
  }

  /** A comment, so that proxies and the client see that the line is alive. */
  beat(): void {
    this.#write(':\n\n');
  }

  /** Cuts a reader that has been behind for too long. */
  check(): void {
    const { now } = this.#options;
    if (this.#behindSince !== null && now() - this.#behindSince >= WRITE_DEADLINE_MS) this.#cut();
  }

  /** Ends the stream once what was sent is read. */
  close(): void {
    this.#controller?.close();
    this.#end();
  }

  #write(text: string): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    controller.enqueue(this.#encoder.encode(text));
    const room = controller.desiredSize ?? 0;
    if (room <= 0) this.#behindSince ??= this.#options.now();
    if (room < SLACK - MOST) this.#cut();
  }

  #cut(): void {
    this.close();
    this.#options.cut();
  }

  #end(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#options.onEnd();
  }
}
