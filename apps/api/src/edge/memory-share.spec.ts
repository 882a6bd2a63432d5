import { memoryShare } from './memory-share';

const info = (lines: string[]) => ['# Memory', ...lines].join('\r\n');

test('the share of maxmemory counts what Redis itself counts against the limit', () => {
  const lines = [
    'used_memory:800',
    'used_memory_rss:5000',
    'maxmemory:1000',
    'mem_not_counted_for_evict:100',
  ];
  expect(memoryShare(info(lines))).toBeCloseTo(0.7);
});

test('a Redis without a limit is never full', () => {
  expect(memoryShare(info(['used_memory:800', 'maxmemory:0']))).toBe(0);
});
