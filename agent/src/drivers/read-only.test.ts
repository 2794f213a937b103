import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { AntspaceDriver } from './antspace/driver.ts';
import { CgminerClient } from './cgminer/client.ts';
import { ANTMINER_ASKS } from './cgminer/definition.ts';
import { CgminerDriver } from './cgminer/driver.ts';
import { READ_COMMANDS } from './cgminer/read-only.ts';
import { MinerRegistry } from './cgminer/registry.ts';
import { ModbusDriver } from './modbus/driver.ts';
import { loadProfiles } from './modbus/profile.ts';

// The promise that the agent cannot change a device: what leaves it is looked at on the wire.

let server: Server | null = null;
afterEach(() => void server?.close());

async function device(answer: (request: Buffer) => Buffer | string): Promise<{ host: string; port: number }> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (request) => socket.write(answer(request)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe('a miner', () => {
  it('is sent requests to read and nothing else, whatever is asked and however it answers', async () => {
    const heard: string[] = [];
    const driver = new CgminerDriver({ deadlineMs: 500, connectTimeoutMs: 500 });
    const status = '{"STATUS":[{"STATUS":"S","When":1,"Code":70,"Msg":"x","Description":"x"}],"id":1}\0';
    const refusal = '{"STATUS":[{"STATUS":"E","When":1,"Code":14,"Msg":"Invalid command"}],"id":1}\0';
    for (const reply of [status, refusal, 'Socket connect failed: Connection refused\0']) {
      const address = await device((request) => {
        heard.push(request.toString());
        return reply;
      });
      await driver.read(address, { summary: true, pools: true, version: true, boards: true }).catch(() => undefined); // only what was asked counts
      server?.close();
    }
    const commands = heard.map((request) => (JSON.parse(request) as { command: string }).command);
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((command) => !READ_COMMANDS.has(command))).toEqual([]);
  });

  it.each([
    '{"command":"restart"}',
    '{"command":"ascset","parameter":"0,fan,100"}',
    '{"command":"stats+quit"}',
    '{"command":"pools","parameter":"0"}',
    'addpool|x',
  ])('%s never leaves the client', async (request) => {
    const heard: string[] = [];
    const address = await device((bytes) => {
      heard.push(bytes.toString());
      return '';
    });
    const client = new CgminerClient({ deadlineMs: 300, connectTimeoutMs: 300 }, () => true);
    expect(() => client.request(address, request)).toThrow('not a request that only reads');
    expect(heard).toEqual([]);
  });

  it('is read by definitions that ask for nothing else', () => {
    const asked = MinerRegistry.load().all.flatMap(({ asks = ANTMINER_ASKS }) => Object.values(asks).flat());
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((command) => !READ_COMMANDS.has(command))).toEqual([]);
  });

  it('has no command on the list that changes anything in any of its firmwares', () => {
    expect(
      [...READ_COMMANDS].filter((command) =>
        /set|add|remove|switch|enable|disable|restart|quit|reboot|update|reset|write|zero|save|factory/.test(command),
      ),
    ).toEqual([]);
  });
});

describe('a Modbus device', () => {
  it('is asked with functions 3 and 4 only, by every profile', async () => {
    const functions = new Set<number>();
    const address = await device((request) => {
      const code = request[7] ?? 0;
      functions.add(code);
      const count = request.readUInt16BE(10);
      const head = Buffer.from(request.subarray(0, 9));
      head.writeUInt16BE(3 + 2 * count, 4);
      head[8] = 2 * count;
      return Buffer.concat([head, Buffer.alloc(2 * count)]);
    });
    const profiles = loadProfiles('/nowhere');
    const driver = new ModbusDriver({ deadlineMs: 2000, profiles });
    // Nothing but zeros is no answer for some; only what was asked counts.
    for (const id of profiles.ids()) await driver.read(address, 1, id).catch(() => undefined);
    expect([...functions].filter((code) => code !== 3 && code !== 4)).toEqual([]);
    expect(functions.size).toBeGreaterThan(0);
  });

  it('no source names a function of the library that writes', () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const sources = globSync('**/*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));
    const named = sources.flatMap(
      (file) =>
        readFileSync(folder + file, 'utf8').match(/\bwrite(?:FC\d+|Coils?|Registers?|Mask\w*|\w*Report\w*)\b/g) ?? [],
    );
    // The library calls its requests to read `writeFC3` and `writeFC4`.
    expect([...new Set(named)].toSorted()).toEqual(['writeFC3', 'writeFC4']);
  });
});

describe('a controller over HTTP', () => {
  it('is asked by GET and nothing else', async () => {
    const heard: string[] = [];
    const address = await device((request) => {
      heard.push(request.toString().split(' ')[0] ?? '');
      return 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}';
    });
    const driver = new AntspaceDriver({ deadlineMs: 2000 });
    await driver.read(address, 'bar').catch(() => undefined); // an empty state is no reading; only what was asked counts
    expect(heard).toEqual(['GET']);
  });
});
