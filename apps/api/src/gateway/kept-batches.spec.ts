import { Batch } from '../pipeline/batch/batch';
import { KeptBatches } from './kept-batches';

const kept = (bytes: number) => ({ batch: new Batch([]), bytes });

describe('batches that are kept', () => {
  it('are there until they are too many bytes; the one used longest ago goes first', () => {
    const batches = new KeptBatches(30);
    for (const place of ['a', 'b', 'c']) batches.put(place, kept(10));
    expect(batches.get('a')).toBeDefined();
    batches.put('d', kept(10));
    expect(['a', 'b', 'c', 'd'].filter((place) => batches.get(place) !== undefined)).toEqual(['a', 'c', 'd']);
    expect(batches.bytes).toBe(30);
  });

  it('count once, however often they are kept', () => {
    const batches = new KeptBatches(30);
    for (let i = 0; i < 5; i++) batches.put('a', kept(10));
    expect(batches.bytes).toBe(10);
  });

  it('are none when one alone is too many bytes', () => {
    const batches = new KeptBatches(30);
    batches.put('a', kept(31));
    expect(batches.get('a')).toBeUndefined();
    expect(batches.bytes).toBe(0);
  });
});
