import type { Socket } from 'node:net';

/** What hostile and failing devices do to a connection instead of answering it. */

/** One byte at a time, with white space behind the last one for as long as somebody listens. */
export const dribble =
  (bytes: string | Buffer, everyMs: number) =>
  (socket: Socket): void => {
    const buffer = Buffer.from(bytes);
    let at = 0;
    const timer = setInterval(() => {
      socket.write(at < buffer.length ? buffer.subarray(at, at + 1) : ' ');
      at++;
    }, everyMs);
    socket.on('close', () => clearInterval(timer));
  };

/** Without end, for as long as somebody takes it. */
export function pour(socket: Socket): void {
  const block = Buffer.alloc(64 * 1024, 'x');
  const more = (): void => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', more);
  more();
}
