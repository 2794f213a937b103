import type { Access } from '../access.ts';

const EVERYONE = ['super_admin', 'project_manager', 'operator', 'viewer'] as const;
/** Who sees what is inside a project. */
const INSIDE = ['super_admin', 'project_manager', 'operator'] as const;
/** Who changes what is inside a project. */
const MANAGERS = ['super_admin', 'project_manager'] as const;
const ADMIN = ['super_admin'] as const;

/**
 * Who may use which route: the table of people and rights, written down route by route. The routes declare the same in
 * code; a route that stands in one place only, or differently, fails the tests.
 */
export const RIGHTS: Readonly<Record<string, Access>> = {
  'GET /': 'anyone',
  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  'GET /metrics': ADMIN,
  'GET /api/docs': 'anyone',
  'GET /api/docs/:version/:file': 'anyone',
  'GET /api/openapi.json': 'anyone',
  'GET /api/problems': 'anyone',
  'POST /api/enrol': 'anyone',

  'POST /api/session': 'anyone',
  'DELETE /api/session': 'anyone',
  'POST /api/invitations/accept': 'anyone',
  'GET /api/session': EVERYONE,
  'POST /api/session/proof': 'account',
  'GET /api/sessions': 'account',
  'DELETE /api/sessions': 'account',
  'DELETE /api/sessions/:sessionId': 'account',
  'GET /api/account': 'account',
  'PUT /api/account': 'account',
  'POST /api/account/password': 'account',
  'POST /api/account/totp': 'account',
  'POST /api/account/totp/confirm': 'account',
  'DELETE /api/account/totp': 'account',

  'GET /api/projects': EVERYONE,
  'POST /api/projects': ADMIN,
  'GET /api/projects/:projectId': EVERYONE,
  'PUT /api/projects/:projectId': MANAGERS,
  'DELETE /api/projects/:projectId': ADMIN,

  'GET /api/projects/:projectId/containers': EVERYONE,
  'POST /api/projects/:projectId/containers': MANAGERS,
  'GET /api/containers/:containerId': INSIDE,
  'PUT /api/containers/:containerId': MANAGERS,
  'GET /api/containers/:containerId/miners': INSIDE,
  'GET /api/miners': INSIDE,
  'GET /api/miners/:minerId': INSIDE,
  'GET /api/projects/:projectId/fleet': INSIDE,
  'GET /api/search': INSIDE,

  'GET /api/projects/:projectId/transformers': INSIDE,
  'POST /api/projects/:projectId/transformers': MANAGERS,
  'GET /api/transformers/:transformerId': INSIDE,
  'PUT /api/transformers/:transformerId': MANAGERS,
  'GET /api/projects/:projectId/meters': INSIDE,
  'GET /api/meters/:meterId': INSIDE,

  'GET /api/agents': INSIDE,
  'GET /api/agents/:agentId': INSIDE,
  'POST /api/projects/:projectId/agents': MANAGERS,
  'POST /api/agents/:agentId/reinstate': MANAGERS,
  'DELETE /api/agents/:agentId': MANAGERS,
  'GET /api/activity': INSIDE,
  'GET /api/events': EVERYONE,

  'GET /api/metrics/global': EVERYONE,
  'GET /api/metrics/project/:projectId': EVERYONE,
  'GET /api/metrics/container/:containerId': EVERYONE,
  'GET /api/metrics/miner/:minerId': INSIDE,
  'GET /api/metrics/transformer/:transformerId': INSIDE,
  'GET /api/compare': INSIDE,
  'GET /api/reports/:projectId/daily': INSIDE,
  'GET /api/reports/:projectId/monthly': INSIDE,

  'GET /api/alerts': INSIDE,
  'GET /api/alerts/:alertId': INSIDE,
  'GET /api/alerts/:alertId/timeline': INSIDE,
  'GET /api/alerts/:alertId/notes': INSIDE,
  'POST /api/alerts/bulk': MANAGERS,
  'POST /api/alerts/:alertId/acknowledge': MANAGERS,
  'POST /api/alerts/:alertId/unacknowledge': MANAGERS,
  'POST /api/alerts/:alertId/assign': MANAGERS,
  'POST /api/alerts/:alertId/resolve': MANAGERS,
  'POST /api/alerts/:alertId/notes': MANAGERS,

  'GET /api/alert-rules': INSIDE,
  'GET /api/alert-rules/:ruleId': INSIDE,
  'PUT /api/alert-rules/:ruleId': MANAGERS,
  'DELETE /api/alert-rules/:ruleId': MANAGERS,
  'POST /api/alert-rules/:ruleId/test': INSIDE,

  'GET /api/silences': INSIDE,
  'POST /api/silences': MANAGERS,
  'GET /api/silences/:silenceId': INSIDE,
  'PUT /api/silences/:silenceId': MANAGERS,
  'DELETE /api/silences/:silenceId': MANAGERS,

  'GET /api/projects/:projectId/electricity-prices': INSIDE,
  'PUT /api/projects/:projectId/electricity-prices': MANAGERS,
  'GET /api/maintenance-windows': INSIDE,
  'POST /api/maintenance-windows': MANAGERS,
  'GET /api/maintenance-windows/:windowId': INSIDE,
  'PUT /api/maintenance-windows/:windowId': MANAGERS,
  'POST /api/maintenance-windows/:windowId/end': MANAGERS,
  'GET /api/maintenance-plans': INSIDE,
  'POST /api/maintenance-plans': MANAGERS,
  'GET /api/maintenance-plans/:planId': INSIDE,
  'PUT /api/maintenance-plans/:planId': MANAGERS,
  'POST /api/maintenance-plans/:planId/done': MANAGERS,
  'DELETE /api/maintenance-plans/:planId': MANAGERS,

  'GET /api/notification-channels': MANAGERS,
  'POST /api/notification-channels': MANAGERS,
  'GET /api/notification-channels/:channelId': MANAGERS,
  'PUT /api/notification-channels/:channelId': MANAGERS,
  'DELETE /api/notification-channels/:channelId': MANAGERS,
  'POST /api/notification-channels/:channelId/test': MANAGERS,
  'GET /api/deliveries': MANAGERS,
  'POST /api/deliveries/:deliveryId/retry': MANAGERS,

  'GET /api/projects/:projectId/people': MANAGERS,
  'GET /api/users': ADMIN,
  'POST /api/users': ADMIN,
  'GET /api/users/:userId': ADMIN,
  'PUT /api/users/:userId': ADMIN,
  'POST /api/users/:userId/invitation': ADMIN,
  'DELETE /api/users/:userId/sessions': ADMIN,
  'DELETE /api/users/:userId/totp': ADMIN,
  'GET /api/keys': MANAGERS,
  'POST /api/keys': MANAGERS,
  'DELETE /api/keys/:keyId': MANAGERS,
};
