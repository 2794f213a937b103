import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { withContext } from '../../db/client.ts';
import {
  CHANNEL_ORDER,
  type ChannelRow,
  countChannels,
  findChannel,
  listChannels,
} from '../../db/queries/notification-channels.ts';
import { changeChannel, makeChannel, removeChannel, tryChannel } from '../../operations/notification-channels.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { pageOfList } from '../lists.ts';
import { missing } from '../missing.ts';
import { presentChannel, presentDelivery } from '../present/notification-channels.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import {
  CHANNEL_IDS,
  ChannelPath,
  ChannelsQuery,
  Delivery,
  NewNotificationChannel,
  NotificationChannel,
  NotificationChannelChange,
  NotificationChannelPart,
} from '../schemas/notification-channels.ts';
import { listOf, listOfEither } from '../schemas.ts';

/** Whom alerts are told to: managers' own affair, in their own projects. */
export function notificationChannelRoutes(services: Services): App {
  const { api, keys } = services;
  const keepers = allow(services, ['super_admin', 'project_manager']);
  const content = { 'application/json': { schema: NotificationChannel } };
  const answersChannel = { 200: { description: 'The channel', content }, default: problemResponse };

  const list = createRoute({
    method: 'get',
    path: '/api/notification-channels',
    summary: 'Notification channels by their names',
    middleware: keepers,
    request: { query: ChannelsQuery },
    responses: {
      200: {
        description: 'Channels',
        content: { 'application/json': { schema: listOfEither(NotificationChannel, NotificationChannelPart) } },
      },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/notification-channels',
    summary: 'Make a channel for a project; for all of them (HEARST-000) super admins alone',
    middleware: keepers,
    request: { body: { required: true, content: { 'application/json': { schema: NewNotificationChannel } } } },
    responses: { 201: { description: 'The channel', content }, default: problemResponse },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/notification-channels/{channelId}',
    summary: 'One notification channel, without its secret',
    middleware: keepers,
    request: { params: ChannelPath },
    responses: answersChannel,
  });

  const put = createRoute({
    method: 'put',
    path: '/api/notification-channels/{channelId}',
    summary: 'Change a channel; its kind stays. Honours If-Match',
    middleware: keepers,
    request: {
      params: ChannelPath,
      body: { required: true, content: { 'application/json': { schema: NotificationChannelChange } } },
    },
    responses: { ...answersChannel, 412: changedResponse(NotificationChannel) },
  });

  const remove = createRoute({
    method: 'delete',
    path: '/api/notification-channels/{channelId}',
    summary: 'Take a channel away; what it delivered stays in the list of deliveries',
    middleware: keepers,
    request: { params: ChannelPath, query: z.strictObject({}) },
    responses: { 204: { description: 'Gone' }, default: problemResponse },
  });

  const test = createRoute({
    method: 'post',
    path: '/api/notification-channels/{channelId}/test',
    summary: 'Send a channel a message that says it works; how that goes is told by its deliveries',
    middleware: keepers,
    request: { params: ChannelPath },
    responses: {
      201: { description: 'One for each recipient', content: { 'application/json': { schema: listOf(Delivery) } } },
      default: problemResponse,
    },
  });

  /** The channel as the API shows it, its ETag's version set. */
  const shown = (c: Context<Signed>, row: ChannelRow): NotificationChannel => {
    c.set('version', row.version);
    return presentChannel(row);
  };

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const filter = { projectId: query.project_id, kind: query.kind, text: query.q };
      const page = await pageOfList(c, services, query, {
        ...{ ids: CHANNEL_IDS, order: CHANNEL_ORDER, show: presentChannel },
        read: (client, page) => listChannels(client, filter, page),
        count: (client) => countChannels(client, filter),
      });
      return c.json(page, 200);
    })
    .openapi(create, (c) =>
      change(c, services, async (change) => {
        const sent = c.req.valid('json');
        const secret = withoutUndefined(sent.secret);
        const row = await makeChannel(change, keys, { ...sent, secret });
        c.header('Location', `/api/notification-channels/${row.channel_id}`);
        return c.json(shown(c, row), 201);
      }),
    )
    .openapi(one, async (c) => {
      const { channelId } = c.req.valid('param');
      const row = await withContext(api, readerOf(c.get('principal')), (client) => findChannel(client, channelId));
      if (row === null) throw missing('notification_channel', channelId);
      return c.json(shown(c, row), 200);
    })
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { channelId } = c.req.valid('param');
        const { secret, ...sent } = withoutUndefined(c.req.valid('json'));
        const fields = { ...sent, ...(secret !== undefined && { secret: withoutUndefined(secret) }) };
        const row = await changeChannel(change, keys, channelId, fields, (before) =>
          assertMatches(c, before.version, shown(c, before)),
        );
        return c.json(shown(c, row), 200);
      }),
    )
    .openapi(remove, (c) =>
      change(c, services, async (change) => {
        await removeChannel(change, c.req.valid('param').channelId);
        return c.body(null, 204);
      }),
    )
    .openapi(test, (c) =>
      change(c, services, async (change) => {
        const rows = await tryChannel(change, c.req.valid('param').channelId);
        return c.json({ data: rows.map(presentDelivery), next_cursor: null, total: rows.length }, 201);
      }),
    );
}
