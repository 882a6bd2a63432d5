import type { Stage } from '@watchfloor/contracts';
import type { DeadLetter } from '../entry';

const LATE_ON = 'aggregation.late:';

/** Names of the ledger counters of one stage in one partition. */
export const stageCounters = {
  in: (stage: Stage) => `${stage}.in`,
  out: (stage: Stage) => `${stage}.out`,
  dead: (stage: Stage) => `${stage}.dead`,
  deadFor: (stage: Stage, reason: string) => `${stage}.dead:${reason}`,
  /** Dead letters put back into the stage's input. */
  redriven: (stage: Stage) => `${stage}.redriven`,
  redrivenFor: (stage: Stage, reason: string) => `${stage}.redriven:${reason}`,
  /** Events committed as handed to a partition: the sending end of a channel. */
  handed: (to: number) => `processing.out:${to}`,
  late: 'aggregation.late',
  /** Late events of one timeline. */
  lateOn: (timeline: string) => `${LATE_ON}${timeline}`,
  future: 'aggregation.future',
} as const;

/** The timeline whose late events a ledger counter counts; undefined of any other counter. */
export function timelineOfLate(counter: string): string | undefined {
  return counter.startsWith(LATE_ON) ? counter.slice(LATE_ON.length) : undefined;
}

/** What a commit of a stage adds to the ledger: in = out + dead letters. */
export function stageDelta(
  stage: Stage,
  events: number,
  deadLetters: readonly DeadLetter[],
): Record<string, number> {
  const delta: Record<string, number> = {
    [stageCounters.in(stage)]: events,
    [stageCounters.out(stage)]: events - deadLetters.length,
  };
  if (deadLetters.length > 0) delta[stageCounters.dead(stage)] = deadLetters.length;
  for (const { reason } of deadLetters) {
    const name = stageCounters.deadFor(stage, reason);
    delta[name] = (delta[name] ?? 0) + 1;
  }
  return delta;
}
