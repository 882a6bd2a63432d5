import type { SshdAction } from './actions';

/** What a group of a pattern's expression captures. */
export type SshdField =
  'method' | 'invalid' | 'user' | 'address' | 'port' | 'domain' | 'localAddress' | 'localPort' | 'reason';

/**
 * One form of message. `expression` is anchored at both ends and linear: at most one unbounded `.*` stands before
 * a literal that can fail. Its n-th group is the n-th of `fields`.
 */
export interface SshdPattern {
  /** Shown by `explain`. */
  readonly name: string;
  /** How the message begins, after `error: ` and the like: the cheap test before the expression. */
  readonly starts: string;
  readonly expression: RegExp;
  readonly fields: readonly SshdField[];
  /** For `failed-` and `accepted-`, the captured method completes the action. */
  readonly action: SshdAction | 'failed-' | 'accepted-';
}

/** A row of a table of patterns. */
export function pattern(
  name: string,
  starts: string,
  action: SshdPattern['action'],
  expression: RegExp,
  ...fields: SshdField[]
): SshdPattern {
  return { name, starts, action, expression, fields };
}
