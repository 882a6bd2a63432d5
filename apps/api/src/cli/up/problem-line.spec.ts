import { problemOf } from './problem-line';

describe('a line of a part', () => {
  it.each([
    ['is passed on when it warns', '{"level":40,"msg":"Redis is away"}', 'Redis is away'],
    [
      'carries the cause of an error',
      '{"level":50,"msg":"Cannot start","err":{"message":"EADDRINUSE"}}',
      'Cannot start: EADDRINUSE',
    ],
    ['is passed on when Nest warns', '{"level":"warn","message":"slow"}', 'slow'],
    ['is kept back when it is routine', '{"level":30,"msg":"listening"}', undefined],
    ['is kept back when it is routine of Nest', '{"level":"log","message":{"a":1}}', undefined],
    ['is kept back when it is blank', '  ', undefined],
  ])('%s', (_, line, expected) => {
    expect(problemOf(line, 'stdout')).toBe(expected);
    expect(problemOf(line, 'stderr')).toBe(expected);
  });

  it('that is no log record is passed on from standard error only', () => {
    expect(problemOf('TypeError: x is not a function', 'stderr')).toBe('TypeError: x is not a function');
    expect(problemOf('listening', 'stdout')).toBeUndefined();
  });

  it.each(['    at main (main.js:1:1)', '  code: -2', '}'])(
    'that continues an exception is kept back: %p',
    (line) => {
      expect(problemOf(line, 'stderr')).toBeUndefined();
    },
  );
});
