import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './process.ts';

const SERVER = '/usr/sbin/mosquitto';

/** Whether Debian's Mosquitto is on this machine. */
export const hasMosquitto = (): boolean => existsSync(SERVER);

/**
 * Debian's Mosquitto as the external broker: passwords for the hub and each agent, and the access rules of the
 * embedded broker in Mosquitto's own words. Persistence is off: whatever it holds when it dies is gone, which is what
 * the delivery contract has to survive.
 */
export function mosquitto(
  folder: string,
  port: number,
): { program: Program; url: string; addLogin(user: string, password: string): void } {
  const passwords = join(folder, 'mosquitto.passwd');
  const rules = join(folder, 'mosquitto.acl');
  const config = join(folder, 'mosquitto.conf');
  const addLogin = (user: string, password: string): void => {
    execFileSync('mosquitto_passwd', [...(existsSync(passwords) ? [] : ['-c']), '-b', passwords, user, password], {
      stdio: 'ignore',
    });
    chmodSync(passwords, 0o600);
  };
  addLogin('hub', 'hub-password-of-this-test');
  writeFileSync(
    rules,
    [
      'user hub',
      'topic readwrite hearst/v1/#',
      'pattern write hearst/v1/%u/up/#',
      'pattern read hearst/v1/%u/down/+',
      'pattern read hearst/v1/hub/+/state',
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      `password_file ${passwords}`,
      `acl_file ${rules}`,
      'persistence false',
      'max_packet_size 2097152',
      'max_queued_messages 1000',
      'user root',
      '',
    ].join('\n'),
  );
  const program = new Program({
    name: 'mosquitto',
    command: [SERVER, '-c', config],
    logFile: join(folder, 'mosquitto.log'),
  });
  return { program, url: `mqtt://hub:hub-password-of-this-test@127.0.0.1:${port}`, addLogin };
}
