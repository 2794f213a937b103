import { chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { brokerPassword } from '../auth/broker-password.ts';
import { emqxFiles } from '../brokers/emqx.ts';
import { mosquittoFiles } from '../brokers/mosquitto.ts';
import type { BrokerPlan, PlannedFile } from '../brokers/plan.ts';
import { type HubConfig, isLoopback } from '../config.ts';
import { findBrokerLogins } from '../db/queries/agents.ts';
import { EXIT, HubError } from '../errors.ts';
import { action, addressOf, asOwner, type Ending, type Io } from './command.ts';

const BROKERS = { mosquitto: mosquittoFiles, emqx: emqxFiles };

interface Options {
  readonly for: keyof typeof BROKERS;
  readonly out: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** `broker config --for mosquitto|emqx [--out DIR]`: what an external broker needs to serve the enrolled agents. */
export function brokerCommands(program: Command, io: Io, ending: Ending): void {
  const broker = program.command('broker').description('the external broker that MQTT_URL names');
  const config = broker
    .command('config')
    .description("writes a broker's configuration, logins and access rules for the enrolled agents and the hubs")
    .addOption(new Option('--for <broker>', 'which broker').choices(Object.keys(BROKERS)).makeOptionMandatory())
    .option('--out <dir>', 'the folder the files go to (default: they are printed)')
    .option('--cert <file>', "the broker's certificate, in PEM (default: server.crt in that folder)")
    .option('--key <file>', 'its private key (default: server.key in that folder)');
  action(config, io, ending, async (options: Options) => {
    const { found, hub } = await asOwner(io, async (client, hub) => ({ found: await findBrokerLogins(client), hub }));
    const agents = found.flatMap(({ user, password }) => (password === null ? [] : [{ user, password }]));
    const missing = found.filter(({ password }) => password === null).map(({ user }) => user);
    const plan = await planOf(hub, options, agents);
    const files = BROKERS[options.for](plan);
    if (options.out !== undefined) await writeFiles(options.out, files);
    return {
      data: { folder: plan.folder, files: files.map(({ name }) => name), agents: agents.length, missing },
      text: [
        ...(options.out === undefined
          ? files.map(({ name, text }) => `# --- ${name}\n${text}`)
          : [`Wrote ${files.map(({ name }) => name).join(', ')} into ${plan.folder} for ${agents.length} agents.`]),
        ...(options.for === 'mosquitto' && missing.length > 0
          ? [
              `Left out, since they were enrolled before hubs kept logins for brokers: ${missing.join(', ')}.\n` +
                'Give each new secrets: hearst-hub agent rotate ID',
            ]
          : []),
      ].join('\n'),
    };
  });
}

/** The broker reads them under a user of its own, also later when it is told to: root leaves them to the folder's owner. */
async function writeFiles(folder: string, files: readonly PlannedFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { uid, gid } = await stat(folder);
  for (const { name, mode, text } of files) {
    const file = join(folder, name);
    await writeFile(file, text, { mode });
    if (process.getuid?.() === 0) await chown(file, uid, gid);
  }
}

/** A login of hubs, out of a broker's address. */
interface HubLogin {
  readonly user: string;
  readonly password: string;
}

function loginOf(url: string | null): HubLogin | null {
  if (url === null) return null;
  const { username, password } = new URL(url);
  if (username === '' || password === '') return null;
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** The login of hubs and, while HEARST_MQTT_PREVIOUS_URL is set, the one before. */
function hubLogins(login: HubLogin, { mqttPreviousUrl }: HubConfig): HubLogin[] {
  if (mqttPreviousUrl === null) return [login];
  const before = loginOf(mqttPreviousUrl);
  if (before === null || before.user === login.user)
    throw new HubError(
      before === null
        ? 'HEARST_MQTT_PREVIOUS_URL holds no user and password. Make it what MQTT_URL was before, or leave it out.'
        : `HEARST_MQTT_PREVIOUS_URL and MQTT_URL both sign in as ${login.user}, for whom a broker knows one password alone. ` +
            'Give the hubs a new user in MQTT_URL, not only a new password.',
      { exitCode: EXIT.configuration },
    );
  return [login, before];
}

async function planOf(hub: HubConfig, options: Options, agents: BrokerPlan['logins']): Promise<BrokerPlan> {
  const url = hub.mqttUrl === null ? null : new URL(hub.mqttUrl);
  const login = loginOf(hub.mqttUrl);
  if (url === null || login === null)
    throw new HubError(
      'MQTT_URL does not say where the broker is to be and how hubs sign in there. Set it with user and password, such as ' +
        'mqtts://hub:PASSWORD@broker.example.com:8883.',
      { exitCode: EXIT.configuration },
    );
  const secure = url.protocol === 'mqtts:';
  if (!secure && !isLoopback(url.hostname))
    throw new HubError(
      `MQTT_URL names ${url.hostname} without TLS: every login would cross the network in plain text. Make it mqtts://.`,
      { exitCode: EXIT.configuration },
    );
  if (options.for === 'emqx' && hub.brokerSecret === null)
    throw new HubError(
      'HEARST_BROKER_SECRET_FILE is not set. EMQX asks the hub for every login and shows this secret: put 32 random bytes ' +
        'into a file (openssl rand -base64 32), and name it to the hub and to this command.',
      { exitCode: EXIT.configuration },
    );
  const folder = resolve(options.out ?? '.');
  const logins = hubLogins(login, hub);
  return {
    folder,
    port: url.port === '' ? (secure ? 8883 : 1883) : Number(url.port),
    tls: secure
      ? {
          certFile: resolve(folder, options.cert ?? 'server.crt'),
          keyFile: resolve(folder, options.key ?? 'server.key'),
        }
      : null,
    hubUsers: logins.map(({ user }) => user),
    logins: [
      ...(await Promise.all(
        logins.map(async ({ user, password }) => ({ user, password: await brokerPassword(password) })),
      )),
      ...agents,
    ],
    hubUrl: addressOf(hub),
    brokerSecret: hub.brokerSecret,
  };
}
