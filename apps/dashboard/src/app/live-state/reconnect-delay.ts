const BASE_MS = 250;
const CAP_MS = 10_000;

/**
 * Milliseconds to wait before reconnect number `attempt` (0 = the first): exponential with full jitter, so that
 * the clients of a restarted server do not come back together. `random` is uniform in [0, 1).
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
  return Math.round(random * ceiling);
}

/** Close codes after which trying again cannot help: policy violation, and the application's own 4000-4999. */
export function isFinalClose(code: number): boolean {
  return code === 1008 || (code >= 4000 && code < 5000);
}
