import { ECS_VERSION, type NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime } from '../event-time';
import { canonicalIp } from '../ip-address';
import type { SyslogEnvelope } from '../syslog-envelope';
import { eventGroup, type Classification, type Origin } from './classification';

/** Marks an event whose line carries no time: its event time was assumed. */
export const ASSUMED_TIME_TAG = 'event_time_assumed';

/** What is known of a line beside its message. */
export interface SyslogSource {
  readonly origin: Origin;
  readonly envelope: SyslogEnvelope;
  /** `host.name` where the line names none. */
  readonly host: string | undefined;
}

/** The event of a syslog line as far as the envelope and the kind of message tell. */
export function syslogEvent({ origin, envelope, host }: SyslogSource, kind: Classification): NormalisedEvent {
  const event: NormalisedEvent = {
    '@timestamp': formatEventTime(envelope.eventTime),
    ecs: { version: ECS_VERSION },
    event: eventGroup(origin, kind),
  };
  const name = envelope.host ?? host;
  if (name !== undefined) event.host = { name };
  if (envelope.program !== undefined) {
    event.process =
      envelope.pid === undefined ? { name: envelope.program } : { name: envelope.program, pid: envelope.pid };
  }
  if (!envelope.hasTime) event.tags = [ASSUMED_TIME_TAG];
  if (envelope.priority !== undefined) event.log = { syslog: { priority: envelope.priority } };
  return event;
}

/** Sets `source` from an address or a host name; `UNKNOWN` and the like say nothing. */
export function setSource(event: NormalisedEvent, address: string, port?: number): void {
  const ip = canonicalIp(address);
  if (ip !== undefined) {
    event.source = port === undefined ? { ip } : { ip, port };
    event.related = { ip: [ip] };
  } else if (address !== '' && address !== 'UNKNOWN' && address !== 'unknown') {
    const named = HOST_NAME.test(address) ? { address, domain: address } : { address };
    event.source = port === undefined ? named : { ...named, port };
  }
}

const HOST_NAME = /^(?=.*[a-z])[\w.-]{1,253}$/i;
