import type { ProblemPage } from './problems.ts';

const page = (what: string, cause: string | null, next: string): ProblemPage => ({ what, cause, next });

/** What scan, inventory and setup can say. */
export const SCAN_AND_SETUP: Readonly<Record<string, ProblemPage>> = {
  W2301: page(
    'places without a miner that answers',
    'off, not there, or behind a switch that is down',
    '`hearst-agent inventory diff`',
  ),
  W2302: page(
    'devices with no place here',
    "new, moved, or another site's",
    '`hearst-agent inventory export`, fill it in, `inventory import`',
  ),
  W2303: page(
    'a serial or MAC at more than one address',
    'an address changed during the sweep, or a copied identity',
    'sweep again; if it stays, compare the labels',
  ),
  W2304: page(
    'places claimed by two devices',
    'a table filled in before a device was exchanged',
    'correct the table and import it again',
  ),
  W2305: page(
    'places with another device than the table names',
    'exchanged hardware',
    'correct serial and MAC in the table',
  ),
  W2306: page(
    'devices that answer and cannot be read',
    'an unknown firmware or profile, or an access list',
    '`hearst-agent read ADDRESS`',
  ),
  W2307: page(
    'Modbus devices of the site file that do not answer',
    'off, another address, or all connections taken',
    '`hearst-agent inventory diff`',
  ),
  W2308: page(
    'miners at another address than the table names',
    'a new lease of the DHCP server',
    'correct the ip in the table',
  ),
  W2309: page('the sweep was interrupted', null, 'run it again; nothing was saved'),
  E2310: page('there is nothing to sweep', 'no range was named', '`hearst-agent scan 10.20.0.0/16`, or a site file'),
  E2311: page('that is no range', null, '`hearst-agent scan 10.20.0.0/16`'),
  E2312: page('too many addresses for one sweep', null, 'sweep smaller ranges'),
  E2313: page('no sweep has been saved yet', null, '`hearst-agent scan --save`'),
  E2314: page(
    'the inventory cannot be read',
    'rights, or changed by hand',
    'look at the file it names, or move it away and sweep again',
  ),
  E2315: page('a table cannot be imported', 'see the message, with its line', 'correct the line and import again'),
  E2316: page('nothing in the inventory has that name', null, '`hearst-agent inventory list`'),
  E2401: page(
    'the data folder cannot be written',
    'it belongs to another user',
    'look at it, or name another with --data',
  ),
  E2402: page('the agent is not enrolled, and no token was given', null, 'ask headquarters for a token'),
  E2403: page('the agent is enrolled for another project', null, 'correct site.project, or enrol again'),
  E2404: page('nobody is here to accept the plan', 'no terminal', '`hearst-agent setup --yes`'),
  E2405: page('the service could not be installed', 'see the message', '`hearst-agent service install`'),
  E2406: page(
    'the hub has not confirmed every container',
    'the line, or the agent does not run',
    '`hearst-agent status`, then setup again',
  ),
  E2407: page('setup was stopped', null, 'run it again: it goes on from there'),
  E2408: page(
    'there is no site file yet, and nobody is here to be asked what goes into one',
    'no terminal, or --yes',
    'add --site-file FILE, or the flags that the message names',
  ),
  E2409: page('nobody is here to be asked', 'no terminal, or --yes', 'add the flag that the message names'),
  E2410: page('an answer given by a flag cannot be used', 'see the message', 'correct the flag'),
  E2411: page(
    'nobody answers on the networks that were swept',
    "another network, this server's cable, or devices that are off",
    '`ip -brief address`, then --networks',
  ),
  W2412: page(
    'miners were found, and nobody said where they stand',
    null,
    'fill in the table that was written, then `hearst-agent setup --table FILE`',
  ),
  E2413: page(
    'there is a site file already, and it was made from other answers',
    'run before, or prepared at headquarters',
    'leave the answers out, or add --new-site-file',
  ),
};
