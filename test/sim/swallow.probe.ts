import net from 'node:net';
import { SimulatedSite } from './site.ts';
import { Firewall } from './swallow.ts';

/** Run inside a namespace of its own by swallow.test.ts: says as JSON how four connections fared. */
const site = new SimulatedSite({ containers: 1, seed: 1, noise: false, firewall: new Firewall() });
const { minerPort } = await site.start();

function fate(index: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: site.layout.minerAddress(index), port: minerPort });
    const timer = setTimeout(() => settle('no answer'), 500);
    const settle = (what: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(what);
    };
    socket.on('connect', () => settle('connected'));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
}

await site.addFault({ target: 'QATAR-C01-M001', kind: 'refuses' });
await site.addFault({ target: 'QATAR-C01-M002', kind: 'swallowed' });
const refused = await fate(0);
const swallowed = await fate(1);
const healthy = await fate(2);
await site.clearFaults();
const healed = await fate(1);
process.stdout.write(JSON.stringify({ refused, swallowed, healthy, healed }));
await site.stop();
