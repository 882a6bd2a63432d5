import { createLineReader } from '../../pipeline/ingest/normalise';
import { Detector } from '../../pipeline/detection/detector';
import { eventRows } from '../../pipeline/detection/event-rows';
import { readRules } from '../../pipeline/detection/read-rules';
import { builtInRules, readRuleDirectory } from '../../pipeline/detection/rule-files.store';
import { bodyAt, type BenchBatch, type BenchMix, benchMixes, generateBatches } from './bench-lines';

const now = Date.UTC(2026, 0, 5, 10, 0, 0, 123);

describe.each(benchMixes)('the lines of the %s benchmark', (mix) => {
  const load = { lines: 200, seed: 7, mix };
  const batches = generateBatches(4, load);

  it('are the same for the same seed and others for another', () => {
    expect(generateBatches(4, load)).toEqual(batches);
    expect(generateBatches(4, { ...load, seed: 8 })).not.toEqual(batches);
  });

  it('are all read as events of the moment of sending, from the simulated network', () => {
    for (const batch of batches) {
      const reader = createLineReader(batch.dataset, { timezone: 'UTC', nearestTo: now });
      const outcomes = bodyAt(batch, now)
        .split('\n')
        .map((line) => reader.read(line));
      expect(outcomes.filter((outcome) => 'rejected' in outcome)).toEqual([]);
      for (const outcome of outcomes) {
        if (!('event' in outcome)) continue;
        expect(outcome.event['@timestamp']).toBe('2026-01-05T10:00:00.123Z');
        expect(outcome.event.source?.ip).toMatch(/^198\.1[89]\./);
      }
    }
  });

  it('name thousands of sources', () => {
    const seen = new Set(
      generateBatches(20, { ...load, lines: 1_000 }).flatMap(
        ({ template }) => template.match(/198\.1[89]\.\d+\.\d+/g) ?? [],
      ),
    );
    expect(seen.size).toBeGreaterThan(4_000);
  });
});

/** Sources that raise an alert when a minute of the benchmark is given to all rules. */
function alarming(mix: BenchMix): number {
  const { rules } = readRules(readRuleDirectory(builtInRules()).files);
  const detector = new Detector(rules, { timeline: 'bench' });
  const batches = generateBatches(20, { lines: 1_000, seed: 1, mix });
  const found = new Set<string>();
  for (let minute = 0; minute < 3; minute += 1) {
    for (const [index, batch] of batches.entries()) {
      const time = now + (minute * 20 + index) * 1_000;
      const events = eventsOf(batch, time);
      detector.offerBatch(
        { entry: `${time}-0`, parts: () => [eventRows(events)], times: events.map(() => time) },
        'first',
      );
    }
    for (const { alert } of detector.flush().changes) for (const source of alert.source) found.add(source);
  }
  return found.size;
}

function eventsOf(batch: BenchBatch, time: number) {
  const reader = createLineReader(batch.dataset, { timezone: 'UTC', nearestTo: time });
  return bodyAt(batch, time)
    .split('\n')
    .flatMap((line) => {
      const outcome = reader.read(line);
      return 'event' in outcome ? [outcome.event] : [];
    });
}

test('in ordinary traffic the attackers raise alerts and hardly anybody else; under attack it is nearly everybody', () => {
  expect(alarming('ordinary')).toBeGreaterThan(40);
  expect(alarming('ordinary')).toBeLessThan(120);
  expect(alarming('attack')).toBeGreaterThan(1_000);
});
