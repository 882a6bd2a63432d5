import { Paced } from './paced';

describe('Paced', () => {
  let now = 0;
  let worked = 0;
  let paced: Paced<number>;
  /** Work that takes so long, in ms. */
  const taking = (ms: number) => () => {
    now += ms;
    worked += 1;
    return Promise.resolve(worked);
  };

  beforeEach(() => {
    [now, worked] = [1_000, 0];
    paced = new Paced(() => now);
  });

  it('gives an answer again for a second', async () => {
    expect(await paced.answer('a', taking(1))).toBe(1);
    now += 999;
    expect(await paced.answer('a', taking(1))).toBe(1);
    now += 1;
    expect(await paced.answer('a', taking(1))).toBe(2);
  });

  it('rests ten times as long as the work took', async () => {
    await paced.answer('a', taking(500));
    now += 4_999;
    expect(await paced.answer('a', taking(500))).toBe(1);
    now += 1;
    expect(await paced.answer('a', taking(500))).toBe(2);
  });

  it('works out once what is asked at the same time, and each question for itself', async () => {
    const answers = await Promise.all(
      ['a', 'a', 'b', 'a'].map((question) => paced.answer(question, taking(1))),
    );
    expect(answers).toEqual([1, 1, 2, 1]);
  });

  it('does not keep a failure', async () => {
    const fails = () => Promise.reject(new Error('no'));
    await expect(paced.answer('a', fails)).rejects.toThrow('no');
    expect(await paced.answer('a', taking(1))).toBe(1);
  });
});
