/** What a route says of its body in its Fastify configuration; without it a body is small JSON and arrives parsed. */
export interface BodyRules {
  /** Media types, lower-case. The handler gets the bytes. */
  readonly accepts: readonly string[];
}

/** The rules in a route's configuration; undefined where a body is JSON. */
export function bodyRules(config: unknown): BodyRules | undefined {
  if (typeof config !== 'object' || config === null || !('accepts' in config)) return undefined;
  return config as BodyRules;
}
