import type { RedisConnection } from '@watchfloor/redis';

/** How often a process that was told to end looks whether it waits in vain. */
const LOOK_EVERY_MS = 100;

/** From the signal on: longer than draining may take, and less than a supervisor waits before it kills. */
const LONGEST_MS = 24_000;

/** From the signal on, without Redis: nothing that is still waited for can come, wherever it is waited for. */
const WITHOUT_REDIS_MS = 1_500;

/**
 * Sees to it that a process that is told to end does: by the signal itself, when the orderly way takes too long. What is cut
 * off is taken up again from the cursors, as after a kill.
 */
export function endInTime(connection: Pick<RedisConnection, 'status'>): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(signal, () => {
      const toldAt = performance.now();
      const timer = setInterval(() => {
        const waitedMs = performance.now() - toldAt;
        const inVain = connection.status === 'end' && waitedMs > WITHOUT_REDIS_MS;
        if (!inVain && waitedMs < LONGEST_MS) return;
        clearInterval(timer);
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      }, LOOK_EVERY_MS);
      timer.unref();
    });
  }
}
