import type { NormalisedEvent } from '@watchfloor/contracts';
import { type EventField, eventField } from '../batch/event-field';
import type { Shape } from '../batch/shape';
import { type EventRows, eventRows } from './event-rows';
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

const PATH = eventField('url.path');
const QUERY = eventField('url.query');
const ORIGINAL = eventField('url.original');
const DOMAIN = eventField('url.domain');
const SOURCE = eventField('source.ip');
const DESTINATION = eventField('destination.ip');
const HOST = eventField('host.name');
const REPEATED = eventField('labels.repeated');
const DIRECTION = eventField('network.direction');
const ID = eventField('event.id');

const NO_ROWS = eventRows([]);

/**
 * What rules read of one event: its fields, and a few that are derived from them on first use.
 * One view is reused for event after event.
 */
export class EventView {
  private rows: EventRows = NO_ROWS;
  private row = 0;
  private path: string | undefined;
  private query: string | undefined;
  private all: string | undefined;
  private shown: OneEvent | undefined;
  private happened = 0;
  private way: string | undefined | null = null;

  /** Points the view at an event. */
  of(event: NormalisedEvent): this {
    return this.at(eventRows([event]), 0);
  }

  /** Points the view at the event of a row. */
  at(rows: EventRows, row: number): this {
    this.rows = rows;
    this.row = row;
    this.path = undefined;
    this.query = undefined;
    this.all = undefined;
    this.shown = undefined;
    this.happened = 0;
    this.way = null;
    return this;
  }

  /** The value of a field; undefined where the event has none. */
  read(field: EventField): unknown {
    return this.rows.read(this.row, field);
  }

  /** The shape that the event has in its batch; undefined where it is in none. */
  get shape(): Shape | undefined {
    return this.rows.shapeAt?.(this.row);
  }

  /** `url.decoded.path`: the path with escapes decoded (twice). */
  decodedPath(): string {
    this.path ??= decodeUrlText(this.text(PATH) ?? '');
    return this.path;
  }

  /** `url.decoded.query`: the query with escapes decoded (twice) and `+` as a space. */
  decodedQuery(): string {
    if (this.query === undefined) {
      const query = this.text(QUERY) ?? '';
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
    return this.text(PATH) ?? this.text(ORIGINAL);
  }

  /** `url.static`: the path is that of a script, style sheet, picture, font or film. */
  isStatic(): boolean {
    return STATIC_PATH.test(this.text(PATH) ?? '');
  }

  /** `source.ip`. */
  source(): string | undefined {
    return this.text(SOURCE);
  }

  /** `target.name`: what was attacked, as well as it is known: address, else web site, else host. */
  target(): string | undefined {
    return this.text(DESTINATION) ?? this.text(DOMAIN) ?? this.text(HOST);
  }

  /** `network.direction`. */
  direction(): string | undefined {
    if (this.way === null) this.way = this.text(DIRECTION);
    return this.way;
  }

  /** `event.id`. */
  id(): string | undefined {
    return this.text(ID);
  }

  /** How many times it happened: syslog writes what comes again and again as one message (`labels.repeated`). */
  times(): number {
    if (this.happened === 0) {
      const times = Number(this.read(REPEATED) ?? 1);
      this.happened = times >= 1 ? Math.min(Math.floor(times), MOST_TIMES) : 1;
    }
    return this.happened;
  }

  /** The event, which happened at `time`, as evidence. It is shared: never change it. */
  evidence(time: number): OneEvent {
    return (this.shown ??= {
      first: time,
      last: time,
      events: this.times(),
      sources: ownOrNull(this.source()),
      targets: ownOrNull(this.target()),
      sample: ownOrNull(this.id()),
    });
  }

  private text(field: EventField): string | undefined {
    const value = this.rows.read(this.row, field);
    return typeof value === 'string' ? value : undefined;
  }

  private joinedUrl(): string {
    const query = this.decodedQuery();
    const path = this.decodedPath();
    if (path === '' && query === '') return decodeUrlText(this.text(ORIGINAL) ?? '');
    return query === '' ? path : `${path}?${query}`;
  }
}

function ownOrNull(text: string | undefined): string | null {
  return text === undefined ? null : ownText(text);
}
