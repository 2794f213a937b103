/**
 * Why bytes from the wire were refused. The set is closed: `code` decides what the receiver does.
 *
 * - `malformed`: not what this protocol writes (envelope, JSON, lengths, types)
 * - `too_large`: longer, or longer once decompressed, than the receiver takes
 * - `newer_version`: written by a newer program; keep it, it can be read after an upgrade
 * - `bad_hash`: the body is not the one the envelope was made for
 * - `bad_hmac`: not written by the holder of the agent's key
 * - `bad_topic`: no topic of this protocol
 */
export type ProtocolErrorCode = 'malformed' | 'too_large' | 'newer_version' | 'bad_hash' | 'bad_hmac' | 'bad_topic';

export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string) {
    super(message);
    this.name = 'ProtocolError';
    this.code = code;
  }
}
