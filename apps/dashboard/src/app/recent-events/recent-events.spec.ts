import { TestBed } from '@angular/core/testing';
import { endScene, liveScene } from '../../../testing/live-fixture';
import { frameAt } from '../../../testing/scene';
import type { ScriptedGateway } from '../../../testing/scripted-gateway';
import { until } from '../../../testing/until';
import { RecentEvents } from './recent-events';

describe('recent events on the screen', () => {
  let gateway: ScriptedGateway;
  let panel: HTMLElement;

  beforeEach(async () => {
    gateway = await liveScene();
    panel = TestBed.createComponent(RecentEvents).nativeElement as HTMLElement;
    gateway.play(frameAt(20));
    await until(() => topTime() === '10:42:04.000');
  });

  afterEach(() => endScene(gateway));

  const topTime = () => panel.querySelector('.events-list tbody td')?.textContent?.trim();

  function scrollTo(top: number): void {
    const list = panel.querySelector<HTMLElement>('.events-list');
    if (list === null) throw new Error('There is no list.');
    list.scrollTop = top;
    list.dispatchEvent(new Event('scroll'));
  }

  it('follow the newest', async () => {
    gateway.play(frameAt(25));
    await until(() => topTime() === '10:42:05.000');
  });

  it('stand still when the reader scrolls, and say how many came since', async () => {
    scrollTo(50);
    gateway.play(frameAt(25));
    await until(() => panel.textContent?.includes('5 new') ?? false);
    expect(topTime()).toBe('10:42:04.000');
  });

  it('follow again when the reader comes back to the top', async () => {
    scrollTo(50);
    gateway.play(frameAt(25));
    await until(() => panel.textContent?.includes('5 new') ?? false);
    scrollTo(0);
    await until(() => topTime() === '10:42:05.000');
  });

  it('give each severity a word and a shape', () => {
    const severities = [...panel.querySelectorAll('.events-severity')].map((cell) =>
      cell.textContent?.trim(),
    );
    expect(severities).toEqual(
      expect.arrayContaining(['critical ▲', 'high ◆', 'medium ■', 'low ●', 'info ○']),
    );
  });
});
