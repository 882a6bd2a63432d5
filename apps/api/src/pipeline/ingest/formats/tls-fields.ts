import type { NormalisedEvent } from '@watchfloor/contracts';
import { textOf } from './json-record';

type Tls = NonNullable<NormalisedEvent['tls']>;

/** What a sensor tells of a TLS handshake, as it stands in its record. */
export interface Handshake {
  readonly version: unknown;
  readonly serverName: unknown;
  readonly subject: unknown;
  readonly issuer: unknown;
  readonly ja3: unknown;
  readonly ja3s: unknown;
}

/** The `tls` group of a handshake, with the fields that are known. */
export function tlsGroup(handshake: Handshake): Tls {
  const version = textOf(handshake.version);
  const serverName = textOf(handshake.serverName);
  const subject = textOf(handshake.subject);
  const issuer = textOf(handshake.issuer);
  const ja3 = textOf(handshake.ja3);
  const ja3s = textOf(handshake.ja3s);
  const client: NonNullable<Tls['client']> = {};
  if (serverName !== undefined) client.server_name = serverName;
  if (ja3 !== undefined) client.ja3 = ja3;
  const server: NonNullable<Tls['server']> = {};
  if (subject !== undefined) server.subject = subject;
  if (issuer !== undefined) server.issuer = issuer;
  if (ja3s !== undefined) server.ja3s = ja3s;
  const group: Tls = {};
  if (version !== undefined) group.version = tlsVersion(version);
  if (serverName !== undefined || ja3 !== undefined) group.client = client;
  if (subject !== undefined || issuer !== undefined || ja3s !== undefined) group.server = server;
  return group;
}

/** The number in a protocol version: `1.2` of `TLS 1.2`, `TLSv1.2` and Zeek's `TLSv12`; other texts stay as they are. */
function tlsVersion(text: string): string {
  const match = /^(?:TLS|SSL)\s?v?(\d)\.?(\d)?$/i.exec(text);
  return match ? `${match[1] ?? ''}.${match[2] ?? '0'}` : text;
}
