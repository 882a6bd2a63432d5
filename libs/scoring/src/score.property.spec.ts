import fc from 'fast-check';
import { score } from './score';
import { aDetection, aTruth } from './testing';

const TECHNIQUES = ['T1110', 'T1110.001', 'T1110.003', 'T1190', 'T1046'];
const base = Date.parse('2026-03-02T09:00:00.000Z');
const iso = (seconds: number): string => new Date(base + seconds * 1000).toISOString();

const span = fc.tuple(fc.nat(600), fc.nat(300)).map(([from, length]) => ({
  firstSeen: iso(from),
  lastSeen: iso(from + length),
}));
const addresses = fc
  .uniqueArray(fc.nat(6), { maxLength: 4 })
  .map((hosts) => hosts.map((n) => `198.18.1.${n}`));
const truths = fc.array(
  fc
    .record({ span, technique: fc.constantFrom(...TECHNIQUES), sources: addresses, complete: fc.boolean() })
    .map(({ span: times, technique, sources, complete }) =>
      aTruth({ ...times, technique, sources, sourcesComplete: complete }),
    ),
  { maxLength: 6 },
);
const alerts = fc
  .array(
    fc
      .record({ span, technique: fc.constantFrom(...TECHNIQUES), source: addresses, after: fc.nat(60) })
      .map(({ span: times, technique, source, after }) =>
        aDetection({
          ...times,
          technique: [technique],
          source,
          detectedAt: new Date(Date.parse(times.lastSeen) + after * 1000).toISOString(),
        }),
      ),
    { maxLength: 12 },
  )
  .map((list) => list.map((alert, index) => ({ ...alert, id: `alert-${index}` })));
const rules = fc
  .subarray(TECHNIQUES)
  .map((techniques) => techniques.map((technique) => ({ technique: [technique] })));
const judgedUntilMs = fc.nat(1_000).map((seconds) => base + seconds * 1000);
const comparison = fc.record({ truth: truths, alerts, rules, judgedUntilMs }).map(({ truth, ...rest }) => ({
  ...rest,
  truth: truth.map((each, index) => ({ ...each, attack: `attack-${index % 3}`, phase: `phase-${index}` })),
}));

describe('score, for any truth and any alerts', () => {
  it('puts every phase and every alert in exactly one class', () => {
    fc.assert(
      fc.property(comparison, (input) => {
        const result = score(input);
        expect(result.detected + result.missed + result.pending).toBe(result.attacks);
        expect(result.attacks + result.uncovered).toBe(input.truth.length);
        expect(result.fitting + result.other + result.false).toBe(input.alerts.length);
      }),
    );
  });

  it('keeps every share between 0 and 1 and F1 between precision and recall', () => {
    fc.assert(
      fc.property(comparison, (input) => {
        const result = score(input);
        for (const { precision, recall, f1 } of [result, ...result.techniques]) {
          for (const share of [precision, recall, f1]) {
            expect(share ?? 0).toBeGreaterThanOrEqual(0);
            expect(share ?? 1).toBeLessThanOrEqual(1);
          }
          if (precision === null || recall === null) expect(f1).toBeNull();
          else {
            expect(f1).toBeGreaterThanOrEqual(Math.min(precision, recall) - 1e-9);
            expect(f1).toBeLessThanOrEqual(Math.max(precision, recall) + 1e-9);
          }
        }
      }),
    );
  });

  it('does not depend on the order of the alerts or of the rules', () => {
    fc.assert(
      fc.property(comparison, (input) => {
        const { falseAlerts: one, phases: _one, ...figures } = score(input);
        const turned = { ...input, alerts: [...input.alerts].reverse(), rules: [...input.rules].reverse() };
        const { falseAlerts: two, phases: _two, ...others } = score(turned);
        expect(others).toEqual(figures);
        expect(two.map(({ id }) => id).sort()).toEqual(one.map(({ id }) => id).sort());
      }),
    );
  });

  it('never detects less and never forgives a false alert when there are more alerts', () => {
    fc.assert(
      fc.property(comparison, fc.nat(12), (input, kept) => {
        const fewer = score({ ...input, alerts: input.alerts.slice(0, kept) });
        const all = score(input);
        expect(all.detected).toBeGreaterThanOrEqual(fewer.detected);
        expect(all.missed).toBeLessThanOrEqual(fewer.missed);
        expect(all.false).toBeGreaterThanOrEqual(fewer.false);
      }),
    );
  });

  it('calls every alert false when there was no attack', () => {
    fc.assert(
      fc.property(comparison, (input) => {
        expect(score({ ...input, truth: [] })).toMatchObject({ false: input.alerts.length, recall: null });
      }),
    );
  });
});
