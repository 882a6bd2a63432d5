import type { Snapshot } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import request from 'supertest';
import WebSocket from 'ws';
import { until } from '../edge/testing';
import { WindowStore } from '../pipeline/aggregation/window.store';
import { AlertStore } from '../pipeline/alerts/alert.store';
import { TimelineSweep } from '../pipeline/timeline-sweep.lifecycle';
import { EDGE_LIMITS } from '../pipeline/topology';
import { ChangeFollower } from './change-follower.lifecycle';
import { type RunningGateway, startGateway } from './testing';

let gateway: RunningGateway;
let sent = 0;

async function shown(timeline: string): Promise<Snapshot> {
  const { body } = await request(gateway.url).get(`/api/v1/snapshot?timeline=${timeline}`).expect(200);
  return body as Snapshot;
}

/** Sends one event to a timeline and waits until it shows so many. */
async function arrive(timeline: string, expected = 1): Promise<void> {
  const event = { ...anEvent().event, id: `event-${++sent}` };
  await gateway.arrive([anEvent({ event })], timeline);
  await until(async () => (await shown(timeline)).totals.events === expected);
}

/** Sweeps as if a day had passed, by which time all changes are in the windows. */
async function sweep(): Promise<string[]> {
  const { app, redis, keys } = gateway;
  const tomorrow = (): number => Date.now() + EDGE_LIMITS.timelineMs;
  for (const partition of [0, 1]) await app.get(WindowStore).fold(partition);
  return new TimelineSweep(redis, keys, app.get(AlertStore), tomorrow).sweep();
}

const inMemory = (): string[] =>
  [...gateway.app.get(ChangeFollower).model.timelines].map(({ timeline }) => timeline);

describe('a timeline that somebody asks for', () => {
  beforeAll(async () => {
    gateway = await startGateway();
    await until(async () => (await request(gateway.url).get('/health/ready')).status === 200);
  }, 60_000);
  afterAll(() => gateway.app.close());

  it('is empty and not kept when there is none of that name', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `nothing-${i}`);
    const snapshots = await Promise.all(names.map(shown));
    expect(snapshots.map(({ totals }) => totals.events)).toEqual(names.map(() => 0));
    expect(inMemory()).toEqual(['live']);
  });

  it('is shown from its first event on, though it was asked for before', async () => {
    expect((await shown('asked-early')).totals.events).toBe(0);
    await arrive('asked-early');
    expect(inMemory()).toContain('asked-early');
  });

  it('gives way to those asked for since when there are more than there may be', async () => {
    const names = Array.from({ length: EDGE_LIMITS.timelines + 2 }, (_, i) => `many-${i}`);
    for (const name of names) await arrive(name);
    expect(inMemory().filter((name) => name !== 'live')).toEqual(names.slice(2));
    expect((await shown('many-0')).totals.events).toBe(1);
    expect(inMemory()).toContain('live');
  });

  it('is empty once it was swept, and has only what came since when its name is used again', async () => {
    await arrive('old-case');
    expect(await sweep()).toContain('old-case');
    await until(async () => (await shown('old-case')).totals.events === 0);
    await arrive('old-case', 1);
    expect(inMemory()).toContain('old-case');
  });

  it('is answered anew after the sweep, not with 304', async () => {
    await arrive('old-etag');
    const path = '/api/v1/snapshot?timeline=old-etag';
    const etag = String((await request(gateway.url).get(path)).headers['etag']);
    await sweep();
    await until(async () => !inMemory().includes('old-etag'));
    await request(gateway.url).get(path).set('if-none-match', etag).expect(200);
  });

  it('begins again for those who watch it when it is swept', async () => {
    await arrive('watched-case');
    const frames: { epoch: string; events: number }[] = [];
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/live`);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', timeline: 'watched-case' })));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'snapshot' && message.frame.snapshot.timeline === 'watched-case')
        frames.push({ epoch: message.epoch, events: message.frame.snapshot.totals.events });
    });
    await until(async () => frames.length === 1);
    await sweep();
    await until(async () => frames.length === 2);
    socket.terminate();
    expect(frames.map(({ events }) => events)).toEqual([1, 0]);
    expect(new Set(frames.map(({ epoch }) => epoch)).size).toBe(2);
  });
});
