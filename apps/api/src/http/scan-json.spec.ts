import fc from 'fast-check';
import { scanJson, type JsonLayout } from './scan-json';

const scan = (text: string, layout: JsonLayout = 'value', limit = 8) =>
  scanJson(new TextEncoder().encode(text), layout, { depth: limit, members: 1_000, membersInAll: 2_000 });

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
        const { excessive, closed, loneSurrogate } = scan(text, 'value', limit);
        expect({ closed, loneSurrogate }).toEqual({ closed: true, loneSurrogate: false });
        expect(excessive.length === 1).toBe(depthOf(JSON.parse(text)) > limit);
      }),
    );
  });

  it('counts the elements of an array and points at the deep ones', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 5 }), { maxLength: 12 }), (elements) => {
        const text = JSON.stringify(elements);
        const { values, excessive } = scan(text, 'array', 3);
        expect(values).toBe(elements.length);
        expect(excessive.map(({ index }) => index)).toEqual(
          elements.flatMap((element, index) => (depthOf(element) > 3 ? [index] : [])),
        );
        for (const { index, start, end } of excessive) {
          const bytes = new TextEncoder().encode(text).slice(start, end);
          expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(elements[index]);
        }
      }),
    );
  });

  it('counts the lines that hold something and points at the deep ones', () => {
    const { values, excessive } = scan('{"a":1}\r\n\n  \n{"a":{"b":[]}}\n{"c":2}', 'lines', 2);
    expect(values).toBe(3);
    expect(excessive).toEqual([{ index: 1, excess: 'depth', start: 13, end: 27 }]);
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
    expect(scan(deep).excessive).toEqual([{ index: 0, excess: 'depth', start: 0, end: deep.length }]);
  });

  it('points at a value of more than 1 000 members and says when all together are too many', () => {
    const list = (members: number) => `[${Array(members).fill('[]').join(',')}]`;
    expect(scan(`[${list(1_000)}]`, 'array')).toMatchObject({ excessive: [], tooManyMembers: false });
    expect(scan(`[1,${list(1_001)}]`, 'array').excessive).toMatchObject([{ index: 1, excess: 'members' }]);
    const three = [900, 900, 900].map(list);
    expect(scan(`[${three.join(',')}]`, 'array')).toMatchObject({ excessive: [], tooManyMembers: true });
    expect(scan(three.join('\n'), 'lines')).toMatchObject({ excessive: [], tooManyMembers: true });
  });
});
