import { connect } from 'mqtt';

/** Signs in at a broker once and leaves; null when it was let in, else why not. */
export function brokerFault(url: string, withinMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const client = connect(url, { reconnectPeriod: 0, connectTimeout: withinMs, protocolVersion: 4 });
    const end = (fault: string | null): void => {
      client.removeAllListeners();
      client.on('error', () => {}); // What comes after the verdict says nothing new.
      client.end(true);
      resolve(fault);
    };
    client.once('connect', () => end(null));
    client.once('error', (error) => end(error.message || ('code' in error ? String(error.code) : 'unknown')));
    client.once('close', () => end('the connection was closed'));
  });
}
