import { once } from 'node:events';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { type Alert, type LiveMessage, LiveMessageSchema, type NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import WebSocket, { type ClientOptions } from 'ws';
import { until } from '../edge/testing';
import { AlertStore } from '../pipeline/alerts/alert.store';
import { aCourse, anAlertChange } from '../pipeline/alerts/testing';
import type { AlertChange } from '../pipeline/detection/alert-book';
import { type RunningGateway, startGateway } from './testing';

const messages = TypeCompiler.Compile(LiveMessageSchema);

type Of<Type extends LiveMessage['type']> = Extract<LiveMessage, { type: Type }>;

/** A client that keeps everything it hears. */
class Listener {
  readonly heard: { readonly text: string; readonly message: LiveMessage }[] = [];
  closed: { readonly code: number } | undefined;
  readonly socket: WebSocket;

  constructor(options: ClientOptions = {}) {
    this.socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/v1/live`, options);
    this.socket.on('message', (data) => {
      const text = String(data);
      this.heard.push({ text, message: JSON.parse(text) as LiveMessage });
    });
    this.socket.on('close', (code) => (this.closed = { code }));
    listeners.push(this);
  }

  all<Type extends LiveMessage['type']>(type: Type): Of<Type>[] {
    return this.heard.map(({ message }) => message).filter((one): one is Of<Type> => one.type === type);
  }

  /** The first message of a type that satisfies `suits`, waited for. */
  async first<Type extends LiveMessage['type']>(
    type: Type,
    suits: (message: Of<Type>) => boolean = () => true,
  ): Promise<Of<Type>> {
    const found = (): Of<Type> | undefined => this.all(type).find(suits);
    await until(async () => found() !== undefined);
    return found() ?? Promise.reject(new Error(`no ${type}`));
  }

  say(request: unknown): void {
    this.socket.send(typeof request === 'string' ? request : JSON.stringify(request));
  }

  async closeCode(): Promise<number | undefined> {
    await until(async () => this.closed !== undefined);
    return this.closed?.code;
  }
}

let gateway: RunningGateway;
let listeners: Listener[] = [];
let sent = 0;

/** Takes events of this moment, never sent before, through the pipeline. */
async function arrive(count: number): Promise<void> {
  const { event } = anEvent();
  const events = Array.from({ length: count }, (): NormalisedEvent => {
    const id = `event-${++sent}`;
    return anEvent({ '@timestamp': new Date().toISOString(), event: { ...event, id } });
  });
  await gateway.arrive(events);
}

describe('WS /live', () => {
  beforeAll(async () => {
    gateway = await startGateway();
  }, 60_000);
  afterEach(() => {
    for (const { socket } of listeners) socket.terminate();
    listeners = [];
  });
  afterAll(() => gateway.app.close());

  describe('a client that connects', () => {
    it('hears hello, then a snapshot of everything there is', async () => {
      await arrive(3);
      const listener = new Listener();
      const { frame, totals } = await listener.first('snapshot', (one) => one.totals.allEvents === sent);
      expect(listener.heard[0]?.message).toMatchObject({
        type: 'hello',
        framesPerSecond: 5,
        heartbeatMs: 1_000,
      });
      expect(totals.allEvents).toBe(frame.snapshot.totals.allEvents);
      expect(frame.snapshot).toMatchObject({ timeline: 'live', window: '5m' });
      expect(frame.recent.map(({ id }) => id)).toContain(`event-${sent}`);
    });

    it('gets updates that count every event that was aggregated', async () => {
      const listener = new Listener();
      await listener.first('snapshot');
      await arrive(7);
      const update = await listener.first('update', ({ totals }) => totals.allEvents === sent);
      expect(update.snapshot.totals?.allEvents).toBe(sent);
      await until(async () => listener.all('update').flatMap(({ recent }) => recent).length >= 7);
    });

    it('gets updates that follow one another without a gap, from its snapshot on', async () => {
      const listener = new Listener();
      const { epoch, revision } = await listener.first('snapshot');
      await until(async () => listener.all('update').length >= 4);
      expect(listener.all('snapshot')).toHaveLength(1);
      for (const [i, update] of listener.all('update').entries()) {
        expect(update).toMatchObject({ epoch, previous: revision + i, revision: revision + i + 1 });
      }
    });

    it('hears only messages of the published form', async () => {
      const listener = new Listener();
      await arrive(2);
      await listener.first('heartbeat');
      await listener.first('update');
      listener.say('?');
      await listener.first('resync');
      for (const { message } of listener.heard) expect([...messages.Errors(message)]).toEqual([]);
    });
  });

  describe('a client that comes back', () => {
    it('gets the updates it missed, byte by byte', async () => {
      const steady = new Listener();
      const { epoch, revision } = await steady.first('snapshot');
      await arrive(2);
      await steady.first('update', (one) => one.revision >= revision + 4);
      const back = new Listener();
      await once(back.socket, 'open');
      back.say({ type: 'resume', epoch, revision });
      await back.first('update', (one) => one.revision === revision + 3);
      const missed = (one: Listener): string[] =>
        one.heard
          .filter(({ message }) => message.type === 'update' && message.revision <= revision + 3)
          .map(({ text }) => text);
      expect(missed(back)).toHaveLength(3);
      expect(missed(back)).toEqual(missed(steady));
    });

    it.each([
      ['of an unknown epoch', { epoch: 'somewhere-else', revision: 1 }],
      ['of a revision that is still to come', { revision: 1_000_000 }],
    ])('is told to start again with what it has %s, and gets a snapshot', async (_, has) => {
      const steady = new Listener();
      const { epoch } = await steady.first('snapshot');
      const back = new Listener();
      await back.first('snapshot');
      back.say({ type: 'resume', epoch, ...has });
      expect(await back.first('resync')).toMatchObject({ epoch, reason: 'not_kept' });
      await until(async () => back.all('snapshot').length === 2);
    });
  });

  describe('a client that asks for another view', () => {
    it('gets its snapshot and from there on its updates', async () => {
      const listener = new Listener();
      const { epoch } = await listener.first('snapshot');
      listener.say({ type: 'subscribe', window: '1h' });
      const other = await listener.first('snapshot', ({ frame }) => frame.snapshot.window === '1h');
      expect(other.epoch).not.toBe(epoch);
      const update = await listener.first('update', (one) => one.epoch === other.epoch);
      expect(update.previous).toBe(other.revision);
    });

    it('sees the events of that timeline alone', async () => {
      await gateway.arrive([anEvent()], 'case-1');
      sent++;
      const listener = new Listener();
      await once(listener.socket, 'open');
      listener.say({ type: 'subscribe', timeline: 'case-1' });
      const { frame } = await listener.first('snapshot', (one) => one.frame.snapshot.timeline === 'case-1');
      expect(frame.snapshot.totals.events).toBe(1);
      expect(frame.snapshot.topUsers).toEqual([{ key: 'root', count: 1, exact: true }]);
    });
  });

  describe('a client that watches alerts', () => {
    let store: AlertStore;

    beforeAll(() => {
      store = gateway.app.get(AlertStore);
    });

    const apply = (changes: readonly AlertChange[], timeline = 'live', partition = 0): Promise<number> =>
      store.apply(partition, timeline, changes, { now: Date.now() });

    const told = (listener: Listener, id: string): Alert[] =>
      listener
        .all('update')
        .flatMap(({ alerts = [] }) => alerts)
        .filter((alert) => alert.id === id);

    it('gets those there are with its snapshot, and each change with an update', async () => {
      await apply([anAlertChange('raised', { id: 'before-1' })], 'live', 1);
      const listener = new Listener();
      const { frame } = await listener.first('snapshot', (one) => one.frame.alerts?.length === 1);
      expect(frame.alerts).toEqual([await store.get('before-1')]);

      await apply(aCourse('attack-1', 0).slice(0, 1));
      await until(async () => told(listener, 'attack-1').length === 1);
      await store.patch('attack-1', 1, { status: 'acknowledged' }, { by: 'ada', now: Date.now() });
      await until(async () => told(listener, 'attack-1').at(-1)?.status === 'acknowledged');
      await apply(aCourse('attack-1', 2));
      await until(async () => told(listener, 'attack-1').at(-1)?.ended === true);
      expect(told(listener, 'attack-1').at(-1)).toEqual(await store.get('attack-1'));
      expect(told(listener, 'before-1')).toEqual([]);
      for (const { message } of listener.heard) expect([...messages.Errors(message)]).toEqual([]);
    });

    /** What a client has of some alerts, by the contract of the messages: whole states, by id. */
    function statesIn(listener: Listener): Map<string, Alert> {
      const has = new Map<string, Alert>();
      for (const { message } of listener.heard) {
        if (message.type === 'snapshot') {
          has.clear();
          for (const alert of message.frame.alerts ?? []) has.set(alert.id, alert);
        }
        if (message.type === 'update') for (const alert of message.alerts ?? []) has.set(alert.id, alert);
      }
      return has;
    }

    const crowd = (count: number, change: AlertChange['change'], name: string): AlertChange[] =>
      Array.from({ length: count }, (_, i) =>
        anAlertChange(change, { id: `${name}-${i}`, source: [`198.51.100.${i}`] }),
      );

    it('has the state of every one when hundreds change at once, a frame of them at a time', async () => {
      const listener = new Listener();
      await listener.first('snapshot');
      await apply(crowd(300, 'raised', 'crowd'));
      await until(async () => statesIn(listener).has('crowd-299') && statesIn(listener).has('crowd-0'));
      const back = new Listener();
      const { epoch, revision } = await back.first('snapshot');
      await apply(crowd(300, 'closed', 'crowd'));
      const open = (one: Listener): number =>
        [...statesIn(one).values()].filter(({ id, ended }) => id.startsWith('crowd-') && !ended).length;
      await until(async () => statesIn(listener).size >= 300 && open(listener) === 0);
      expect(statesIn(listener).get('crowd-7')).toEqual(await store.get('crowd-7'));
      expect(listener.all('snapshot')).toHaveLength(1);
      for (const { alerts = [] } of listener.all('update')) expect(alerts.length).toBeLessThanOrEqual(50);

      const resumed = new Listener();
      await once(resumed.socket, 'open');
      resumed.say({ type: 'resume', epoch, revision });
      const told = () =>
        new Set(resumed.all('update').flatMap(({ alerts = [] }) => alerts.map(({ id }) => id)));
      await until(async () => told().size >= 300);
    });

    it('begins again with a snapshot when more change at once than can be told', async () => {
      await apply(crowd(1_200, 'raised', 'masses'), 'case-3');
      const listener = new Listener();
      await once(listener.socket, 'open');
      listener.say({ type: 'subscribe', timeline: 'case-3' });
      const { epoch } = await listener.first('snapshot', (one) => one.frame.snapshot.timeline === 'case-3');
      await apply(crowd(1_200, 'closed', 'masses'), 'case-3');
      const again = await listener.first(
        'snapshot',
        (one) => one.epoch !== epoch && one.frame.snapshot.timeline === 'case-3',
      );
      expect(again.frame.alerts).toHaveLength(50);
      await until(async () => [...statesIn(listener).values()].every(({ ended }) => ended));
    });

    it('sees those of its timeline alone', async () => {
      await apply([anAlertChange('raised', { id: 'case-alert' })], 'case-2');
      const listener = new Listener();
      await once(listener.socket, 'open');
      listener.say({ type: 'subscribe', timeline: 'case-2' });
      const { frame } = await listener.first('snapshot', (one) => one.frame.snapshot.timeline === 'case-2');
      expect(frame.alerts?.map(({ id }) => id)).toEqual(['case-alert']);
      await apply([anAlertChange('raised', { id: 'of-live' })]);
      await apply([anAlertChange('raised', { id: 'of-case' })], 'case-2', 1);
      await until(async () => told(listener, 'of-case').length === 1);
      expect(told(listener, 'of-live')).toEqual([]);
    });
  });

  describe('a connection that does not belong', () => {
    it('is refused before the upgrade when a page of another origin asks', async () => {
      const { socket } = new Listener({ origin: 'https://elsewhere.example' });
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(response.statusCode).toBe(401);
    });

    it('is taken from a page of this host', async () => {
      const listener = new Listener({ origin: gateway.url });
      await listener.first('hello');
    });

    it('is closed with 1009 for a message above 64 KiB', async () => {
      const listener = new Listener();
      await listener.first('hello');
      listener.say('x'.repeat(65_537));
      expect(await listener.closeCode()).toBe(1009);
    });

    it.each([
      ['no JSON', '{'],
      ['an unknown type', { type: 'shout' }],
      ['a revision that is none', { type: 'resume', epoch: 'e', revision: -1 }],
    ])('is told of two bad messages and closed with 1008 at the third: %s', async (_, bad) => {
      const listener = new Listener();
      await listener.first('hello');
      for (let i = 0; i < 3; i++) listener.say(bad);
      expect(await listener.closeCode()).toBe(1008);
      expect(listener.all('resync').map(({ reason }) => reason)).toEqual([
        'message_not_understood',
        'message_not_understood',
      ]);
    });
  });
});
