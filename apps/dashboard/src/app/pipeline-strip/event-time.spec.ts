import { frameAt } from '../../../testing/scene';
import { detectionAt } from '../../../testing/scene-alerts';
import { durationOrUnknown } from '../figures/figures';
import { detectionFigures, eventTime, recordedTimelines } from './event-time';

const { pipeline } = frameAt(0);

const timelines = [
  { name: 'live', watermark: 1, watermarkLagMs: 4_000, late: 2 },
  { name: 'case-1', watermark: Date.parse('2026-01-05T10:00:00Z'), watermarkLagMs: 5_000, late: 1_234 },
  { name: 'case-2', watermark: null, watermarkLagMs: null, late: 0 },
];

describe('event time', () => {
  it('is where the last stage with a watermark says', () => {
    const stages = pipeline.stages.map((stage, position) => ({
      ...stage,
      watermarkLagMs: [1_000, 4_000, null][position] ?? null,
    }));
    expect(eventTime({ ...pipeline, stages, late: 7 })).toEqual({ behindMs: 4_000, late: 7 });
  });

  it('has the late events of the live timeline beside it, not those of recorded ones', () => {
    expect(eventTime({ ...pipeline, late: 9, timelines }).late).toBe(2);
  });

  it('is not known before the first event', () => {
    const stages = pipeline.stages.map((stage) => ({ ...stage, watermarkLagMs: null }));
    expect(eventTime({ ...pipeline, stages }).behindMs).toBeNull();
  });
});

describe('event time on recorded timelines', () => {
  it('is told for each with what it is behind and what came late', () => {
    expect(recordedTimelines({ ...pipeline, timelines })).toEqual([
      { name: 'case-1', watermark: '2026-01-05 10:00:00', behind: '5.0 s', late: '1,234' },
      { name: 'case-2', watermark: 'no event yet', behind: durationOrUnknown(null), late: '0' },
    ]);
  });

  it('is nothing without them', () => {
    const { timelines: _, ...before } = pipeline;
    expect(recordedTimelines(before)).toEqual([]);
  });
});

describe('detection in the strip', () => {
  it('says what it does, what it costs, how far behind it is and what came too late', () => {
    const words = detectionFigures(detectionAt(0, 0, 12_300)).map((figure) => figure.words);
    expect(words).toEqual(['60 rules', '12.3k/s, 3.2 µs each', '5.6 s behind', '3 too late']);
  });

  it('leaves the price out while nothing is evaluated', () => {
    const idle = { ...detectionAt(0, 0, 0), microsecondsPerEvent: null };
    expect(detectionFigures(idle)[1]?.words).toBe('0/s');
  });
});
