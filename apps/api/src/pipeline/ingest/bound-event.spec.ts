import fc from 'fast-check';
import { anEvent } from '@watchfloor/contracts/testing';
import { boundEvent, cutToBytes } from './bound-event';
import { schemaProblems } from './testing';

describe('bounds of an event', () => {
  it('cut text, lists and labels to what the schema allows', () => {
    const event = anEvent({
      url: { path: 'p'.repeat(9000) },
      related: { ip: Array.from({ length: 100 }, () => '203.0.113.7') },
      labels: { session: 'x'.repeat(2000) },
    });
    boundEvent(event);
    expect(schemaProblems(event)).toEqual([]);
    expect(event.url?.path).toHaveLength(8192);
    expect(event.related?.ip).toHaveLength(64);
    expect(event.labels?.['session']).toHaveLength(1024);
  });

  it('leave an event within the limits as it is', () => {
    const event = anEvent();
    boundEvent(event);
    expect(event).toEqual(anEvent());
  });

  it('do not cut through a pair of surrogates', () => {
    const event = anEvent({ user: { name: `${'a'.repeat(1023)}\u{1f600}` } });
    boundEvent(event);
    expect(event.user?.name).toBe('a'.repeat(1023));
  });
});

describe('text cut to bytes', () => {
  it('is the longest beginning that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, bytes) => {
        const cut = cutToBytes(text, bytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        const next = [...text.slice(cut.length)][0];
        if (next !== undefined) expect(Buffer.byteLength(cut + next)).toBeGreaterThan(bytes);
      }),
    );
  });
});
