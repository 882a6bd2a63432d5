import { AUTHENTICATION_PATTERNS } from './authentication-patterns';
import { CONNECTION_PATTERNS } from './connection-patterns';
import { NEGOTIATION_PATTERNS } from './negotiation-patterns';
import { SESSION_PATTERNS } from './session-patterns';
import type { SshdPattern } from './pattern';

/** A message of sshd without what may stand around it. */
export interface SshdMessage {
  readonly text: string;
  /** `error`, `fatal`, `debug1` … when the message says so. */
  readonly level: string | undefined;
  /** How often syslog says that the message came (`message repeated 3 times: [ … ]`); 1 otherwise. */
  readonly repeated: number;
}

/** A message that has the form of a pattern, and what its groups captured. */
export interface SshdMatch {
  readonly pattern: SshdPattern;
  readonly groups: RegExpExecArray;
}

const REPEATED = /^message repeated (\d{1,9}) times: \[ ?(.*?) ?\]$/;
const LEVEL = /^(error|fatal|info|warning|debug[123]|verbose): /;
const PREAUTH = ' [preauth]';
const POSTAUTH = ' [postauth]';
const SPACE = 32;
const CLOSE_BRACKET = 93;

/** The patterns by the code of their first character: a message is tried against two or three of them. */
const BY_FIRST_CHARACTER = byFirstCharacter([
  ...AUTHENTICATION_PATTERNS,
  ...CONNECTION_PATTERNS,
  ...NEGOTIATION_PATTERNS,
  ...SESSION_PATTERNS,
]);

function byFirstCharacter(patterns: readonly SshdPattern[]): readonly (readonly SshdPattern[])[] {
  const table: SshdPattern[][] = Array.from({ length: 128 }, () => []);
  for (const row of patterns) table[row.starts.charCodeAt(0)]?.push(row);
  return table;
}

/** Takes off the level, the repetition and the marks of privilege separation. */
export function stripMessage(message: string): SshdMessage {
  let text = message.charCodeAt(message.length - 1) === SPACE ? message.trimEnd() : message;
  let repeated = 1;
  if (text.startsWith('message repeated ')) {
    const match = REPEATED.exec(text);
    repeated = Number(match?.[1] ?? 1);
    text = match?.[2] ?? text;
  }
  if (text.charCodeAt(text.length - 1) === CLOSE_BRACKET) {
    if (text.endsWith(PREAUTH)) text = text.slice(0, -PREAUTH.length);
    else if (text.endsWith(POSTAUTH)) text = text.slice(0, -POSTAUTH.length);
  }
  let level: string | undefined;
  // Levels are written in lower case, while most messages begin with a capital.
  if (text.charCodeAt(0) >= 97) {
    const match = LEVEL.exec(text);
    level = match?.[1];
    if (match) text = text.slice(match[0].length);
  }
  return { text, level, repeated };
}

/** The first pattern that the stripped message fits. */
export function matchMessage(text: string): SshdMatch | undefined {
  const candidates = BY_FIRST_CHARACTER[text.charCodeAt(0)];
  if (candidates === undefined) return undefined;
  for (const pattern of candidates) {
    if (!text.startsWith(pattern.starts)) continue;
    if (pattern.contains !== undefined && !text.includes(pattern.contains)) continue;
    const groups = pattern.expression.exec(text);
    if (groups !== null) return { pattern, groups };
  }
  return undefined;
}
