import { parseControlBody } from './parse-json';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the body of a control request', () => {
  it('is parsed', () => {
    expect(parseControlBody(bytes('{"state":"paused"}'))).toEqual({ value: { state: 'paused' } });
  });

  it.each([
    ['nothing', bytes(''), 'empty_body'],
    ['half an object', bytes('{"a":'), 'malformed_json'],
    ['no JSON', bytes('{a:1}'), 'malformed_json'],
    ['a byte order mark', bytes('\ufeff{}'), 'invalid_encoding'],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'invalid_encoding'],
    ['a lone surrogate', bytes(String.raw`"\ud800"`), 'invalid_encoding'],
    ['17 levels', bytes('['.repeat(17) + ']'.repeat(17)), 'invalid_shape'],
    ['a key that reaches for a prototype', bytes('{"__proto__":{}}'), 'forbidden_key'],
    ['more than 64 KiB', bytes(`"${'x'.repeat(65_536)}"`), 'payload_too_large'],
  ])('is refused when it is %s', (_, body, refused) => {
    expect(parseControlBody(body)).toEqual({ refused });
  });
});
