import { TypeCompiler, ValueErrorType, type ValueError } from '@sinclair/typebox/compiler';
import { NormalisedEventSchema, readAddress, type NormalisedEvent } from '@watchfloor/contracts';
import { conformEvent } from './conform-event';
import { normaliseTimestamp } from './event-timestamp';
import type { ItemRefusal } from './item-problem';

/** A valid event in the form that the pipeline keeps, or why it is none. */
export type EventVerdict = { readonly event: NormalisedEvent; readonly dropped: number } | ItemRefusal;

const checker = TypeCompiler.Compile(NormalisedEventSchema);

/**
 * Judges one parsed event. One that already has the kept form, the usual case, is only checked, by a compiled checker;
 * any other is first brought into it. The input is ours to change: nobody else holds it.
 */
export function validateEvent(input: unknown): EventVerdict {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { code: 'invalid_type', detail: 'an event is an object' };
  }
  const refusal = settleTimestamp(input);
  if (refusal !== undefined) return refusal;
  if (checker.Check(input)) return withAddresses(input, 0);
  const conformed = conformEvent(input);
  if ('code' in conformed) return conformed;
  const { event, dropped } = conformed;
  return checker.Check(event) ? withAddresses(event, dropped) : refusalOf(event);
}

function settleTimestamp(input: object): ItemRefusal | undefined {
  const event = input as { '@timestamp'?: unknown };
  const given = event['@timestamp'];
  if (given === undefined || given === null) return { code: 'missing_field', detail: '/@timestamp' };
  if (typeof given !== 'string') return { code: 'invalid_type', detail: '/@timestamp' };
  const settled = normaliseTimestamp(given);
  if (settled === undefined) return { code: 'invalid_timestamp', detail: '/@timestamp' };
  if (settled !== given) event['@timestamp'] = settled;
  return undefined;
}

const words = new Uint32Array(4);
const isAddress = (text: string | undefined): boolean => text === undefined || readAddress(text, words) !== 0;

function withAddresses(event: NormalisedEvent, dropped: number): EventVerdict {
  const { source, destination, observer, related } = event;
  const valid =
    isAddress(source?.ip) &&
    isAddress(destination?.ip) &&
    isAddress(observer?.ip) &&
    (related?.ip?.every(isAddress) ?? true);
  return valid ? { event, dropped } : { code: 'invalid_value', detail: 'an ip is no IP address' };
}

function refusalOf(event: unknown): ItemRefusal {
  const error = checker.Errors(event).First();
  if (error === undefined) throw new Error('the checker refused an event without an error');
  return { code: codeOf(error), detail: placeOf(error) };
}

const NUMBER_RANGES: ReadonlySet<ValueErrorType> = new Set([
  ValueErrorType.IntegerMinimum,
  ValueErrorType.IntegerMaximum,
  ValueErrorType.NumberMinimum,
  ValueErrorType.NumberMaximum,
]);

const TYPES: ReadonlySet<ValueErrorType> = new Set([
  ValueErrorType.Array,
  ValueErrorType.Integer,
  ValueErrorType.Number,
  ValueErrorType.Object,
  ValueErrorType.String,
]);

function codeOf({ type, path, value }: ValueError): ItemRefusal['code'] {
  if (value === undefined) return 'missing_field';
  if (NUMBER_RANGES.has(type)) return 'number_range';
  if (TYPES.has(type)) return 'invalid_type';
  if (path === '/event/id') return 'invalid_id';
  // A union of literals: text that is none of them has the right type.
  return type === ValueErrorType.Union && typeof value !== 'string' ? 'invalid_type' : 'invalid_value';
}

/** Where in the schema; the names below `labels` are the sender's and stay out. */
function placeOf({ path }: ValueError): string {
  return path.startsWith('/labels') ? '/labels' : path;
}
