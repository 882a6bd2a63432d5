import { TestBed } from '@angular/core/testing';
import { endScene, liveScene } from '../../../testing/live-fixture';
import type { ScriptedGateway } from '../../../testing/scripted-gateway';
import { until } from '../../../testing/until';
import { LiveStateStore } from '../live-state/live-state-store';
import { ConnectionState } from './connection-state';

describe('the connection on the screen', () => {
  let gateway: ScriptedGateway;
  let panel: HTMLElement;

  beforeEach(async () => {
    gateway = await liveScene();
    panel = TestBed.createComponent(ConnectionState).nativeElement as HTMLElement;
    await until(() => /Live, \d+ frames\/s, \d\.\d s old/.test(panel.textContent ?? ''));
  });

  afterEach(() => endScene(gateway));

  it('says how far a paused screen is behind', async () => {
    TestBed.inject(LiveStateStore).togglePause();
    await until(() => panel.textContent?.includes('Paused, 0 ms behind') ?? false);
  });

  it('says that data is stale before it is called lost', async () => {
    await until(() => panel.textContent?.includes('Stale, 2.') ?? false);
    expect(panel.querySelector('button')).toBeNull();
  });
});
