import { alertOf } from '../../../testing/scene-alerts';
import { announcement, newAlerts } from './announcement';

const [critical, medium] = [alertOf(0, 0, 0), alertOf(1, 0, 0)];

describe('the announcement of alerts', () => {
  it('knows which are new', () => {
    expect(newAlerts(new Set([medium.id]), [critical, medium])).toEqual([critical]);
  });

  it('tells one in full', () => {
    expect(announcement([medium])).toBe(
      `New alert: medium, Port scan vertical from 198.18.35.155. ${medium.reason}.`,
    );
  });

  it('tells of several how many they are, and the worst', () => {
    expect(announcement([medium, critical])).toMatch(
      /^2 new alerts\. The worst: critical, Credential stuffing/,
    );
  });

  it('has nothing to say of none', () => {
    expect(announcement([])).toBe('');
  });
});
