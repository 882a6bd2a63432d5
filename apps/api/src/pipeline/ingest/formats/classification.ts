import type { Dataset, EventCategory, EventOutcome, EventType, NormalisedEvent } from '@watchfloor/contracts';

/** What one kind of line means: a row of a format's table. */
export interface Classification<Action extends string = string> {
  readonly action: Action;
  readonly category: readonly EventCategory[];
  readonly type: readonly EventType[];
  /** 0-100, before anything in the line raises or lowers it. */
  readonly severity: number;
  readonly outcome?: EventOutcome;
  readonly kind?: 'alert' | 'event';
}

/** Where an event came from: its dataset and the product that wrote the line. */
export interface Origin {
  readonly dataset: Dataset;
  readonly module: string;
}

/** The `event` group of a line of that kind. The lists are copies: later stages may add to an event of their own. */
export function eventGroup(origin: Origin, kind: Classification): NormalisedEvent['event'] {
  const event: NormalisedEvent['event'] = {
    kind: kind.kind ?? 'event',
    category: kind.category.slice(),
    type: kind.type.slice(),
    action: kind.action,
    severity: kind.severity,
    dataset: origin.dataset,
    module: origin.module,
  };
  if (kind.outcome !== undefined) event.outcome = kind.outcome;
  return event;
}
