import { predictFull } from './fill-prediction';

const line = (perSecond: number, noise = 0) =>
  Array.from({ length: 30 }, (_, second) => ({
    at: second * 1_000,
    waiting: 1_000 + second * perSecond + (second % 2 === 0 ? noise : -noise),
  }));

describe('the prediction of a full queue', () => {
  it('follows the line of a queue that grows steadily', () => {
    const prediction = predictFull(line(25), 3_725);
    expect(prediction?.eventsPerSecond).toBeCloseTo(25);
    expect(prediction?.fullInMs).toBeCloseTo(80_000);
  });

  it('is not made where the line does not fit', () => {
    expect(predictFull(line(25, 300), 3_725)).toBeNull();
  });

  it('is not made for a queue that shrinks or stands, or from few samples', () => {
    expect(predictFull(line(-5), 3_725)).toBeNull();
    expect(predictFull(line(0), 3_725)).toBeNull();
    expect(predictFull(line(25).slice(0, 5), 3_725)).toBeNull();
  });

  it('is not made further than an hour ahead', () => {
    expect(predictFull(line(1), 1_000_000)).toBeNull();
  });
});
