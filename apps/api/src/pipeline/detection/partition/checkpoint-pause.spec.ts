import { DETECTION } from '../../topology';
import { checkpointPause } from './checkpoint-pause';

const { checkpointEveryMs, checkpointAtLeastEveryMs } = DETECTION;

test('checkpoints that take no time come as often as is wanted', () => {
  expect(checkpointPause(0, 8)).toBe(checkpointEveryMs);
});

test('those of all partitions together take a tenth of the time', () => {
  expect(checkpointPause(50, 8)).toBe(50 * 8 * 10);
  expect(checkpointPause(50, 16)).toBe(50 * 16 * 10);
});

test('however long they take, none is later than a new owner can make up for', () => {
  expect(checkpointPause(60_000, 8)).toBe(checkpointAtLeastEveryMs);
});
