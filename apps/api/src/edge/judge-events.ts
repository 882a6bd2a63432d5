import type { ItemProblem, NormalisedEvent } from '@watchfloor/contracts';
import { identified, openCloudEvent } from './cloud-event';
import { TOO_DEEP, TOO_WIDE } from './decode-events';
import type { ItemRefusal } from './item-problem';
import { validateEvent, type EventVerdict } from './validate-event';

/** An event that has its id. */
export type IdentifiedEvent = NormalisedEvent & { event: { id: string } };

/** A batch after every element was judged. */
export interface JudgedEvents {
  readonly events: readonly IdentifiedEvent[];
  readonly errors: readonly ItemProblem[];
  /** Fields of ECS that the schema does not keep, over all valid events. */
  readonly dropped: number;
}

/** How events get their ids. */
export interface Identities {
  /** Starts the id of an event without one: `<idPrefix>-<index>`. */
  readonly idPrefix: string;
  /** The id of a CloudEvent. */
  cloudEventId(source: string, id: string): string;
}

/** Judges the elements of a request one by one. The same elements and identities give the same judgement. */
export function judgeEvents(
  elements: readonly unknown[],
  enveloped: boolean,
  identities: Identities,
): JudgedEvents {
  const events: IdentifiedEvent[] = [];
  const errors: ItemProblem[] = [];
  let dropped = 0;
  for (const [index, element] of elements.entries()) {
    const verdict = judge(element, enveloped, identities);
    if ('event' in verdict) {
      verdict.event.event.id ??= `${identities.idPrefix}-${index}`;
      events.push(verdict.event as IdentifiedEvent);
      dropped += verdict.dropped;
    } else errors.push({ index, code: verdict.code, detail: verdict.detail });
  }
  return { events, errors, dropped };
}

const DEEP: ItemRefusal = { code: 'too_deep', detail: 'an event has at most 8 levels' };
const WIDE: ItemRefusal = { code: 'too_many_fields', detail: 'an event has at most 1 000 fields' };

function judge(element: unknown, enveloped: boolean, identities: Identities): EventVerdict {
  if (element === TOO_DEEP) return DEEP;
  if (element === TOO_WIDE) return WIDE;
  if (!enveloped) return validateEvent(element);
  const opened = openCloudEvent(element);
  if ('code' in opened) return opened;
  return validateEvent(identified(opened.event, identities.cloudEventId(opened.source, opened.id)));
}
