import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import type { NormalisedEvent } from '@watchfloor/contracts';
import { benchDatasets, bodyAt, generateBatches, type BenchDataset } from '../cli/bench/bench-lines';
import { addLabel } from './event-labels';
import { createLineReader } from './ingest/normalise';
import { createEnricher } from './processing/enrich';

const NOW = Date.parse('2026-01-05T10:00:00Z');

setFlagsFromString('--allow-natives-syntax');
const haveSameShape = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;

/** One of each shape among the objects. */
function shapesOf(objects: readonly object[]): object[] {
  const shapes: object[] = [];
  for (const object of objects) {
    if (!shapes.some((known) => haveSameShape(known, object))) shapes.push(object);
  }
  return shapes;
}

function enrichedEvents(dataset: BenchDataset): NormalisedEvent[] {
  const [batch] = generateBatches(2, { lines: 400, seed: 1, mix: 'ordinary' }).filter(
    (candidate) => candidate.dataset === dataset,
  );
  const reader = createLineReader(dataset, { timezone: 'UTC', nearestTo: NOW });
  const enrich = createEnricher({ geo: undefined, networks: undefined });
  const lines = batch === undefined ? [] : bodyAt(batch, NOW).split('\n');
  return lines.flatMap((line) => {
    const outcome = reader.read(line);
    if ('rejected' in outcome) return [];
    enrich(outcome.event);
    return [outcome.event];
  });
}

test('a label is added to those that an event has, and to an event without one', () => {
  const event: NormalisedEvent = { '@timestamp': '2026-01-05T10:00:00.000Z', event: { category: ['host'] } };
  addLabel(event, 'uid', 'C1');
  addLabel(event, 'conn_state', 'SF');
  expect(event.labels).toEqual({ uid: 'C1', conn_state: 'SF' });
});

test.each(benchDatasets)('the labels of all %s events have one shape once enriched', (dataset) => {
  const events = enrichedEvents(dataset);
  const labels = events.map((event) => event.labels ?? {});
  expect(labels).toHaveLength(400);
  expect(shapesOf(labels)).toHaveLength(1);
});
