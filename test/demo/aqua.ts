import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../harness/ports.ts';
import { World } from '../harness/world.ts';

const PROJECT = 'AQUA-001';
/** Of one immersion container. */
const MINERS = 200;

/**
 * The second site of the demo: one immersion container of the project that is planned, with an agent of its own, at the
 * same hub. All that is done at the hub is what people do there: the project is set to work, and its agent enrolled.
 */
export class AquaSite {
  readonly world: World;

  private constructor(world: World) {
    this.world = world;
  }

  /** @param beside the world whose hub it reports to; `hubEnv` is what its hub runs with */
  static async create(beside: World, { pollSeconds }: { pollSeconds: number }): Promise<AquaSite> {
    const [miner = 0, modbus = 0, control = 0, status = 0] = await freePorts(4);
    const port = (url: string): number => Number(new URL(url).port);
    const { databaseUrl, hubEnv } = beside.options;
    const world = await World.create({
      ...{
        folder: join(beside.folder, 'aqua'),
        project: PROJECT,
        containers: 1,
        miners: MINERS,
        pollSeconds,
        noise: true,
      },
      ...{ cooling: 'immersion', hubEnv: { ...hubEnv, HEARST_DATA_DIR: beside.folder } },
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      ports: { http: port(beside.httpUrl), mqtt: port(beside.mqttUrl), miner, modbus, control, status },
    });
    world.apiKey = beside.apiKey;
    return new AquaSite(world);
  }

  async start(): Promise<void> {
    const { world } = this;
    const response = await fetch(`${world.httpUrl}/api/projects/${PROJECT}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${world.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'active' }),
    });
    if (!response.ok) throw new Error(`${PROJECT} cannot be set to active: ${await response.text()}`);
    await world.startSite();
    if (existsSync(join(world.agentData, 'credential.json'))) world.moveAgent();
    else world.enrol(PROJECT);
    world.agent.start();
  }

  /** Whether its container was read since `since`, ms since 1970. */
  async isRead(since: number): Promise<boolean> {
    const { data } = await this.world.api<{ data: { observed_at: string | null }[] }>(
      `/api/projects/${PROJECT}/containers`,
    );
    return data.some(({ observed_at: at }) => at !== null && Date.parse(at) >= since);
  }

  /** Agent and site; the hub is somebody else's. */
  async stop(): Promise<void> {
    const { agent, sim } = this.world;
    for (const program of [agent, sim]) await program.stop();
  }
}
