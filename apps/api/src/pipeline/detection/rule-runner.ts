import type { AlertBook } from './alert-book';
import type { EventView } from './event-view';
import type { StoredStates } from './keyed-states';
import type { Progress } from './kinds/ordered-kind';
import type { WindowPartial } from './window-store';

/** Told what a rule made of an event or a window: what `--explain` shows. */
export interface Tracer {
  (step: {
    readonly key: string;
    readonly at: number;
    readonly progress: Progress;
    readonly result: 'counted' | 'fired' | 'belongs to an open alert';
  }): void;
}

/** The state of one rule that must survive a restart, part by part. */
export type RuleParts = Readonly<Record<string, StoredStates>>;

/** One rule with its state. Events come in order; time moves forward only. */
export interface RuleRunner {
  readonly book: AlertBook;
  readonly parts: RuleParts;
  /** When something is to be done without an event: a window closes, an alert ends. */
  readonly dueAt: number;
  take(view: EventView, time: number): void;
  /** Does what is due at or before `time`. */
  runDue(time: number): void;
  /** Input has gone quiet at `time`: says what can be said of what is not over. */
  flush(time: number): void;
  /** Takes what another partition counted; false when its window ended before `watermark`. Only of rules that judge windows. */
  receive(partial: WindowPartial, watermark: number): boolean;
}
