import { execFile, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Dead devices as the kernel makes them: a SYN that nobody answers, and a real "connection refused". A listener can do
 * neither, so this puts nftables rules in front of it, in a network namespace of the test's own: never in the
 * machine's. Takes root.
 *
 * A test starts its command (simulator, agent and all) with `inOwnNamespace(...)`; inside, the site is given
 * `new Firewall()` and applies its faults `refuses` and `swallowed` through it.
 */

const run = promisify(execFile);
const TABLE = 'hearst_sim';
/** Carries the network that the test came from: a process whose own differs from it is in the namespace. */
const OUTER = 'HEARST_SIM_OUTER_NETWORK';

const ownNetwork = (): string => readlinkSync('/proc/self/ns/net');

/** Whether this machine and user can have a namespace with a firewall of its own. */
export function canSwallow(): boolean {
  if (process.getuid?.() !== 0) return false;
  const probe = spawnSync('unshare', ['--net', 'sh', '-c', 'ip link set lo up && nft list ruleset'], {
    stdio: 'ignore',
  });
  return probe.status === 0;
}

/** The command line that runs `command` in a new network namespace that holds nothing but a loopback interface. */
export function inOwnNamespace(command: readonly string[]): [string, ...string[]] {
  const outer = `${OUTER}=${ownNetwork()}`;
  return ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec env "$@"', 'sh', outer, ...command];
}

export interface DeadAddresses {
  /** IPv4 addresses whose SYNs vanish. */
  swallowed: readonly string[];
  /** IPv4 addresses that refuse. */
  refused: readonly string[];
}

/** The rules of one port, as `nft -f` reads them; they replace the ones before in one step. */
export function rulesOf(port: number, dead: DeadAddresses): string {
  const chain = [
    ...set(dead.swallowed, (list) => `ip daddr ${list} tcp dport ${port} drop`),
    ...set(dead.refused, (list) => `ip daddr ${list} tcp dport ${port} reject with tcp reset`),
  ];
  return [
    `table ip ${TABLE}`,
    `delete table ip ${TABLE}`,
    `table ip ${TABLE} {`,
    '  chain input {',
    '    type filter hook input priority 0; policy accept;',
    ...chain.map((rule) => `    ${rule}`),
    '  }',
    '}',
    '',
  ].join('\n');
}

function set(addresses: readonly string[], rule: (list: string) => string): string[] {
  return addresses.length === 0 ? [] : [rule(`{ ${addresses.join(', ')} }`)];
}

export class Firewall {
  /** Silences whole ranges (CIDR, or FIRST-LAST), every port of theirs, besides what `apply` does. */
  async silence(ranges: readonly string[]): Promise<void> {
    const table = `${TABLE}_silence`;
    await this.#load(
      [
        `table ip ${table}`,
        `delete table ip ${table}`,
        `table ip ${table} {`,
        '  chain input {',
        '    type filter hook input priority 0; policy accept;',
        `    ip daddr { ${ranges.join(', ')} } drop`,
        '  }',
        '}',
        '',
      ].join('\n'),
    );
  }

  /** Sets the dead addresses of a port. Refuses to touch the machine's own network. */
  async apply(port: number, dead: DeadAddresses): Promise<void> {
    await this.#load(rulesOf(port, dead));
  }

  async #load(rules: string): Promise<void> {
    const outer = process.env[OUTER];
    if (outer === undefined || outer === ownNetwork()) {
      throw new Error(
        'the firewall of the simulated site works only in a network namespace of its own; start the command through inOwnNamespace',
      );
    }
    const applied = run('nft', ['-f', '-']);
    applied.child.stdin?.end(rules);
    await applied;
  }
}
