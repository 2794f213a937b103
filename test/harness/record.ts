import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeMessage } from '@hearst/protocol';
import { connectAsync, type MqttClient } from 'mqtt';
import { previousCommit, previousPrograms } from './previous-programs.ts';
import type { RecordedMessage, Recording } from './recording.ts';
import type { AgentPage } from './shared-world.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';
import { World } from './world.ts';

/**
 * Records what agent and hub of a commit say to one another, for the tests that hold this program to talking with them:
 *
 *     HEARST_PREVIOUS=COMMIT node test/harness/record.ts protocol/fixtures/NAME.json
 *
 * Two small containers and their meter, polled every second through Mosquitto, a while without a hub included. Of messages
 * that are made alike the first is kept.
 */
const [file] = process.argv.slice(2);
const commit = previousCommit();
if (file === undefined || commit === null) throw new Error('HEARST_PREVIOUS=COMMIT node test/harness/record.ts FILE');

const heard: { topic: string; payload: Buffer }[] = [];
const count = (name: string): number => heard.filter(({ topic }) => topic.endsWith(name)).length;
using folder = temporaryFolder('record');
const world = await World.create({
  ...{ folder: folder.path, containers: 2, miners: 6, pollSeconds: 1, broker: 'mosquitto' },
  programs: previousPrograms(join(folder.path, 'programs'), commit),
});
let recorder: MqttClient | undefined;
try {
  const started = world.start();
  recorder = await until(() => recorderAt(world.broker!.url), { withinMs: 10_000, what: 'the broker' });
  recorder.on('message', (topic, payload) => heard.push({ topic, payload }));
  await recorder.subscribeAsync('hearst/v1/#', { qos: 1 });
  await started;
  // Counters travel with every fifth poll, boards with every tenth.
  await until(() => count('/up/live') > 40, { withinMs: 120_000, what: () => world.agent.tail() });
  await world.hub.stop();
  const waiting = async (): Promise<number> => (await world.agentStatus<AgentPage>()).outbox?.batches ?? 0;
  await until(async () => (await waiting()) > 20, { withinMs: 60_000, what: 'a backlog' });
  await world.startHub();
  await until(async () => count('/up/backlog') > 0 && (await waiting()) === 0, { withinMs: 60_000, what: 'its end' });
  // Something that happens at a site: its outbox is deleted under the agent, which tells of it.
  rmSync(join(world.agentData, 'outbox', 'outbox.db'));
  await until(() => heard.some(({ topic, payload }) => /event$/.test(topic) && payload.includes('"kind":"events"')), {
    ...{ withinMs: 60_000, what: () => world.agent.tail() },
  });
} finally {
  await recorder?.endAsync(true);
  await world.stop();
}
const credential = JSON.parse(readFileSync(join(world.agentData, 'credential.json'), 'utf8')) as Record<string, string>;
const recording: Recording = {
  recorded: new Date().toISOString(),
  commit,
  project: credential.project!,
  agent: credential.agent!,
  hmac_key: credential.hmac_key!,
  messages: unlike(heard.map(({ topic, payload }) => messageOf(topic, payload))),
};
writeFileSync(file, `${JSON.stringify(recording, null, 1)}\n`);

function recorderAt(url: string): Promise<MqttClient> {
  const { href, username, password } = new URL(url);
  return connectAsync(
    href,
    { clientId: 'recorder', username, password, protocolVersion: 4, reconnectPeriod: 0 },
    false,
  );
}

function messageOf(topic: string, payload: Buffer): RecordedMessage {
  const name = topic
    .split('/')
    .slice(3)
    .join('/')
    .replace(/^.*\/state$/, 'state');
  return /live|backlog|event/.test(name)
    ? { name, base64: payload.toString('base64') }
    : { name, text: payload.toString() };
}

/** The first of each make. */
function unlike(messages: readonly RecordedMessage[]): RecordedMessage[] {
  const seen = new Set<string>();
  return messages.filter((message) => {
    const make = `${message.name} ${makeOf(message)}`;
    return !seen.has(make) && seen.add(make);
  });
}

function makeOf({ text, base64 }: RecordedMessage): string {
  if (base64 === undefined) return shapeOf(JSON.parse(text ?? ''));
  const batches = decodeMessage(Buffer.from(base64, 'base64'));
  const makes = batches.map(({ envelope, body }) => envelope.kind + shapeOf(JSON.parse(gunzipSync(body).toString())));
  return [batches.length > 1 ? 'several' : 'one', ...new Set(makes.sort())].join();
}

/** Which fields there are, whatever stands in them. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length > 0 ? shapeOf(value[0]) : ''}]`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : '';
  return `{${Object.entries(value)
    .map(([key, each]) => key + shapeOf(each))
    .join()}}`;
}
