import { type AgentHealth, agentHealths } from '../../../db/queries/agent-health.ts';
import { numberOption } from '../../judge/zone.ts';
import type { AlertRule, RuleBook } from '../../rule.ts';
import { judged } from '../judged.ts';
import type { Known, Source, Verdict } from '../source.ts';

/**
 * Whether agents are there, their clocks right and their outboxes drained.
 *
 * @param hubStartedAt nobody could be heard before: an agent has the same time to come back as to be silent
 */
export function agentsSource(hubStartedAt: Date): Source {
  return {
    name: 'agents',
    of: 'projects',
    everyS: 15,
    async judge(client, projectId, rules, now) {
      const agents = await agentHealths(client, projectId);
      return judged(
        agents.flatMap((agent) => agentKnown(agent, rules, now, hubStartedAt) ?? []),
        rules,
        now,
      );
    },
  };
}

/**
 * Null of an agent that has never been there. It tells its state every minute and sends readings more often; where the
 * broker says that its connection is gone, less silence is enough. Of one that is silent nothing else is known.
 */
function agentKnown(agent: AgentHealth, rules: RuleBook, now: Date, hubStartedAt: Date): Known | null {
  const { agentId, state, lastSeenAt } = agent;
  if (lastSeenAt === null) return null;
  const limitS = silenceAllowed(rules.get('agent_silent'), state);
  const silenceS = (+now - +lastSeenAt) / 1000;
  const silent = silenceS > limitS;
  const mayComeBack = silent && (+now - +hubStartedAt) / 1000 <= limitS;
  return {
    target: { type: 'agent', id: agentId },
    readings: {
      agent_silent: mayComeBack ? null : { holds: silent, value: Math.round(silenceS) },
      agent_clock_off: silent ? null : clockOffset(agent),
      agent_outbox_growing: silent ? null : waitingMinutes(agent),
      // Agents sign in with a secret: of certificates nothing is known yet.
      agent_certificate_expiring: null,
    },
  };
}

function silenceAllowed(rule: AlertRule | undefined, state: AgentHealth['state']): number {
  if (rule === undefined || rule.raise === null) return Number.POSITIVE_INFINITY;
  return state === 'offline' ? numberOption(rule, 'offline_s', rule.raise) : rule.raise;
}

/** Seconds by which its clock differs from the hub's; a clock that it calls suspect is off by nobody knows how much. */
function clockOffset({ clock, clockOffsetMs }: AgentHealth): number | Verdict | null {
  if (clockOffsetMs !== null) return Math.abs(clockOffsetMs) / 1000;
  return clock === 'suspect' ? { holds: true, value: null } : null;
}

/** For how many minutes of polling the batches in its outbox stand: about how old the oldest is. */
function waitingMinutes({ depthBatches, batchesPerMinute }: AgentHealth): number | null {
  return depthBatches === null || batchesPerMinute === null ? null : depthBatches / batchesPerMinute;
}
