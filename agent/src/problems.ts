import { DEVICE_ADVICE } from './commands/device-problem.ts';
import { FAULT_CODES } from './config/fault.ts';
import { CHECKS } from './doctor/checks/all.ts';
import { SCAN_AND_SETUP } from './problems-of-scan.ts';

/** What docs/problems.md says of a code. */
export interface ProblemPage {
  what: string;
  cause: string | null;
  next: string;
}

/** Codes that a single place gives; those of the site file, of devices and of the doctor are declared where they are. */
const SINGLE: Readonly<Record<string, ProblemPage>> = {
  E1000: {
    what: 'the program failed in a way it should not',
    cause: null,
    next: 'run it again with --verbose and send what it prints to support',
  },
  E1001: { what: 'wrong usage', cause: null, next: '`hearst-agent --help`' },
  W1313: {
    what: 'a Modbus profile of the site cannot be used',
    cause: 'a slip in the file',
    next: 'correct the profile',
  },
  W1314: {
    what: 'a device is read with a profile of another kind: it gives nothing',
    cause: 'a meter named with the profile of a loop, or the other way round',
    next: 'name the right profile',
  },
  W1320: { what: 'the hub was not tried', cause: 'nothing names it yet', next: 'add hub.url, or enrol' },
  E1401: {
    what: 'no agent is running',
    cause: 'stopped, or another data folder',
    next: '`hearst-agent run`, or name the folder with --data',
  },
  E1402: { what: 'HEARST_LOCAL_PORT is no port', cause: null, next: 'a number from 0 to 65535' },
  E1403: {
    what: 'another agent works in the data folder',
    cause: 'started twice',
    next: 'stop the other, or give this one its own folder',
  },
  E1404: { what: 'the outbox is held by another program', cause: null, next: 'stop it' },
  E1405: {
    what: 'the outbox was written by a newer agent',
    cause: 'an older version was installed over it',
    next: 'install the newer one again',
  },
  E1406: { what: 'the outbox cannot be opened', cause: 'the disk or its rights', next: 'see the message' },
  E1407: {
    what: 'the code of the local page cannot be used',
    cause: 'the file is missing, or does not hold six digits',
    next: '`umask 077; shuf -i 100000-999999 -n 1 > FILE`',
  },
  E1408: {
    what: 'a part of the installation cannot be loaded',
    cause: 'it is missing, damaged, or made for another machine',
    next: 'install this version again',
  },
  E1501: { what: 'no hub is named', cause: null, next: '--hub, or hub.url in the site file' },
  E1502: { what: 'that is no address of a hub', cause: null, next: '`--hub https://hub.example.com`' },
  E1503: {
    what: 'the token would travel unencrypted',
    cause: 'plain http is for this machine only',
    next: 'use https',
  },
  E1504: { what: "the token's file cannot be read", cause: null, next: 'look who may read it' },
  E1505: { what: 'what answered is no hub, or a newer one', cause: null, next: 'check --hub, upgrade the agent' },
  E1506: { what: 'the hub cannot be reached', cause: 'line, name or firewall', next: '`curl -v URL/healthz`' },
  E1507: { what: 'too many attempts', cause: null, next: 'wait a minute' },
  E1508: {
    what: 'the hub refused the token',
    cause: 'used, expired, mistyped',
    next: '`hearst-hub agent add PROJECT` makes a new one',
  },
  E1509: { what: 'no agent is enrolled here whose secrets could be renewed', cause: null, next: 'leave --renew out' },
  E1510: {
    what: 'the certificates that --ca or hub.ca names cannot be used',
    cause: 'not there, not readable, or not PEM',
    next: 'name a file that holds -----BEGIN CERTIFICATE-----',
  },
  E1511: {
    what: 'the hub is not believed: its certificate is of an unknown authority, expired, or for another name',
    cause: 'an authority of its own, a wrong clock, or somebody in between',
    next: 'name its authority: `--ca FILE`, or hub.ca in the site file',
  },
  E1701: {
    what: 'this user may not read the data folder, or change anything of the running agent',
    cause: "they belong to the agent's user",
    next: "run it as the agent's user",
  },
  E1702: { what: 'the running agent did not do it', cause: 'see the message', next: 'correct what it names' },
  E1703: {
    what: 'the list of maintenance cannot be kept',
    cause: 'rights, or changed by hand',
    next: 'see the message',
  },
  E1801: {
    what: 'systemd does not run here',
    cause: 'a container, or another service manager',
    next: 'start `hearst-agent run` by what runs here',
  },
  E1802: { what: 'only root may change services', cause: null, next: '`sudo hearst-agent ...`' },
  E1803: {
    what: 'the service does not run',
    cause: 'stopped, failed, or not installed',
    next: '`journalctl -u hearst-agent -n 50`',
  },
  E1804: {
    what: 'a step of installing or removing failed',
    cause: 'see the message',
    next: 'mend it, then run it again',
  },
  E1901: { what: 'nothing was removed: nobody can be asked', cause: 'no terminal', next: 'add --yes' },
  E1902: {
    what: 'the support bundle cannot be written',
    cause: 'rights or space',
    next: 'name another place with --output',
  },
  E1911: {
    what: 'this agent was not installed from its archive',
    cause: 'it runs from a checkout, or was copied by hand',
    next: 'install it: `sudo ./install.sh`',
  },
  E1912: { what: 'no release can be read there', cause: 'line, address, or the wrong folder', next: 'check the place' },
  E1913: {
    what: 'the signature of the release is not right',
    cause: 'files of two releases were mixed, or somebody changed them',
    next: 'do not install it; fetch it again, and tell headquarters if it stays so',
  },
  E1914: {
    what: 'the archive is not what the signed list says',
    cause: 'cut short, changed, or of another release',
    next: 'fetch it again, with its SHA256SUMS',
  },
  E1915: {
    what: 'the new version cannot be used on this machine',
    cause: 'no room, or another kind of machine',
    next: 'see the message; the old version runs on',
  },
  E1916: {
    what: 'the new version was not healthy in time',
    cause: 'see the message',
    next: 'the old version runs again; send a support bundle',
  },
  E1917: { what: 'an update is under way', cause: null, next: '`journalctl -u hearst-agent-update -f`' },
  E1918: {
    what: 'no earlier version is kept',
    cause: 'it was never updated',
    next: '`hearst-agent update --from ARCHIVE`',
  },
  E1919: {
    what: 'nobody said where releases lie',
    cause: 'installed from a USB folder',
    next: '`hearst-agent update --from FOLDER`',
  },
  W2111: {
    what: 'a value cannot be true and counts as unknown',
    cause: 'a failed sensor, or a wrong profile',
    next: "compare with the device's display",
  },
  W2112: {
    what: 'the pressures are in another unit than configured',
    cause: 'the controller tells bar where MPa is configured, or the other way round',
    next: 'correct `pressure_unit` of the container',
  },
  W2113: {
    what: 'heat carried away and power taken differ',
    cause: 'one of flow, supply, return and power is wrong, or another coolant',
    next: "compare with the container's screen; correct `coolant`",
  },
  W2301: {
    what: 'places without a miner that answers',
    cause: 'off, not there, another address, or a switch that is down',
    next: '`hearst-agent inventory diff`, `inventory map CONTAINER`',
  },
  W2302: {
    what: 'devices with no place here',
    cause: 'new, moved, or of another site',
    next: '`inventory export`, fill it in, `inventory import`',
  },
  W2303: {
    what: 'one serial or MAC at more than one address',
    cause: 'an address that changed meanwhile, or a copied identity',
    next: 'sweep these again; look at the labels',
  },
  W2304: {
    what: 'a place claimed by two devices',
    cause: 'a table from before an exchange',
    next: 'correct the table',
  },
  W2305: {
    what: 'another device than its table names',
    cause: 'exchanged hardware',
    next: 'correct serial and MAC in the table',
  },
  W2306: {
    what: 'devices answer and cannot be read',
    cause: 'firmware or profile not known, or an access list',
    next: '`hearst-agent read ADDRESS`',
  },
  W2307: {
    what: 'Modbus devices of the site file not answering',
    cause: 'off, another address, or all connections taken',
    next: 'look at the device',
  },
  W2308: {
    what: 'a miner at another address than its table names',
    cause: 'a new lease of the DHCP server',
    next: 'correct the ip in the table',
  },
  W2309: { what: 'the sweep was interrupted', cause: null, next: 'run it again; nothing was saved' },
  E2310: { what: 'there is nothing to sweep', cause: null, next: 'name a range, or a site file' },
  E2311: { what: 'a range that is none', cause: null, next: '`hearst-agent scan 10.20.0.0/16`' },
  E2312: { what: 'too many addresses for one sweep', cause: null, next: 'at most a /12' },
  E2313: { what: 'no sweep has been saved yet', cause: null, next: '`hearst-agent scan --save`' },
  E2314: {
    what: 'the inventory cannot be used',
    cause: 'damaged, or of another program',
    next: 'move it away, `hearst-agent scan --save`',
  },
  E2315: { what: 'the table cannot be taken', cause: 'see its line', next: 'correct it; nothing was changed' },
  E2316: { what: 'nothing in the inventory is called so', cause: null, next: '`hearst-agent inventory list`' },
  E2401: { what: 'the data folder cannot be written', cause: null, next: 'look who may write it, or --data DIR' },
  E2402: { what: 'not enrolled, and no token given', cause: null, next: '--token, from the page of the project' },
  E2403: { what: 'enrolled for another project than the site file says', cause: null, next: 'correct one of them' },
  E2404: {
    what: 'nobody is here to accept the plan',
    cause: 'there is no terminal',
    next: '`hearst-agent inventory diff`, then `setup --yes`',
  },
  E2405: { what: 'the service could not be installed', cause: null, next: '`hearst-agent service install`' },
  E2406: {
    what: 'the hub has not confirmed every container',
    cause: 'the line, or containers that could not be read',
    next: '`hearst-agent status`, then `setup` again',
  },
  E2407: { what: 'setup was stopped', cause: null, next: '`hearst-agent setup` goes on from there' },
};

/** Every code there is, with its page. */
export function problemPages(): Map<string, ProblemPage> {
  const pages = new Map<string, ProblemPage>(Object.entries({ ...SINGLE, ...SCAN_AND_SETUP }));
  for (const [code, what] of Object.entries(FAULT_CODES))
    pages.set(code, { what, cause: null, next: '`hearst-agent config check` names the line and a correction' });
  for (const [kind, [code, cause, next]] of Object.entries(DEVICE_ADVICE))
    pages.set(code, { what: `a device: ${kind.replaceAll('_', ' ')}`, cause, next });
  for (const { codes } of CHECKS)
    for (const [code, { title, cause, next }] of Object.entries(codes))
      pages.set(code, { what: title.en, cause: cause?.en ?? null, next: next.en });
  return new Map([...pages].toSorted(([a], [b]) => a.slice(1).localeCompare(b.slice(1))));
}
