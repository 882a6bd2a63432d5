import fc from 'fast-check';
import { markOf } from './distinct-count';
import { KeyTable } from './key-table';

const encoder = new TextEncoder();

const keys = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 200 });

describe('a key table', () => {
  it('gives each key one number and the key back for it, whatever its letters', () => {
    fc.assert(
      fc.property(keys, (all) => {
        const table = new KeyTable();
        const numbers = all.map((key) => table.idOf(key));
        expect(numbers.map((id) => table.text(id))).toEqual(all);
        expect(all.map((key) => table.idOf(key))).toEqual(numbers);
        expect(table.size).toBe(new Set(all).size);
      }),
    );
  });

  it('finds a key by its bytes under the number that its text has', () => {
    const table = new KeyTable();
    const id = table.idOf('São Paulo');
    const bytes = new TextEncoder().encode('>São Paulo<');
    expect(table.idOfBytes(bytes, 1, bytes.length - 1)).toBe(id);
  });

  it('knows nothing that was not numbered', () => {
    const table = new KeyTable();
    table.idOf('root');
    expect([table.known('root'), table.known('roo'), table.known('')]).toEqual([0, undefined, undefined]);
  });

  it('keeps the numbers of keys in use when the others are forgotten', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 150 }),
        fc.infiniteStream(fc.boolean()),
        (all, coins) => {
          const table = new KeyTable();
          const marked = (key: string): number => markOf(encoder.encode(key), 0, encoder.encode(key).length);
          const kept = new Map<string, number>();
          for (const key of all) {
            const id = table.idOf(key);
            expect(table.mark(id)).toBe(marked(key));
            if (coins.next().value === true) kept.set(key, id);
          }
          const used = new Set(kept.values());
          table.sweep((id) => used.has(id));
          expect(table.size).toBe(kept.size);
          for (const key of all) expect(table.known(key)).toBe(kept.get(key));
          for (const key of all) expect(table.text(table.idOf(key))).toBe(key);
          for (const key of [...all].reverse()) expect(table.mark(table.idOf(key))).toBe(marked(key));
          expect(table.bound).toBe(all.length);
          for (const [key, id] of kept) expect(table.idOf(key)).toBe(id);
        },
      ),
    );
  });

  it('compares keys by their bytes', () => {
    const table = new KeyTable();
    const ids = ['b', 'a', 'ab', 'é'].map((key) => table.idOf(key));
    const sorted = [...ids].sort((a, b) => table.compare(a, b)).map((id) => table.text(id));
    expect(sorted).toEqual(['a', 'ab', 'b', 'é']);
  });
});
