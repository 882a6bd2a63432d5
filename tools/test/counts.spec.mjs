import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countJest, countPlaywright, countTap, judge } from './counts.mjs';

describe('the closing line', () => {
  it('adds up what passed and what failed', () => {
    assert.deepEqual(judge({ passed: 7, failed: 2, skipped: 0, broken: 0 }, 1), { passed: 7, failed: 2 });
  });

  it('counts a skipped test and a file that could not be loaded as failed', () => {
    assert.deepEqual(judge({ passed: 7, failed: 0, skipped: 1, broken: 2 }, 0), { passed: 7, failed: 3 });
  });

  it('counts a suite without a report, without tests or with a failed runner as one failure', () => {
    assert.equal(judge(undefined, 1).failed, 1);
    assert.equal(judge({ passed: 0, failed: 0, skipped: 0, broken: 0 }, 0).failed, 1);
    assert.equal(judge({ passed: 5, failed: 0, skipped: 0, broken: 0 }, 1).failed, 1);
  });
});

describe('the report of each runner', () => {
  it('is read from jest', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 1,
      numRuntimeErrorTestSuites: 1,
    };
    assert.deepEqual(countJest(report), { passed: 3, failed: 1, skipped: 2, broken: 1 });
  });

  it('is read from Playwright, where a flaky test failed', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] };
    assert.deepEqual(countPlaywright(report), { passed: 4, failed: 2, skipped: 2, broken: 1 });
  });

  it('is read from node --test', () => {
    const text = '# tests 6\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n';
    assert.deepEqual(countTap(text), { passed: 3, failed: 2, skipped: 1, broken: 0 });
  });
});
