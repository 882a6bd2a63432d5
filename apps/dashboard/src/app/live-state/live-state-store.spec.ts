import { TestBed } from '@angular/core/testing';
import { endScene, liveScene } from '../../../testing/live-fixture';
import { frameAt } from '../../../testing/scene';
import type { ScriptedGateway } from '../../../testing/scripted-gateway';
import { until } from '../../../testing/until';
import { LiveStateStore } from './live-state-store';

describe('the live state', () => {
  let gateway: ScriptedGateway;
  let store: LiveStateStore;

  beforeEach(async () => {
    gateway = await liveScene();
    store = TestBed.inject(LiveStateStore);
    await until(() => store.frame() !== null);
  });

  afterEach(() => endScene(gateway));

  it('brings each new frame to the views, cells as columns', async () => {
    const version = store.frameVersion();
    gateway.play(frameAt(30));
    await until(() => store.frameVersion() > version);
    expect(store.frame()?.at).toBe(frameAt(30).at);
    expect(store.cells.length).toBe(frameAt(30).snapshot.cells.length);
    expect(store.cells.counts[0]).toBe(frameAt(30).snapshot.cells[0]?.[2]);
  });

  it('holds what is shown while it is paused, and shows the newest when it goes on', async () => {
    store.togglePause();
    const held = store.frame();
    const version = store.frameVersion();
    gateway.play(frameAt(10));
    await until(() => store.heldForMs() === 2_000);
    expect(store.frame()).toBe(held);
    expect(store.frameVersion()).toBe(version);
    expect(store.cells.counts[0]).toBe(frameAt(0).snapshot.cells[0]?.[2]);
    store.togglePause();
    expect(store.frame()?.at).toBe(frameAt(10).at);
    expect(store.cells.counts[0]).toBe(frameAt(10).snapshot.cells[0]?.[2]);
  });

  it('keeps naming the window of the figures until those of another have come', async () => {
    store.selectWindow('24h');
    expect([store.window(), store.shownWindow()]).toEqual(['24h', '5m']);
    await until(() => store.shownWindow() === '24h');
  });

  it('stays fresh by heartbeats alone and grows stale without them', async () => {
    const before = store.ageMs() ?? 0;
    await until(() => (store.ageMs() ?? 0) > Math.max(400, before));
    gateway.heartbeat();
    await until(() => (store.ageMs() ?? 999) < 300);
    expect(store.freshness()).toBe('live');
    await until(() => store.freshness() === 'stale');
  });
});
