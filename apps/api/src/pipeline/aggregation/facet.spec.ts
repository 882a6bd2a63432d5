import { DATASETS, SEVERITY_FLOOR, SEVERITY_LEVELS, severityLevel } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import { COWRIE_ACTIONS } from '../ingest/formats/cowrie/kinds';
import { IPTABLES_ACTIONS } from '../ingest/formats/iptables';
import { LINUX_AUTH_ACTIONS } from '../ingest/formats/linux-auth/actions';
import { SSHD_ACTIONS } from '../ingest/formats/openssh/actions';
import { SURICATA_ACTIONS } from '../ingest/formats/suricata-eve';
import { ACCESS_ACTIONS } from '../ingest/formats/web/access-log';
import { WEB_ERROR_ACTIONS } from '../ingest/formats/web/error-kinds';
import { ZEEK_ACTIONS } from '../ingest/formats/zeek/streams';
import { facetKey, KnownWords, parseFacet } from './facet';
import { createFacetWords } from './facet-words';

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

  it('have the words of the formats besides, however many come from a sender', () => {
    const known = createFacetWords();
    for (let i = 0; i < 2_000; i++) {
      known.dataset(`dataset-${i}`);
      known.action(`action-${i}`);
    }
    expect([known.action('action-511'), known.action('action-512')]).toEqual(['action-511', 'other']);
    for (const word of [...SSHD_ACTIONS, ...ZEEK_ACTIONS, ...IPTABLES_ACTIONS, ...COWRIE_ACTIONS])
      expect(known.action(word)).toBe(word);
    for (const word of [...SURICATA_ACTIONS, ...LINUX_AUTH_ACTIONS, ...ACCESS_ACTIONS, ...WEB_ERROR_ACTIONS])
      expect(known.action(word)).toBe(word);
    for (const dataset of DATASETS) expect(known.dataset(dataset)).toBe(dataset);
  });

  it('are put together to four times as many facets as words; others keep category, outcome and severity', () => {
    const known = new KnownWords(2);
    const all = Array.from({ length: 12 }, (_, i) =>
      withEvent({
        dataset: `dataset-${i % 2}`,
        action: `action-${i % 3}`,
        severity: i * 8,
        outcome: 'success',
        category: ['web', 'network'],
      }),
    );
    const facets = all.map((event) => parseFacet(facetKey(event, known)));
    expect(
      new Set(facets.filter(({ categories }) => categories.length === 2).map((one) => JSON.stringify(one)))
        .size,
    ).toBe(8);
    for (const [i, facet] of facets.entries())
      expect(facet).toMatchObject({ outcome: 'success', severity: severityLevel(i * 8) });
    expect(facets.at(-1)).toEqual({
      dataset: 'other',
      categories: ['web'],
      outcome: 'success',
      severity: 'high',
      action: 'other',
    });
  });
});
