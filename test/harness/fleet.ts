import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashSecret, newSecret } from '../../hub/src/auth/secrets.ts';
import { KeyFile } from '../../hub/src/keys.ts';
import { RawAgent } from './raw-agent.ts';
import type { SharedWorld } from './shared-world.ts';

/** Enrols many agents of one project at once; none is connected yet. */
export async function enrolFleet(shared: SharedWorld, project: string, size: number): Promise<RawAgent[]> {
  const keys = await KeyFile.open(shared.world.folder);
  const fleet = Array.from({ length: size }, () => ({
    ...{ url: shared.world.mqttUrl, agent: randomUUID(), project, secret: newSecret(), hmacKey: randomBytes(32) },
  }));
  await shared.sql('insert into projects (project_id) values ($1)', [project]);
  await shared.sql(
    `insert into agents (project_id, agent_id, name, secret_hash, hmac_key)
     select $1, a, 'fleet', s, k from unnest($2::uuid[], $3::bytea[], $4::bytea[]) as t (a, s, k)`,
    [
      project,
      fleet.map(({ agent }) => agent),
      fleet.map(({ secret }) => hashSecret(secret)),
      fleet.map(({ hmacKey }) => keys.encrypt(hmacKey)),
    ],
  );
  return fleet.map((options) => new RawAgent(options));
}

/** Connects and says hello, and tries again as agents do, after a random while, until it is welcome; how often it tried. */
export async function joinAtLast(agent: RawAgent): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      await agent.connect({ connectTimeout: 30_000 });
      await agent.hello({}, 60_000);
      return tries;
    } catch {
      await agent.leave();
      await sleep(Math.random() * 500 * 2 ** Math.min(tries, 5));
    }
  }
}
