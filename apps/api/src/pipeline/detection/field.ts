import { NormalisedEventSchema } from '@watchfloor/contracts';
import { eventField } from '../batch/event-field';
import { addressScope, type EventView } from './event-view';

/** Reads one field of the event shown; `undefined` where it has none. */
export type FieldReader = (view: EventView) => unknown;

/** Fields that are computed from others; the rest are those of the normalised event. */
const DERIVED: Readonly<Record<string, FieldReader>> = {
  'url.decoded.path': (view) => view.decodedPath(),
  'url.decoded.query': (view) => view.decodedQuery(),
  'url.decoded.all': (view) => view.decodedUrl(),
  'url.resource': (view) => view.resource(),
  'url.static': (view) => view.isStatic(),
  'target.name': (view) => view.target(),
  'source.scope': (view) => scopeOf(view, view.source(), ['outbound', 'internal']),
  'destination.scope': (view) => scopeOf(view, view.read(DESTINATION), ['inbound', 'internal']),
};

const DESTINATION = eventField('destination.ip');

/**
 * The side of an end. A sensor that names the direction was told which networks are the own ones, which may have public
 * addresses; without its word private addresses are inside and all others outside.
 */
function scopeOf(view: EventView, ip: unknown, inside: readonly string[]): string | undefined {
  if (typeof ip !== 'string') return undefined;
  const direction = view.direction();
  if (typeof direction !== 'string' || !DIRECTIONS.has(direction)) return addressScope(ip);
  return inside.includes(direction) ? 'internal' : 'external';
}

/** Values of `network.direction` that say where both ends are; `ingress` and `egress` are seen from a host. */
const DIRECTIONS: ReadonlySet<string> = new Set(['inbound', 'outbound', 'internal', 'external']);

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
}

/** True when the normalised event can have the field, or it is derived. Whole groups (`source`) are no fields. */
export function isField(path: string): boolean {
  return Object.hasOwn(DERIVED, path) || isEventField(path);
}

/** True when the normalised event itself can have the field. */
export function isEventField(path: string): boolean {
  let node: SchemaNode | undefined = NormalisedEventSchema as SchemaNode;
  for (const name of path.split('.')) {
    if (node?.patternProperties !== undefined) node = Object.values(node.patternProperties)[0];
    else
      node =
        node?.properties !== undefined && Object.hasOwn(node.properties, name)
          ? node.properties[name]
          : undefined;
    if (node === undefined) return false;
  }
  return node?.properties === undefined && node?.patternProperties === undefined;
}

/** Compiles a dotted path into a reader. Throws a RangeError for a field that does not exist. */
export function compileField(path: string): FieldReader {
  if (!isField(path)) throw new RangeError(`no field ${path}`);
  const derived = DERIVED[path];
  if (derived !== undefined) return derived;
  const field = eventField(path);
  return (view) => view.read(field);
}

const SEPARATOR = '\u001f';

/** Compiles the key of a rule: the fields joined; `undefined` when the event lacks one of them. */
export function compileKey(paths: readonly string[]): (view: EventView) => string | undefined {
  const readers = paths.map(compileField);
  const [first] = readers;
  if (readers.length === 1 && first !== undefined)
    return (view) => {
      const value = first(view);
      return value === undefined ? undefined : String(value);
    };
  return (view) => {
    let key: string | undefined;
    for (const read of readers) {
      const value = read(view);
      if (value === undefined) return undefined;
      key = key === undefined ? String(value) : key + SEPARATOR + String(value);
    }
    return key;
  };
}

/** The parts of a key, as a reader sees them. */
export function keyText(key: string): string {
  return key.replaceAll(SEPARATOR, ' ');
}
