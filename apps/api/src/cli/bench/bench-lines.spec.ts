import { createLineReader } from '../../pipeline/ingest/normalise';
import { bodyAt, generateBatches } from './bench-lines';

const now = Date.UTC(2026, 0, 5, 10, 0, 0, 123);

describe('the lines of the benchmark', () => {
  const batches = generateBatches(4, 200, 7);

  it('are the same for the same seed and others for another', () => {
    expect(generateBatches(4, 200, 7)).toEqual(batches);
    expect(generateBatches(4, 200, 8)).not.toEqual(batches);
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
      generateBatches(20, 1_000, 1).flatMap(({ template }) => template.match(/198\.1[89]\.\d+\.\d+/g) ?? []),
    );
    expect(seen.size).toBeGreaterThan(4_000);
  });
});
