/** What one connection and one request may cost. Times in ms, sizes in bytes. */
export const HTTP_LIMITS = {
  bodyBytes: 1_048_576,
  headerBytes: 16_384,
  /** From the first byte of a request to its last: a slow sender gets 408. */
  requestMs: 10_000,
  headersMs: 10_000,
  /** How often the server looks for requests that take too long. */
  checkEveryMs: 500,
  /** Silence on a connection with a request on it. */
  connectionMs: 15_000,
  /** Longer than the 60 s that load balancers keep theirs, so that they close first. */
  keepAliveMs: 65_000,
  requestsPerSocket: 1_000,
  connections: 2_000,
  parameterCharacters: 256,
} as const;
