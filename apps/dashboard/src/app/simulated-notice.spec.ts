import { rowAt } from '../../testing/scene';
import { simulatedNotice } from './simulated-notice';

const simulated = { ...rowAt(1), synthetic: true };
const real = { ...rowAt(2), synthetic: false };
const withoutSource = { ...rowAt(3), source: '', synthetic: false };

describe('the notice of simulated events', () => {
  it('stands when every source is simulated, whatever has no source', () => {
    expect(simulatedNotice([simulated, withoutSource])).toBe('Simulated');
  });

  it('says so when only some are', () => {
    expect(simulatedNotice([simulated, real])).toBe('Partly simulated');
  });

  it('is not there when all are real, or nothing is known', () => {
    expect(simulatedNotice([real, withoutSource])).toBeNull();
    expect(simulatedNotice([])).toBeNull();
  });
});
