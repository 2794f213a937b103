import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';

export interface TestBrokerOptions {
  /** Whether a login is taken; 4 and 5 are the CONNACK codes of a refusal. */
  login?: (user: string, password: string) => boolean | 4 | 5;
  /** Whether a client may publish on a topic; a refusal closes its connection, as MQTT 3.1.1 wants. */
  mayPublish?: (topic: string) => boolean;
}

/** A bare MQTT broker in the test's own process, that can be stopped, started again and cut off. */
export class TestBroker {
  readonly options: TestBrokerOptions;
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  port = 0;
  /** Connections accepted so far. */
  connections = 0;

  constructor(options: TestBrokerOptions = {}) {
    this.options = options;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Starts with empty memory, on the same port as before when there was one. */
  async start(): Promise<void> {
    const { login, mayPublish } = this.options;
    const settings: AedesOptions = {
      drainTimeout: 5000,
      authenticate: (_client, user, password, done) => {
        const answer = login?.(user ?? '', password?.toString() ?? '') ?? true;
        if (answer === true) done(null, true);
        else done(Object.assign(new Error('refused'), { returnCode: answer === false ? 5 : answer }), false);
      },
      authorizePublish: (client, packet, done) =>
        done(client && mayPublish?.(packet.topic) === false ? new Error('not allowed') : null),
    };
    const aedes = await Aedes.createBroker(settings);
    aedes.on('clientError', () => undefined);
    aedes.on('connectionError', () => undefined);
    const server = createServer((socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      aedes.handle(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address && typeof address === 'object') this.port = address.port;
    this.#aedes = aedes;
    this.#server = server;
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    const aedes = this.#aedes;
    const server = this.#server;
    this.#aedes = undefined;
    this.#server = undefined;
    await new Promise<void>((resolve) => (aedes ? aedes.close(() => resolve()) : resolve()));
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  /** Publishes as the broker itself. */
  publish(topic: string, payload: string | Buffer, options: { qos?: 0 | 1; retain?: boolean } = {}): void {
    this.#aedes?.publish(
      {
        cmd: 'publish',
        topic,
        payload: Buffer.from(payload),
        qos: options.qos ?? 0,
        retain: options.retain ?? false,
        dup: false,
      },
      () => undefined,
    );
  }

  /** Hears everything clients publish on a filter. */
  subscribe(filter: string, listen: (topic: string, payload: Buffer, retain: boolean) => void): void {
    this.#aedes?.subscribe(
      filter,
      (packet, done) => {
        listen(packet.topic, Buffer.from(packet.payload), packet.retain);
        done();
      },
      () => undefined,
    );
  }
}
