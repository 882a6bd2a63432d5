const ACCEPTABLE = /^[A-Za-z0-9_-]{8,64}$/;

/** The id of a request: the caller's own `X-Request-Id` where it is plain text of ours, else a fresh one. */
export function requestId(given: string | readonly string[] | undefined, fresh: () => string): string {
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : fresh();
}
