import { SEVERITY_FLOOR, SEVERITY_LEVELS } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { facetKey, KnownWords, parseFacet } from './facet';

const word = fc.stringMatching(/^[a-z0-9._-]{1,48}$/);
const withEvent = (over: Partial<ReturnType<typeof anEvent>['event']>) =>
  anEvent({ event: { ...anEvent().event, ...over } });

describe('a facet key', () => {
  it('stands for the words of its event', () => {
    const facets = fc.record({
      dataset: word,
      categories: fc.uniqueArray(fc.constantFrom('authentication', 'network', 'web'), { minLength: 1 }),
      outcome: fc.constantFrom('success' as const, 'failure' as const, 'unknown' as const),
      severity: fc.constantFrom(...SEVERITY_LEVELS),
      action: word,
    });
    fc.assert(
      fc.property(facets, ({ dataset, categories, outcome, severity, action }) => {
        const event = withEvent({
          dataset,
          category: categories as ReturnType<typeof anEvent>['event']['category'],
          outcome,
          severity: SEVERITY_FLOOR[severity],
          action,
        });
        expect(parseFacet(facetKey(event, new KnownWords(10)))).toEqual({
          dataset,
          categories,
          outcome,
          severity,
          action,
        });
      }),
    );
  });

  it('of an event without dataset, outcome, severity and action says so in the words of the schema', () => {
    const event = anEvent({ event: { category: ['network'], type: ['info'] } });
    expect(parseFacet(facetKey(event, new KnownWords(10)))).toEqual({
      dataset: 'watchfloor',
      categories: ['network'],
      outcome: 'unknown',
      severity: 'info',
      action: '',
    });
  });

  it('cannot be forged by separators in the free text of a sender', () => {
    const event = withEvent({ dataset: 'openssh|web', action: 'a,b|c' });
    expect(parseFacet(facetKey(event, new KnownWords(10)))).toMatchObject({
      dataset: 'other',
      categories: ['authentication'],
      action: 'other',
    });
  });
});

describe('known words', () => {
  it('are the first that come; all beyond the limit are `other`', () => {
    const known = new KnownWords(2);
    expect(['a', 'b', 'c', 'a', 'b'].map((one) => known.action(one))).toEqual(['a', 'b', 'other', 'a', 'b']);
  });

  it('have a limit of their own for datasets and for actions', () => {
    const known = new KnownWords(1);
    expect([known.dataset('a'), known.action('b'), known.dataset('b'), known.action('a')]).toEqual([
      'a',
      'b',
      'other',
      'other',
    ]);
  });

  it('do not spend their limit on what is no plain word', () => {
    const known = new KnownWords(1);
    expect(['A', 'x'.repeat(49), 'é', 'a b', 'plain'].map((one) => known.action(one))).toEqual([
      'other',
      'other',
      'other',
      'other',
      'plain',
    ]);
  });

  it('leave the empty word empty, at the limit too', () => {
    const known = new KnownWords(0);
    expect(known.action('')).toBe('');
  });
});
