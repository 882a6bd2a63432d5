import type { NormalisedEvent } from '@watchfloor/contracts';
import { canonicalIp } from '../../ip-address';
import { setSource } from '../syslog-event';
import type { GroupOfField } from './pattern';

/** Some builds mask the names of users that do not exist. */
const MASKED_USER = '<invalid username>';

/** What a group captured; an empty text is none. */
function textOf(groups: RegExpExecArray, group: number): string | undefined {
  const text = group === 0 ? undefined : groups[group];
  return text === '' ? undefined : text;
}

/** Puts what the groups of a pattern captured into the fields of the event. */
export function setCaptured(event: NormalisedEvent, at: GroupOfField, groups: RegExpExecArray): void {
  const user = textOf(groups, at.user);
  const address = textOf(groups, at.address);
  const domain = textOf(groups, at.domain);
  const localAddress = textOf(groups, at.localAddress);
  const reason = textOf(groups, at.reason) ?? (textOf(groups, at.invalid) && 'invalid user');
  if (user !== undefined && user !== MASKED_USER) event.user = { name: user };
  if (address !== undefined) setSource(event, address, portNumber(textOf(groups, at.port)));
  if (domain !== undefined) event.source = { ...event.source, domain };
  if (localAddress !== undefined)
    setDestination(event, localAddress, portNumber(textOf(groups, at.localPort)));
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
