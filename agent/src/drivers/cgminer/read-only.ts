/**
 * Every command that this program may send to a miner: those of the CGMiner API and its relatives that report and
 * change nothing. The client sends no other, whoever asks: the agent watches, it does not control.
 */
export const READ_COMMANDS: ReadonlySet<string> = new Set([
  ...['version', 'config', 'summary', 'pools', 'devs', 'edevs', 'devdetails', 'stats', 'estats', 'coin', 'notify'],
  // Bitmain: what is wrong, by code
  'warning',
  // Braiins OS, LuxOS
  ...['fans', 'temps', 'tempctrl', 'tunerstatus', 'power'],
  // Whatsminer
  ...['status', 'get_version', 'get_psu', 'get_error_code', 'get_miner_info'],
  // Auradine: reports without a parameter, and none is ever sent with one
  ...['temperature', 'psu', 'fan', 'frequency', 'mode'],
]);

/** The command of a request, `{"command":"stats"}` or `{"cmd":"status"}`; one with a parameter counts as none. */
const REQUEST = /^\{"(?:command|cmd)":"([a-z_]+(?:\+[a-z_]+)*)"(?:,"new_api":true)?\}$/;

/** Throws for whatever is not a request to read. */
export function assertReads(request: string): void {
  const commands = REQUEST.exec(request)?.[1]?.split('+');
  if (commands?.every((command) => READ_COMMANDS.has(command))) return;
  throw new Error(`not a request that only reads: ${request.slice(0, 80)}`);
}
