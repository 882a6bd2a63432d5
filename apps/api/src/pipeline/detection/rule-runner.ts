import type { AlertBook } from './alert-book';
import type { EventView } from './event-view';
import type { StoredStates } from './keyed-states';
import type { KeyTable } from './key-table';
import type { Progress } from './kinds/ordered-kind';
import type { WindowPartial } from './window-partial';

/** What a rule made of an event or a window: what `--explain` shows. */
export type TracedStep = { readonly key: string; readonly at: number } & (
  | { readonly result: 'counted'; readonly progress: Progress }
  | { readonly result: 'fired' }
  | { readonly result: 'belongs to an open alert' }
);

export type Tracer = (step: TracedStep) => void;

/** The state of one rule that must survive a restart, part by part, beside what is in its table. */
export type RuleParts = Readonly<Record<string, StoredStates>>;

/** Where a rule keeps the states of its keys. */
export interface RuleSlot {
  readonly table: KeyTable;
  readonly slot: number;
}

/** One rule with its state. Events come in order; time moves forward only. */
export interface RuleRunner {
  readonly book: AlertBook;
  readonly parts: RuleParts;
  /** When something is to be done without an event: a window ends, an alert has been silent. */
  readonly dueAt: number;
  /** Takes the event shown; its table points at the key. */
  take(key: string, view: EventView, time: number): void;
  /** Does what is due at or before `time`. */
  runDue(time: number): void;
  /** Input has gone quiet at `time`: says what can be said of what is not over. */
  flush(time: number): void;
  /** Takes what another partition counted; false when its window ended before `watermark`. Only of rules that judge windows. */
  receive(partial: WindowPartial, watermark: number): boolean;
  /** Stored states were put back. */
  restored(): void;
}
