import type { KeyFile } from '../keys.ts';

/** A channel's secret fields by their names. */
export type ChannelSecret = Readonly<Record<string, string>>;

/** What stands in `notification_channels.secret`. */
export function sealSecret(keys: KeyFile, secret: ChannelSecret): Buffer {
  return keys.encrypt(Buffer.from(JSON.stringify(secret)));
}

/** Opens what `sealSecret` sealed; a channel without secrets has none. Throws a `KeyError` under another key. */
export function openSecret(keys: KeyFile, sealed: Buffer | null): ChannelSecret {
  return sealed === null ? {} : (JSON.parse(keys.decrypt(sealed).toString('utf8')) as ChannelSecret);
}
