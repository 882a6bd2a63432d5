import fc from 'fast-check';
import type { AlertChange } from './alert-book';
import type { NormalisedEvent } from '@watchfloor/contracts';
import { Detector, type Detection, type DetectorCheckpoint } from './detector';
import type { OfferedBatch } from './pending-batches';
import { aRule, batchOf, BEGIN, detectAll, loginAt, numbered, timeOf } from './testing';
import type { WindowPartial } from './window-partial';

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
    const events = numbered(drawn.map((one) => loginAt(one.ms, { ...one, ip: `203.0.113.${one.source}` })));
    return events.map((event, index) => ({ event, arrival: timeOf(event) + (drawn[index]?.delay ?? 0) }));
  });

type Delivery = { readonly event: NormalisedEvent; readonly arrival: number };

const byArrival = (deliveries: readonly Delivery[]): NormalisedEvent[] =>
  [...deliveries].sort((a, b) => a.arrival - b.arrival).map(({ event }) => event);

/** What is raised, updated and closed, in no order. */
const asSet = (changes: readonly AlertChange[]): string[] =>
  changes.map((change) => JSON.stringify(change)).sort();

/** The events in entries of some events each. */
const entriesOf = (events: readonly NormalisedEvent[], size: number): OfferedBatch[] =>
  events.flatMap((_event, at) => (at % size === 0 ? [batchOf(events.slice(at, at + size), at + 1)] : []));

/** Offers entries, the watermark following the newest event time as on the live timeline. */
function deliver(entries: readonly OfferedBatch[], between?: (detector: Detector) => Detection) {
  const detector = new Detector(rules, { timeline: 'test' });
  let newest = BEGIN;
  const changes: AlertChange[] = [];
  for (const entry of entries) {
    newest = Math.max(newest, ...Array.from(entry.times));
    detector.offerBatch(entry);
    changes.push(...detector.advance(newest - MAX_OUT_OF_ORDERNESS_MS).changes);
    changes.push(...(between?.(detector).changes ?? []));
  }
  changes.push(...detector.finish().changes);
  return { changes, counts: detector.counts };
}

const inOrder = (deliveries: readonly Delivery[]): string[] =>
  asSet(
    detectAll(
      rules,
      deliveries.map(({ event }) => event),
      {},
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
      fc.property(logins, fc.integer({ min: 1, max: 20 }), (deliveries, size) => {
        const { changes, counts } = deliver(entriesOf(byArrival(deliveries), size));
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
          arrival: Math.max(arrival, timeOf(event) + 1_000),
        }));
        const { changes } = deliver(entriesOf(byArrival([...deliveries, ...again]), 3));
        expect(asSet(changes)).toEqual(inOrder(deliveries));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same when the detector dies anywhere and another goes on from the last checkpoint', () => {
    const plan = fc.record({
      size: fc.integer({ min: 1, max: 12 }),
      checkpointEvery: fc.integer({ min: 1, max: 5 }),
      dieEvery: fc.integer({ min: 2, max: 9 }),
      keptEntries: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(logins, plan, (deliveries, settings) => {
        const entries = entriesOf(byArrival(deliveries), settings.size);
        const { changes, counts } = new MortalRun(entries, settings).run();
        expect(asSet(changes)).toEqual(inOrder(deliveries));
        const once = deliver(entries).counts;
        expect(counts).toEqual({ ...once, evictions: counts.evictions });
      }),
      { numRuns: 100 },
    );
  });

  it('end with the same events when input goes quiet in between, where it comes in order', () => {
    fc.assert(
      fc.property(logins, fc.integer({ min: 1, max: 12 }), (deliveries, size) => {
        const sorted = deliveries.map(({ event }) => event).sort((a, b) => timeOf(a) - timeOf(b));
        const { changes } = deliver(entriesOf(apart(sorted), size), (detector) => detector.flush());
        const expected = detectAll(rules, apart(sorted));
        expect(endsOf(changes)).toEqual(endsOf(expected));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same when three partitions count and one judges what is not keyed by source', () => {
    fc.assert(
      fc.property(logins, fc.nat(), (deliveries, seed) => {
        expect(partitioned(deliveries, seed)).toEqual(whole(deliveries));
      }),
      { numRuns: 60 },
    );
  });
});

/** Events of one producer, no two at the same time. */
const apart = (sorted: readonly NormalisedEvent[]): NormalisedEvent[] => {
  let last = 0;
  return sorted.map((event) => {
    last = Math.max(last + 1, timeOf(event));
    return { ...event, '@timestamp': new Date(last).toISOString() };
  });
};

/** The events in alerts that ended, by rule and key. A window that is judged early may continue an alert that would have ended. */
const endsOf = (changes: readonly AlertChange[]): Record<string, number> => {
  const events: Record<string, number> = {};
  for (const { change, alert } of changes) {
    const owner = `${alert.rule} ${alert.key}`;
    if (change === 'closed') events[owner] = (events[owner] ?? 0) + alert.events;
  }
  return events;
};

/** A detector that dies and is born again while entries come; what was found after the last checkpoint is lost with it. */
class MortalRun {
  private readonly store = new Map<string, string>();
  private readonly committed: AlertChange[] = [];
  private detector = this.born();
  private stored = JSON.stringify(this.detector.checkpoint());
  private found: AlertChange[] = [];
  /** Entries before this one had been offered at the last checkpoint. */
  private offered = 0;
  private newest = BEGIN;
  private newestThen = BEGIN;

  constructor(
    private readonly entries: readonly OfferedBatch[],
    private readonly settings: { checkpointEvery: number; dieEvery: number; keptEntries: number },
  ) {}

  run() {
    let steps = 0;
    for (let at = 0; at < this.entries.length; at += 1) {
      this.offer(at);
      steps += 1;
      if (steps % this.settings.checkpointEvery === 0) this.commit(at + 1);
      // A life reaches at least one checkpoint, else nothing would ever be done.
      if (steps % Math.max(this.settings.dieEvery, this.settings.checkpointEvery + 1) === 0)
        at = this.dieAndGoOn() - 1;
    }
    this.found.push(...this.detector.finish().changes);
    return { changes: [...this.committed, ...this.found], counts: this.detector.counts };
  }

  private offer(at: number): void {
    const entry = this.entries[at];
    if (entry === undefined) return;
    this.newest = Math.max(this.newest, ...Array.from(entry.times));
    this.detector.offerBatch(entry);
    this.found.push(...this.detector.advance(this.newest - MAX_OUT_OF_ORDERNESS_MS).changes);
  }

  private commit(offered: number): void {
    this.detector.setAside(this.settings.keptEntries);
    for (const [rule, part, key, state] of this.detector.takeStateChanges()) {
      const place = JSON.stringify([rule, part, key]);
      if (state === null) this.store.delete(place);
      else this.store.set(place, JSON.stringify([rule, part, key, state]));
    }
    this.stored = JSON.stringify(this.detector.checkpoint());
    this.committed.push(...this.found);
    this.found = [];
    this.offered = offered;
    this.newestThen = this.newest;
  }

  /** The number of the entry that is to be offered next. */
  private dieAndGoOn(): number {
    this.found = [];
    this.newest = this.newestThen;
    this.detector = this.born();
    const checkpoint: DetectorCheckpoint = JSON.parse(this.stored);
    this.detector.restore(
      checkpoint,
      [...this.store.values()].map((text) => JSON.parse(text)),
    );
    const done = this.entries.findIndex(({ entry }) => entry === checkpoint.lowWater) + 1;
    for (const entry of this.entries.slice(done, this.offered)) this.detector.offerBatch(entry, 'again');
    return this.offered;
  }

  private born(): Detector {
    return new Detector(rules, { timeline: 'test', trackChanges: true });
  }
}

/** Which alert begins and ends, with how many events: how it is updated in between depends on when input was quiet. */
const brief = (changes: readonly AlertChange[]): string[] =>
  changes
    .filter(({ change }) => change !== 'updated')
    .map(({ change, alert }) => `${change} ${alert.id} ${alert.events} ${alert.reason}`)
    .sort();

const whole = (deliveries: readonly Delivery[]): string[] =>
  brief(
    detectAll(
      rules,
      deliveries.map(({ event }) => event),
    ),
  );

/** Three partitions by source, each quiet once in between; their windows come to the judge in any order. */
function partitioned(deliveries: readonly Delivery[], seed: number): string[] {
  const changes: AlertChange[] = [];
  const partials: WindowPartial[] = [];
  for (const partition of [0, 1, 2]) {
    const own = byArrival(deliveries).filter(({ source }) => Number(source?.ip?.at(-1)) % 3 === partition);
    const detector = new Detector(rules, { timeline: 'test', sendPartials: true });
    detector.offerBatch(batchOf(own));
    const middle = BEGIN + (seed % 90_000);
    for (const step of [detector.flush(middle), detector.advance(Number.MAX_SAFE_INTEGER)]) {
      changes.push(...step.changes);
      partials.push(...step.partials);
    }
  }
  const judge = new Detector(rules, { timeline: 'test' });
  const shuffled = partials.map((partial, at) => ({ partial, at: (at * 7_919 + seed) % 1_009 }));
  for (const { partial } of shuffled.sort((a, b) => a.at - b.at))
    judge.receive([JSON.parse(JSON.stringify(partial))]);
  return brief([...changes, ...judge.finish().changes]);
}
