import fc from 'fast-check';
import { LineSplitter, type SplitLine } from './line-splitter';

function split(chunks: readonly (string | Buffer)[], longest = 100): (string | undefined)[] {
  const lines: SplitLine[] = [];
  const splitter = new LineSplitter(longest);
  for (const chunk of chunks) splitter.push(Buffer.from(chunk), (line) => lines.push(line));
  splitter.finish((line) => lines.push(line));
  return lines.map((line) => ('text' in line ? line.text : `(${line.unreadable})`));
}

describe('line splitter', () => {
  it.each([
    [[], []],
    [['a\nb\n'], ['a', 'b']],
    [['a\nb'], ['a', 'b']],
    [['\n\n'], ['', '']],
    [
      ['a', 'b\n', '\nc'],
      ['ab', '', 'c'],
    ],
    [['a\r\n'], ['a\r']],
  ])('splits %j into %j', (chunks, lines) => {
    expect(split(chunks)).toEqual(lines);
  });

  it('gives the same lines however the bytes are cut', () => {
    const text = fc.array(
      fc.string({ unit: 'binary', maxLength: 20 }).map((line) => line.replaceAll('\n', '')),
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const places = [
          0,
          ...cuts.map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const chunks = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
        expect(split(chunks)).toEqual(split([bytes]));
      }),
    );
  });

  it('tells which line is not UTF-8, and reads those around it', () => {
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xc3, 0x28, 10]), Buffer.from('\u20ac\n')]);
    expect(split([bytes])).toEqual(['a', '(invalid_encoding)', '\u20ac']);
  });

  it('reads a character that two chunks share', () => {
    const bytes = Buffer.from('x\u20acy\n');
    expect(split([bytes.subarray(0, 2), bytes.subarray(2)])).toEqual(['x\u20acy']);
  });

  it('keeps of a line that never ends only that it was too long', () => {
    const endless = Array.from({ length: 50 }, () => 'x'.repeat(10));
    expect(split([...endless, '\nb\n'])).toEqual(['(line_too_long)', 'b']);
    expect(split(endless)).toEqual(['(line_too_long)']);
  });
});
