import { topics } from '@hearst/protocol';
import type { BrokerPlan, PlannedFile } from './plan.ts';

/**
 * What EMQX (5) needs to serve hubs and agents. Agents are looked up at the hub (`POST /internal/mqtt/auth`), so that one
 * that is enrolled, renewed or revoked needs no new file; the hub's own login stands in EMQX's built-in database, so that
 * hubs can connect while none of them answers. Access rules are a file, refused by default. `${username}` is the agent's id.
 */
export function emqxFiles(plan: BrokerPlan): PlannedFile[] {
  return [
    { name: 'hearst.hocon', mode: 0o600, text: configuration(plan) },
    { name: 'acl.conf', mode: 0o644, text: rules(plan) },
  ];
}

function configuration(plan: BrokerPlan): string {
  const { folder, port, tls, hubUrl, brokerSecret } = plan;
  const listener =
    tls === null
      ? [`listeners.tcp.default { bind = "127.0.0.1:${port}" }`, 'listeners.ssl.default { enable = false }']
      : [
          'listeners.tcp.default { enable = false }',
          'listeners.ssl.default {',
          `  bind = "0.0.0.0:${port}"`,
          `  ssl_options { certfile = ${quoted(tls.certFile)}, keyfile = ${quoted(tls.keyFile)}, versions = ["tlsv1.3", "tlsv1.2"] }`,
          '}',
        ];
  return `${[
    '# Made by: hearst-hub broker config --for emqx. Load it with: emqx ctl conf load FILE',
    `# Then make the login of the hubs (${plan.hubUsers.join(' and ')}, the password in MQTT_URL) in the dashboard: Access Control,`,
    '# Authentication, Built-in Database, Users. Agents need nothing: EMQX asks the hub about them.',
    ...listener,
    'listeners.ws.default { enable = false }',
    'listeners.wss.default { enable = false }',
    'mqtt { max_packet_size = 2MB, retain_available = true, shared_subscription = true }',
    'authentication = [',
    '  { mechanism = password_based, backend = built_in_database, user_id_type = username,',
    '    password_hash_algorithm { name = pbkdf2, mac_fun = sha512, iterations = 10000 } },',
    '  { mechanism = password_based, backend = http, method = post,',
    `    url = ${quoted(`${hubUrl}/internal/mqtt/auth`)},`,
    `    headers { "content-type" = "application/json", authorization = ${quoted(`Bearer ${brokerSecret}`)} },`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: EMQX's placeholders
    '    body { clientid = "${clientid}", username = "${username}", password = "${password}" } }',
    ']',
    'authorization {',
    '  no_match = deny, deny_action = ignore, cache { enable = true }',
    `  sources = [{ type = file, enable = true, path = ${quoted(`${folder}/acl.conf`)} }]`,
    '}',
  ].join('\n')}\n`;
}

function rules({ hubUsers }: BrokerPlan): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: EMQX's placeholder
  const own = '${username}';
  return `${[
    ...hubUsers.flatMap((user) => [
      `{allow, {username, ${quoted(user)}}, subscribe, [${quoted(topics.upFilter)}]}.`,
      `{allow, {username, ${quoted(user)}}, publish, [${quoted(topics.downFilter('+'))}, ${quoted(topics.hubStateFilter)}]}.`,
    ]),
    `{allow, all, publish, [${quoted(topics.upFilter.replace(/\+\/up/, `${own}/up`))}]}.`,
    `{allow, all, subscribe, [{eq, ${quoted(topics.hubStateFilter)}}, ${quoted(topics.downFilter(own))}]}.`,
    '{deny, all}.',
  ].join('\n')}\n`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
