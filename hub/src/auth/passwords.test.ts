import * as argon2 from '@node-rs/argon2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Passwords } from './passwords.ts';

vi.mock('@node-rs/argon2', { spy: true });
afterEach(() => vi.clearAllMocks());

describe('Passwords', () => {
  it('keeps argon2id hashes of at least 19 MiB and two passes, and knows the password again', async () => {
    const passwords = new Passwords();
    const stored = await passwords.hash('three words or more');
    expect(argon2.parseOptions(stored)).toMatchObject({ algorithm: 2, parallelism: 1, outputLen: 32, saltLen: 16 });
    expect(argon2.parseOptions(stored).memoryCost).toBeGreaterThanOrEqual(19_456);
    expect(argon2.parseOptions(stored).timeCost).toBeGreaterThanOrEqual(2);
    expect(await passwords.verify(stored, 'three words or more')).toBe(true);
    expect(await passwords.verify(stored, 'three words or mor')).toBe(false);
    expect(await passwords.hash('three words or more')).not.toBe(stored);
  });

  it('takes any characters, however the keyboard composed them', async () => {
    const passwords = new Passwords();
    const stored = await passwords.hash('été \u0000 "\' \\ 漢字 🔑');
    expect(await passwords.verify(stored, 'e\u0301te\u0301 \u0000 "\' \\ 漢字 🔑')).toBe(true);
    expect(await passwords.verify(stored, 'été')).toBe(false);
  });

  it('costs the same for nobody as for somebody: one comparison of the same strength', async () => {
    const passwords = new Passwords();
    const stored = await passwords.hash('three words or more');
    expect(await passwords.verify(null, 'three words or more')).toBe(false);
    expect(argon2.verify).toHaveBeenCalledTimes(1);
    const compared = vi.mocked(argon2.verify).mock.calls[0]![0] as string;
    expect(argon2.parseOptions(compared)).toEqual(argon2.parseOptions(stored));
    await passwords.verify(stored, 'wrong');
    expect(argon2.verify).toHaveBeenCalledTimes(2);
    expect(argon2.hash).toHaveBeenCalledTimes(1);
  });

  it('computes at most four at once, and all in the end', async () => {
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    vi.mocked(argon2.hash).mockImplementation(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => release.push(resolve));
      running--;
      return 'hash';
    });
    const passwords = new Passwords();
    const all = Promise.all(Array.from({ length: 20 }, (_, i) => passwords.hash(String(i))));
    let done = false;
    void all.then(() => {
      done = true;
    });
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      release.shift()?.();
    }
    expect(await all).toHaveLength(20);
    expect(most).toBe(4);
  });

  it('goes on after a hash that failed', async () => {
    vi.mocked(argon2.hash).mockRejectedValue(new Error('no memory'));
    const passwords = new Passwords();
    for (let i = 0; i < 10; i++) await expect(passwords.hash('x')).rejects.toThrow('no memory');
    vi.mocked(argon2.hash).mockResolvedValue('hash');
    expect(await passwords.hash('x')).toBe('hash');
  });
});
