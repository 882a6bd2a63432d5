import { spanText } from '../duration';
import type { Keyed } from '../keyed-states';
import type { WindowKind } from './window-kind';

/** Values remembered for each key; beyond that the one longest unseen is forgotten. */
const REMEMBERED = 64;

export interface FirstSeenMemory extends Keyed {
  /** Windows that taught a value. */
  lessons: number;
  /** Value and when it was last seen, the longest unseen first. */
  known: [value: string, at: number][];
}

export interface FirstSeenSettings {
  readonly learn: number;
  readonly rememberMs: number;
}

/**
 * Fires when a key comes with a value that it never had (a user with a new source). The first `learn` windows only
 * teach; a value is forgotten when it was not seen for `rememberMs`.
 */
export function firstSeen({ learn, rememberMs }: FirstSeenSettings): WindowKind<FirstSeenMemory> {
  return {
    start: () => ({ touched: 0, lessons: 0, known: [] }),
    progress: (_partial, memory) => ({ value: memory?.lessons ?? 0, limit: learn }),
    judge(partial, memory) {
      if (memory === undefined) return undefined;
      const { evidence } = partial;
      const [value] = partial.values ?? [];
      if (value === undefined) return undefined;
      const known = memory.known.filter(([, at]) => evidence.last - at <= rememberMs);
      const isKnown = known.some(([each]) => each === value);
      const others = known.filter(([each]) => each !== value);
      const learned = memory.lessons >= learn && known.length > 0;
      memory.known = [...others.slice(1 - REMEMBERED), [value, evidence.last]];
      memory.lessons += 1;
      if (isKnown || !learned) return undefined;
      const span = spanText(evidence.last - evidence.first);
      return { evidence, figures: { value, known: known.length, span } };
    },
  };
}
