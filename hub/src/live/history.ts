import { randomBytes } from 'node:crypto';

/** A message as it was sent, under the id by which a client resumes. */
export interface Told<Message> {
  readonly id: string;
  readonly message: Message;
}

/**
 * The last messages, numbered. Ids carry the run of this hub: another hub's, and those from before a restart, are not
 * taken for its own.
 */
export class History<Message> {
  readonly #run = randomBytes(4).toString('hex');
  readonly #kept: Told<Message>[] = [];
  readonly #most: number;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** The id of the newest message, or of the beginning. */
  get last(): string {
    return `${this.#run}-${this.#count}`;
  }

  add(message: Message): Told<Message> {
    this.#count++;
    const told = { id: this.last, message };
    this.#kept.push(told);
    // In one go now and then: to take off the first of thousands costs as much as to take off many.
    if (this.#kept.length >= 2 * this.#most) this.#kept.splice(0, this.#kept.length - this.#most);
    return told;
  }

  /** What came after the message of that id; null when that cannot be told any more. */
  after(id: string): readonly Told<Message>[] | null {
    const [run, number] = id.split('-');
    const count = Number(number);
    const missed = this.#count - count;
    if (run !== this.#run || !Number.isInteger(count) || missed < 0 || missed > this.#kept.length) return null;
    return this.#kept.slice(this.#kept.length - missed);
  }
}
