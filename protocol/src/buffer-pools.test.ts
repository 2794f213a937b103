import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Writes messages of 3,000 lengths, among other small buffers, and tells how many bytes of buffers are left of it. */
const MESSAGES = `
  import { createRequire } from 'node:module';
  import { boundBufferPools } from ${JSON.stringify(new URL('buffer-pools.ts', import.meta.url).href)};
  boundBufferPools();
  const require = createRequire(${JSON.stringify(new URL('../../agent/src/main.ts', import.meta.url).href)});
  const { writeToStream } = createRequire(require.resolve('mqtt'))('mqtt-packet');
  writeToStream.cacheNumbers = false;
  const payload = Buffer.allocUnsafeSlow(8000);
  const nowhere = { write: () => true };
  for (let length = 4000; length < 7000; length++) {
    writeToStream({ cmd: 'publish', topic: 'up/live', payload: payload.subarray(0, length), qos: 1, messageId: 1 }, nowhere);
    for (let i = 0; i < 20; i++) Buffer.from('x'.repeat(100));
  }
  gc();
  console.log(process.memoryUsage().arrayBuffers);
`;

it('what mqtt-packet remembers of every length of message does not hold whole pools of buffers', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', MESSAGES], {
    encoding: 'utf8',
  });
  expect(Number(stdout), stderr).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(2.5e6);
});
