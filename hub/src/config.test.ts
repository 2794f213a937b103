import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../test/harness/certificate.ts';
import { isLoopback, loadConfig } from './config.ts';
import { ConfigError } from './errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearst-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(env: Record<string, string>, options?: { broker?: boolean }): readonly string[] {
  try {
    loadConfig(env, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('needs nothing: everything has a default', () => {
    expect(loadConfig({})).toEqual({
      dataDir: resolve(import.meta.dirname, '../../data'),
      host: '127.0.0.1',
      httpPort: 8080,
      mqttPort: 1883,
      metricsPort: null,
      databaseUrl: null,
      mqttUrl: null,
      mqttPreviousUrl: null,
      publicUrl: null,
      mqttPublicUrl: null,
      proxy: false,
      mqttCa: null,
      brokerSecret: null,
      tls: null,
      logLevel: 'info',
      adminEmail: 'admin@localhost',
      adminPassword: null,
      requireTotp: false,
      requestLimits: true,
      rollupSeconds: 15,
      price: null,
      mail: null,
      allowLocalWebhooks: false,
    });
  });

  it('takes an empty value for an absent one, and 0 for any free port', () => {
    const config = loadConfig({ DATABASE_URL: '', HEARST_HTTP_PORT: '0', MQTT_URL: '' });
    expect(config).toMatchObject({ databaseUrl: null, httpPort: 0, mqttUrl: null });
  });

  it('puts a relative data folder below the repository, an absolute one where it says', () => {
    expect(loadConfig({ HEARST_DATA_DIR: 'elsewhere' }).dataDir).toBe(resolve(import.meta.dirname, '../../elsewhere'));
    expect(loadConfig({ HEARST_DATA_DIR: '/var/lib/x' }).dataDir).toBe('/var/lib/x');
  });

  it('reads a secret from the file named for it', () => {
    const file = join(folder, 'url');
    writeFileSync(file, 'postgres://u:p@db/hearst\n');
    expect(loadConfig({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://u:p@db/hearst');
  });

  it('takes a database behind a socket', () => {
    expect(faultsOf({ DATABASE_URL: 'postgres:///hearst?host=/run/postgresql&user=a&password=b' })).toEqual([]);
  });

  it('tells every fault at once, and no secret', () => {
    const faults = faultsOf(
      {
        HEARST_HTTP_PORT: '80800',
        HEARST_MQTT_PORT: 'abc',
        HEARST_HOST: '0.0.0.0',
        DATABASE_URL: 'mysql://root:hunter2@db/x',
        MQTT_URL_FILE: join(folder, 'missing'),
        HEARST_LOG_LEVEL: 'loud',
      },
      { broker: false },
    );
    const names = ['HEARST_HTTP_PORT', 'HEARST_MQTT_PORT', 'DATABASE_URL', 'MQTT_URL_FILE', 'HEARST_LOG_LEVEL'];
    for (const name of names) expect(faults.filter((fault) => fault.startsWith(name))).toHaveLength(1);
    expect(faults.some((fault) => fault.startsWith('HEARST_HOST=0.0.0.0'))).toBe(true);
    expect(faults.some((fault) => fault.startsWith('--no-broker'))).toBe(true);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('serves beyond this machine only behind a declared proxy, and knows what to tell agents', () => {
    expect(faultsOf({ HEARST_HOST: '10.1.2.3', MQTT_URL: 'mqtt://127.0.0.1' })).toHaveLength(1);
    expect(faultsOf({ HEARST_HOST: '10.1.2.3', MQTT_URL: 'mqtt://127.0.0.1', HEARST_PROXY: '1' })).toEqual([]);
    expect(faultsOf({ HEARST_HOST: '0.0.0.0', HEARST_PROXY: '1' }).join()).toContain('HEARST_MQTT_PUBLIC_URL');
    const named = { HEARST_HOST: '0.0.0.0', HEARST_PROXY: '1', HEARST_MQTT_PUBLIC_URL: 'mqtts://hub.example.com' };
    expect(faultsOf(named)).toEqual([]);
  });

  it('takes no login and shows nothing beyond this machine in plain text', () => {
    const proxied = { HEARST_HOST: '10.1.2.3', HEARST_PROXY: '1' };
    expect(faultsOf(proxied)).toEqual([
      expect.stringMatching(/^HEARST_HOST=10\.1\.2\.3 would take the logins of agents/),
    ]);
    expect(faultsOf({ ...proxied, HEARST_MQTT_PUBLIC_URL: 'mqtt://hub.example.com' })).toEqual([
      expect.stringContaining('logins of agents'),
      expect.stringMatching(/^HEARST_MQTT_PUBLIC_URL sends agents over the network in plain text/),
    ]);
    const external = { ...proxied, MQTT_URL: 'mqtt://127.0.0.1' };
    expect(faultsOf({ ...external, HEARST_METRICS_PORT: '9464' })).toEqual([
      expect.stringMatching(/^HEARST_METRICS_PORT is served without a key/),
    ]);
    expect(faultsOf({ HEARST_METRICS_PORT: '9464', HEARST_MQTT_PUBLIC_URL: 'mqtt://127.0.0.1:1' })).toEqual([]);
  });

  it('serves beyond this machine with a certificate of its own', () => {
    const { certFile, keyFile, cert, key } = makeCertificate(folder);
    const tls = { HEARST_TLS_CERT_FILE: certFile, HEARST_TLS_KEY_FILE: keyFile };
    expect(loadConfig({ HEARST_HOST: '10.1.2.3', ...tls }).tls).toEqual({ cert: cert.trim(), key: key.trim() });
    expect(faultsOf({ HEARST_HOST: '10.1.2.3' })[0]).toMatch(/HEARST_TLS_CERT_FILE.*HEARST_PROXY=1.*127\.0\.0\.1/);
  });

  it('wants certificate and key, readable, and of each other', () => {
    const { certFile, keyFile, key } = makeCertificate(folder);
    const other = makeCertificate(folder, 'other').keyFile;
    const missing = join(folder, 'missing.pem');
    const faults = (cert?: string, privateKey?: string) =>
      faultsOf({
        ...(cert !== undefined && { HEARST_TLS_CERT_FILE: cert }),
        ...(privateKey !== undefined && { HEARST_TLS_KEY_FILE: privateKey }),
      });
    expect(faults(certFile)).toEqual([
      expect.stringMatching(/^HEARST_TLS_CERT_FILE is set without HEARST_TLS_KEY_FILE/),
    ]);
    expect(faults(undefined, keyFile)).toEqual([
      expect.stringMatching(/^HEARST_TLS_KEY_FILE is set without HEARST_TLS_CERT_FILE/),
    ]);
    expect(faults(missing, keyFile)).toEqual([
      expect.stringMatching(/^HEARST_TLS_CERT_FILE names .*missing\.pem.*ENOENT/),
    ]);
    expect(faults(certFile, other)).toEqual([expect.stringMatching(/does not belong to the certificate/)]);
    expect(faults(keyFile, certFile)).toEqual([
      expect.stringMatching(/^HEARST_TLS_CERT_FILE holds no certificate/),
      expect.stringMatching(/^HEARST_TLS_KEY_FILE holds no private key/),
    ]);
    expect(faults(keyFile, certFile).join()).not.toContain(key.split('\n')[1]);
  });

  it('asks for the price of bitcoin where it is told, and where in the answer', () => {
    const [url, path] = ['https://prices.example.com/btc?key=hunter2', 'data.0.price'];
    expect(loadConfig({ HEARST_PRICE_URL: url, HEARST_PRICE_PATH: path }).price).toEqual({ url, path });
    expect(loadConfig({ HEARST_PRICE_PATH: path }).price).toBeNull();
    expect(faultsOf({ HEARST_PRICE_URL: url })).toEqual([
      expect.stringMatching(/without HEARST_PRICE_PATH\. Say where/),
    ]);
    for (const wrong of ['ftp://prices.example.com', 'btc', 'https://me:hunter2@prices.example.com']) {
      const faults = faultsOf({ HEARST_PRICE_URL: wrong, HEARST_PRICE_PATH: path });
      expect(faults).toEqual([expect.stringMatching(/^HEARST_PRICE_URL (is not an address|holds a user name)/)]);
      expect(faults.join()).not.toContain('hunter2');
    }
  });

  it('knows whom to make the first super admin, and takes no weak password for one', () => {
    const first = loadConfig({ HEARST_ADMIN_EMAIL: ' HQ@Example.com ', HEARST_ADMIN_PASSWORD: 'three words or more' });
    expect(first).toMatchObject({ adminEmail: 'hq@example.com', adminPassword: 'three words or more' });
    expect(faultsOf({ HEARST_ADMIN_EMAIL: 'hq' })).toEqual([
      expect.stringMatching(/^HEARST_ADMIN_EMAIL=hq is not an e-mail/),
    ]);
    for (const password of ['hunter2', 'motdepasse123', 'hq@example.com']) {
      const faults = faultsOf({ HEARST_ADMIN_EMAIL: 'hq@example.com', HEARST_ADMIN_PASSWORD: password });
      expect(faults).toEqual([expect.stringMatching(/^HEARST_ADMIN_PASSWORD will not do\. ./)]);
      expect(faults.join()).not.toContain(password);
    }
  });

  it('knows where mail goes out and from whom, or has none', () => {
    const both = { HEARST_SMTP_URL: 'smtps://u:p@mail.example.com', HEARST_MAIL_FROM: 'Hearst <alerts@example.com>' };
    expect(loadConfig(both).mail).toEqual({ url: both.HEARST_SMTP_URL, from: both.HEARST_MAIL_FROM });
    expect(loadConfig({ ...both, HEARST_MAIL_FROM: 'alerts@example.com' }).mail?.from).toBe('alerts@example.com');
    expect(faultsOf({ HEARST_SMTP_URL: both.HEARST_SMTP_URL })).toEqual([
      expect.stringContaining('without HEARST_MAIL_FROM'),
    ]);
    expect(faultsOf({ HEARST_MAIL_FROM: both.HEARST_MAIL_FROM })).toEqual([
      expect.stringContaining('without HEARST_SMTP_URL'),
    ]);
    const faults = faultsOf({ HEARST_SMTP_URL: 'http://u:canary@mail', HEARST_MAIL_FROM: 'a@x.com\nBcc: b@x.com' });
    expect(faults).toEqual([
      expect.stringMatching(/^HEARST_SMTP_URL is not an address of the form smtps:/),
      expect.stringMatching(/^HEARST_MAIL_FROM is no sender of mail/),
    ]);
    expect(faults.join()).not.toContain('canary');
  });

  it('does not guess which of two values is meant', () => {
    const faults = faultsOf({ MQTT_URL: 'mqtt://a', MQTT_URL_FILE: '/x' });
    expect(faults).toEqual(['MQTT_URL and MQTT_URL_FILE are both set. Keep one of them.']);
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.9.8.7', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '127.0.0.1.example.com', 'unknown', ''])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
