import { holdsForbiddenKey, mayHoldForbiddenKey } from './forbidden-keys';

const forbidden = [
  '{"__proto__":{"admin":true}}',
  '{"a":[{"b":{"__proto__":1}}]}',
  String.raw`{"\u005f_proto__":{}}`,
  '{"constructor":{"prototype":{"admin":true}}}',
  String.raw`{"constructor":{"p\u0072ototype":1}}`,
];

const harmless = [
  '{"message":"__proto__"}',
  '{"constructor":"Bob the builder"}',
  '{"constructor":{"name":"x"}}',
  '{"prototype":{}}',
  '[]',
];

describe('forbidden keys', () => {
  it.each(forbidden)('are found in %s', (text) => {
    expect(mayHoldForbiddenKey(text)).toBe(true);
    expect(holdsForbiddenKey(JSON.parse(text))).toBe(true);
  });

  it.each(harmless)('are not seen in %s', (text) => {
    expect(holdsForbiddenKey(JSON.parse(text))).toBe(false);
  });

  it('are looked for only where the text could hold one', () => {
    expect(mayHoldForbiddenKey('{"event":{"category":["network"]}}')).toBe(false);
  });
});
