import { TestBed } from '@angular/core/testing';
import { endScene, liveScene } from '../../../testing/live-fixture';
import { frameAt } from '../../../testing/scene';
import { alertOf } from '../../../testing/scene-alerts';
import type { ScriptedGateway } from '../../../testing/scripted-gateway';
import { until } from '../../../testing/until';
import { AlertsStore } from '../live-state/alerts-store';
import { DetectionsPanel } from './detections-panel';

const frame = frameAt(3);

describe('detections on the screen', () => {
  let gateway: ScriptedGateway;
  let panel: HTMLElement;

  beforeEach(async () => {
    gateway = await liveScene();
    panel = TestBed.createComponent(DetectionsPanel).nativeElement as HTMLElement;
    await until(() => titles().length > 0);
  });

  afterEach(() => endScene(gateway));

  const titles = () => [...panel.querySelectorAll('.alert-title')].map((title) => title.textContent?.trim());
  const press = (label: string) =>
    panel.querySelector<HTMLButtonElement>(`button[aria-label^="${label}"]`)?.click();
  const choose = (status: string) => {
    const select = panel.querySelector('select');
    if (select === null) throw new Error('There is no choice of the status.');
    select.value = status;
    select.dispatchEvent(new Event('change'));
  };

  it('show a new alert at the top', async () => {
    const raised = { ...alertOf(2, frame.at, 0), id: 'ssh-brute-force-new' };
    gateway.play({ ...frame, alerts: [raised, ...(frame.alerts ?? [])] });
    await until(() => titles()[0] === 'SSH brute force');
  });

  it('show what an alert has become', async () => {
    const [first, ...others] = frame.alerts ?? [];
    if (first === undefined) throw new Error('The scene has no alert.');
    const taken = { ...first, version: 2, status: 'acknowledged' as const, assignee: 'grace' };
    gateway.play({ ...frame, alerts: [taken, ...others] });
    await until(() => panel.textContent?.includes('with grace') ?? false);
  });

  it('are those of one severity when it is chosen, and all again after that', async () => {
    const all = titles().length;
    press('medium');
    await until(() => titles().length < all);
    expect(new Set(titles())).toEqual(new Set(['Port scan vertical']));
    press('medium');
    await until(() => titles().length === all);
  });

  it('say that none passes the filter', async () => {
    press('info');
    await until(() => panel.textContent?.includes('passes the filter') ?? false);
  });

  it('say that there are none yet', async () => {
    const { alerts: _, ...quiet } = frame;
    gateway.skip(quiet);
    gateway.snapshotToAll();
    await until(() => panel.textContent?.includes('No alerts yet.') ?? false);
  });

  it('export what the filter asks for', async () => {
    choose('acknowledged');
    await until(() => panel.querySelector('a[href*="format=csv&status=acknowledged"]') !== null);
  });

  it('are chosen by a press', async () => {
    panel.querySelector<HTMLButtonElement>('.alert-row')?.click();
    await until(() => panel.querySelector('[aria-current="true"]') !== null);
    expect(TestBed.inject(AlertsStore).selected()?.id).toBeDefined();
  });
});
