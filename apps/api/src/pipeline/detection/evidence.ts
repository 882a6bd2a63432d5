import type { EventView } from './event-view';

/** How much of what happened an alert names. */
export const EVIDENCE_LIMITS = { sources: 20, targets: 10, sample: 5 } as const;

/** What a rule has seen for one key: the part of its state that becomes the alert. Plain and bounded. */
export interface Evidence {
  /** Event times in ms since the epoch. */
  first: number;
  last: number;
  events: number;
  sources: string[];
  targets: string[];
  /** Ids of the first events, for looking them up. */
  sample: string[];
}

export function noEvidence(): Evidence {
  return { first: Number.MAX_SAFE_INTEGER, last: -1, events: 0, sources: [], targets: [], sample: [] };
}

/** Adds the event shown. */
export function addEvidence(evidence: Evidence, view: EventView, time: number): void {
  const { event } = view;
  evidence.first = Math.min(evidence.first, time);
  evidence.last = Math.max(evidence.last, time);
  evidence.events += 1;
  include(evidence.sources, event.source?.ip, EVIDENCE_LIMITS.sources);
  include(evidence.targets, view.target(), EVIDENCE_LIMITS.targets);
  if (evidence.sample.length < EVIDENCE_LIMITS.sample && event.event.id !== undefined)
    evidence.sample.push(event.event.id);
}

/** Adds what another partition has seen in the same window. The order of merging changes nothing but which are named. */
export function mergeEvidence(into: Evidence, from: Evidence): void {
  into.first = Math.min(into.first, from.first);
  into.last = Math.max(into.last, from.last);
  into.events += from.events;
  for (const source of from.sources) include(into.sources, source, EVIDENCE_LIMITS.sources);
  for (const target of from.targets) include(into.targets, target, EVIDENCE_LIMITS.targets);
  for (const id of from.sample) include(into.sample, id, EVIDENCE_LIMITS.sample);
}

function include(list: string[], value: string | undefined, limit: number): void {
  if (value !== undefined && list.length < limit && !list.includes(value)) list.push(value);
}
