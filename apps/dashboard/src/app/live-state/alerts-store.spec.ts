/** @jest-environment ./testing/fetching-environment.cjs */
import { TestBed } from '@angular/core/testing';
import type { Alert } from '@watchfloor/contracts';
import { endScene, liveScene } from '../../../testing/live-fixture';
import { frameAt } from '../../../testing/scene';
import { alertOf } from '../../../testing/scene-alerts';
import type { ScriptedGateway } from '../../../testing/scripted-gateway';
import { until } from '../../../testing/until';
import { MAX_ALERTS } from './alert-list';
import { AlertsStore } from './alerts-store';

const frame = frameAt(3);
const older = (number: number, over: Partial<Alert> = {}): Alert => ({
  ...alertOf(number, frame.at - 86_400_000 - number * 1_000, 0),
  id: `older-${number}`,
  ...over,
});

describe('alerts beyond the live ones', () => {
  let gateway: ScriptedGateway;
  let store: AlertsStore;

  beforeEach(async () => {
    gateway = await liveScene();
    store = TestBed.inject(AlertsStore);
    await until(() => (store.alerts()?.length ?? 0) > 0);
  });

  afterEach(() => endScene(gateway));

  const known = (id: string): Alert | undefined => store.alerts()?.find((alert) => alert.id === id);

  it('come by pages, and are asked for again once a snapshot may have left out what became of them', async () => {
    gateway.stored = [older(0)];
    await store.loadOlder('');
    expect(known('older-0')).toBeDefined();
    expect(store.older('')).toBe('all');
    gateway.skip(frame);
    gateway.snapshotToAll();
    await until(() => known('older-0') === undefined);
    expect(store.older('')).toBe('unasked');
  });

  it('are opened by id although more than can be held are newer', async () => {
    const newer = Array.from({ length: MAX_ALERTS }, (_, number) => older(number));
    gateway.play({ ...frame, alerts: [...(frame.alerts ?? []), ...newer] });
    await until(() => store.alerts()?.length === MAX_ALERTS);
    expect(store.older('')).toBe('full');
    gateway.stored = [older(9_000)];
    await store.open('older-9000');
    expect(store.selected()?.id).toBe('older-9000');
  });

  it('show what became of the opened one when a snapshot comes', async () => {
    gateway.stored = [older(7)];
    await store.open('older-7');
    expect(store.selected()?.ended).toBe(false);
    gateway.stored = [older(7, { ended: true })];
    gateway.skip(frame);
    gateway.snapshotToAll();
    await until(() => store.selected()?.ended === true);
  });
});
