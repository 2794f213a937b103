import { createRoute } from '@hono/zod-openapi';
import { countDeliveries, DELIVERY_ORDER, listDeliveries } from '../../db/queries/delivery-list.ts';
import { retryDelivery } from '../../operations/notification-channels.ts';
import { allow } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { pageOfList } from '../lists.ts';
import { presentDelivery } from '../present/notification-channels.ts';
import { problemResponse } from '../problem.ts';
import {
  DELIVERY_IDS,
  DeliveriesQuery,
  Delivery,
  DeliveryPart,
  DeliveryPath,
} from '../schemas/notification-channels.ts';
import { listOfEither } from '../schemas.ts';

/** What was told to whom, and whether it arrived. */
export function deliveryRoutes(services: Services): App {
  const keepers = allow(services, ['super_admin', 'project_manager']);

  const list = createRoute({
    method: 'get',
    path: '/api/deliveries',
    summary: 'Messages that went out or are to go out, the newest first',
    middleware: keepers,
    request: { query: DeliveriesQuery },
    responses: {
      200: {
        description: 'Deliveries',
        content: { 'application/json': { schema: listOfEither(Delivery, DeliveryPart) } },
      },
      default: problemResponse,
    },
  });

  const retry = createRoute({
    method: 'post',
    path: '/api/deliveries/{deliveryId}/retry',
    summary: 'Send one now that has not arrived (409 for one that has); it carries the same identity',
    middleware: keepers,
    request: { params: DeliveryPath },
    responses: {
      200: { description: 'The delivery', content: { 'application/json': { schema: Delivery } } },
      default: problemResponse,
    },
  });

  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const filter = {
        projectId: query.project_id,
        channelId: query.channel_id,
        statuses: query.status,
        alertId: query.alert_id,
      };
      const page = await pageOfList(c, services, query, {
        ...{ ids: DELIVERY_IDS, order: DELIVERY_ORDER, show: presentDelivery },
        read: (client, page) => listDeliveries(client, filter, page),
        count: (client) => countDeliveries(client, filter),
      });
      return c.json(page, 200);
    })
    .openapi(retry, (c) =>
      change(c, services, async (change) =>
        c.json(presentDelivery(await retryDelivery(change, c.req.valid('param').deliveryId)), 200),
      ),
    );
}
