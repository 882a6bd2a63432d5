import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import type { Classification } from '../classification';

/** What the error log of a web server reports. Only a refusal has an outcome: the rest says what went wrong, not for whom. */
export const WEB_ERRORS = {
  loginFailed: {
    action: 'http-login-failed',
    category: ['authentication', 'web'],
    type: ['start'],
    severity: 50,
    outcome: 'failure',
  },
  accessDenied: {
    action: 'http-access-denied',
    category: ['web'],
    type: ['access', 'denied'],
    severity: 40,
    outcome: 'failure',
  },
  rateLimited: {
    action: 'http-rate-limited',
    category: ['web'],
    type: ['access', 'denied'],
    severity: 45,
    outcome: 'failure',
  },
  ruleDenied: {
    action: 'waf-denied',
    category: ['intrusion_detection', 'web'],
    type: ['denied'],
    severity: 60,
    outcome: 'failure',
    kind: 'alert',
  },
  ruleMatched: {
    action: 'waf-match',
    category: ['intrusion_detection', 'web'],
    type: ['info'],
    severity: 50,
    kind: 'alert',
  },
  exploitAttempt: {
    action: 'exploit-attempt',
    category: ['intrusion_detection', 'web'],
    type: ['error'],
    severity: 75,
  },
  badRequest: { action: 'http-bad-request', category: ['web'], type: ['error'], severity: 40 },
  notFound: { action: 'http-not-found', category: ['web'], type: ['error'], severity: 25 },
  tlsFailed: {
    action: 'tls-handshake-failed',
    category: ['web', 'network'],
    type: ['error', 'protocol'],
    severity: 20,
  },
  upstreamFailed: { action: 'http-upstream-failed', category: ['web'], type: ['error'], severity: 35 },
  scriptOutput: { action: 'script-output', category: ['web'], type: ['error'], severity: 30 },
  serverError: { action: 'server-error', category: ['web'], type: ['error'], severity: 30 },
  serverMessage: { action: 'server-message', category: ['web'], type: ['info'], severity: 10 },
} as const satisfies Record<string, Classification>;

export type WebError = (typeof WEB_ERRORS)[keyof typeof WEB_ERRORS];

/** `event.action` of the error logs, all of them. */
export const WEB_ERROR_ACTIONS: readonly string[] = Object.values(WEB_ERRORS).map((kind) => kind.action);

/** One message of a server: what it means, and (in a group named `user`) of whom it speaks. */
export interface MessagePattern {
  readonly pattern: RegExp;
  readonly kind: WebError;
}

/** Levels that mean trouble, with the severity of a message that no pattern knows. */
const SEVERITY_OF_LEVEL: ReadonlyMap<string, number> = new Map([
  ['emerg', 90],
  ['alert', 80],
  ['crit', 60],
  ['error', 30],
  ['warn', 20],
]);

/** What a message is and whom it names: the first pattern that fits, else what its level says. */
export interface ClassifiedMessage {
  readonly kind: Classification;
  readonly user?: string;
}

/** Classifies a message by the table of its server. The message is bounded by the caller; patterns are linear. */
export function classifyMessage(
  message: string,
  level: string,
  patterns: readonly MessagePattern[],
): ClassifiedMessage {
  for (const { pattern, kind } of patterns) {
    const match = pattern.exec(message);
    if (!match) continue;
    const user = match.groups?.['user'];
    return user === undefined || user === '' ? { kind } : { kind, user: user.slice(0, TEXT_LIMITS.keyword) };
  }
  const severity = SEVERITY_OF_LEVEL.get(level);
  if (severity === undefined) return { kind: WEB_ERRORS.serverMessage };
  return { kind: { ...(severity < 30 ? WEB_ERRORS.serverMessage : WEB_ERRORS.serverError), severity } };
}

/** ModSecurity's own severities (`[severity "CRITICAL"]`), which are those of syslog. */
const SEVERITY_OF_RULE: ReadonlyMap<string, number> = new Map([
  ['EMERGENCY', 95],
  ['ALERT', 90],
  ['CRITICAL', 80],
  ['ERROR', 65],
  ['WARNING', 50],
  ['NOTICE', 35],
  ['INFO', 20],
  ['DEBUG', 10],
]);

/**
 * Adds the rule that a ModSecurity message names: `[id "…"] [msg "…"] [severity "…"]`
 * (https://github.com/owasp-modsecurity/ModSecurity/wiki, "Audit log message").
 */
export function addModSecurityRule(event: NormalisedEvent, message: string): void {
  const id = bracketed(message, 'id');
  const name = bracketed(message, 'msg');
  const severity = SEVERITY_OF_RULE.get(bracketed(message, 'severity') ?? '');
  const uri = bracketed(message, 'uri');
  if (id !== undefined || name !== undefined) {
    event.rule = { ruleset: 'ModSecurity' };
    if (id !== undefined) event.rule.id = id;
    if (name !== undefined) event.rule.name = name;
  }
  if (severity !== undefined) event.event.severity = severity;
  if (uri !== undefined && event.url?.path === undefined) event.url = { ...event.url, path: uri };
}

/** The value of `[name "value"]`. */
function bracketed(message: string, name: string): string | undefined {
  const at = message.indexOf(`[${name} "`);
  if (at < 0) return undefined;
  const from = at + name.length + 3;
  const end = message.indexOf('"]', from);
  return end > from ? message.slice(from, Math.min(end, from + TEXT_LIMITS.keyword)) : undefined;
}
