import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves when `url` answers 200 and its readiness names at least so many `workers`. Rejects after `timeoutMs` with what it last said, or with the reason of `signal`.
 */
export async function waitUntilReady(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
  workers = 0,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last = 'no answer';
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      const text = await response.text();
      if (response.status === 200 && workersIn(text) >= workers) return;
      last = `${response.status} ${text.slice(0, 300)}`;
    } catch (error) {
      const { cause, message } = error as Error;
      last = cause instanceof Error ? cause.message : message;
    }
    await delay(50);
  }
  throw new Error(`${url} was not ready within ${timeoutMs / 1000} s: ${last}`);
}

function workersIn(readiness: string): number {
  return (JSON.parse(readiness) as { workers?: number }).workers ?? 0;
}
