import { TestBed } from '@angular/core/testing';
import { endScene, liveScene } from '../../../testing/live-fixture';
import { frameAt } from '../../../testing/scene';
import type { ScriptedGateway } from '../../../testing/scripted-gateway';
import { until } from '../../../testing/until';
import { LedgerPanel } from './ledger-panel';

describe('the ledger on the screen', () => {
  let gateway: ScriptedGateway;
  let panel: HTMLElement;

  beforeEach(async () => {
    gateway = await liveScene();
    panel = TestBed.createComponent(LedgerPanel).nativeElement as HTMLElement;
  });

  afterEach(() => endScene(gateway));

  const said = (words: string) => panel.textContent?.includes(words) ?? false;

  it('says that it waits before the first frame', async () => {
    await until(() => said('Waiting for data.'));
  });

  it('shows both sums and that they close', async () => {
    await until(() => said('balanced'));
    const { edge, aggregated } = frameAt(0).ledger;
    expect(said(edge.received.toLocaleString('en'))).toBe(true);
    expect(said(aggregated.toLocaleString('en'))).toBe(true);
    expect(panel.querySelector('[role=alert]')).toBeNull();
  });

  it('turns into a warning with the difference when events are missing', async () => {
    await until(() => said('balanced'));
    const frame = frameAt(1);
    gateway.play({ ...frame, ledger: { ...frame.ledger, aggregated: frame.ledger.aggregated - 12 } });
    await until(() => said('not balanced'));
    expect(said('12 of accepted')).toBe(true);
    expect(panel.querySelector('[role=alert]')).not.toBeNull();
  });
});
