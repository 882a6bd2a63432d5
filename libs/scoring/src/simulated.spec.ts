import { isOnSimulated } from './simulated';
import { aDetection } from './testing';

describe('isOnSimulated', () => {
  it.each([
    [{ source: ['198.18.16.36'], target: [] }, true],
    [{ source: [], target: ['2001:db8::5'] }, true],
    [{ source: [], target: ['bastion01.example'] }, true],
    [{ source: ['203.0.113.7', '198.19.255.1'], target: [] }, true],
    [{ source: ['203.0.113.7'], target: ['www.example.org'] }, false],
    [{ source: [], target: [] }, false],
  ])('%j: %s', (named, simulated) => {
    expect(isOnSimulated(aDetection(named))).toBe(simulated);
  });
});
