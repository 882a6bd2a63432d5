import fc from 'fast-check';
import { WordMatcher } from './word-matcher';

const letters = fc.constantFrom('a', 'b', 'c', 'A', 'B', '/', '.');
const word = fc.string({ unit: letters, minLength: 1, maxLength: 6 });
const text = fc.string({ unit: fc.oneof(letters, fc.constantFrom('é', '漢', ' ')), maxLength: 60 });

test('finds a word exactly where a search in lower case finds one', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), text, (words, searched) => {
      const expected = words.some((each) => searched.toLowerCase().includes(each.toLowerCase()));
      expect(new WordMatcher(words).isIn(searched)).toBe(expected);
    }),
  );
});

test('refuses a word that could match everything or is outside ASCII', () => {
  expect(() => new WordMatcher([''])).toThrow(RangeError);
  expect(() => new WordMatcher(['é'])).toThrow(RangeError);
});
