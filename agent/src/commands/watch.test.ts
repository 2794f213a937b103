import { expect, it } from 'vitest';
import type { Terminal } from './command.ts';
import { watch } from './watch.ts';

function terminal(screen: boolean) {
  const out: string[] = [];
  const shown: Terminal = {
    out: (text) => void out.push(text),
    err: () => undefined,
    paint: (_, text) => text,
    unicode: true,
    screen,
    live: false,
    columns: 80,
  };
  return { out, shown };
}

/** Three looks, then the signal. */
async function looked(screen: boolean, json: boolean): Promise<string[]> {
  const { out, shown } = terminal(screen);
  const stop = new AbortController();
  let looks = 0;
  const look = async () => {
    if (++looks === 3) stop.abort();
    return { text: `look ${looks}\nmore\n`, data: { look: looks } };
  };
  await watch(look, { terminal: shown, json, everyMs: 1, signal: stop.signal });
  return out;
}

it('gives programs one document a line', async () => {
  expect(await looked(true, true)).toEqual(['{"look":1}\n', '{"look":2}\n', '{"look":3}\n']);
});

it('draws a screen anew from its top and clears what is left of the one before', async () => {
  const [first] = await looked(true, false);
  expect(first).toBe('\u001b[Hlook 1\u001b[K\nmore\u001b[K\n\u001b[J');
});

it('writes one after another where there is no screen', async () => {
  expect((await looked(false, false)).join('')).toBe('look 1\nmore\n\nlook 2\nmore\n\nlook 3\nmore\n\n');
});
