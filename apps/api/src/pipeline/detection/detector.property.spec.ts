import fc from 'fast-check';
import type { AlertChange } from './alert-book';
import { Detector, type DetectorSnapshot, type PlacedEvent } from './detector';
import { aRule, BEGIN, detectAll, loginAt, placed } from './testing';

/** The tolerance of the live timeline. */
const MAX_OUT_OF_ORDERNESS_MS = 5_000;

const failures = { 'event.category': 'authentication', 'event.outcome': 'failure' };
const rules = [
  aRule({ id: 'bucket', kind: 'bucket', where: failures, capacity: 3, leak: '4s', silence: '5s' }),
  aRule({
    id: 'distinct',
    kind: 'bucket',
    where: failures,
    capacity: 2,
    leak: '6s',
    distinct: 'user.name',
    silence: '8s',
  }),
  aRule({
    id: 'sequence',
    kind: 'sequence',
    within: '20s',
    steps: [
      { where: { 'event.outcome': 'failure' }, times: 2 },
      { where: { 'event.outcome': 'success' }, times: 1 },
    ],
  }),
  aRule({ id: 'spacing', kind: 'spacing', where: failures, events: 3, interval: '3s', memory: '1m' }),
  aRule({ id: 'beacon', kind: 'beacon', intervals: 4, shortest: '1s', longest: '30s', jitter: 0.3 }),
  aRule({
    id: 'threshold',
    kind: 'threshold',
    key: 'host.name',
    window: '10s',
    limit: 4,
    distinct: 'source.ip',
  }),
  aRule({
    id: 'baseline',
    kind: 'baseline',
    key: 'host.name',
    window: '5s',
    season: 'day',
    learn: 3,
    deviations: 2,
    floor: 3,
  }),
  aRule({
    id: 'first-seen',
    kind: 'first-seen',
    key: 'user.name',
    window: '5s',
    value: 'source.ip',
    learn: 2,
    remember: '1h',
  }),
];

const logins = fc
  .array(
    fc.record({
      ms: fc.integer({ min: 0, max: 90_000 }),
      source: fc.integer({ min: 1, max: 6 }),
      user: fc.constantFrom('ada', 'bob', 'eve', 'root'),
      outcome: fc.constantFrom(
        'failure' as const,
        'failure' as const,
        'failure' as const,
        'success' as const,
      ),
      /** How much later than it happened the event arrives. */
      delay: fc.integer({ min: 0, max: MAX_OUT_OF_ORDERNESS_MS }),
    }),
    { minLength: 20, maxLength: 150 },
  )
  .map((drawn) => {
    const events = placed(drawn.map((one) => loginAt(one.ms, { ...one, ip: `203.0.113.${one.source}` })));
    return events.map((event, index) => ({ event, arrival: event.time + (drawn[index]?.delay ?? 0) }));
  });

type Delivery = { readonly event: PlacedEvent; readonly arrival: number };

const byArrival = (deliveries: readonly Delivery[]): Delivery[] =>
  [...deliveries].sort((a, b) => a.arrival - b.arrival);

/** What is raised, updated and closed, in no order. */
const asSet = (changes: readonly AlertChange[]): string[] =>
  changes.map((change) => JSON.stringify(change)).sort();

/** Delivers one by one, the watermark following the newest event time as on the live timeline. */
function deliver(deliveries: readonly Delivery[], between?: (detector: Detector, index: number) => Detector) {
  let detector = new Detector(rules, { timeline: 'test' });
  let newest = BEGIN;
  const changes: AlertChange[] = [];
  deliveries.forEach(({ event }, index) => {
    newest = Math.max(newest, event.time);
    detector.offer(event);
    changes.push(...detector.advance(newest - MAX_OUT_OF_ORDERNESS_MS).changes);
    if (between !== undefined) detector = between(detector, index);
  });
  changes.push(...detector.finish().changes);
  return { changes, counts: detector.counts };
}

const inOrder = (deliveries: readonly Delivery[]): string[] =>
  asSet(
    detectAll(
      rules,
      deliveries.map(({ event }) => event),
    ),
  );

describe('the alerts of a set of events', () => {
  it('are alerts of every kind of rule', () => {
    const drawn = fc.sample(logins, { numRuns: 100, seed: 7 });
    const fired = drawn.flatMap((deliveries) =>
      inOrder(deliveries).map((text) => JSON.parse(text).alert.rule),
    );
    expect([...new Set(fired)].sort()).toEqual(rules.map(({ spec }) => spec.id).sort());
  });

  it('are the same for any delay up to the tolerance', () => {
    fc.assert(
      fc.property(logins, (deliveries) => {
        const { changes, counts } = deliver(byArrival(deliveries));
        expect(asSet(changes)).toEqual(inOrder(deliveries));
        expect(counts.lateForDetection).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('are the same when events come twice within the tolerance', () => {
    fc.assert(
      fc.property(logins, fc.nat(), (deliveries, seed) => {
        const twice = deliveries.filter((_delivery, index) => (index * 7 + seed) % 3 === 0);
        const again = twice.map(({ event, arrival }) => ({
          event,
          arrival: Math.max(arrival, event.time + 1_000),
        }));
        const { changes } = deliver(byArrival([...deliveries, ...again]));
        expect(asSet(changes)).toEqual(inOrder(deliveries));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same when the detector stops anywhere and goes on from its snapshot', () => {
    fc.assert(
      fc.property(logins, fc.integer({ min: 1, max: 9 }), (deliveries, every) => {
        const { changes } = deliver(byArrival(deliveries), (detector, index) =>
          index % every === 0 ? reborn(detector) : detector,
        );
        expect(asSet(changes)).toEqual(inOrder(deliveries));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same when every step is stored and another detector goes on from the store', () => {
    fc.assert(
      fc.property(logins, (deliveries) => {
        const store = new Map<string, string>();
        let detector = new Detector(rules, { timeline: 'test', trackChanges: true });
        let newest = BEGIN;
        const changes: AlertChange[] = [];
        for (const { event } of byArrival(deliveries)) {
          newest = Math.max(newest, event.time);
          detector.offer(event);
          changes.push(...detector.advance(newest - MAX_OUT_OF_ORDERNESS_MS).changes);
          for (const [rule, part, key, state] of detector.takeStateChanges()) {
            const place = JSON.stringify([rule, part, key]);
            if (state === null) store.delete(place);
            else store.set(place, JSON.stringify([rule, part, key, state]));
          }
          const { position, watermark, pending } = detector.snapshot();
          detector = new Detector(rules, { timeline: 'test', trackChanges: true });
          const states = [...store.values()].map((text) => JSON.parse(text));
          detector.restore(JSON.parse(JSON.stringify({ position, watermark, pending, states })));
        }
        changes.push(...detector.finish().changes);
        expect(asSet(changes)).toEqual(inOrder(deliveries));
      }),
      { numRuns: 30 },
    );
  });

  it('are the same when three partitions count and one of them judges what is not keyed by source', () => {
    fc.assert(
      fc.property(logins, (deliveries) => {
        expect(partitioned(deliveries, 3)).toEqual(whole(deliveries));
      }),
      { numRuns: 60 },
    );
  });
});

function reborn(detector: Detector): Detector {
  const snapshot: DetectorSnapshot = JSON.parse(JSON.stringify(detector.snapshot()));
  const next = new Detector(rules, { timeline: 'test' });
  next.restore(snapshot);
  return next;
}

/** Which alert, with how many events: named sources depend on who was merged first. */
const brief = (changes: readonly AlertChange[]): string[] =>
  changes.map(({ change, alert }) => `${change} ${alert.id} ${alert.events} ${alert.reason}`).sort();

const whole = (deliveries: readonly Delivery[]): string[] =>
  brief(
    detectAll(
      rules,
      deliveries.map(({ event }) => event),
    ),
  );

function partitioned(deliveries: readonly Delivery[], count: number): string[] {
  const detectors = Array.from(
    { length: count },
    () => new Detector(rules, { timeline: 'test', sendPartials: true }),
  );
  for (const { event } of deliveries) detectors[Number(event.event.source?.ip?.at(-1)) % count]?.offer(event);
  const counted = detectors.map((detector) => detector.advance(Number.MAX_SAFE_INTEGER));
  const judge = new Detector(rules, { timeline: 'test' });
  judge.receive(counted.flatMap(({ partials }) => JSON.parse(JSON.stringify(partials))));
  return brief([...counted.flatMap(({ changes }) => changes), ...judge.finish().changes]);
}
