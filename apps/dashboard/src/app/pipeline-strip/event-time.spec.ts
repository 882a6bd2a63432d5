import { frameAt } from '../../../testing/scene';
import { detectionAt } from '../../../testing/scene-alerts';
import { detectionFigures, eventTime } from './event-time';

const { pipeline } = frameAt(0);

describe('event time', () => {
  it('is where the last stage with a watermark says', () => {
    const stages = pipeline.stages.map((stage, position) => ({
      ...stage,
      watermarkLagMs: [1_000, 4_000, null][position] ?? null,
    }));
    expect(eventTime({ ...pipeline, stages, late: 7 })).toEqual({ behindMs: 4_000, late: 7 });
  });

  it('is not known before the first event', () => {
    const stages = pipeline.stages.map((stage) => ({ ...stage, watermarkLagMs: null }));
    expect(eventTime({ ...pipeline, stages }).behindMs).toBeNull();
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
