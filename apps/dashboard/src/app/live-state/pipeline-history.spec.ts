import { frameAt } from '../../../testing/scene';
import { appendSample, recentDeadLetters, type PipelineHistory } from './pipeline-history';

const pipelineAt = (at: number, deadLetters = 0) => ({
  ...frameAt(0).pipeline,
  at,
  deadLetters: { total: deadLetters, byReason: {} },
});

const over = (seconds: number) =>
  Array.from({ length: seconds }, (_, second) => pipelineAt(second * 1_000, second)).reduce<PipelineHistory>(
    appendSample,
    [],
  );

describe('the history of the pipeline', () => {
  it('takes one sample a second, however many frames there are', () => {
    const history = [0, 200, 400, 999, 1_000, 1_200]
      .map((at) => pipelineAt(at))
      .reduce<PipelineHistory>(appendSample, []);
    expect(history.map(({ at }) => at)).toEqual([0, 1_000]);
  });

  it('keeps a minute', () => {
    expect(over(200)).toHaveLength(60);
  });

  it('starts again when the clock of the server goes back', () => {
    expect(appendSample(over(10), pipelineAt(3_000))).toHaveLength(1);
  });

  it('counts the dead letters of the last minute only', () => {
    expect(recentDeadLetters(over(200))).toBe(59);
    expect(recentDeadLetters([])).toBe(0);
  });
});
