import { anEvent } from '@watchfloor/contracts/testing';
import { Tally } from './tally';
import { encodeTally } from './tally-codec';
import { rowOf } from './testing';
import { WindowBook } from './window-book';
import { WindowMemory } from './window-memory';

const FOREVER = { '1s': Infinity, '10s': Infinity, '1m': Infinity, '1h': Infinity };
const QUIET_MS = 10_000;

function encodedWindow(sources: number) {
  const tally = new Tally();
  for (let i = 0; i < sources; i++)
    tally.add('facet', rowOf(anEvent({ source: { ip: `198.18.${i >> 8}.${i & 255}` } })));
  return encodeTally(tally);
}

/** A book with so many windows of so many sources each, none of which gains any more. */
function bookOf(windows: number, sources: number): WindowBook {
  const book = new WindowBook(50_000);
  const gained = encodedWindow(sources);
  for (let i = 0; i < windows; i++) book.add(i * 1_000, gained, { now: 0, wallClock: 0 });
  return book;
}

function openIn(book: WindowBook): number {
  return [...book.entries()].filter(([, , window]) => window.isOpen).length;
}

describe('windows that no longer gain are put to rest', () => {
  it('two at a time where they are large, so that nobody waits long', () => {
    const book = bookOf(6, 4_000);
    new WindowMemory(book, FOREVER).rest(QUIET_MS);
    expect(openIn(book)).toBe(4);
  });

  it('many at a time where they are small: a log that is replayed opens hundreds of them a second', () => {
    const book = bookOf(80, 1);
    new WindowMemory(book, FOREVER).rest(QUIET_MS);
    expect(openIn(book)).toBe(0);
  });
});
