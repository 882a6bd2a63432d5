import type { Stage } from '@watchfloor/contracts';
import type { BatchMeta, DeadLetter, EntryId } from './entry';

/** One entry to write. */
export interface Output {
  readonly timeline: string;
  readonly events: number;
  readonly meta: BatchMeta;
  readonly body: Buffer;
}

/** What one work order brings about in its partition, all in one script. */
export interface CommitPlan {
  readonly stage: Stage;
  readonly base: EntryId;
  readonly to: EntryId;
  readonly outputs: readonly Output[];
  readonly deadLetters: readonly DeadLetter[];
  /** Ledger counters to add to. */
  readonly counters: Readonly<Record<string, number>>;
  /** Fields of the watermarks hash to set. */
  readonly watermarks: Readonly<Record<string, number>>;
  /** The change that the aggregates undergo; only of aggregation. */
  readonly change?: Buffer;
  /** Events of the segment, and how many recent events to keep; only of aggregation. */
  readonly keep?: { readonly events: number; readonly recent: number };
  /** What detection is told of the commit, a `Mark` as JSON; only of aggregation, absent while detection is off. */
  readonly mark?: string;
}

/** The header fields of an output as the scripts take them. */
export function toHeader(output: Output): { n: number; tl: string; m: string } {
  return { n: output.events, tl: output.timeline, m: JSON.stringify(output.meta) };
}

/** The first argument of the commit script. */
export function toScriptPlan(plan: CommitPlan, deadLettersKept: number): string {
  return JSON.stringify({
    stage: plan.stage,
    base: plan.base,
    to: plan.to,
    outputs: plan.outputs.map(toHeader),
    deadLetters: plan.deadLetters.map((letter) => JSON.stringify(letter)),
    deadLettersKept,
    counters: plan.counters,
    watermarks: plan.watermarks,
    change: plan.change !== undefined,
    ...(plan.mark === undefined ? {} : { mark: plan.mark }),
    ...(plan.keep ? { events: plan.keep.events, keep: plan.keep.recent } : {}),
  });
}
