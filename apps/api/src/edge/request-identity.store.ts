import { createHash, randomBytes } from 'node:crypto';
import { RequestProblem } from '../http/problem';

/** What identifies a request and everything derived from it. */
export interface RequestIdentity {
  /** Under which its answers are kept; undefined when no key was sent, so that nobody can ask again. */
  readonly field: string | undefined;
  /** Starts the ids of its events; also decides its home partition. */
  readonly idPrefix: string;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** A key that ends in its number in a sequence of requests. */
const NUMBERED = /^(.+)-(\d{1,15})$/;

/**
 * The identity that an Idempotency-Key gives: a digest of it, so that keys of any length cost the same. Without a key
 * a random one that nobody else knows. Requests `<run>-1`, `<run>-2` ... keep their numbers in the ids of their events, so
 * that what they sent has an order of its own, however they arrive.
 * @throws RequestProblem `invalid_idempotency_key`
 */
export function identityOf(key: string | readonly string[] | undefined): RequestIdentity {
  if (key === undefined) return { field: undefined, idPrefix: shortDigest(randomBytes(16)) };
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new RequestProblem('invalid_idempotency_key', { detail: '1 to 255 visible ASCII characters' });
  }
  const field = shortDigest(key);
  const [, run, number] = NUMBERED.exec(key) ?? [];
  return { field, idPrefix: run === undefined ? field : `${shortDigest(run)}-${number}` };
}

/** Digest of what a request asked for: the same key with another one is refused. */
export function requestDigest(parameters: readonly unknown[], body: Uint8Array): string {
  return shorten(createHash('sha256').update(JSON.stringify(parameters)).update(body).digest('base64url'));
}

/** 22 characters of SHA-256: 132 bits, within the alphabet and length of an event id. */
export function shortDigest(content: string | Uint8Array): string {
  return shorten(createHash('sha256').update(content).digest('base64url'));
}

/** The id of a CloudEvent: `source` and `id` together are unique by its specification. */
export function cloudEventId(source: string, id: string): string {
  return shortDigest(JSON.stringify([source, id]));
}

function shorten(digest: string): string {
  return digest.slice(0, 22);
}
