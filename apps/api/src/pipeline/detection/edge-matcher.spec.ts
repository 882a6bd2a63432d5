import fc from 'fast-check';
import { EdgeMatcher } from './edge-matcher';

const letters = fc.constantFrom('a', 'b', 'A', 'B', '.');
const words = fc.array(fc.string({ unit: letters, minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 6,
});
const text = fc.string({ unit: letters, maxLength: 12 });

test('finds a word at the beginning exactly where the text begins with one, in either case', () => {
  fc.assert(
    fc.property(words, text, (list, searched) => {
      const expected = list.some((word) => searched.toLowerCase().startsWith(word.toLowerCase()));
      expect(new EdgeMatcher(list, 'beginning').isAt(searched)).toBe(expected);
    }),
  );
});

test('finds a word at the end exactly where the text ends with one, in either case', () => {
  fc.assert(
    fc.property(words, text, (list, searched) => {
      const expected = list.some((word) => searched.toLowerCase().endsWith(word.toLowerCase()));
      expect(new EdgeMatcher(list, 'end').isAt(searched)).toBe(expected);
    }),
  );
});
