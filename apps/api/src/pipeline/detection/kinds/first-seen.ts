import { spanText } from '../duration';
import type { Keyed } from '../keyed-states';
import type { WindowKind } from './window-kind';

/** Values remembered for each key; beyond that those longest unseen are forgotten. */
const REMEMBERED = 64;

/** A value and when it was last seen, in ms of event time. */
type SeenValue = [value: string, at: number];

export interface FirstSeenMemory extends Keyed {
  /** Windows that taught, all before the present one. */
  lessons: number;
  /** What was known before the present window, the longest unseen first. */
  known: SeenValue[];
  /** The window that teaches now; none before the first one, and in what was stored before it was kept apart. */
  present?: { readonly start: number; values: SeenValue[] };
}

export interface FirstSeenSettings {
  readonly learn: number;
  readonly rememberMs: number;
}

/**
 * Fires when a key comes with a value that it never had (a user with a new source). The first `learn` windows only
 * teach, however many values they have; a value is forgotten when it was not seen for `rememberMs`. A value is judged by
 * what was known before its window, so the order within a window changes nothing. A key that has as many values as are
 * remembered has no usual ones: nothing is said of it.
 */
export function firstSeen({ learn, rememberMs }: FirstSeenSettings): WindowKind<FirstSeenMemory> {
  return {
    start: () => ({ touched: 0, lessons: 0, known: [] }),
    progress({ start }, memory) {
      const copy = structuredClone(memory) ?? { touched: 0, lessons: 0, known: [] };
      presentWindow(copy, start, rememberMs);
      const { lessons, known } = copy;
      const missing =
        lessons < learn
          ? `still learning: ${lessons} of ${learn} windows`
          : known.length === 0
            ? `no value was seen for ${spanText(rememberMs)}`
            : known.length >= REMEMBERED
              ? `it has ${REMEMBERED} values or more, none of them is unusual`
              : `the value is one of ${known.length} known`;
      return { value: Math.min(lessons, learn), limit: learn, missing };
    },
    judge(partial, memory) {
      if (memory === undefined) return undefined;
      const { evidence, start } = partial;
      const [value] = partial.values ?? [];
      if (value === undefined) return undefined;
      const present = presentWindow(memory, start, rememberMs);
      present.values = newest([...present.values, [value, evidence.last]]);
      const { known, lessons } = memory;
      const hasUsualValues = known.length > 0 && known.length < REMEMBERED;
      if (lessons < learn || !hasUsualValues || known.some(([each]) => each === value)) return undefined;
      const span = spanText(evidence.last - evidence.first);
      return { evidence, figures: { value, known: known.length, span } };
    },
  };
}

/** The window that begins at `start`; the one before it becomes a lesson. */
function presentWindow(memory: FirstSeenMemory, start: number, rememberMs: number) {
  const { present } = memory;
  if (present?.start === start) return present;
  if (present !== undefined) {
    const seenAgain = new Set(present.values.map(([value]) => value));
    const others = memory.known.filter(([value]) => !seenAgain.has(value));
    memory.known = newest([...others, ...present.values]);
    memory.lessons += 1;
  }
  memory.known = memory.known.filter(([, at]) => start - at <= rememberMs);
  return (memory.present = { start, values: [] });
}

/** As many values as are remembered, those seen last, in an order that does not depend on how they came. */
function newest(values: SeenValue[]): SeenValue[] {
  return values.sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).slice(-REMEMBERED);
}
