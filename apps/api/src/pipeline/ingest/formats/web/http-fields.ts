import { TEXT_LIMITS, type EventOutcome, type NormalisedEvent } from '@watchfloor/contracts';

type Url = NonNullable<NormalisedEvent['url']>;

/** `scheme://authority` of an absolute target (RFC 9112 section 3.2.2). */
const ABSOLUTE = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):\/\/([^/?#]*)/;
const AUTHORITY = /^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/;

/**
 * The URL that a request names (RFC 9112 section 3.2): origin form `/path?query`, absolute form, the authority form of
 * CONNECT, or `*`. Path and query are left as the client wrote them, percent-encoding included.
 */
export function urlOfTarget(target: string, method?: string): Url {
  const bounded = target.length > TEXT_LIMITS.path ? target.slice(0, TEXT_LIMITS.path) : target;
  if (bounded.charCodeAt(0) === 47) return splitPath(bounded, {});
  if (method === 'CONNECT') return { original: bounded, ...authority(bounded) };
  const absolute = ABSOLUTE.exec(bounded);
  if (!absolute) return splitPath(bounded, {});
  const scheme = (absolute[1] ?? '').toLowerCase();
  const url: Url = { original: bounded, scheme, ...authority(absolute[2] ?? '') };
  // What a path means in another scheme (rtsp, ftp) is that scheme's affair: the target stays whole.
  if (scheme !== 'http' && scheme !== 'https') return url;
  const rest = bounded.slice(absolute[0].length);
  return splitPath(rest.startsWith('/') ? rest : `/${rest}`, url);
}

/** Host and port, without the name of a user in front of them. */
export function authority(text: string): Pick<Url, 'domain' | 'port'> {
  const match = AUTHORITY.exec(text.slice(0, TEXT_LIMITS.keyword));
  const found: Pick<Url, 'domain' | 'port'> = {};
  if (match?.[1]) found.domain = match[1];
  const port = Number(match?.[2] ?? NaN);
  if (port <= 65_535) found.port = port;
  return found;
}

function splitPath(text: string, url: Url): Url {
  const question = text.indexOf('?');
  url.path = question < 0 ? text : text.slice(0, question);
  if (question >= 0 && question + 1 < text.length) url.query = text.slice(question + 1);
  return url;
}

/** A response below 400 is a success (RFC 9110 section 15). */
export function outcomeOfStatus(status: number): EventOutcome {
  return status < 400 ? 'success' : 'failure';
}

/** Refused access and failing servers weigh more than what was not found. */
export function severityOfStatus(status: number): number {
  if (status < 400) return 10;
  if (status === 401 || status === 403 || status === 407 || status === 429) return 40;
  return status < 500 ? 30 : 35;
}

/** `1.1` of `HTTP/1.1`. */
export function httpVersion(protocol: string): string {
  return protocol.startsWith('HTTP/') ? protocol.slice(5) : protocol;
}
