import type { ProblemCode } from './problem-catalogue';

/** What the header fields of a request say about its body, lower-cased names as Node gives them. */
export interface BodyHeaders {
  readonly 'content-type'?: string | undefined;
  readonly 'content-encoding'?: string | undefined;
  readonly 'content-length'?: string | undefined;
  readonly 'transfer-encoding'?: string | undefined;
}

/** The type and subtype of a `Content-Type`, lower-case, without parameters; empty when absent. */
export function mediaType(contentType: string | undefined): string {
  const [essence = ''] = (contentType ?? '').split(';', 1);
  return essence.trim().toLowerCase();
}

/** The charset parameter, lower-case, without quotes; undefined when there is none. */
export function charset(contentType: string): string | undefined {
  const match = /;\s*charset\s*=\s*("[^"]*"|[^\s;]*)/i.exec(contentType);
  return match?.[1]?.replaceAll('"', '').toLowerCase();
}

/** True when the header fields announce a body. */
export function hasBody(headers: BodyHeaders): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * Why a body is refused by its header fields alone, before a byte of it is read; undefined when it may come.
 * @param accepted media types of the route, lower-case
 */
export function refuseBody(headers: BodyHeaders, accepted: readonly string[]): ProblemCode | undefined {
  if (!hasBody(headers)) return undefined;
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') return 'unsupported_encoding';
  const contentType = headers['content-type'] ?? '';
  if (!accepted.includes(mediaType(contentType))) return 'unsupported_media_type';
  const name = charset(contentType);
  return name === undefined || name === 'utf-8' || name === 'utf8' ? undefined : 'unsupported_charset';
}
