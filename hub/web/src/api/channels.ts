import type { Delivery, NotificationChannel } from '@hearst/hub/http/schemas/notification-channels.ts';
import { queryOptions } from '@tanstack/react-query';
import { ask, askTagged, type Tagged } from './http.ts';
import { type List, pagesOf } from './list.ts';

export type { Delivery, NotificationChannel };

export const channelsQuery = (projectId: string | undefined) =>
  pagesOf<NotificationChannel>('channels', '/api/notification-channels', { project_id: projectId });

export const readChannel = (id: string): Promise<Tagged<NotificationChannel>> =>
  askTagged(`/api/notification-channels/${id}`);

/** A channel to be changed. Asked once: what somebody is writing is not to be replaced under their hands. */
export const editedChannelQuery = (id: string) =>
  queryOptions({
    queryKey: ['edited-channel', id],
    queryFn: () => readChannel(id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

type Kind = NotificationChannel['kind'];
type SecretName = 'signing_secret' | 'previous_signing_secret' | 'url' | 'bot_token' | 'routing_key';
type Secret = Readonly<Partial<Record<SecretName, string>>>;
export type ChannelChange = Partial<
  Pick<NotificationChannel, 'name' | 'min_severity' | 'enabled' | 'language' | 'level' | 'hours' | 'config'> & {
    /** Absent: it stays. */
    readonly secret: Secret;
  }
>;
export type NewChannel = ChannelChange & { readonly project_id: string; readonly kind: Kind };

export const makeChannel = (body: NewChannel): Promise<NotificationChannel> =>
  ask('/api/notification-channels', { method: 'POST', body });
export const changeChannel = (id: string, body: ChannelChange, ifMatch: string): Promise<NotificationChannel> =>
  ask(`/api/notification-channels/${id}`, { method: 'PUT', body, ifMatch });
export const removeChannel = (id: string): Promise<void> =>
  ask(`/api/notification-channels/${id}`, { method: 'DELETE' });

/** Sends a message that says it works; how that goes is told by its deliveries. */
export const testChannel = (id: string): Promise<List<Delivery>> =>
  ask(`/api/notification-channels/${id}/test`, { method: 'POST' });

export interface DeliveryFilter {
  readonly project_id?: string | undefined;
  readonly channel_id?: string | undefined;
  readonly status?: Delivery['status'] | undefined;
}

/** What was told to whom, the newest first. */
export const deliveriesQuery = (filter: DeliveryFilter) => ({
  ...pagesOf<Delivery>('deliveries', '/api/deliveries', { ...filter }, 20),
  // No live message tells of deliveries.
  refetchInterval: 10_000,
});

/** How the newest messages of a channel went; asked every second, for somebody waits for it. */
export const latestDeliveriesQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['deliveries', 'latest', channelId],
    queryFn: ({ signal }) =>
      ask<List<Delivery>>('/api/deliveries', { query: { channel_id: channelId, limit: 50 }, signal }),
    refetchInterval: 1_000,
  });

export const retryDelivery = (id: string): Promise<Delivery> => ask(`/api/deliveries/${id}/retry`, { method: 'POST' });
