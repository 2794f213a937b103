import { expect, it } from 'vitest';
import { brokerPassword } from '../auth/broker-password.ts';
import { emqxFiles } from './emqx.ts';
import { mosquittoFiles } from './mosquitto.ts';
import type { BrokerPlan } from './plan.ts';

const PLAN: BrokerPlan = {
  folder: '/etc/broker',
  port: 8883,
  tls: { certFile: '/etc/broker/server.crt', keyFile: '/etc/broker/server.key' },
  hubUsers: ['hub'],
  logins: [{ user: 'hub', password: '$7$101$c2FsdA==$aGFzaA==' }],
  hubUrl: 'https://hub.example.com',
  brokerSecret: 'x'.repeat(32),
};

it('a password is hashed as Mosquitto reads it, with a salt of its own each time', async () => {
  const [one, two] = [await brokerPassword('secret'), await brokerPassword('secret')];
  expect(one).toMatch(/^\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/);
  expect(one).not.toBe(two);
});

it.each([
  ['Mosquitto', mosquittoFiles(PLAN), mosquittoFiles({ ...PLAN, tls: null })],
  ['EMQX', emqxFiles(PLAN), emqxFiles({ ...PLAN, tls: null })],
])(
  '%s listens beyond this machine only with TLS, lets nobody in without a login, and keeps secrets to itself',
  (_, secure, plain) => {
    const text = (files: typeof secure): string => files.map((file) => file.text).join('\n');
    expect(text(secure)).toContain('/etc/broker/server.crt');
    expect(text(plain)).not.toMatch(/0\.0\.0\.0|listener 8883$/m);
    expect(text(plain)).toContain('127.0.0.1');
    expect(text(secure)).toMatch(/allow_anonymous false|no_match = deny/);
    for (const { text, mode } of secure) if (/\$7\$|x{32}/.test(text)) expect(mode).toBe(0o600);
  },
);

it('rules give an agent its own topics and the state of hubs, by its user name', () => {
  expect(mosquittoFiles(PLAN).at(-1)?.text).toContain(
    'pattern write hearst/v1/%u/up/+\npattern read hearst/v1/%u/down/+\npattern read hearst/v1/hub/+/state\n',
  );
  const emqx = emqxFiles(PLAN).at(-1)?.text;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: EMQX's placeholder
  expect(emqx).toContain('{allow, all, publish, ["hearst/v1/${username}/up/+"]}.');
  expect(emqx).toMatch(/\{deny, all\}\.\n$/);
});

it('both logins of hubs have the rights of a hub while they change from one to the other', () => {
  const both = { ...PLAN, hubUsers: ['second', 'first'] };
  for (const [files, rights] of [
    [mosquittoFiles, (text: string, user: string) => text.split(`user ${user}\n`)[1]?.split('user ')[0]],
    [emqxFiles, (text: string, user: string) => text.match(new RegExp(`^.*"${user}".*$`, 'gm'))?.join('\n')],
  ] as const) {
    const text = files(both).at(-1)?.text ?? '';
    const [one, other] = both.hubUsers.map((user) => rights(text, user)?.replaceAll(user, 'USER'));
    expect(one).toContain('hearst/v1/+/up/+');
    expect(other).toBe(one);
  }
});
