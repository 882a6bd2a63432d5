import { alertOf } from '../../../testing/scene-alerts';
import {
  alertRow,
  noteWords,
  openAlertsNotice,
  ruleTitle,
  sourceWords,
  spanWords,
  statusWords,
} from './alert-view';

const RAISED = Date.UTC(2026, 0, 5, 10, 42);
const alert = alertOf(0, RAISED, 5_000);

describe('an alert in its row', () => {
  it('says what, from where, how bad and whether it goes on', () => {
    const place = { country: 'CN', city: 'Shenzhen', latitude: 22, longitude: 114 };
    expect(alertRow(alert, place)).toMatchObject({
      shape: '▲',
      title: 'Credential stuffing',
      source: '198.18.0.13 and 2 more',
      country: 'CN',
      technique: 'T1110.004',
      techniqueName: 'Credential Stuffing',
      seen: '10:41:46–10:42:05',
      events: '26 events',
      goesOn: true,
      status: 'open',
    });
  });

  it('says in short who has it once they acknowledged it', () => {
    expect(alertRow(alertOf(1, RAISED, 0), null).status).toBe('with ada');
  });

  it('leaves the country out while it is not known', () => {
    expect(alertRow(alert, null).country).toBe('');
  });

  it.each([
    ['ssh-brute-force', 'SSH brute force'],
    ['http-probing', 'HTTP probing'],
    ['beaconing', 'Beaconing'],
  ])('calls %p %p', (rule, title) => {
    expect(ruleTitle(rule)).toBe(title);
  });

  it('is about its key where it has no address', () => {
    expect(sourceWords({ ...alert, source: [], key: 'web01 /login' })).toBe('web01 /login');
  });

  it.each([
    ['2026-01-05T10:00:00.100Z', '2026-01-05T10:00:00.900Z', '10:00:00'],
    ['2026-01-05T10:00:00Z', '2026-01-05T10:01:00Z', '10:00:00–10:01:00'],
    ['2026-01-05T23:59:00Z', '2026-01-06T00:01:00Z', 'Jan 5, 23:59:00 – Jan 6, 00:01:00'],
  ])('from %p to %p was seen %p', (first, last, words) => {
    expect(spanWords(first, last)).toBe(words);
  });

  it('says who has it', () => {
    expect(statusWords({ status: 'acknowledged', assignee: 'ada' })).toBe('acknowledged, with ada');
    expect(statusWords({ status: 'open', assignee: null })).toBe('open');
  });
});

describe('the notice of open alerts', () => {
  it('counts them and shows the worst', () => {
    const alerts = [2, 1, 0].map((number) => alertOf(number, RAISED, 0));
    expect(openAlertsNotice(alerts)).toEqual({ severity: 'critical', shape: '▲', words: '2 open alerts' });
  });

  it('is not there when none is open', () => {
    expect(openAlertsNotice([{ ...alert, status: 'closed' }])).toBeNull();
  });
});

describe('a step of the handling', () => {
  const at = '2026-01-05T10:42:00Z';

  it.each([
    [{ at, by: 'ada', text: 'Seen.' }, 'ada: Seen.'],
    [{ at, by: 'ada', text: '', status: 'acknowledged' as const }, 'ada acknowledged it'],
    [
      { at, by: 'ada', text: 'Mine.', status: 'open' as const, assignee: 'bob' },
      'ada reopened it and gave it to bob: Mine.',
    ],
    [{ at, by: 'ada', text: '', assignee: null }, 'ada let it go'],
  ])('reads as a line', (note, words) => {
    expect(noteWords(note)).toBe(words);
  });
});
