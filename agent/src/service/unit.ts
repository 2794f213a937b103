/** What the unit file is made of. Paths are absolute. */
export interface UnitOptions {
  /** The program and what stands before it: `/opt/hearst-agent/node`, `/opt/hearst-agent/main.js`. */
  command: readonly string[];
  config: string;
  dataFolder: string;
  /** Beyond the data folder, what it writes: an outbox on another disk. */
  alsoWrites: readonly string[];
  user: string;
  /** Whether program or files are below /home or /root, which are hidden otherwise. */
  needsHome: boolean;
  environment: Readonly<Record<string, string>>;
}

export const SERVICE = 'hearst-agent';

/**
 * The systemd unit: an own user without privileges on a read-only system, and as little of the machine as it can do
 * with. `systemd-analyze security` says 1.5 to it.
 *
 * What stays open, and why: writable-executable memory (V8 compiles), AF_NETLINK (listing network interfaces),
 * AF_UNIX and NotifyAccess=all (Node cannot open the notify socket; its child `systemd-notify` speaks), /proc
 * (the doctor reads routes and limits). 77 (not permitted) and 78 (configuration) are not mended by a restart; anything
 * else is tried for ever. Starting may take long: a damaged outbox of many GB is mended before the agent is ready.
 */
export function unitText(options: UnitOptions): string {
  const { command, config, dataFolder, alsoWrites, user, needsHome, environment } = options;
  const start = [...command, 'run', '--config', config, '--data', dataFolder].map(quoted).join(' ');
  const variables = Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`);
  return `# Written by: hearst-agent service install
[Unit]
Description=Hearst Control agent (reads miners, cooling loops and meters; writes to none)
Documentation=file:${dataFolder}
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
ExecStart=${start}
${variables.map((line) => `${line}\n`).join('')}User=${user}
Group=${user}
UMask=0077
WorkingDirectory=${quoted(dataFolder)}
Restart=always
RestartSec=5
RestartPreventExitStatus=77 78
TimeoutStartSec=30min
TimeoutStopSec=20
WatchdogSec=60
LimitNOFILE=65536
MemoryHigh=700M
MemoryMax=1G
TasksMax=256
OOMPolicy=stop

ReadWritePaths=${[dataFolder, ...alsoWrites].map(quoted).join(' ')}
ProtectSystem=strict
ProtectHome=${needsHome ? 'read-only' : 'yes'}
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
PrivateMounts=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** As systemd reads words: spaces and quotes are kept, `%` is not expanded. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%');
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
