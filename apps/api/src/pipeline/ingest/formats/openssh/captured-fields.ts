import type { NormalisedEvent } from '@watchfloor/contracts';
import { canonicalIp } from '../../ip-address';
import { setSource } from '../syslog-event';
import type { SshdField } from './pattern';

/** What the groups of a pattern captured, by field. */
export type Captured = Record<SshdField, string | undefined>;

/** Some builds mask the names of users that do not exist. */
const MASKED_USER = '<invalid username>';

/** The captured texts by field; an empty text is none. */
export function captured(fields: readonly SshdField[], groups: RegExpExecArray): Captured {
  const texts: Captured = {
    method: undefined,
    invalid: undefined,
    user: undefined,
    address: undefined,
    port: undefined,
    domain: undefined,
    localAddress: undefined,
    localPort: undefined,
    reason: undefined,
  };
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at];
    const text = groups[at + 1];
    if (field !== undefined && text !== '') texts[field] = text;
  }
  return texts;
}

/** Puts what was captured into the fields of the event. */
export function setCaptured(event: NormalisedEvent, texts: Captured): void {
  const { user, address, domain, localAddress } = texts;
  const reason = texts.reason ?? (texts.invalid === undefined ? undefined : 'invalid user');
  if (user !== undefined && user !== MASKED_USER) event.user = { name: user };
  if (address !== undefined) setSource(event, address, portNumber(texts.port));
  if (domain !== undefined) event.source = { ...event.source, domain };
  if (localAddress !== undefined) setDestination(event, localAddress, portNumber(texts.localPort));
  if (reason !== undefined) event.event.reason = reason;
  if (event.source !== undefined) event.network = { transport: 'tcp', protocol: 'ssh' };
}

function setDestination(event: NormalisedEvent, address: string, port: number | undefined): void {
  const ip = canonicalIp(address);
  if (ip === undefined) return;
  event.destination = port === undefined ? { ip } : { ip, port };
  const source = event.source?.ip;
  event.related = { ip: source === undefined || source === ip ? [ip] : [source, ip] };
}

/** A port of 0-65535; undefined for a number that is none. */
function portNumber(text: string | undefined): number | undefined {
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}
