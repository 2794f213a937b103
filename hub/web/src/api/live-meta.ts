import type { Topic } from '@hearst/hub/live/message.ts';

/** Of what live messages a query's answer depends on. */
export interface LiveMeta extends Record<string, unknown> {
  readonly topics: readonly Topic[];
  readonly project?: string | undefined;
  readonly container?: string | undefined;
  /** Asked again no sooner than so many ms after the last answer: for what is large. */
  readonly every: number;
  /** The same, for messages of one project alone, or of one container of it. */
  in(project: string | undefined, container?: string): LiveMeta;
  atMostEvery(ms: number): LiveMeta;
}

/** The meta of a query that is asked again when a message of one of these topics comes. */
export function liveOf(...topics: Topic[]): LiveMeta {
  const meta = (project?: string, container?: string, every = 0): LiveMeta => ({
    topics,
    project,
    container,
    every,
    in: (of, within) => meta(of, within, every),
    atMostEvery: (ms) => meta(project, container, ms),
  });
  return meta();
}
