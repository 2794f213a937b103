/**
 * Keys while something long runs in a terminal: `p` pauses and goes on, Ctrl-C ends it. Where there is no terminal,
 * SIGINT alone. Returns how to give the keyboard back.
 */
export function listenToKeys(on: { pause: () => void; end: () => void }): () => void {
  const { stdin } = process;
  process.once('SIGINT', on.end);
  const forget = (): void => void process.off('SIGINT', on.end);
  if (!stdin.isTTY) return forget;
  const onKey = (chunk: Buffer): void => {
    for (const key of chunk.toString('latin1')) {
      if (key === 'p') on.pause();
      else if (key === '\u0003') on.end();
    }
  };
  stdin.setRawMode(true).resume().on('data', onKey);
  return () => {
    forget();
    stdin.off('data', onKey).setRawMode(false).pause();
  };
}
