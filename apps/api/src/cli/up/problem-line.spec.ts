import { problemOf } from './problem-line';

describe('a line of a part', () => {
  it.each([
    ['is passed on when it warns', '{"level":40,"msg":"Redis is away"}', 'Redis is away'],
    [
      'carries the cause of an error',
      '{"level":50,"msg":"Cannot start","err":{"message":"EADDRINUSE"}}',
      'Cannot start: EADDRINUSE',
    ],
    [
      'is passed on when it is no log record',
      'TypeError: x is not a function',
      'TypeError: x is not a function',
    ],
    ['is kept back when it is routine', '{"level":30,"msg":"listening"}', undefined],
    ['is kept back when it is blank', '  ', undefined],
  ])('%s', (_, line, expected) => {
    expect(problemOf(line)).toBe(expected);
  });
});
