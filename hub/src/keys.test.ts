import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubError } from './errors.ts';
import { KeyError, KeyFile } from './keys.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearst-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SECRET = Buffer.from('the agent key, 32 bytes of it..!');

describe('KeyFile', () => {
  it('opens what it sealed, also after a restart, and never seals alike', async () => {
    const sealed = (await KeyFile.open(folder)).encrypt(SECRET);
    const again = await KeyFile.open(folder);
    expect(again.decrypt(sealed)).toEqual(SECRET);
    expect(again.encrypt(SECRET)).not.toEqual(sealed);
    expect(sealed.includes(SECRET)).toBe(false);
  });

  it('tells the same from the other, to nobody without the key', async () => {
    const key = await KeyFile.open(folder);
    const print = key.fingerprint(SECRET);
    expect(print).toHaveLength(32);
    expect((await KeyFile.open(folder)).fingerprint(SECRET)).toEqual(print);
    expect(key.fingerprint(Buffer.from('another'))).not.toEqual(print);
    expect((await KeyFile.open(join(folder, 'other'))).fingerprint(SECRET)).not.toEqual(print);
  });

  it('makes one key when several hubs start at once, readable by its owner only', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => KeyFile.open(folder)));
    const sealed = keys[0]!.encrypt(SECRET);
    for (const key of keys) expect(key.decrypt(sealed)).toEqual(SECRET);
    expect(readdirSync(folder)).toEqual(['hub.key']);
    expect(statSync(join(folder, 'hub.key')).mode & 0o777).toBe(0o600);
  });

  it('refuses what was changed, cut, or sealed with another key, and says what to do', async () => {
    const key = await KeyFile.open(folder);
    const sealed = key.encrypt(SECRET);
    const changed = Buffer.from(sealed);
    changed[sealed.length - 1]! ^= 1;
    const other = await KeyFile.open(join(folder, 'other'));
    for (const bytes of [changed, sealed.subarray(0, 20), other.encrypt(SECRET), Buffer.alloc(0)]) {
      expect(() => key.decrypt(bytes)).toThrow(KeyError);
    }
    expect(() => key.decrypt(changed)).toThrow(/Put back the hub.key/);
  });

  it('says what to do when it can neither read nor make the file', async () => {
    mkdirSync(join(folder, 'hub.key'));
    await expect(KeyFile.open(folder)).rejects.toThrow(/cannot read its key file/);
    writeFileSync(join(folder, 'file'), '');
    await expect(KeyFile.open(join(folder, 'file', 'data'))).rejects.toThrow(HubError);
  });

  it('does not overwrite a damaged key file', async () => {
    writeFileSync(join(folder, 'hub.key'), 'short');
    await expect(KeyFile.open(folder)).rejects.toThrow(/does not hold 32 bytes/);
  });
});
