import { decodeEvents, TOO_DEEP, type BodyForm } from './decode-events';

const decode = (body: string | Uint8Array, form: BodyForm = 'json') =>
  decodeEvents(typeof body === 'string' ? new TextEncoder().encode(body) : body, form);

const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

describe('the body of POST /events', () => {
  it('is one event or an array of them', () => {
    expect(decode('{"a":1}')).toEqual({ elements: [{ a: 1 }] });
    expect(decode(' [{"a":1},{"b":"é"}]\n')).toEqual({ elements: [{ a: 1 }, { b: 'é' }] });
  });

  it('is one event a line, whatever the line ends, blank lines not counted', () => {
    expect(decode('{"a":1}\r\n\n{"b":2}\n', 'lines')).toEqual({ elements: [{ a: 1 }, { b: 2 }] });
    expect(decode('{"a":1}\n{"b":2}', 'lines')).toEqual({ elements: [{ a: 1 }, { b: 2 }] });
  });

  it.each<[string, string | Uint8Array, BodyForm, string]>([
    ['nothing', '', 'json', 'empty_body'],
    ['white space', ' \r\n\t', 'lines', 'empty_body'],
    ['half an object', '{"a":1', 'json', 'malformed_json'],
    ['two objects side by side', '{} {}', 'json', 'malformed_json'],
    ['a line with two objects', '{"a":1},{"b":2}', 'lines', 'malformed_json'],
    ['a bad line among good ones', '{"a":1}\n{"a":}\n{"a":2}', 'lines', 'malformed_json'],
    ['an object over two lines', '{"a":\n1}', 'lines', 'malformed_json'],
    ['a trailing comma', '[{"a":1},]', 'json', 'malformed_json'],
    ['NaN', '{"a":NaN}', 'json', 'malformed_json'],
    ['a number', '42', 'json', 'invalid_shape'],
    ['null', 'null', 'json', 'invalid_shape'],
    ['an empty array', '[]', 'json', 'invalid_shape'],
    ['a batch that is an object', '{}', 'cloudevents', 'invalid_shape'],
    ['one CloudEvent that is an array', '[{}]', 'cloudevent', 'invalid_shape'],
    ['a byte order mark', '\ufeff{}', 'json', 'invalid_encoding'],
    [
      'bytes that are not UTF-8',
      Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d),
      'json',
      'invalid_encoding',
    ],
    ['half of a surrogate pair', String.raw`{"a":"\ud800"}`, 'json', 'invalid_encoding'],
    ['a key that reaches for a prototype', '[{"a":{"__proto__":{"b":1}}}]', 'json', 'forbidden_key'],
    ['1 001 events', `[${Array(1_001).fill('{}').join(',')}]`, 'json', 'too_many_events'],
    ['1 001 lines', Array(1_001).fill('{}').join('\n'), 'lines', 'too_many_events'],
    ['a megabyte of open brackets', '['.repeat(1_048_576), 'json', 'malformed_json'],
  ])('is refused when it is %s', (_, body, form, refused) => {
    expect(decode(body, form)).toMatchObject({ refused });
  });

  it('takes 1 000 events', () => {
    expect(decode(`[${Array(1_000).fill('{}').join(',')}]`)).toMatchObject({ elements: { length: 1_000 } });
  });

  it('marks an event of nine levels and keeps its neighbours', () => {
    expect(decode(`[${nested(8)},${nested(9)},{"é":1}]`)).toEqual({
      elements: [JSON.parse(nested(8)), TOO_DEEP, { é: 1 }],
    });
    expect(decode(`{"a":1}\n${nested(9)}\n{"b":2}`, 'lines')).toEqual({
      elements: [{ a: 1 }, TOO_DEEP, { b: 2 }],
    });
    expect(decode(nested(9))).toEqual({ elements: [TOO_DEEP] });
  });

  it('gives an envelope one level more', () => {
    expect(decode(nested(9), 'cloudevent')).toEqual({ elements: [JSON.parse(nested(9))] });
    expect(decode(`[${nested(10)}]`, 'cloudevents')).toEqual({ elements: [TOO_DEEP] });
  });
});
