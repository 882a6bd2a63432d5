/** What a suite reported: `skipped` includes todo, `broken` are files or a runner that could not run at all. */
const none = { passed: 0, failed: 0, skipped: 0, broken: 0 };

/** Counts of a `jest --json` report. */
export function countJest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    broken: report.numRuntimeErrorTestSuites,
  };
}

/** Counts of a report of Playwright's json reporter; a flaky test failed at least once. */
export function countPlaywright({ stats, errors }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    broken: errors.length,
  };
}

/** Counts of the TAP output of `node --test`. */
export function countTap(text) {
  const figure = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    passed: figure('pass'),
    failed: figure('fail') + figure('cancelled'),
    skipped: figure('skipped') + figure('todo'),
    broken: 0,
  };
}

/**
 * What a suite adds to the closing line. A skipped test is a failed one, and a suite that ran nothing, or whose runner failed
 * without naming a test, counts as one failure: nothing disappears.
 */
export function judge(counts, exitCode) {
  const { passed, failed, skipped, broken } = counts ?? none;
  const named = failed + skipped + broken;
  const unnamed = named === 0 && (passed === 0 || exitCode !== 0) ? 1 : 0;
  return { passed, failed: named + unnamed };
}
