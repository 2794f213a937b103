import { connect } from 'node:net';
import { safeText } from '@hearst/protocol';

/** What Modbus devices say of themselves: function 43, MEI type 14 (Modbus Application Protocol V1.1b3, 6.21). */
export interface Identification {
  vendor: string | null;
  model: string | null;
  firmware: string | null;
}

/** Basic identification, from object 0 on. A read; no device changes by it. */
const request = (unit: number): Buffer => Buffer.from([0x4d, 0x43, 0, 0, 0, 5, unit, 0x2b, 0x0e, 1, 0]);
const HEADER = 6;

/**
 * Asks a Modbus device who it is: VendorName, ProductCode, MajorMinorRevision. Null when it does not know the
 * function (most do not), stays silent or answers anything else. Not by modbus-serial: its own identification can end
 * the process when a second part times out, so one part is asked and read here.
 */
export function identification(
  host: string,
  port: number,
  unit: number,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Identification | null> {
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    const socket = connect({ host, port });
    const end = (result: Identification | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(result);
    };
    const onAbort = (): void => end(null);
    const timer = setTimeout(() => end(null), deadlineMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < HEADER) return;
      const whole = HEADER + received.readUInt16BE(4);
      if (whole > HEADER + 254) end(null);
      else if (received.length >= whole) end(parseIdentification(received.subarray(0, whole), unit));
    });
    socket.on('error', () => end(null)); // it is found already; this only asks for its name
    socket.on('close', () => end(null));
    socket.write(request(unit));
  });
}

/** The objects of a reply: unit, 43, 14, code, level, more, next, count, then id, length, text of each. */
export function parseIdentification(frame: Buffer, unit: number): Identification | null {
  if (frame.length < HEADER + 8 || frame[HEADER] !== unit || frame[HEADER + 1] !== 0x2b || frame[HEADER + 2] !== 0x0e)
    return null;
  const texts = new Map<number, string | null>();
  let at = HEADER + 8;
  for (let left = frame[HEADER + 7] ?? 0; left > 0 && at + 2 <= frame.length; left--) {
    const length = frame[at + 1] ?? 0;
    if (at + 2 + length > frame.length) return null;
    texts.set(frame[at] ?? -1, safeText(frame.toString('latin1', at + 2, at + 2 + length)));
    at += 2 + length;
  }
  const [vendor, model, firmware] = [0, 1, 2].map((id) => texts.get(id) ?? null) as [string, string, string];
  return vendor === null && model === null ? null : { vendor, model, firmware };
}
