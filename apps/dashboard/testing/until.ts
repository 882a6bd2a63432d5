const LIMIT_MS = 4_500;

/** Resolves once the condition holds; rejects shortly before the time limit of a test, so that nothing goes on waiting. */
export async function until(condition: () => boolean): Promise<void> {
  const begun = performance.now();
  while (!condition()) {
    if (performance.now() - begun > LIMIT_MS) throw new Error(`It never came true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
