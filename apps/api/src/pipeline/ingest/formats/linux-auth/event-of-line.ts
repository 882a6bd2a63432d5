import type { NormalisedEvent } from '@watchfloor/contracts';
import { readPam, type PamReading, type PamReport } from '../pam';
import { setSource, syslogEvent, type SyslogSource } from '../syslog-event';
import { classificationOf, type LinuxAuthAction } from './actions';
import { PROGRAM_PATTERNS, type LinuxAuthField, type LinuxAuthPattern } from './patterns';
import { readSudo, type SudoReading } from './sudo';

const PAM_ACTIONS: Readonly<Record<PamReport, LinuxAuthAction>> = {
  'authentication-failure': 'pam-authentication-failure',
  'more-failures': 'pam-more-failures',
  'authentication-success': 'pam-authentication-success',
  'account-denied': 'pam-account-denied',
  'session-opened': 'session-opened',
  'session-closed': 'session-closed',
  'password-changed': 'password-changed',
  message: 'pam-message',
};

/** How one line was read. */
export interface LinuxAuthReading {
  readonly event: NormalisedEvent;
  /** The pattern's name, for `explain`. */
  readonly pattern: string;
}

/** Reads the message of a program of `PROGRAM_PATTERNS`, or a PAM module's of any program; undefined for others. */
export function readLinuxAuth(source: SyslogSource): LinuxAuthReading | undefined {
  const { message, program, programModule } = source.envelope;
  const text = message.charCodeAt(message.length - 1) === 32 ? message.trimEnd() : message;
  const pam = readPam(text, programModule);
  if (pam) return { event: pamEvent(source, pam), pattern: `${pam.module} ${pam.report}` };
  const name = program?.toLowerCase() ?? '';
  const patterns = PROGRAM_PATTERNS.get(name);
  if (patterns === undefined) return undefined;
  const sudo = name === 'sudo' ? readSudo(text) : undefined;
  if (sudo) return { event: sudoEvent(source, sudo), pattern: sudo.action };
  for (const pattern of patterns) {
    const groups = pattern.expression.exec(text);
    if (groups) return { event: matchedEvent(source, pattern, groups), pattern: pattern.name };
  }
  const event = eventOf(source, 'auth-message');
  event.event.reason = text;
  return { event, pattern: 'message of a known program' };
}

const eventOf = (source: SyslogSource, action: LinuxAuthAction): NormalisedEvent =>
  syslogEvent(source, classificationOf(action));

function pamEvent(source: SyslogSource, pam: PamReading): NormalisedEvent {
  const event = eventOf(source, PAM_ACTIONS[pam.report]);
  event.event.provider = pam.module;
  if (pam.user !== undefined) event.user = { name: pam.user };
  if (pam.remoteHost !== undefined) setSource(event, pam.remoteHost);
  if (pam.reason !== undefined) event.event.reason = pam.reason;
  if (pam.attempts !== undefined) event.labels = { attempts: String(pam.attempts) };
  if (pam.requestedBy !== undefined) relateUsers(event, pam.user, pam.requestedBy);
  return event;
}

function sudoEvent(source: SyslogSource, sudo: SudoReading): NormalisedEvent {
  const event = eventOf(source, sudo.action);
  event.user =
    sudo.target === undefined ? { name: sudo.user } : { name: sudo.user, effective: { name: sudo.target } };
  relateUsers(event, sudo.user, sudo.target);
  if (sudo.reason !== undefined) event.event.reason = sudo.reason;
  if (sudo.command !== undefined) event.process = { ...event.process, command_line: sudo.command };
  if (sudo.directory !== undefined) event.process = { ...event.process, working_directory: sudo.directory };
  return event;
}

function matchedEvent(
  source: SyslogSource,
  { action, fields }: LinuxAuthPattern,
  groups: RegExpExecArray,
): NormalisedEvent {
  const event = eventOf(source, action);
  fields.forEach((field, at) => {
    const text = groups[at + 1];
    if (text !== undefined && text !== '') setField(event, field, text);
  });
  relateUsers(event, event.user?.name, event.user?.target?.name);
  return event;
}

function setField(event: NormalisedEvent, field: LinuxAuthField, text: string): void {
  switch (field) {
    case 'user':
      event.user = { ...event.user, name: text };
      break;
    case 'target':
      event.user = { ...event.user, target: { name: text } };
      break;
    case 'group':
      event.group = { name: text };
      break;
    case 'address':
      if (text !== '(null)') setSource(event, text);
      break;
    case 'reason':
      event.event.reason = text;
      break;
    case 'command':
      event.process = { ...event.process, command_line: text };
      break;
    case 'session':
      event.labels = { session: text };
      break;
  }
}

function relateUsers(event: NormalisedEvent, ...names: (string | undefined)[]): void {
  const user = [...new Set(names.filter((name) => name !== undefined))];
  if (user.length > 0) event.related = { ...event.related, user };
}
