import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves when `url` answers 200. Rejects after `timeoutMs` with what it last said, or with the reason of `signal`.
 */
export async function waitUntilReady(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last = 'no answer';
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (response.status === 200) return;
      last = `${response.status} ${(await response.text()).slice(0, 300)}`;
    } catch (error) {
      const { cause, message } = error as Error;
      last = cause instanceof Error ? cause.message : message;
    }
    await delay(50);
  }
  throw new Error(`${url} was not ready within ${timeoutMs / 1000} s: ${last}`);
}
