import type { NormalisedEvent } from '@watchfloor/contracts';
import type { OneEvent } from './evidence';
import { ownText } from './own-text';

const STATIC_PATH =
  /\.(?:js|css|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg)$/i;
const INTERNAL_V4 =
  /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const INTERNAL_V6 = /^(?:fe80:|f[cd]|::1$)/;

/** `internal` for private (RFC 1918, RFC 4193), shared, loopback and link-local addresses, else `external`. */
export function addressScope(ip: string): 'internal' | 'external' {
  // Nearly every address is told by its first character.
  const first = ip.charAt(0);
  if (first === '1') return INTERNAL_V4.test(ip) ? 'internal' : 'external';
  return (first === 'f' || first === ':') && INTERNAL_V6.test(ip) ? 'internal' : 'external';
}

/** Percent-decodes twice, because attackers do: what is not an escape stays as it is. `+` is a space in a query. */
export function decodeUrlText(text: string): string {
  let decoded = text;
  for (let pass = 0; pass < 2 && decoded.includes('%'); pass += 1)
    decoded = decoded.replace(/%([0-9a-fA-F]{2})/g, (_escape, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return decoded;
}

/** Most that one event can stand for: what a sender says of repetitions is not a way to make counts explode. */
const MOST_TIMES = 1_000;

/**
 * What rules read of one event: its fields, and a few that are derived from them on first use.
 * One view is reused for event after event.
 */
export class EventView {
  private current: NormalisedEvent | undefined;
  private path: string | undefined;
  private query: string | undefined;
  private all: string | undefined;
  private shown: OneEvent | undefined;

  /** Points the view at an event. */
  of(event: NormalisedEvent): this {
    this.current = event;
    this.path = undefined;
    this.query = undefined;
    this.all = undefined;
    this.shown = undefined;
    return this;
  }

  get event(): NormalisedEvent {
    if (this.current === undefined) throw new Error('the view shows no event yet');
    return this.current;
  }

  /** `url.decoded.path`: the path with escapes decoded (twice). */
  decodedPath(): string {
    this.path ??= decodeUrlText(this.current?.url?.path ?? '');
    return this.path;
  }

  /** `url.decoded.query`: the query with escapes decoded (twice) and `+` as a space. */
  decodedQuery(): string {
    if (this.query === undefined) {
      const query = this.current?.url?.query ?? '';
      this.query = decodeUrlText(query.includes('+') ? query.replaceAll('+', ' ') : query);
    }
    return this.query;
  }

  /** `url.decoded.all`: path and query, or the whole request target where it could not be split. */
  decodedUrl(): string {
    this.all ??= this.joinedUrl();
    return this.all;
  }

  /** `url.resource`: the path, or the whole request where it is none that could be read. */
  resource(): string | undefined {
    return this.current?.url?.path ?? this.current?.url?.original;
  }

  /** `url.static`: the path is that of a script, style sheet, picture, font or film. */
  isStatic(): boolean {
    return STATIC_PATH.test(this.current?.url?.path ?? '');
  }

  /** `target.name`: what was attacked, as well as it is known: address, else web site, else host. */
  target(): string | undefined {
    const event = this.current;
    return event?.destination?.ip ?? event?.url?.domain ?? event?.host?.name;
  }

  /** How many times it happened: syslog writes what comes again and again as one message (`labels.repeated`). */
  times(): number {
    const repeated = this.current?.labels?.['repeated'];
    if (repeated === undefined) return 1;
    const times = Number(repeated);
    return times >= 1 ? Math.min(Math.floor(times), MOST_TIMES) : 1;
  }

  /** The event, which happened at `time`, as evidence. It is shared: never change it. */
  evidence(time: number): OneEvent {
    return (this.shown ??= {
      first: time,
      last: time,
      events: this.times(),
      sources: ownOrNull(this.current?.source?.ip),
      targets: ownOrNull(this.target()),
      sample: ownOrNull(this.current?.event.id),
    });
  }

  private joinedUrl(): string {
    const query = this.decodedQuery();
    const path = this.decodedPath();
    if (path === '' && query === '') return decodeUrlText(this.current?.url?.original ?? '');
    return query === '' ? path : `${path}?${query}`;
  }
}

function ownOrNull(text: string | undefined): string | null {
  return text === undefined ? null : ownText(text);
}
