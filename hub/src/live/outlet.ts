import type { Pool } from 'pg';
import { notifyLive } from '../db/queries/notify.ts';
import type { StoredContainer, StoredNotice } from '../ingest/notice.ts';
import type { Log } from '../log.ts';
import { encodeNotice, type StoredMessage } from './notice.ts';

/** How long what was stored is collected before the hubs are told, ms. */
const COLLECT_MS = 100;
/** Containers in one message: stays far below the 8,000 bytes that Postgres takes. */
const MOST = 80;

/**
 * Tells all hubs what this one's ingest has stored. Told after the commit and beside it: a message that cannot be sent
 * is dropped, the container's next frame says the same.
 */
export class StoredOutlet {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #waiting = new Map<string, Map<string, StoredContainer>>();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor({ pool, log }: { pool: Pool; log: Log }) {
    this.#pool = pool;
    this.#log = log;
  }

  add({ projectId, containers }: StoredNotice): void {
    if (containers.length === 0) return;
    const project = this.#waiting.get(projectId) ?? new Map<string, StoredContainer>();
    this.#waiting.set(projectId, project);
    for (const container of containers) {
      const known = project.get(container.containerId);
      if (known === undefined || container.at >= known.at) project.set(container.containerId, container);
    }
    this.#timer ??= setTimeout(() => void this.flush(), COLLECT_MS);
  }

  /** Sends what waits; settles when it is out, or dropped. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  async #send(): Promise<void> {
    const payloads = [...this.#waiting].flatMap(([project_id, known]) => {
      const containers = [...known.values()];
      return Array.from({ length: Math.ceil(containers.length / MOST) }, (_, i) =>
        encodeNotice(storedMessage(project_id, containers.slice(i * MOST, (i + 1) * MOST))),
      );
    });
    this.#waiting.clear();
    if (payloads.length === 0) return;
    try {
      await notifyLive(this.#pool, payloads);
    } catch (error) {
      this.#log.debug({ reason: (error as Error).message }, 'what was stored could not be told to live streams');
    }
  }
}

function storedMessage(projectId: string, containers: readonly StoredContainer[]): StoredMessage {
  return {
    kind: 'stored',
    project_id: projectId,
    containers: containers.map(({ containerId, at }) => [containerId, at]),
    offline: containers.filter(({ offline }) => offline).map(({ containerId }) => containerId),
  };
}
