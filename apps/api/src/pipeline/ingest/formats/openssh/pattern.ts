import type { LoginKind, SshdAction } from './actions';

/** What a group of a pattern's expression captures. */
export type SshdField =
  'method' | 'invalid' | 'user' | 'address' | 'port' | 'domain' | 'localAddress' | 'localPort' | 'reason';

/** Which group of a pattern's expression captures which field. */
export type GroupOfField = Readonly<Record<SshdField, number>>;

const NO_GROUPS: GroupOfField = {
  method: 0,
  invalid: 0,
  user: 0,
  address: 0,
  port: 0,
  domain: 0,
  localAddress: 0,
  localPort: 0,
  reason: 0,
};

/**
 * One form of message. `expression` is anchored at both ends and linear: at most one unbounded `.*` stands before
 * a literal that can fail.
 */
export interface SshdPattern {
  /** Shown by `explain`. */
  readonly name: string;
  /** How the message begins, after `error: ` and the like: the cheap test before the expression. */
  readonly starts: string;
  /** A text that every message of the form contains, where that test saves running the expression in vain. */
  readonly contains: string | undefined;
  readonly expression: RegExp;
  /** The group that captures each field; 0 for none. */
  readonly groupOf: GroupOfField;
  /** For `failed-` and `accepted-`, the captured method completes the action. */
  readonly action: SshdAction | LoginKind;
}

/** A row of a table of patterns: the n-th group of the expression captures the n-th of `fields`. */
export function pattern(
  name: string,
  starts: string,
  action: SshdPattern['action'],
  expression: RegExp,
  ...fields: SshdField[]
): SshdPattern {
  const groupOf = { ...NO_GROUPS };
  fields.forEach((field, at) => (groupOf[field] = at + 1));
  return { name, starts, contains: undefined, action, expression, groupOf };
}

/** The row of a form that is rare among the messages that begin like it: they are passed over by one more cheap test. */
export function containing(contains: string, row: SshdPattern): SshdPattern {
  return { ...row, contains };
}
