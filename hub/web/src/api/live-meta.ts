import type { Topic } from '@hearst/hub/live/message.ts';

/** Of what live messages a query's answer depends on. */
export interface LiveMeta extends Record<string, unknown> {
  readonly topics: readonly Topic[];
  readonly project?: string | undefined;
  readonly container?: string | undefined;
  /** The same, for messages of one project alone, or of one container of it. */
  in(project: string | undefined, container?: string): LiveMeta;
}

/** The meta of a query that is asked again when a message of one of these topics comes. */
export function liveOf(...topics: Topic[]): LiveMeta {
  const meta = (project?: string, container?: string): LiveMeta => ({ topics, project, container, in: meta });
  return meta();
}
