import { randomUUID } from 'node:crypto';
import { GLOBAL_PROJECT_ID, slotOf } from '@hearst/protocol';
import type { ClientBase } from 'pg';
import { insertDeliveries } from '../db/queries/deliveries.ts';
import {
  type ListeningChannelRow,
  listBegunWindows,
  listListeningChannels,
  listToldAlerts,
  type ToldAlertRow,
} from '../db/queries/notification-picture.ts';
import { upsertThreads } from '../db/queries/notification-threads.ts';
import { SEVERITIES } from '../db/schema.ts';
import { layoutOf } from '../layout.ts';
import { CHANNELS } from './channels.ts';
import type { Place, ProjectFacts } from './facts.ts';
import { concerns } from './next-news.ts';
import type { Picture, PlanAlert, PlanChannel } from './picture.ts';
import { plan } from './plan.ts';

/** How long a window's end may lie back for its summary still to be written: the hub was away. */
const SUMMARY_MS = 24 * 3_600_000;

/**
 * Plans what channels are to be told of a project's alerts as they stand in the running transaction, and writes it there:
 * deliveries and what the channels were told go out with the alerts they are about, or not at all. Where nothing is due
 * nothing is written.
 *
 * @param client acts as hearst_ingest and sees the project and HEARST-000
 * @returns when something may be due next although nothing changes, ms since 1970; null: nothing
 */
export async function notifyOfAlerts(client: ClientBase, projectId: string, now: Date): Promise<number | null> {
  const picture = await readPicture(client, projectId, now);
  if (picture === null) return null;
  const { deliveries, threads, dueAt } = plan(picture, +now, randomUUID);
  if (deliveries.length > 0) await insertDeliveries(client, projectId, deliveries, now);
  if (threads.length > 0) await upsertThreads(client, projectId, threads);
  return dueAt;
}

/** Null where nobody listens. */
async function readPicture(client: ClientBase, projectId: string, now: Date): Promise<Picture | null> {
  const rows = await listListeningChannels(client, projectId, [...new Set([projectId, GLOBAL_PROJECT_ID])]);
  const [first] = rows;
  if (first === undefined) return null;
  const channels = rows.map(channelOf);
  const channelIds = channels.map(({ channel_id }) => channel_id);
  const severities = SEVERITIES.filter((severity) => channels.some((channel) => concerns(channel, severity)));
  const since = new Date(+now - SUMMARY_MS);
  const windows = await listBegunWindows(client, projectId, { now, since, channelIds });
  const over = windows.filter(({ ends_at }) => ends_at <= now).map(({ starts_at }) => +starts_at);
  const begunSince = over.length === 0 ? null : new Date(Math.min(...over));
  const alerts = await listToldAlerts(client, projectId, { severities, channelIds, begunSince });
  return {
    project: projectOf(projectId, first),
    channels,
    alerts: alerts.map(alertOf),
    threads: alerts.flatMap(({ id, told }) => told.map((thread) => ({ ...thread, alert_id: id }))),
    windows,
  };
}

function projectOf(id: string, { name, location, time_zone, target_hashrate_eh }: ListeningChannelRow): ProjectFacts {
  return { id, name: name ?? 'Hearst', location, time_zone: time_zone ?? 'UTC', target_hashrate_eh };
}

function channelOf(row: ListeningChannelRow): PlanChannel {
  const { project_id, channel_id, kind, min_severity, level, hours, config } = row;
  const { grouped, recipientsOf } = CHANNELS[kind];
  return { project_id, channel_id, kind, min_severity, level, hours, grouped, recipients: recipientsOf(config) };
}

function alertOf({ container_id, transformer_id, layout, told: _told, ...alert }: ToldAlertRow): PlanAlert {
  return { ...alert, place: placeOf({ ...alert, container_id, transformer_id, layout }) };
}

function placeOf(
  row: Pick<ToldAlertRow, 'target_type' | 'target_id' | 'container_id' | 'transformer_id' | 'layout'>,
): Place {
  const { container_id, transformer_id } = row;
  const digits = row.target_type === 'miner' ? /-M(\d+)$/.exec(row.target_id)?.[1] : undefined;
  const position = digits === undefined ? null : Number(digits);
  const layout = layoutOf(row.layout);
  return { transformer_id, container_id, position, slot: position && layout ? slotOf(position, layout) : null };
}
