import type { ItemRefusal } from './item-problem';

/** A CloudEvent's event with what identifies it; `event.id` is derived from `source` and `id` by the caller. */
export interface OpenedCloudEvent {
  readonly source: string;
  readonly id: string;
  /** The ECS event, `@timestamp` filled in from the envelope's `time` where it has none. */
  readonly event: object;
}

/** The context attributes that a CloudEvent must have, and those we read beyond them. */
interface Envelope {
  readonly specversion?: unknown;
  readonly id?: unknown;
  readonly source?: unknown;
  readonly type?: unknown;
  readonly time?: unknown;
  readonly datacontenttype?: unknown;
  readonly data?: unknown;
}

/**
 * Opens a CloudEvent 1.0 (https://github.com/cloudevents/spec): structured, or binary with its header fields as
 * `envelope` and the body as `data`. Extension attributes are let through unread.
 */
export function openCloudEvent(envelope: unknown): OpenedCloudEvent | ItemRefusal {
  if (!isObject(envelope)) return { code: 'invalid_type', detail: 'a CloudEvent is an object' };
  const { specversion, id, source, type, time, datacontenttype, data } = envelope as Envelope;
  if (specversion !== '1.0') return refused('specversion is not 1.0');
  if (!isText(id) || !isText(source) || !isText(type)) return refused('id, source or type is no text');
  if (!isJson(datacontenttype)) return refused('datacontenttype is not JSON');
  if (!isObject(data)) return refused('data is not an object');
  const event = data as { '@timestamp'?: unknown };
  if (event['@timestamp'] === undefined && time !== undefined) event['@timestamp'] = time;
  return { source, id, event };
}

/**
 * The envelope that the `ce-` header fields of a binary CloudEvent make; undefined where there is no `ce-specversion`.
 * Values are percent-encoded UTF-8; one that is not keeps its writing.
 */
export function binaryEnvelope(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, unknown> | undefined {
  if (headers['ce-specversion'] === undefined) return undefined;
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  return Object.fromEntries(
    attributes.map(([name, value]) => [name.slice(3), typeof value === 'string' ? decoded(value) : value]),
  );
}

/** The event under the id that its CloudEvent gives it, whatever it called itself. */
export function identified(event: object, id: string): object {
  const { 'event.id': _, event: fields, ...others } = event as { 'event.id'?: unknown; event?: unknown };
  if (fields === undefined) return { ...others, 'event.id': id };
  return { ...others, event: isObject(fields) ? { ...fields, id } : fields };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // Not percent-encoded: taken as it is.
    return value;
  }
}

function refused(detail: string): ItemRefusal {
  return { code: 'invalid_cloudevent', detail };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 1024;
}

function isJson(contentType: unknown): boolean {
  return (
    contentType === undefined ||
    (typeof contentType === 'string' && /^application\/([\w.-]+\+)?json\b/i.test(contentType))
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
