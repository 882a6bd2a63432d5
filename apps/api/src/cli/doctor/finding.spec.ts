import { formatFindings, isSound, type Finding } from './finding';

const node: Finding = { name: 'Node', state: 'present', detail: '20.20.2' };
const redis: Finding = { name: 'Redis', state: 'missing', detail: 'none', remedy: 'first way\nsecond way' };
const memory: Finding = { name: 'memory', state: 'advice', detail: '1 GB' };

describe('the findings of doctor', () => {
  it('are sound as long as nothing is missing', () => {
    expect(isSound([node, memory])).toBe(true);
    expect(isSound([node, redis])).toBe(false);
  });

  it('show what to do below what is missing, aligned', () => {
    expect(formatFindings([node, redis]).split('\n')).toEqual([
      'ok       Node   20.20.2',
      'MISSING  Redis  none',
      '                first way',
      '                second way',
    ]);
  });
});
