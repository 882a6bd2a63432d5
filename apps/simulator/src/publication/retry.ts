const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Answers after which the same request may succeed later: still running, too many, server trouble. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
}

/**
 * How long to wait before the next attempt: what `Retry-After` says (seconds or an HTTP date, at most a minute), else
 * 100 ms doubled with each attempt up to 5 s. `attempt` counts from 1.
 */
export function waitBeforeRetry(attempt: number, retryAfter: string | undefined, nowMs: number): number {
  if (retryAfter !== undefined) {
    const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - nowMs;
    if (Number.isFinite(asked)) return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, asked));
  }
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 10));
}
