import type { Pipeline, Snapshot } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import { freshPrefix } from '@watchfloor/redis/testing';
import request from 'supertest';
import { until } from '../edge/testing';
import { WindowStore } from '../pipeline/aggregation/window.store';
import { EVENT_TIME } from '../pipeline/topology';
import { type RunningGateway, startGateway } from './testing';

const prefix = freshPrefix();
const running: RunningGateway[] = [];
let sent = 0;

async function start(): Promise<RunningGateway> {
  const gateway = await startGateway(prefix);
  running.push(gateway);
  await until(async () => (await request(gateway.url).get('/health/ready')).status === 200);
  return gateway;
}

/** Sends events of this moment, and events from the future. */
async function arrive(gateway: RunningGateway, present: number, future: number): Promise<void> {
  const ahead = EVENT_TIME.futureMs + 60_000;
  const events = Array.from({ length: present + future }, (_, i) =>
    anEvent({
      '@timestamp': new Date(Date.now() + (i < future ? ahead : 0)).toISOString(),
      event: { ...anEvent().event, id: `event-${++sent}` },
    }),
  );
  await gateway.arrive(events);
}

async function totalsOf({ url }: RunningGateway): Promise<{ allEvents: number; future: number }> {
  const { allEvents, future } = ((await request(url).get('/api/v1/snapshot')).body as Snapshot).totals;
  return { allEvents, future };
}

describe('a gateway that starts on partitions that have counted already', () => {
  afterAll(() => Promise.all(running.map(({ app }) => app.close())));

  it('has events from the future of all time, those before the last fold and those behind it, and counts on', async () => {
    const first = await start();
    await arrive(first, 1, 2);
    for (const partition of [0, 1]) await first.app.get(WindowStore).fold(partition);
    await arrive(first, 1, 3);
    await until(async () => (await totalsOf(first)).allEvents === 7);
    expect(await totalsOf(first)).toEqual({ allEvents: 7, future: 5 });

    const second = await start();
    expect(await totalsOf(second)).toEqual({ allEvents: 7, future: 5 });
    await arrive(second, 1, 1);
    for (const gateway of [first, second]) {
      await until(async () => (await totalsOf(gateway)).allEvents === 9);
      expect(await totalsOf(gateway)).toEqual({ allEvents: 9, future: 6 });
    }
    await until(async () => {
      const { future } = (await request(second.url).get('/api/v1/pipeline')).body as Pipeline;
      return future === 6;
    });
  }, 30_000);
});
