import { LIMITS, topics } from '@hearst/protocol';
import type { BrokerPlan, PlannedFile } from './plan.ts';

/**
 * What Mosquitto (2.0) needs to serve hubs and agents: its configuration, its password file and its access rules, the same
 * rules as at the hub's own broker (`ingest/access.ts`) in Mosquitto's words. In `pattern` lines `%u` is the user name,
 * which is the agent's id.
 */
export function mosquittoFiles(plan: BrokerPlan): PlannedFile[] {
  return [
    { name: 'mosquitto.conf', mode: 0o644, text: configuration(plan) },
    { name: 'passwords', mode: 0o600, text: lines(plan.logins.map(({ user, password }) => `${user}:${password}`)) },
    { name: 'acl', mode: 0o600, text: rules(plan) },
  ];
}

function configuration({ folder, port, tls }: BrokerPlan): string {
  return lines([
    '# Made by: hearst-hub broker config --for mosquitto. Make it again after agents were added, renewed or revoked, then',
    '# let the broker read it: systemctl reload mosquitto (SIGHUP). Agents that are not in it yet keep their readings.',
    ...(tls === null
      ? [`listener ${port} 127.0.0.1`]
      : [`listener ${port}`, `certfile ${tls.certFile}`, `keyfile ${tls.keyFile}`, 'tls_version tlsv1.2']),
    'allow_anonymous false',
    `password_file ${folder}/passwords`,
    `acl_file ${folder}/acl`,
    '# Nothing that the broker holds is a promise: agents keep what a hub has not confirmed.',
    'persistence false',
    `max_packet_size ${LIMITS.message + 64 * 1024}`,
    'max_queued_messages 1000',
    'max_keepalive 120',
  ]);
}

function rules({ hubUsers }: BrokerPlan): string {
  return lines([
    '# Agents: their own topics, and the state of hubs.',
    `pattern write ${topics.upFilter.replace(/\+\/up/, '%u/up')}`,
    `pattern read ${topics.downFilter('%u')}`,
    `pattern read ${topics.hubStateFilter}`,
    '# Hubs.',
    ...hubUsers.flatMap((user) => [
      `user ${user}`,
      `topic read ${topics.upFilter}`,
      `topic write ${topics.downFilter('+')}`,
      `topic write ${topics.hubStateFilter}`,
    ]),
  ]);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
