import type { MinerSample } from './physics.ts';
import * as replies from './replies.ts';

/**
 * Requests to port 4028, read the way the device reads them: one segment of at most 4095 bytes; JSON when the first
 * byte is `{`, else the name of a command (`name|parameter`).
 */
export interface Command {
  names: string[];
  newStyle: boolean;
  /** Asked as plain text, so answered as plain text. */
  text: boolean;
  /** Cannot be obeyed: why. */
  refusal: { code: number; message: string } | null;
}

export const MOST_REQUEST_BYTES = 4095;

/** What the program knows but the stock setting `api-groups "A:stats:pools:devs:summary:version"` forbids. */
const FORBIDDEN = new Set(
  (
    'config notify devdetails coin check asc asccount lcd privileged quit restart save switchpool enablepool disablepool ' +
    'addpool removepool poolpriority poolquota setconfig ascenable ascdisable ascset asc-identify failover-only zero ' +
    'hotplug debug'
  ).split(' '),
);

/** Reads a request. Every text is a Command; a bad one carries its refusal. */
export function parseCommand(request: string): Command {
  if (request.length > MOST_REQUEST_BYTES) return refused(23, 'Invalid JSON');
  if (request[0] !== '{') {
    const bar = request.indexOf('|');
    return { names: [bar < 0 ? request : request.slice(0, bar)], newStyle: false, text: true, refusal: null };
  }
  let body: unknown;
  try {
    // The device's own reader takes a NUL after the text for a fault, and white space for none; so does this one.
    body = JSON.parse(request);
  } catch {
    return refused(23, 'Invalid JSON');
  }
  const { command, new_api } = body as { command?: unknown; new_api?: unknown };
  if (typeof command !== 'string') return refused(24, "Missing JSON 'command'");
  return { names: command.split('+'), newStyle: new_api === true, text: false, refusal: null };
}

function refused(code: number, message: string): Command {
  return { names: [], newStyle: false, text: false, refusal: { code, message } };
}

/** The reply to a command, without the NUL at its end; `when` in seconds since 1970. */
export function answer(command: Command, miner: MinerSample, when: number): string {
  const { names, newStyle, text, refusal } = command;
  if (refusal) return replies.failure(refusal.code, refusal.message, when);
  const one = (name: string) => answerOne(name, newStyle, miner, when);
  const [first = ''] = names;
  if (names.length === 1) return text ? asText(one(first)) : one(first);
  const members = names.map((name) => `"${name}":[${one(name)}]`);
  return `{${members.join(',')},"id":1}`;
}

function answerOne(name: string, newStyle: boolean, miner: MinerSample, when: number): string {
  switch (name) {
    case 'stats':
      return newStyle ? replies.newStats(miner, when) : replies.oldStats(miner, when);
    case 'summary':
      return newStyle ? replies.newSummary(miner, when) : replies.oldSummary(miner, when);
    case 'pools':
      return newStyle ? replies.newPools(miner, when) : replies.oldPools(miner, when);
    case 'devs':
      return replies.devs(miner, when);
    case 'version':
      return replies.version(miner, when);
    default:
      return FORBIDDEN.has(name)
        ? replies.failure(45, `Access denied to '${name}' command`, when)
        : replies.failure(14, 'Invalid command', when);
  }
}

/** `STATUS=S,When=...|SUMMARY,Elapsed=...|`: the same reply in the format of a plain-text request. */
function asText(reply: string): string {
  const sections: string[] = [];
  for (const [section, rows] of Object.entries(JSON.parse(reply) as Record<string, unknown>)) {
    if (!Array.isArray(rows)) continue;
    for (const [i, row] of (rows as Record<string, unknown>[]).entries()) {
      const fields = Object.entries(row).map(([key, value]) => `${key}=${String(value)}`);
      const head = section === 'STATUS' || section === 'POOLS' || section === 'STATS' ? [] : [section];
      sections.push([...(i === 0 ? head : []), ...fields].join(','));
    }
  }
  return `${sections.join('|')}|`;
}
