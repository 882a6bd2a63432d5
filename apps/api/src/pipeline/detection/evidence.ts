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

/** A copy that shares nothing, of all but the first `told` events. */
export function evidenceBeyond(evidence: Evidence, told: number): Evidence {
  return { ...structuredClone(evidence), events: evidence.events - told };
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

/** Adds what was seen later, or before in a window that was judged as a whole. */
export function mergeEvidence(into: Evidence, from: Evidence): void {
  addFigures(into, from);
  for (const source of from.sources) include(into.sources, source, EVIDENCE_LIMITS.sources);
  for (const target of from.targets) include(into.targets, target, EVIDENCE_LIMITS.targets);
  for (const id of from.sample) include(into.sample, id, EVIDENCE_LIMITS.sample);
}

/** Adds what another partition has seen in the same window. Whatever the order of merging, the result is the same. */
export function uniteEvidence(into: Evidence, from: Evidence): void {
  addFigures(into, from);
  into.sources = united(into.sources, from.sources, EVIDENCE_LIMITS.sources);
  into.targets = united(into.targets, from.targets, EVIDENCE_LIMITS.targets);
  into.sample = united(into.sample, from.sample, EVIDENCE_LIMITS.sample);
}

function addFigures(into: Evidence, from: Evidence): void {
  into.first = Math.min(into.first, from.first);
  into.last = Math.max(into.last, from.last);
  into.events += from.events;
}

/** The first of both lists by their text: a choice that does not depend on which list came first. */
function united(a: readonly string[], b: readonly string[], limit: number): string[] {
  return [...new Set([...a, ...b])].sort().slice(0, limit);
}

function include(list: string[], value: string | undefined, limit: number): void {
  if (value !== undefined && list.length < limit && !list.includes(value)) list.push(value);
}
