import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freeClusterPort } from './free-port';
import { PrivateRedis, type PrivateRedisOptions } from './private-redis';
import { withConnection } from './wait-for-redis';

const slots = 16_384;
const size = 3;

/** A Redis Cluster of three processes, each owning a third of the slots; loopback only. */
export class PrivateCluster {
  private constructor(readonly nodes: readonly PrivateRedis[]) {}

  /** Starts three, introduces them and resolves when each sees all slots served. `random` chooses the ports. */
  static async start(
    options: Omit<PrivateRedisOptions, 'port' | 'cluster'>,
    random: () => number = Math.random,
  ): Promise<PrivateCluster> {
    const nodes: PrivateRedis[] = [];
    for (let index = 0; index < size; index += 1) {
      const port = await freeClusterPort(random);
      nodes.push(
        await PrivateRedis.start({
          ...options,
          folder: join(options.folder, `node-${index}`),
          port,
          cluster: true,
        }),
      );
    }
    const cluster = new PrivateCluster(nodes);
    await cluster.join().catch(async (error: unknown) => {
      await cluster.stop();
      throw error;
    });
    return cluster;
  }

  /** `redis-cluster://host:port,host:port,host:port` */
  get url(): string {
    return `redis-cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private async join(): Promise<void> {
    const [first] = this.nodes;
    await Promise.all(
      this.nodes.map(({ port }, index) =>
        withConnection(port, async (connection) => {
          await connection.cluster('ADDSLOTS', ...slotsOf(index));
          if (first !== undefined && port !== first.port) {
            await connection.cluster('MEET', '127.0.0.1', String(first.port));
          }
        }),
      ),
    );
    const deadline = performance.now() + 30_000;
    while (!(await this.isWhole())) {
      if (performance.now() > deadline)
        throw new Error('The three Redis processes did not form a cluster in 30 s.');
      await delay(50);
    }
  }

  private async isWhole(): Promise<boolean> {
    const states = await Promise.all(
      this.nodes.map(({ port }) => withConnection(port, (connection) => connection.call('CLUSTER', 'INFO'))),
    );
    return states.every((state) => {
      const text = String(state);
      return (
        text.includes('cluster_state:ok') &&
        text.includes(`cluster_slots_ok:${slots}`) &&
        text.includes(`cluster_known_nodes:${size}`)
      );
    });
  }
}

function slotsOf(index: number): number[] {
  const from = Math.floor((slots * index) / size);
  const to = Math.floor((slots * (index + 1)) / size);
  return Array.from({ length: to - from }, (_, offset) => from + offset);
}
