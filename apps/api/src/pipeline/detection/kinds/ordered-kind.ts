import type { Evidence } from '../evidence';
import type { EventView } from '../event-view';
import type { RuleState } from '../key-table';

/** What fills the placeholders of a rule's reason. */
export type Figures = Readonly<Record<string, string | number>>;

/** A rule's condition was met. */
export interface Firing {
  readonly evidence: Evidence;
  readonly figures: Figures;
  /** What the open alert keeps so that `continues` can decide. Plain and bounded. */
  readonly going?: RuleState;
}

/** How near a key is to firing, for `--explain`. */
export interface Progress {
  readonly value: number;
  readonly limit: number;
  /** What is still missing, as a part of a sentence. */
  readonly missing: string;
}

/**
 * A kind of rule that depends on the order of the events of one key. Its state is plain (it is stored as JSON) and
 * bounded; it is changed in place. Nothing is kept between calls but the state.
 */
export interface OrderedKind<S extends RuleState> {
  /** State of a key that has none. */
  start(time: number): S;
  /** After this the state means nothing any more, in ms of event time; of an empty one that is before every event. */
  expiresAt(state: S): number;
  /** Takes the event shown, which happened at `time`; a firing ends the state. */
  pour(state: S, view: EventView, time: number): Firing | undefined;
  /** How near the state is to firing; asked for only where the rule is explained. */
  progress(state: S): Progress;
  /**
   * Whether the event shown belongs to the open alert of its key; where this is missing every event does. `going` is what the
   * firing left for it, to be changed in place; undefined where it left nothing.
   */
  continues?(view: EventView, time: number, going: S | undefined): boolean;
  /**
   * Given where events are poured while an alert is open too: how long after it was raised, in ms, another firing is another
   * alert. A firing before that belongs to the open one; at least so long a firing reaches back.
   */
  readonly firesAgainAfter?: number;
}
