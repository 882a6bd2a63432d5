/** @jest-environment node */
import { WebSocket as Socket } from 'ws';
import { frameAt } from '../../../testing/scene';
import { until } from '../../../testing/until';
import { ScriptedGateway } from '../../../testing/scripted-gateway';
import type { LiveState } from './apply-update';
import { LiveUpdatesClient, type Connection } from './live-updates-client';

describe('the live connection', () => {
  let gateway: ScriptedGateway;
  let client: LiveUpdatesClient;
  let states: LiveState[];
  let connections: Connection[];
  let confirmations: number;

  const latest = () => states.at(-1);

  beforeEach(async () => {
    gateway = new ScriptedGateway();
    const origin = await gateway.listen();
    states = [];
    connections = [];
    confirmations = 0;
    client = new LiveUpdatesClient({
      url: `${origin.replace('http', 'ws')}/api/v1/live`,
      openSocket: (url) => new Socket(url) as unknown as WebSocket,
      random: () => 0,
      onConnection: (connection) => connections.push(connection),
      onState: (state) => states.push(state),
      onConfirmed: () => confirmations++,
    });
    client.connect();
    await until(() => latest() !== undefined);
  });

  afterEach(async () => {
    client.disconnect();
    await gateway.close();
  });

  it('follows updates from the snapshot on', async () => {
    gateway.play(frameAt(1));
    gateway.play(frameAt(2));
    await until(() => latest()?.revision === 2);
    expect(latest()?.frame.snapshot.cells).toEqual(frameAt(2).snapshot.cells);
  });

  it('asks from its own revision when an update is missing, and goes on from the answer', async () => {
    gateway.skip(frameAt(1));
    gateway.play(frameAt(2));
    await until(() => latest()?.revision === 2);
    expect(gateway.requests).toContainEqual({ type: 'resume', epoch: 'scene', revision: 0 });
    gateway.play(frameAt(3));
    await until(() => latest()?.revision === 3);
  });

  it('resumes with what it has after its connection was cut', async () => {
    gateway.play(frameAt(1));
    await until(() => latest()?.revision === 1);
    gateway.requests.length = 0;
    gateway.cut();
    await until(() => gateway.requests.some(({ type }) => type === 'resume'));
    expect(gateway.requests).toContainEqual({ type: 'resume', epoch: 'scene', revision: 1 });
    expect(connections.map(({ phase }) => phase)).toContain('waiting');
  });

  it('takes the snapshot of a restarted server, whose revisions begin again', async () => {
    gateway.play(frameAt(1));
    await until(() => latest()?.revision === 1);
    gateway.restart('another');
    await until(() => latest()?.epoch === 'another');
    expect(latest()?.revision).toBe(0);
  });

  it('takes a heartbeat with its own revision as a confirmation', async () => {
    gateway.heartbeat();
    await until(() => confirmations === 1);
  });

  it('asks for what is missing when a heartbeat is ahead of it', async () => {
    gateway.skip(frameAt(1));
    gateway.heartbeat();
    await until(() => latest()?.revision === 1);
    expect(confirmations).toBe(0);
  });

  it('waits for the snapshot that the server announces, without asking for it', async () => {
    gateway.requests.length = 0;
    gateway.say(JSON.stringify({ type: 'resync', epoch: 'scene', revision: 1, reason: 'slow' }));
    gateway.play(frameAt(1));
    gateway.snapshotToAll();
    await until(() => latest()?.revision === 1);
    expect(gateway.requests).toEqual([]);
  });

  it('does not apply updates of the window before while it waits for another', async () => {
    client.subscribe('1h');
    gateway.play(frameAt(1));
    await until(() => latest()?.frame.snapshot.window === '1h');
    expect(states.map(({ frame }) => frame.snapshot.window)).toEqual(['5m', '1h']);
  });

  it('does not take a snapshot of the window before that was on its way when another was chosen', async () => {
    gateway.snapshotToAll();
    client.subscribe('1h');
    await until(() => latest()?.frame.snapshot.window === '1h');
    expect(states.map(({ frame }) => frame.snapshot.window)).toEqual(['5m', '1h']);
  });

  it('is not led astray by a frame that is no message', async () => {
    gateway.say('{"type":"update"');
    gateway.play(frameAt(1));
    await until(() => latest()?.revision === 1);
  });

  it('asks for the window that was chosen, also after a reconnect', async () => {
    client.subscribe('1h');
    await until(() => latest()?.frame.snapshot.window === '1h');
    gateway.requests.length = 0;
    gateway.cut();
    await until(() => gateway.requests.some(({ type }) => type === 'subscribe'));
    expect(gateway.requests).toContainEqual({ type: 'subscribe', window: '1h' });
  });

  it('stays away when the server ends the connection for good, until it is asked to connect', async () => {
    gateway.cut(1008);
    await until(() => connections.at(-1)?.phase === 'refused');
    expect(connections.at(-1)?.closeCode).toBe(1008);
    client.connect();
    await until(() => connections.at(-1)?.phase === 'open');
  });
});
