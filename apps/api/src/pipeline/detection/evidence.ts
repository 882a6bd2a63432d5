import type { EventView } from './event-view';
import { ownText } from './own-text';

/** How much of what happened an alert names. */
export const EVIDENCE_LIMITS = { sources: 20, targets: 10, sample: 5 } as const;

/**
 * What a rule has seen for one key: the part of its state that becomes the alert. Plain and bounded. Nearly all keys see one event
 * or one source, so lists begin as nothing and as a single text.
 */
export interface Evidence {
  /** Event times in ms since the epoch. */
  first: number;
  last: number;
  events: number;
  sources: Named;
  targets: Named;
  /** Ids of the first events, for looking them up. */
  sample: Named;
}

/** Different texts in the order in which they came: none, one, or several. */
export type Named = string | string[] | null;

/** The texts as a list of their own. */
export function listOf(named: Named): string[] {
  if (named === null) return [];
  return typeof named === 'string' ? [named] : [...named];
}

/** What one event shows: a name is one text or none. */
export interface OneEvent extends Evidence {
  readonly sources: string | null;
  readonly targets: string | null;
  readonly sample: string | null;
}

/** A copy that shares nothing, of all but the first `told` events. */
export function evidenceBeyond(evidence: Evidence, told: number): Evidence {
  const { sources, targets, sample } = evidence;
  return {
    ...evidence,
    events: evidence.events - told,
    sources: listOf(sources),
    targets: listOf(targets),
    sample: listOf(sample),
  };
}

/**
 * The evidence with the event shown, which happened at `time`; put it in the place of the one given. Evidence of one event is
 * shared by all rules that saw it, so it is never changed: most keys get no second one.
 */
export function withEvent(evidence: Evidence | null, view: EventView, time: number): Evidence {
  if (evidence === null) return view.evidence(time);
  // What has seen two events lists their ids, and is nobody else's.
  const grown = Array.isArray(evidence.sample) ? evidence : { ...evidence };
  if (time < grown.first) grown.first = time;
  if (time > grown.last) grown.last = time;
  grown.events += view.times();
  const { sources, targets, sample } = EVIDENCE_LIMITS;
  if (!isFull(grown.sources, sources)) grown.sources = including(grown.sources, view.source(), sources);
  if (!isFull(grown.targets, targets)) grown.targets = including(grown.targets, view.target(), targets);
  if (!isFull(grown.sample, sample)) grown.sample = including(grown.sample, view.id(), sample);
  return grown;
}

/** Adds what was seen later, or before in a window that was judged as a whole. */
export function mergeEvidence(into: Evidence, from: Evidence): void {
  addFigures(into, from);
  for (const source of listOf(from.sources))
    into.sources = including(into.sources, source, EVIDENCE_LIMITS.sources);
  for (const target of listOf(from.targets))
    into.targets = including(into.targets, target, EVIDENCE_LIMITS.targets);
  for (const id of listOf(from.sample)) into.sample = including(into.sample, id, EVIDENCE_LIMITS.sample);
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

/** The first of both by their text: a choice that does not depend on which came first. */
function united(a: Named, b: Named, limit: number): string[] {
  return [...new Set([...listOf(a), ...listOf(b)])].sort().slice(0, limit);
}

/** With a text more, kept as one that holds on to nothing else. */
function including(named: Named, value: string | undefined, limit: number): Named {
  if (value === undefined || named === value) return named;
  if (named === null) return ownText(value);
  if (typeof named === 'string') return [named, ownText(value)];
  if (!isFull(named, limit) && !named.includes(value)) named.push(ownText(value));
  return named;
}

function isFull(named: Named, limit: number): boolean {
  return typeof named === 'object' && named !== null && named.length >= limit;
}
