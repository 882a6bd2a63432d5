import { createServer } from 'node:net';

const loopback = '127.0.0.1';

/** A port of the loopback interface that nothing listens on, chosen by the kernel. */
export function freePort(): Promise<number> {
  return tryListen(0);
}

/** Whether a listener can be opened on this port of `host`. */
export async function isPortFree(port: number, host: string = loopback): Promise<boolean> {
  return tryListen(port, host).then(
    () => true,
    () => false,
  );
}

/**
 * A port for a Redis Cluster process: its bus listens 10 000 above, so both must be free and below 65 536.
 * `random` gives numbers in [0, 1).
 */
export async function freeClusterPort(random: () => number): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + Math.floor(random() * 10_000);
    if ((await isPortFree(port)) && (await isPortFree(port + 10_000))) return port;
  }
  throw new Error('No free pair of ports between 20000 and 40000 on 127.0.0.1.');
}

function tryListen(port: number, host: string = loopback): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
