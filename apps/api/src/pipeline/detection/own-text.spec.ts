import { ownText } from './own-text';

test.each(['', 'short', 'exactly13char', 'ein längerer Text \u{1F600} mit allem'])(
  'is the same text: %s',
  (text) => {
    expect(ownText(text)).toBe(text);
  },
);
