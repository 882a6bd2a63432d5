import { logOptionsOf, timelineOf } from './intake-query';

describe('the timeline of a request', () => {
  it('is live unless it is named', () => {
    expect(timelineOf({})).toBe('live');
    expect(timelineOf({ timeline: 'replay-1' })).toBe('replay-1');
  });

  it.each(['', 'Replay', '-a', 'a:b', 'a}b', 'x'.repeat(65), ['a', 'b'], '../a'])(
    'cannot be %j',
    (timeline) => {
      expect(timelineOf({ timeline })).toHaveProperty('invalid');
    },
  );
});

describe('the options of a log request', () => {
  const known = (name: string) => name === 'Europe/Berlin';

  it('are what was named', () => {
    expect(logOptionsOf({}, known)).toEqual({});
    const query = { host: 'gate-1', timezone: 'Europe/Berlin', year: '2015', other: 'x' };
    expect(logOptionsOf(query, known)).toEqual({ host: 'gate-1', timezone: 'Europe/Berlin', year: 2015 });
  });

  it.each([
    { host: '' },
    { host: 'a\nb' },
    { host: 'x'.repeat(256) },
    { host: ['a', 'b'] },
    { timezone: 'Mars/Olympus' },
    { year: '1969' },
    { year: '15' },
    { year: '20155' },
    { year: '2015.5' },
  ])('cannot be %j', (query) => {
    expect(logOptionsOf(query, known)).toHaveProperty('invalid');
  });
});
