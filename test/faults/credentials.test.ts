import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programPath, root } from '../harness/process.ts';
import { NOTHING_LOST, SharedWorld } from '../harness/shared-world.ts';
import { until } from '../harness/until.ts';

describe('wrong tokens and credentials', { timeout: 90_000 }, () => {
  let shared: SharedWorld;
  let credentialFile: string;
  beforeAll(async () => {
    shared = await (await SharedWorld.create()).start();
    credentialFile = join(shared.world.agentData, 'credential.json');
  });
  afterAll(() => shared?.stop());

  const token = (): string =>
    (shared.world.hubCommand('agent', 'add', 'QATAR-001') as { data: { token: string } }).data.token;

  const told = (log: string): number => log.split('enrolled; readings go to the hub').length - 1;
  const loginsRefused = (log: string): number => log.split('refused a login at the broker').length - 1;

  /** Presents a token in an empty data folder. */
  const enrol = (presented: string): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...[programPath('agent/src/main.ts'), 'enrol', '--hub', shared.world.httpUrl, '--token', presented],
        ...['--config', shared.world.siteFile, '--data', join(shared.world.folder, 'newcomer')],
      ],
      { cwd: root, encoding: 'utf8', timeout: 30_000 },
    );
    return { status, said: stdout + stderr };
  };

  it('a token that is unknown, used or expired is refused: exit 77, and what to do', async () => {
    const good = token();
    expect(enrol(good).status).toBe(0);
    const late = token();
    await shared.sql("update enrolment_tokens set expires_at = now() - interval '1 second' where used_at is null");
    for (const [presented, why] of [
      ['het_not-a-token-of-this-hub', /knows no such enrolment token/],
      [good, /was used already/],
      [late, /has expired/],
    ] as const) {
      const { status, said } = enrol(presented);
      expect(status).toBe(77);
      expect(said).toMatch(why);
      expect(said).toContain('hearst-hub agent add PROJECT');
      expect(said).not.toContain(presented);
    }
  });

  it('a wrong secret: the agent says so and tries on, keeps its readings and delivers them once mended', async () => {
    const { agent } = shared.world;
    const right = readFileSync(credentialFile, 'utf8');
    const credential = JSON.parse(right) as { secret: string };
    await agent.stop();
    writeFileSync(credentialFile, JSON.stringify({ ...credential, secret: `${credential.secret.slice(0, -4)}AAAA` }));
    shared.startAgent(); // A poll under way when it stopped was nobody's yet.
    const advice = await until(async () => (await shared.page()).hub.advice, {
      withinMs: 20_000,
      what: () => `advice\n${agent.tail()}`,
    });
    expect(advice).toMatch(/refuses this agent's login/);
    expect(advice).toContain('hearst-agent enrol');
    expect(shared.world.hub.log()).toMatch(/refused a login at the broker/);
    await shared.holds(6);
    expect((await shared.page()).problems.join()).toContain(advice);
    await agent.stop();
    writeFileSync(credentialFile, right);
    shared.startAgent();
    await shared.drained();
    expect(agent.log()).not.toContain(credential.secret);
  });

  it('a credential cut short: the agent says so, reads on, and takes the mended one without a restart', async () => {
    const { agent } = shared.world;
    const right = readFileSync(credentialFile, 'utf8');
    await agent.stop();
    writeFileSync(credentialFile, right.slice(0, 40));
    shared.startAgent();
    await shared.holds(4);
    const { hub } = await shared.page();
    expect(hub.phase).toBe('bad_credential');
    expect(hub.advice).toMatch(/credential\.json is not JSON: enrol this agent again; its readings are kept/);
    writeFileSync(credentialFile, right);
    await shared.drained();
  });

  it('new secrets while readings flow: the agent takes them as it runs, and those before are good for a day', async () => {
    const { agent, hub } = shared.world;
    const before = JSON.parse(readFileSync(credentialFile, 'utf8')) as { agent: string; secret: string };
    const [starts, toldBefore, refusals] = [agent.starts, told(agent.log()), loginsRefused(hub.log())];
    const rotated = shared.world.hubCommand('agent', 'rotate', before.agent) as {
      data: { token: string; command: string };
    };
    expect(rotated.data.command).toMatch(/^hearst-agent enrol --hub \S+ --token \S+ --renew$/);
    const { token } = rotated.data;
    shared.world.agentCommand('enrol', '--renew', '--hub', shared.world.httpUrl, '--token', token);
    const after = JSON.parse(readFileSync(credentialFile, 'utf8')) as typeof before;
    expect(after).toMatchObject({ agent: before.agent });
    expect(after.secret).not.toBe(before.secret);
    await until(() => told(agent.log()) > toldBefore, {
      ...{ withinMs: 20_000, what: () => `the agent to take it\n${agent.tail()}` },
    });
    await shared.flows();
    expect(agent.starts).toBe(starts);
    // What it had is still let in, until its time is over.
    await agent.stop();
    writeFileSync(credentialFile, JSON.stringify({ ...after, ...before }));
    shared.startAgent();
    await shared.flows();
    expect(loginsRefused(hub.log())).toBe(refusals);
    await agent.stop();
    await shared.sql("update agents set previous_until = now() - interval '1 second'");
    shared.startAgent();
    await until(async () => (await shared.page()).hub.advice, { withinMs: 30_000, what: () => agent.tail() });
    await shared.holds(3);
    writeFileSync(credentialFile, JSON.stringify(after), { mode: 0o600 });
    await shared.drained();
  });

  it('revoked: cut off within seconds and told, keeps its readings, and delivers them once enrolled again', async () => {
    const { agent } = shared.world;
    const { agent: id } = JSON.parse(readFileSync(credentialFile, 'utf8')) as { agent: string };
    shared.world.hubCommand('agent', 'revoke', id);
    await until(async () => (await shared.page()).hub.advice, { withinMs: 15_000, what: () => agent.tail() });
    const cutOff = Date.now();
    await shared.holds(6);
    expect(await shared.framesSince(cutOff)).toBe(0);
    const { advice } = (await shared.page()).hub;
    expect(advice).toMatch(/revoked/);
    expect(advice).toMatch(/Enrol (this agent|it) again/);
    shared.world.enrol();
    await agent.stop();
    shared.startAgent();
    await shared.drained();
    expect(await shared.framesSince(cutOff)).toBeGreaterThan(0);
  });

  it('and of all readings none is lost or counted twice', async () => {
    expect(await shared.atRest()).toMatchObject(NOTHING_LOST);
  });
});
