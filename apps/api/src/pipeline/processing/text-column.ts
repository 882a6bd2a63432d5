/** Texts by number, as UTF-8 one after the other: text n lies from `ends[n - 1]` to `ends[n]`. Text 0 is empty. */
export interface TextColumn {
  readonly utf8: Uint8Array;
  readonly ends: Uint32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The text of a number; empty when there is none. Names are mostly ASCII, for which the decoder is the slow way. */
export function textAt({ utf8, ends }: TextColumn, number: number): string {
  if (number <= 0) return '';
  const from = ends[number - 1] ?? 0;
  const to = ends[number] ?? 0;
  let text = '';
  for (let at = from; at < to; at += 1) {
    const code = utf8[at] ?? 0;
    if (code > 127) return decoder.decode(utf8.subarray(from, to));
    text += String.fromCharCode(code);
  }
  return text;
}

/** Gives every distinct text a number, in the order of first use. */
export class TextPool {
  private readonly numbers = new Map([['', 0]]);

  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(text, number);
    return number;
  }

  toColumn(): TextColumn {
    const encoded = [...this.numbers.keys()].map((text) => encoder.encode(text));
    let end = 0;
    const ends = Uint32Array.from(encoded, (bytes) => (end += bytes.length));
    const utf8 = new Uint8Array(end);
    encoded.forEach((bytes, at) => utf8.set(bytes, (ends[at] ?? 0) - bytes.length));
    return { utf8, ends };
  }
}
