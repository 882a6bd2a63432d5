import { createHash } from 'node:crypto';

/** Namespace of observables whose id follows from their value (STIX 2.1, section 2.9). */
const OBSERVABLES = '00abedb4-aa42-466c-9c01-fed23315a9b7';

/** Namespace of this project's own objects. Drawn once; the rules of STIX keep it apart from the one above. */
const WATCHFLOOR_OBJECTS = '5d1c0a3e-7d0b-4b43-9a52-6c1f7f0d9e21';

/** A name-based UUID of version 5 (RFC 9562, section 5.5). */
export function uuidV5(namespace: string, name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The id of an observable with this value, the same wherever it is made. */
export function observableId(type: 'ipv4-addr' | 'ipv6-addr', value: string): string {
  return `${type}--${uuidV5(OBSERVABLES, JSON.stringify({ value }))}`;
}

/** The id of an object of ours: the same name gives the same id. */
export function objectId(type: string, name: string): string {
  return `${type}--${uuidV5(WATCHFLOOR_OBJECTS, `${type}\n${name}`)}`;
}
