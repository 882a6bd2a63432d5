import type { Alert } from '@watchfloor/contracts';
import { alertOf } from '../../../testing/scene-alerts';
import { alertMarkers, PULSE_MS, pulsePhase } from './alert-markers';

const alert = (id: string, over: Partial<Alert> = {}): Alert => ({ ...alertOf(0, 0, 0), id, ...over });
const hanoi = { latitude: 21, longitude: 105.8 };
const lagos = { latitude: 6.5, longitude: 3.4 };

describe('the markers of alerts', () => {
  it('are one for each place, in the shape of the worst, which lies on top', () => {
    const alerts = [
      alert('a', { severity: 'critical' }),
      alert('b', { severity: 'low' }),
      alert('c', { severity: 'high' }),
    ];
    const markers = alertMarkers(alerts, ({ id }) => (id === 'c' ? lagos : hanoi), null);
    expect(markers.map(({ severity, alerts: at }) => [severity, at.map(({ id }) => id)])).toEqual([
      ['high', ['c']],
      ['critical', ['a', 'b']],
    ]);
  });

  it('leave out closed alerts, but not the chosen one', () => {
    const alerts = [alert('a', { status: 'closed' }), alert('b', { status: 'closed' })];
    const markers = alertMarkers(alerts, () => hanoi, 'b');
    expect(markers.flatMap(({ alerts: at }) => at.map(({ id }) => id))).toEqual(['b']);
  });

  it('leave out alerts whose place is not known', () => {
    expect(alertMarkers([alert('a')], () => null, 'a')).toEqual([]);
  });
});

describe('a pulse', () => {
  it('runs outwards while it fades', () => {
    const early = pulsePhase(100);
    const late = pulsePhase(900);
    expect(late?.reach).toBeGreaterThan(early?.reach ?? 1);
    expect(late?.opacity).toBeLessThan(early?.opacity ?? 0);
  });

  it('is over after its time, and never was without a beginning', () => {
    expect(pulsePhase(PULSE_MS)).toBeNull();
    expect(pulsePhase(Infinity)).toBeNull();
  });
});
