import { GLOBAL_PROJECT_ID } from '@hearst/protocol';
import type { z } from '@hono/zod-openapi';
import { insertDeliveries } from '../db/queries/deliveries.ts';
import { type DeliveryRow, findDeliveries, lockDelivery, setDue } from '../db/queries/delivery-list.ts';
import {
  type ChannelRow,
  deleteChannel,
  findChannel,
  insertChannel,
  lockChannel,
  updateChannel,
} from '../db/queries/notification-channels.ts';
import { findProject } from '../db/queries/projects.ts';
import type { ChannelKind } from '../db/schema.ts';
import type { Change } from '../http/change.ts';
import { say } from '../http/language/bilingual.ts';
import { fieldErrors } from '../http/language/validation.ts';
import { missing } from '../http/missing.ts';
import { type Fault, invalidRequest, Problem } from '../http/problem.ts';
import type { KeyFile } from '../keys.ts';
import { CHANNELS } from '../notify/channels.ts';
import type { ProjectFacts } from '../notify/facts.ts';
import { type ChannelSecret, sealSecret } from '../notify/secrets.ts';
import { testDelivery } from '../notify/test-delivery.ts';
import { changed } from './changed.ts';
import { assertOpen } from './company.ts';
import { nameOf } from './name-of.ts';

/**
 * Whom alerts are told to. A channel of HEARST-000 hears of all projects. Secrets go in, sealed, and never come out: no
 * answer shows them and no log keeps them.
 */

/** What people say of a channel. */
export type ChannelFields = Pick<
  ChannelRow,
  'name' | 'min_severity' | 'enabled' | 'language' | 'level' | 'hours' | 'config'
>;

export interface NewChannel extends ChannelFields {
  readonly project_id: string;
  readonly kind: ChannelKind;
  readonly secret: ChannelSecret;
}

export async function makeChannel(change: Change, keys: KeyFile, sent: NewChannel): Promise<ChannelRow> {
  const { client, at, principal } = change;
  const { secret, ...fields } = sent;
  await assertOpen(change, sent.project_id);
  refuseSettings(sent.kind, sent.config, secret);
  const made = { created_by: nameOf(principal), updated_by: nameOf(principal), created_at: at, updated_at: at };
  const row = await insertChannel(client, { ...fields, secret: sealed(keys, sent.kind, secret), ...made });
  await change.record({ ...filed(row, 'create'), after: { ...fields, secret_set: row.secret !== null } });
  return row;
}

/**
 * Changes a channel. Its config, and its secret, are replaced as a whole; a secret that is not sent stays.
 *
 * @param check is called with the channel as it stands, locked; throws to refuse
 */
export async function changeChannel(
  change: Change,
  keys: KeyFile,
  channelId: string,
  sent: Partial<ChannelFields> & { readonly secret?: ChannelSecret },
  check: (channel: ChannelRow) => void,
): Promise<ChannelRow> {
  const { client, at, principal } = change;
  const before = await locked(change, channelId);
  check(before);
  await assertOpen(change, before.project_id);
  const { secret, ...fields } = sent;
  refuseSettings(before.kind, sent.config ?? before.config, secret);
  const differs = changed(before, fields);
  if (differs === null && secret === undefined) return before;
  const renewed = secret === undefined ? {} : { secret: sealed(keys, before.kind, secret) };
  const row = await updateChannel(client, before, { ...fields, ...renewed, updated_by: nameOf(principal) }, at);
  const after = { ...differs?.after, ...(secret !== undefined && { secret_changed: true }) };
  await change.record({ ...filed(row, 'update'), before: differs?.before ?? null, after });
  return row;
}

/** Takes a channel away: nobody is told through it any more. What was delivered stays in the list. */
export async function removeChannel(change: Change, channelId: string): Promise<void> {
  const row = await locked(change, channelId);
  await assertOpen(change, row.project_id);
  await deleteChannel(change.client, row);
  const { kind, name, config, min_severity } = row;
  await change.record({ ...filed(row, 'delete'), before: { kind, name, config, min_severity } });
}

/** Sends a channel a message that says that it works, also where it is switched off. */
export async function tryChannel(change: Change, channelId: string): Promise<DeliveryRow[]> {
  const { client, at, principal } = change;
  const channel = await findChannel(client, channelId);
  if (channel === null) throw missing('notification_channel', channelId);
  await assertOpen(change, channel.project_id);
  const project = await factsOf(change, channel.project_id);
  const rows = testDelivery(channel, project, { by: nameOf(principal), at });
  await insertDeliveries(client, channel.project_id, rows, at);
  await change.record({ ...filed(channel, 'test'), after: { deliveries: rows.length } });
  const ids = rows.map(({ delivery_id }) => delivery_id);
  return findDeliveries(client, ids);
}

/** Makes a delivery that has not arrived due now. It carries the identity that it had. */
export async function retryDelivery(change: Change, deliveryId: string): Promise<DeliveryRow> {
  const before = await lockDelivery(change.client, deliveryId);
  if (before === null) throw missing('delivery', deliveryId);
  if (before.status === 'delivered')
    throw new Problem(
      'conflict',
      say(
        `The delivery ${deliveryId} has arrived: there is nothing to send again.`,
        `L'envoi ${deliveryId} est arrivé : il n'y a rien à renvoyer.`,
      ),
    );
  const row = await setDue(change.client, before, change.at);
  const target = { type: 'delivery', id: deliveryId };
  const differs = changed(before, { status: row.status, next_attempt_at: row.next_attempt_at });
  await change.record({ project: row.project_id, action: 'delivery.retry', target, ...differs });
  return row;
}

async function locked(change: Change, channelId: string): Promise<ChannelRow> {
  const row = await lockChannel(change.client, channelId);
  if (row === null) throw missing('notification_channel', channelId);
  return row;
}

/** @param secret absent: it stays */
function refuseSettings(kind: ChannelKind, config: object, secret: ChannelSecret | undefined): void {
  const { config: Config, secret: Secret } = CHANNELS[kind];
  const faults = [
    ...faultsOf('/config', Config, config),
    ...(secret === undefined ? [] : faultsOf('/secret', Secret, secret)),
  ];
  if (faults.length > 0) throw invalidRequest(faults);
}

/** What a kind's own schema refuses; the values themselves are not told. */
function faultsOf(pointer: string, schema: z.ZodType, value: object): Fault[] {
  const { error } = schema.safeParse(value);
  if (error === undefined) return [];
  const french = fieldErrors(error, value, 'fr');
  return fieldErrors(error, value, 'en').map(({ pointer: at, code, message }, i) => ({
    pointer: `${pointer}${at}`,
    code,
    message: say(message, french[i]?.message ?? message),
  }));
}

function sealed(keys: KeyFile, kind: ChannelKind, secret: ChannelSecret): Buffer | null {
  return CHANNELS[kind].secretFields.length === 0 ? null : sealSecret(keys, secret);
}

async function factsOf({ client, at }: Change, projectId: string): Promise<ProjectFacts> {
  if (projectId === GLOBAL_PROJECT_ID)
    return { id: projectId, name: 'Hearst', location: null, time_zone: 'UTC', target_hashrate_eh: null };
  const project = await findProject(client, projectId, at);
  if (project === null) throw missing('project', projectId);
  const { name, location, time_zone, target_hashrate_eh } = project;
  return { id: projectId, name, location, time_zone, target_hashrate_eh };
}

function filed({ project_id, channel_id }: ChannelRow, verb: string) {
  const target = { type: 'notification_channel', id: channel_id };
  return { project: project_id, action: `notification_channel.${verb}`, target };
}
