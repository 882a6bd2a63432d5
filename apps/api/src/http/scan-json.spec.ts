import fc from 'fast-check';
import { scanJson, type JsonLayout } from './scan-json';

const scan = (text: string, layout: JsonLayout = 'value', limit = 8) =>
  scanJson(new TextEncoder().encode(text), layout, limit);

/** Levels of objects and arrays, by walking the parsed value. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const json = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.jsonValue({ maxDepth: 6 }).map((value) => JSON.stringify(value, null, 2)),
);

describe('scanJson', () => {
  it('finds the same depth as a walk over the parsed value, whatever strings and white space hold', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 7 }), (text, limit) => {
        const { tooDeep, closed, loneSurrogate } = scan(text, 'value', limit);
        expect({ closed, loneSurrogate }).toEqual({ closed: true, loneSurrogate: false });
        expect(tooDeep.length === 1).toBe(depthOf(JSON.parse(text)) > limit);
      }),
    );
  });

  it('counts the elements of an array and points at the deep ones', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 5 }), { maxLength: 12 }), (elements) => {
        const text = JSON.stringify(elements);
        const { values, tooDeep } = scan(text, 'array', 3);
        expect(values).toBe(elements.length);
        expect(tooDeep.map(({ index }) => index)).toEqual(
          elements.flatMap((element, index) => (depthOf(element) > 3 ? [index] : [])),
        );
        for (const { index, start, end } of tooDeep) {
          const bytes = new TextEncoder().encode(text).slice(start, end);
          expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(elements[index]);
        }
      }),
    );
  });

  it('counts the lines that hold something and points at the deep ones', () => {
    const { values, tooDeep } = scan('{"a":1}\r\n\n  \n{"a":{"b":[]}}\n{"c":2}', 'lines', 2);
    expect(values).toBe(3);
    expect(tooDeep).toEqual([{ index: 1, start: 13, end: 27 }]);
  });

  it.each(['[[]', '{"a":{}', ']', '[]]', '"a', '{"a":"b\\"}', '[{"a":"]}'])(
    'says that %s does not close',
    (text) => {
      expect(scan(text).closed).toBe(false);
    },
  );

  it('says that a line does not close although a later one would close it', () => {
    expect(scan('{"a":[\n]}', 'lines').closed).toBe(false);
  });

  it.each([
    String.raw`"\ud800"`,
    String.raw`"\udc00\ud800"`,
    String.raw`"a\uDBFFa\uDC00"`,
    String.raw`{"\udfff":1}`,
  ])('finds the lone surrogate in %s', (text) => {
    expect(scan(text).loneSurrogate).toBe(true);
  });

  it.each([String.raw`"\ud83d\ude00"`, String.raw`"\\ud800"`, String.raw`"\u0041"`, '"😀"'])(
    'finds no lone surrogate in %s',
    (text) => {
      expect(scan(text).loneSurrogate).toBe(false);
    },
  );

  it('takes a megabyte of brackets without a stack', () => {
    const deep = '['.repeat(524_288) + ']'.repeat(524_288);
    expect(scan(deep).tooDeep).toEqual([{ index: 0, start: 0, end: deep.length }]);
  });
});
