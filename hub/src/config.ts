import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { PricePlace } from './alerts/price/fetch-price.ts';
import { EMAIL, EMAIL_LENGTH, normalEmail } from './auth/email.ts';
import { passwordFault } from './auth/password-rules.ts';
import { type Certificate, certificateFaults, holdsCertificate } from './certificate.ts';
import { ConfigError } from './errors.ts';
import type { MailServer } from './notify/channels/channel.ts';

/** Everything the hub is told from outside, checked once. Paths are absolute; a port of 0 means any free one. */
export interface HubConfig {
  readonly dataDir: string;
  /** Address that HTTP and the embedded broker listen on. */
  readonly host: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  /** Where /metrics is served without a key; null: on the API's port alone, with one. */
  readonly metricsPort: number | null;
  /** Null: the hub runs its own Postgres in the data folder. Holds a password. */
  readonly databaseUrl: string | null;
  /** Null: the hub runs its own broker. May hold a password. */
  readonly mqttUrl: string | null;
  /** How hubs signed in at that broker before: `broker config` lets both in while one hub after the other is restarted. */
  readonly mqttPreviousUrl: string | null;
  /** The hub's https address as seen from the sites; null: they reach it as it listens. */
  readonly publicUrl: string | null;
  /** What agents are told to connect to, where that differs from the hub's own way to the broker. */
  readonly mqttPublicUrl: string | null;
  /** A reverse proxy that ends TLS stands in front; its X-Forwarded-Proto and X-Forwarded-For are believed. */
  readonly proxy: boolean;
  /** Whom to believe at an external broker, as certificates in PEM, and what agents are told; null: the usual authorities. */
  readonly mqttCa: string | null;
  /** What an external broker shows when it asks the hub about a login; null: none asks. A secret. */
  readonly brokerSecret: string | null;
  /** What the hub serves https and, at its own broker, mqtts with; null: plain http and mqtt. Holds the private key. */
  readonly tls: Certificate | null;
  readonly logLevel: LogLevel;
  /** The first super admin, made where there is nobody yet. */
  readonly adminEmail: string;
  /** Null: a one-time password is made and printed. A secret. */
  readonly adminPassword: string | null;
  /** Whether super admins and project managers must have a second factor. */
  readonly requireTotp: boolean;
  /** Whether requests are limited per key, person and address (guessing is slowed down in any case). */
  readonly requestLimits: boolean;
  /** How often what waits is rolled up, seconds; 0: this hub leaves it to others. */
  readonly rollupSeconds: number;
  /** Where the price of bitcoin is read; null: nowhere. */
  readonly price: PricePlace | null;
  /** Where e-mail goes out, and from whom; null: no e-mail. Holds a password. */
  readonly mail: MailServer | null;
  /** Whether messages may go to this machine's own addresses, without TLS: for tests and the demo. */
  readonly allowLocalWebhooks: boolean;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment (names in README.md) into one checked object. A value `X` may also stand in a file named by
 * `X_FILE`. Throws a `ConfigError` that lists every fault at once.
 *
 * @param options.broker false for a hub that must not start a broker of its own (`serve --no-broker`)
 * @param options.root what a relative data folder is relative to
 */
export function loadConfig(env: Environment, options: { broker?: boolean; root?: string } = {}): HubConfig {
  const reader = new EnvironmentReader(env);
  const tls = reader.certificate();
  const config: HubConfig = {
    dataDir: resolve(options.root ?? homeOf(import.meta.dirname), reader.text('HEARST_DATA_DIR') ?? './data'),
    host: reader.host('HEARST_HOST') ?? '127.0.0.1',
    httpPort: reader.port('HEARST_HTTP_PORT') ?? 8080,
    mqttPort: reader.port('HEARST_MQTT_PORT') ?? (tls === null ? 1883 : 8883),
    metricsPort: reader.port('HEARST_METRICS_PORT'),
    databaseUrl: reader.url('DATABASE_URL', ['postgres:', 'postgresql:'], 'postgres://user:password@host/database'),
    mqttUrl: reader.url('MQTT_URL', ['mqtt:', 'mqtts:'], 'mqtt://user:password@host:1883'),
    mqttPreviousUrl: reader.url('HEARST_MQTT_PREVIOUS_URL', ['mqtt:', 'mqtts:'], 'mqtts://user:password@host:8883'),
    publicUrl: reader.url('HEARST_PUBLIC_URL', ['http:', 'https:'], 'https://hub.example.com'),
    mqttPublicUrl: reader.url('HEARST_MQTT_PUBLIC_URL', ['mqtt:', 'mqtts:'], 'mqtts://hub.example.com:8883'),
    proxy: reader.flag('HEARST_PROXY') ?? false,
    mqttCa: reader.authority('HEARST_MQTT_CA'),
    brokerSecret: reader.secret('HEARST_BROKER_SECRET'),
    tls,
    logLevel: reader.choice('HEARST_LOG_LEVEL', LOG_LEVELS) ?? 'info',
    adminEmail: reader.email('HEARST_ADMIN_EMAIL') ?? 'admin@localhost',
    adminPassword: reader.text('HEARST_ADMIN_PASSWORD'),
    requireTotp: reader.flag('HEARST_REQUIRE_TOTP') ?? false,
    requestLimits: reader.flag('HEARST_REQUEST_LIMITS') ?? true,
    rollupSeconds: reader.seconds('HEARST_ROLLUP_SECONDS') ?? 15,
    price: reader.price(),
    mail: reader.mail(),
    allowLocalWebhooks: reader.flag('HEARST_ALLOW_LOCAL_WEBHOOKS') ?? false,
  };
  const faults = [...reader.faults, ...disagreements(config, options.broker ?? true)];
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:/i, '');
  return bare === 'localhost' || bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare);
}

/** True for "every address of this machine", which nobody can connect to by name. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function isTls(url: string | null): boolean {
  return url !== null && URL.parse(url)?.protocol === 'mqtts:';
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

/** What single values cannot show: combinations that would fail or be unsafe. */
function disagreements(config: HubConfig, broker: boolean): string[] {
  const faults: string[] = [];
  if (!isLoopback(config.host) && !config.proxy && config.tls === null)
    faults.push(
      `HEARST_HOST=${config.host} would serve passwords and API keys in plain text to the network. Give the hub a ` +
        'certificate (HEARST_TLS_CERT_FILE, HEARST_TLS_KEY_FILE), or put a reverse proxy with TLS in front and say so ' +
        'with HEARST_PROXY=1, or leave HEARST_HOST at 127.0.0.1.',
    );
  const ownBroker = broker && config.mqttUrl === null;
  if (ownBroker && !isLoopback(config.host) && config.tls === null && !isTls(config.mqttPublicUrl))
    faults.push(
      `HEARST_HOST=${config.host} would take the logins of agents in plain text from the network. Give the hub a ` +
        'certificate (HEARST_TLS_CERT_FILE, HEARST_TLS_KEY_FILE), or name the address at which a proxy ends TLS for ' +
        'the broker (HEARST_MQTT_PUBLIC_URL=mqtts://...), or use an external broker (MQTT_URL).',
    );
  if (config.mqttPublicUrl !== null && !isTls(config.mqttPublicUrl) && !isLoopback(hostOf(config.mqttPublicUrl)))
    faults.push(
      'HEARST_MQTT_PUBLIC_URL sends agents over the network in plain text, their logins too. Give the broker a ' +
        'certificate and name it as mqtts://hub.example.com:8883.',
    );
  if (config.metricsPort !== null && !isLoopback(config.host) && config.tls === null)
    faults.push(
      `HEARST_METRICS_PORT is served without a key, and HEARST_HOST=${config.host} would show it to the network in plain ` +
        'text. Ask /metrics on the port of the API with a key instead, or give the hub a certificate.',
    );
  const weak = config.adminPassword && passwordFault(config.adminPassword, { email: config.adminEmail, name: '' });
  if (weak) faults.push(`HEARST_ADMIN_PASSWORD will not do. ${weak.message.en}`);
  if (!broker && config.mqttUrl === null)
    faults.push('--no-broker needs MQTT_URL: without it there is no broker at all. Set it, or drop --no-broker.');
  if (ownBroker && isWildcard(config.host) && config.mqttPublicUrl === null)
    faults.push(
      `HEARST_HOST=${config.host} is no address that agents can connect to. ` +
        'Set HEARST_MQTT_PUBLIC_URL to the address they reach the broker at, such as mqtts://hub.example.com:8883.',
    );
  return faults;
}

/** The repository's root in a checkout, else the working folder. */
function homeOf(sourceDir: string): string {
  const root = dirname(dirname(sourceDir));
  return existsSync(resolve(root, 'pnpm-workspace.yaml')) ? root : process.cwd();
}

/** Reads single variables and keeps the faults. An empty value counts as absent. Values of secrets are never quoted. */
class EnvironmentReader {
  readonly faults: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  text(name: string): string | null {
    const direct = this.#env[name];
    const file = this.#env[`${name}_FILE`];
    if (direct && file) this.faults.push(`${name} and ${name}_FILE are both set. Keep one of them.`);
    if (direct || !file) return direct || null;
    try {
      return readFileSync(file, 'utf8').trim() || null;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      this.faults.push(`${name}_FILE names ${file}, which cannot be read (${code}). Correct the path or its rights.`);
      return null;
    }
  }

  port(name: string): number | null {
    const text = this.text(name);
    if (text === null) return null;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    this.faults.push(`${name}=${text} is not a port: expected a whole number from 0 (any free one) to 65535.`);
    return null;
  }

  seconds(name: string): number | null {
    const text = this.text(name);
    if (text === null) return null;
    if (/^\d{1,4}$/.test(text) && Number(text) <= 3600) return Number(text);
    this.faults.push(`${name}=${text} is no number of seconds: expected a whole number from 0 (never) to 3600.`);
    return null;
  }

  host(name: string): string | null {
    const text = this.text(name);
    if (text === null || text === 'localhost' || isIP(text) !== 0) return text;
    this.faults.push(`${name}=${text} is not an address of this machine: expected an IP such as 127.0.0.1 or 0.0.0.0.`);
    return null;
  }

  email(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const email = normalEmail(text);
    if (EMAIL.test(email) && email.length <= EMAIL_LENGTH) return email;
    this.faults.push(`${name}=${text} is not an e-mail address: expected one such as name@example.com.`);
    return null;
  }

  /** HEARST_TLS_CERT and HEARST_TLS_KEY, which usually stand in files. A file that cannot be read is one fault, not two. */
  certificate(): Certificate | null {
    const before = this.faults.length;
    const cert = this.text('HEARST_TLS_CERT');
    const key = this.text('HEARST_TLS_KEY');
    if (this.faults.length > before || (cert === null && key === null)) return null;
    if (cert === null || key === null) {
      const [given, missing] = cert === null ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
      this.faults.push(
        `HEARST_TLS_${given}_FILE is set without HEARST_TLS_${missing}_FILE. TLS needs both: set both, or neither.`,
      );
      return null;
    }
    this.faults.push(...certificateFaults({ cert, key }));
    return { cert, key };
  }

  /** One that nobody guesses. */
  secret(name: string): string | null {
    const text = this.text(name);
    if (text === null || /^[\x21-\x7e]{32,}$/.test(text)) return text;
    this.faults.push(`${name} is no secret: expected at least 32 printable characters (openssl rand -base64 32).`);
    return null;
  }

  /** Certificates in PEM, usually in a file. */
  authority(name: string): string | null {
    const text = this.text(name);
    if (text === null || holdsCertificate(text)) return text;
    this.faults.push(
      `${name}_FILE holds no certificate in PEM (-----BEGIN CERTIFICATE-----). Name the file with the certificate of the ` +
        "authority that signed the broker's.",
    );
    return null;
  }

  /** HEARST_SMTP_URL and HEARST_MAIL_FROM: both or neither. */
  mail(): MailServer | null {
    const before = this.faults.length;
    const url = this.url('HEARST_SMTP_URL', ['smtp:', 'smtps:'], 'smtps://user:password@mail.example.com');
    const from = this.sender('HEARST_MAIL_FROM');
    if (this.faults.length > before || (url === null && from === null)) return null;
    if (url !== null && from !== null) return { url, from };
    const [given, missing] = url === null ? ['MAIL_FROM', 'SMTP_URL'] : ['SMTP_URL', 'MAIL_FROM'];
    this.faults.push(`HEARST_${given} is set without HEARST_${missing}. E-mail needs both: set both, or neither.`);
    return null;
  }

  /** `name@example.com`, or `Name <name@example.com>`. */
  sender(name: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const address = /^[^<>\p{C}]*<([^<>]*)>$/u.exec(text)?.[1] ?? text;
    if (EMAIL.test(address) && address.length <= EMAIL_LENGTH) return text;
    this.faults.push(`${name} is no sender of mail: expected name@example.com or Name <name@example.com>.`);
    return null;
  }

  url(name: string, schemes: readonly string[], example: string): string | null {
    const text = this.text(name);
    if (text === null) return null;
    const url = URL.parse(text);
    if (url !== null && schemes.includes(url.protocol) && (url.hostname !== '' || url.searchParams.has('host')))
      return text;
    this.faults.push(`${name} is not an address of the form ${example}.`);
    return null;
  }

  /** HEARST_PRICE_URL with HEARST_PRICE_PATH: names and places joined by dots. */
  price(): PricePlace | null {
    const url = this.url('HEARST_PRICE_URL', ['http:', 'https:'], 'https://prices.example.com/btc.json');
    const path = this.text('HEARST_PRICE_PATH');
    if (url !== null && path === null)
      this.faults.push(
        'HEARST_PRICE_URL is set without HEARST_PRICE_PATH. Say where in the answer the price stands, such as data.price.',
      );
    // The library asks nobody with a login in the address, and would tell it.
    if (url !== null && new URL(url).username !== '')
      this.faults.push('HEARST_PRICE_URL holds a user name. Name an address that answers without one.');
    return url === null || path === null ? null : { url, path };
  }

  flag(name: string): boolean | null {
    const text = this.text(name);
    if (text === null) return null;
    if (text === '1' || text === 'true') return true;
    if (text === '0' || text === 'false') return false;
    this.faults.push(`${name}=${text} is neither 1 (yes) nor 0 (no).`);
    return null;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const text = this.text(name);
    if (text === null) return null;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    this.faults.push(`${name}=${text} is none of ${choices.join(', ')}.`);
    return null;
  }
}
