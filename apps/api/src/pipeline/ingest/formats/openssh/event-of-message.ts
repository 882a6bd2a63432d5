import type { NormalisedEvent } from '@watchfloor/contracts';
import { addLabel } from '../../../event-labels';
import { readPam, type PamReading, type PamReport } from '../pam';
import { setSource, syslogEvent, type SyslogSource } from '../syslog-event';
import { setCaptured } from './captured-fields';
import { actionOfMethod, classificationOf, type SshdAction } from './actions';
import { matchMessage, stripMessage, type SshdMatch, type SshdMessage } from './match-message';

const PAM_ACTIONS: Readonly<Record<PamReport, SshdAction>> = {
  'authentication-failure': 'pam-authentication-failure',
  'more-failures': 'pam-more-failures',
  'authentication-success': 'pam-authentication-success',
  'account-denied': 'pam-account-denied',
  'session-opened': 'session-opened',
  'session-closed': 'session-closed',
  'password-changed': 'pam-message',
  message: 'pam-message',
};

/** The name of the pattern that fits the message of a line, for `explain`. */
export function sshdPatternName(message: string, programModule: string | undefined): string {
  const { text, level } = stripMessage(message);
  const match = matchMessage(text);
  if (match) return match.pattern.name;
  const pam = readPam(text, programModule);
  return pam ? `${pam.module} ${pam.report}` : generalAction(level);
}

/**
 * The event of one message of sshd. Where `namesSshd` is false, the line names no program, and only a message of a
 * known form tells that it is one of sshd: undefined otherwise.
 */
export function eventOfMessage(source: SyslogSource, namesSshd: boolean): NormalisedEvent | undefined {
  const message = stripMessage(source.envelope.message);
  const match = matchMessage(message.text);
  const event = match ? matchedEvent(source, match) : otherEvent(source, message, namesSshd);
  if (event === undefined) return undefined;
  if (message.repeated > 1) addLabel(event, 'repeated', String(message.repeated));
  if (message.level !== undefined) event.log = { ...event.log, level: message.level };
  return event;
}

function otherEvent(
  source: SyslogSource,
  message: SshdMessage,
  namesSshd: boolean,
): NormalisedEvent | undefined {
  const pam = readPam(message.text, source.envelope.programModule);
  if (pam) return pamEvent(source, pam);
  if (!namesSshd) return undefined;
  const event = sshdEvent(source, generalAction(message.level));
  event.event.reason = message.text;
  return event;
}

function generalAction(level: string | undefined): SshdAction {
  if (level === 'error' || level === 'fatal') return 'server-error';
  return level?.startsWith('debug') ? 'debug-message' : 'server-message';
}

const sshdEvent = (source: SyslogSource, action: SshdAction): NormalisedEvent =>
  syslogEvent(source, classificationOf(action));

function matchedEvent(source: SyslogSource, { pattern, groups }: SshdMatch): NormalisedEvent {
  const { action } = pattern;
  const complete =
    action === 'failed-' || action === 'accepted-' ? actionOfMethod(action, groups[1] ?? '') : action;
  const event = sshdEvent(source, complete);
  setCaptured(event, pattern.groupOf, groups);
  return event;
}

function pamEvent(source: SyslogSource, pam: PamReading): NormalisedEvent {
  const event = sshdEvent(source, PAM_ACTIONS[pam.report]);
  if (pam.user !== undefined) event.user = { name: pam.user };
  if (pam.remoteHost !== undefined) setSource(event, pam.remoteHost);
  if (pam.reason !== undefined) event.event.reason = pam.reason;
  event.event.provider = pam.module;
  if (pam.attempts !== undefined) event.labels = { attempts: String(pam.attempts) };
  return event;
}
