import fc from 'fast-check';
import { countLines, splitLines } from './split-lines';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('splitLines', () => {
  it('takes LF and CRLF as line ends and keeps empty lines', () => {
    expect([...splitLines(bytes('a\r\n\nb\n'))]).toEqual(['a', '', 'b']);
  });

  it('takes a last line without an end', () => {
    expect([...splitLines(bytes('a\nb'))]).toEqual(['a', 'b']);
  });

  it('gives a line that is not UTF-8 as undefined and reads its neighbours', () => {
    const body = new Uint8Array([...bytes('good\n'), 0xff, 0xfe, ...bytes('\r\nalso good\n')]);
    expect([...splitLines(body)]).toEqual(['good', undefined, 'also good']);
  });

  it('gives as many lines as countLines says, for any bytes', () => {
    const piece = fc.constantFrom('a', '\n', '\r\n', 'é', '\r');
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, broken) => {
        const text = bytes(pieces.join(''));
        const body = broken ? new Uint8Array([0xff, ...text]) : text;
        expect([...splitLines(body)].length).toBe(countLines(body));
      }),
    );
  });
});
