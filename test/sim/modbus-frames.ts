import type { RegisterBank } from './register-bank.ts';

/** Modbus TCP frames, made by hand: a header, then unit, function and what belongs to it. */

/** Transaction, protocol, length of the rest. */
export const HEADER = 6;
/** Unit, function, address and count of a read. */
const READ = 6;

/** The honest reply to a request; exception 11 where a gateway finds nobody. */
export function answer(request: Buffer, bank: RegisterBank | null): Buffer {
  if (!bank) return exception(request, 11);
  const code = request.readUInt8(HEADER + 1);
  if (code !== 3 && code !== 4) return exception(request, 1);
  if (request.length !== HEADER + READ) return exception(request, 3);
  const [address, count] = [request.readUInt16BE(HEADER + 2), request.readUInt16BE(HEADER + 4)];
  if (count < 1 || count > 125) return exception(request, 3);
  if (address + count > 65_536) return exception(request, 2);
  const reply = replyTo(request, 3 + 2 * count);
  reply.writeUInt8(2 * count, HEADER + 2);
  const refused = bank.read(code, address, count, reply.subarray(HEADER + 3));
  return refused === null ? reply : exception(request, refused);
}

/** A frame of `length` bytes behind the header, with transaction, unit and function of the request. */
function replyTo(request: Buffer, length: number): Buffer {
  const reply = Buffer.alloc(HEADER + length);
  request.copy(reply, 0, 0, 4);
  reply.writeUInt16BE(length, 4);
  request.copy(reply, HEADER, HEADER, HEADER + 2);
  return reply;
}

/** The refusal of a request. */
export function exception(request: Buffer, code: number): Buffer {
  const reply = replyTo(request, 3);
  reply.writeUInt8(request.readUInt8(HEADER + 1) | 0x80, HEADER + 1);
  reply.writeUInt8(code, HEADER + 2);
  return reply;
}

/** A reply made to carry another number of registers, all its lengths in agreement. */
export function resized(reply: Buffer, registers: number): Buffer {
  const out = replyTo(reply, 3 + 2 * registers);
  out.writeUInt8((2 * registers) & 0xff, HEADER + 2);
  reply.copy(out, HEADER + 3, HEADER + 3);
  return out;
}
